"""A load on an HTTP server: so many connections, each of which asks again once it is answered.

Reads what to do from standard input as JSON and writes what it saw as JSON; a process of its own,
so that its work is not counted as the server's. A request text holds ``{n}`` where each is to be
another one.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from itertools import count

_END = b"\r\n0\r\n\r\n"


class Connection:
    """One keep-alive connection: sends a request, reads its answer up to the end."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def ask(self, request: bytes) -> None:
        self.head, self.seen, self.tail, self.length = b"", 0, b"", -1
        self.started = time.perf_counter()
        self.socket.send(request)

    def is_answered(self) -> bool:
        """Read what there is; tell whether the answer is whole. Raises where it broke off."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("the server closed the connection")
        if self.length < 0:
            self.head += data
            head, found, data = self.head.partition(b"\r\n\r\n")
            if not found:
                return False
            self.status = int(head[9:12])
            fields = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.length = int(fields) if fields else 0
            self.chunked = not fields
        self.seen += len(data)
        self.tail = (self.tail + data)[-len(_END) :]
        return self.tail.endswith(_END[2:]) if self.chunked else self.seen >= self.length


def run(
    host: str, port: int, connections: int, seconds: float, requests: list[str]
) -> dict[str, object]:
    """Ask for so long; return how many answers of which size and status came how soon."""
    numbers = count(time.time_ns())
    waiting = selectors.DefaultSelector()
    times: list[float] = []
    failed, size = 0, 0

    def ask(connection: Connection) -> None:
        number = next(numbers)
        connection.ask(requests[number % len(requests)].replace("{n}", str(number)).encode())

    start = time.perf_counter()
    for _ in range(connections):
        each = Connection(host, port)
        waiting.register(each.socket, selectors.EVENT_READ, each)
        ask(each)
    while time.perf_counter() < start + seconds or not times:
        for key, _ in waiting.select(1):
            each = key.data
            if each.is_answered():
                times.append(time.perf_counter() - each.started)
                failed += each.status != 200
                size = max(size, each.seen)
                ask(each)
    took = time.perf_counter() - start
    times.sort()
    return {
        "answers": len(times), "failed": failed, "rate": len(times) / took, "size": size,
        "p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100],
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(run(**json.load(sys.stdin)), sys.stdout)

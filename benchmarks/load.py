"""Load on a SPARQL endpoint: so many connections, each with one request after the other.

``python benchmarks/load.py URL CONNECTIONS SECONDS QUERIES`` asks the queries of a JSON file in
turn, for so many seconds, and prints JSON: how many were answered, in which times, with how many
bytes. ``--fresh`` makes each text one that was never asked; ``--runaway`` sends one query a
second beside them that never ends. It is a process of its own, so that its CPU is not that of the
server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

import uvloop

NUMBERS = " ".join(map(str, range(100)))
RUNAWAY = (
    f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'VALUES ?v{i} {{ {NUMBERS} }}' for i in range(8))} }}"
)


class Connection(asyncio.Protocol):
    """One connection that is kept alive."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.answered: asyncio.Future[int] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        size = _complete(self.buffer)
        if size and self.answered and not self.answered.done():
            status = int(self.buffer[9:12])
            self.answered.set_result(size if status == 200 else -status)
            self.buffer.clear()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answered and not self.answered.done():
            self.answered.set_result(-1)

    async def ask(self, request: bytes) -> int:
        """Send a request; return the bytes of the answer, or the status below zero."""
        self.answered = asyncio.get_running_loop().create_future()
        assert self.transport
        self.transport.write(request)
        return await self.answered


def _complete(buffer: bytearray) -> int:
    """Return how many bytes a response has if it is all there."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = bytes(buffer[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return len(buffer) if buffer.endswith(b"0\r\n\r\n") else 0
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    return end + 4 + length if len(buffer) >= end + 4 + length else 0


async def load(
    url: str, connections: int, seconds: float, queries: list[str], fresh: bool, runaway: bool
) -> dict[str, object]:
    """Ask for a while; return what came of it."""
    target = urlsplit(url)
    host, port = target.hostname or "localhost", target.port or 80
    loop = asyncio.get_running_loop()
    heads = [f"GET {target.path}?query={quote(text)}".encode() for text in queries]
    rest = (
        f" HTTP/1.1\r\nHost: {target.netloc}\r\nAccept: application/sparql-results+json,"
        "text/turtle;q=0.5\r\n\r\n"
    ).encode()
    first = time.time_ns()
    number, times, failed, received = count(), [], [], 0
    until = time.perf_counter() + seconds

    async def one() -> None:
        nonlocal received
        _, connection = await loop.create_connection(Connection, host, port)
        while time.perf_counter() < until:
            n = next(number)
            mark = b"%%0A%%23%d" % (first + n) if fresh else b""
            start = time.perf_counter()
            size = await connection.ask(heads[n % len(heads)] + mark + rest)
            times.append(time.perf_counter() - start)
            received += max(size, 0)
            if size < 0:
                failed.append(size)
                if size == -1:
                    _, connection = await loop.create_connection(Connection, host, port)
        assert connection.transport
        connection.transport.close()

    async def disturb() -> None:
        pending = []
        while time.perf_counter() < until:
            _, connection = await loop.create_connection(Connection, host, port)
            head = f"GET {target.path}?query={quote(RUNAWAY)}".encode()
            pending.append(asyncio.create_task(connection.ask(head + rest)))
            await asyncio.sleep(1)
        for task in pending:
            task.cancel()

    start = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)), *([disturb()] if runaway else []))
    times.sort()
    return {
        "requests": len(times),
        "seconds": time.perf_counter() - start,
        "p50": times[len(times) // 2],
        "p99": times[int(len(times) * 0.99)],
        "failed": len(failed),
        "bytes": received,
    }


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--runaway", action="store_true")
    given = parser.parse_args()
    queries = json.loads(given.queries.read_text(encoding="utf-8"))
    found = uvloop.run(
        load(given.url, given.connections, given.seconds, queries, given.fresh, given.runaway)
    )
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

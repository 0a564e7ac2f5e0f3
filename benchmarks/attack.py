"""What strangers can do to others who ask a server: attacks on ``kg serve``, each by four.

``python benchmarks/attack.py [--seconds 5] [NAME …]`` serves the facts of the package on loopback,
and under each attack asks ``/healthz`` every 20 ms over a connection of its own; it prints how
long the answers took, and how the memory and open files of the front changed. An attacker is a
process of its own. In the end 10,000 requests with different junk show what the front remembers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from measure import kg, table

ATTACKERS = 4
HELD = 400
"""So many connections are held open by an attacker that holds some."""
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
WHOLE = b"GET /store HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /query HTTP/1.1\r\nHost: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"

Address = tuple[str, int]
Attack = Callable[[Address, float], Coroutine[None, None, None]]


async def _exchange(address: Address, request: bytes) -> None:
    """Send a request over a connection of its own, and read what comes."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(*address)
            try:
                writer.write(request)
                await writer.drain()
                await reader.read()
            finally:
                writer.close()


def _ask(query: str, *headers: str) -> bytes:
    lines = [
        "GET /query?query=" + query + " HTTP/1.1",
        "Host: localhost",
        *headers,
        "Connection: close",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _long_accept() -> bytes:
    ranges = ",".join(f"a/b{random.random()}" for _ in range(2_500))
    return _ask("ASK+%7B%7D", f"Accept: {ranges[:60_000]}")


def _many_ranges() -> bytes:
    ranges = ",".join(f"text/x{random.randrange(10**6)};q=0.{n}" for n in range(99))
    return _ask("ASK+%7B%7D", f"Accept: {ranges}"[:4_000])


def _large_form() -> bytes:
    body = b"query=" + b"%41" * 340_000
    return POST + b"Connection: close\r\n" + FORM % len(body) + body


def _many_parameters() -> bytes:
    body = "&".join(f"beliefe{random.random()}={n}" for n in range(990)) + "&query=ASK+%7B%7D"
    return POST + b"Connection: close\r\n" + FORM % len(body) + body.encode()


def _many_lines() -> bytes:
    return HEAD + b"".join(b"A%d: b\r\n" % n for n in range(6_000)) + b"\r\n"


def _another_host() -> bytes:
    return HEAD.replace(b"localhost", b"h%d.example" % random.randrange(10**9)) + b"\r\n"


def _no_http() -> bytes:
    return random.randbytes(5_000) + b"\r\n\r\n"


def _new_query() -> bytes:
    return _ask(f"ASK%7B%7D%23{random.random()}" + "x" * 3_000)


def _cross_product() -> bytes:
    return _ask(
        "SELECT(COUNT(*)AS%3Fn)%7B%3Fa%3Fb%3Fc.%3Fd%3Fe%3Ff.%3Fg%3Fh%3Fi%7D%23"
        + str(random.random())
    )


async def _repeat(address: Address, end: float, request: Callable[[], bytes]) -> None:
    while time.monotonic() < end:
        await _exchange(address, request())


async def _hold(address: Address, end: float, first: bytes, drip: bytes) -> None:
    """Keep connections open, each with something that it never finishes; open closed ones anew."""
    held: deque[asyncio.StreamWriter] = deque()
    while time.monotonic() < end:
        if len(held) >= HELD and held[0].is_closing():
            held.popleft().close()
        if len(held) < HELD:
            with suppress(OSError):
                _, writer = await asyncio.open_connection(*address, limit=1)  # nothing is read
                writer.write(first)
                held.append(writer)
        for _ in range(HELD // 50):
            held.rotate()
            if not held[0].is_closing():
                held[0].write(drip)
        await asyncio.sleep(0.02 if len(held) >= HELD else 0.002)


def _requests(make: Callable[[], bytes]) -> Attack:
    return lambda address, end: _repeat(address, end, make)


def _held(first: bytes, drip: bytes) -> Attack:
    return lambda address, end: _hold(address, end, first, drip)


ATTACKS: dict[str, Attack] = {
    "nobody attacks": lambda address, end: asyncio.sleep(0),
    "an Accept of 60 KB": _requests(_long_accept),
    "99 ranges in each Accept": _requests(_many_ranges),
    "a form of 1 MB": _requests(_large_form),
    "990 parameters, nearly ours": _requests(_many_parameters),
    "6,000 header lines": _requests(_many_lines),
    "another Host each time": _requests(_another_host),
    "no HTTP at all": _requests(_no_http),
    "a new query each time": _requests(_new_query),
    "queries without end": _requests(_cross_product),
    "heads that trickle": _held(HEAD + b"X-Slow: ", b"x"),
    "bodies that trickle": _held(POST + FORM % 100_000, b"x"),
    "idle connections": _held(b"", b""),
    "answers that nobody reads": _held(WHOLE * 2, b""),
}


async def _probe(address: Address, seconds: float) -> tuple[list[float], int]:
    """Ask ``/healthz`` again and again; return the milliseconds of answers, and failures."""
    times, failed = [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.perf_counter()
        try:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(HEAD + b"Connection: close\r\n\r\n")
            got = await reader.read()
            writer.close()
        except OSError:
            got = b""
        failed += not got.endswith(b"ok\n")
        times.append((time.perf_counter() - start) * 1_000)
        await asyncio.sleep(0.02)
    return sorted(times), failed


@contextmanager
def _served() -> Iterator[tuple[Address, int]]:
    """Serve the facts of the package; give the address, and the process of the front."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*kg(), "serve", "--port", "0", "--no-log", "--store", f"{folder}/store"]
        subprocess.run(
            [*kg(), "build", "--store", f"{folder}/store"], check=True, capture_output=True
        )
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout
        try:
            parts = urlsplit(process.stdout.readline().strip())
            assert parts.hostname and parts.port
            yield (parts.hostname, parts.port), process.pid
        finally:
            process.terminate()
            process.wait()


def _state(pid: int) -> tuple[float, int]:
    """Return the memory of a process in MB, and how many files it has open."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6, len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208


def _under(name: str, address: Address, pid: int, seconds: float) -> list[str]:
    """Measure one attack; return the cells of its row."""
    before = _state(pid)
    command = [
        sys.executable,
        __file__,
        "--attack",
        name,
        f"{address[0]}:{address[1]}",
        str(seconds + 1),
    ]
    attackers = [subprocess.Popen(command) for _ in range(ATTACKERS)]
    time.sleep(1)  # until they have begun
    times, failed = asyncio.run(_probe(address, seconds))
    for attacker in attackers:
        attacker.wait()
    time.sleep(1)
    after = _state(pid)
    at = [times[int(len(times) * share)] for share in (0.5, 0.99)]
    grown = (after[0] - before[0], after[1] - before[1])
    cells = [f"{milliseconds:.1f}" for milliseconds in (*at, times[-1])]
    return [name, *cells, f"{failed} of {len(times)}", f"{grown[0]:+.1f}", f"{grown[1]:+d}"]


async def _junk(address: Address, number: int) -> None:
    """Send so many requests, each with junk of its own, over a few connections."""
    makers = (_long_accept, _another_host, _many_ranges, _new_query, _no_http, _many_parameters)
    gate = asyncio.Semaphore(8)

    async def one(index: int) -> None:
        async with gate:
            await _exchange(address, makers[index % len(makers)]())

    await asyncio.gather(*(one(index) for index in range(number)))


def main() -> None:
    """Attack, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(ATTACKS))
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--junk", type=int, default=10_000)
    parser.add_argument("--attack", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.attack:
        name, address, seconds = given.attack
        host, _, port = address.partition(":")
        asyncio.run(ATTACKS[name]((host, int(port)), time.monotonic() + float(seconds)))
        return
    with _served() as (address, pid):
        rows = [_under(name, address, pid, given.seconds) for name in given.names]
        before = _state(pid)
        asyncio.run(_junk(address, given.junk))
        time.sleep(1)
        after = _state(pid)
    heads = ["attack", "median, ms", "p99, ms", "most, ms", "failed", "memory, MB", "files"]
    sys.stdout.write(table(heads, rows) + "\n")
    grown = f"{after[0] - before[0]:+.1f} MB, {after[1] - before[1]:+d} files"
    sys.stdout.write(f"{given.junk:,} requests with different junk: {grown}\n")


if __name__ == "__main__":
    main()

"""The server as a process of its own, and requests to it over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

import kg

TOKEN = "a-token-of-the-tests"
FORM = "application/x-www-form-urlencoded"
NUMBERS = " ".join(map(str, range(100)))
ENDLESS = (
    f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'VALUES ?v{i} {{ {NUMBERS} }}' for i in range(8))} }}"
)


class Got(NamedTuple):
    """A response; header names in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class Server:
    """A server that runs; requests open a connection each."""

    def __init__(
        self, url: str, process: subprocess.Popen[str], log: Path, about: str = ""
    ) -> None:
        self.url = url.rstrip("/")
        self.process = process
        self.log = log
        self.about = about
        self.address = (
            self.url.rpartition(":")[0].removeprefix("http://"),
            int(self.url.rpartition(":")[2]),
        )

    def connection(self, timeout: float = 60) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(*self.address, timeout=timeout)

    def ask(self, method: str, target: str, body: bytes | str | None = None, **headers: str) -> Got:
        """Send one request; keyword arguments are headers, ``_`` standing for “-”."""
        connection = self.connection()
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, target, data, given)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Got(response.status, names, response.read())
        finally:
            connection.close()

    def get(self, path: str, params: object = (), **headers: str) -> Got:
        pairs = urlencode(params, quote_via=quote) if params else ""  # type: ignore[arg-type]
        return self.ask("GET", path + (f"?{pairs}" if pairs else ""), **headers)

    def query(self, text: str, **headers: str) -> Got:
        return self.get("/query", {"query": text}, **headers)

    def update(self, text: str) -> Got:
        headers = {"Content_Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
        return self.ask("POST", "/update", text, **headers)

    def raw(self, request: bytes) -> bytes:
        """Send bytes as they are; return what comes until the connection is closed."""
        got = b""
        with (
            socket.create_connection(self.address, timeout=60) as connection,
            suppress(ConnectionError),
        ):
            connection.sendall(request)
            while piece := connection.recv(1 << 16):
                got += piece
        return got

    def lines(self) -> list[dict[str, object]]:
        """The lines of the log so far; each is JSON."""
        return [
            json.loads(line)
            for line in self.log.read_text().splitlines(keepends=True)
            if line.endswith("\n")
        ]

    def processes(self) -> list[int]:
        """The processes below the server's, all the way down."""
        return descendants(self.process.pid)

    def readers(self) -> list[int]:
        """The processes that have the store open."""
        return [pid for pid in self.processes() if any("generations" in f for f in open_files(pid))]

    def open_files(self) -> int:
        """How many files the front has open."""
        return len(open_files(self.process.pid))

    def metric(self, name: str) -> float:
        lines = self.get("/metrics").text.splitlines()
        return sum(
            float(line.split()[-1]) for line in lines if line.split("{")[0].split()[0] == name
        )


def descendants(pid: int) -> list[int]:
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def open_files(pid: int) -> list[str]:
    try:
        return [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds; fail if it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)


@contextmanager
def writable(folder: Path, *options: str) -> Iterator[Server]:
    """Run a writable server of a copy of our facts, built in the folder."""
    kg.build(path=folder / "store")
    with serving(folder / "store", folder / "log", "--writable", *options) as server:
        yield server


@contextmanager
def serving(
    store: Path,
    log: Path,
    *options: str,
    stderr: int | None = None,
    preexec: Callable[[], None] | None = None,
    **environment: str,
) -> Iterator[Server]:
    """Run ``kg serve`` on a port of its own; stop it, and see that it leaves nothing behind.

    Standard error goes to the ``log``, or to a file descriptor; ``preexec`` is called in the
    process beforehand.
    """
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr or errors, text=True,
            env={**os.environ, "KG_TOKEN": TOKEN, **environment}, preexec_fn=preexec,
        )  # fmt: skip
    try:
        assert process.stdout
        url, _, about = process.stdout.readline().strip().partition(" ")
        assert url.startswith("http"), log.read_text()
        yield Server(url, process, log, about)
    finally:
        below = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        until(lambda: not any(Path(f"/proc/{pid}/exe").exists() and _alive(pid) for pid in below))


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"

"""The log is JSON throughout, and waits for nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.endpoint.log import Log
from tests.support.serving import TOKEN, Server, serving, until

pytestmark = pytest.mark.slow

NO_HTTP = b"\x16\x03\x01 \xff\xfe\r\n\r\n"


def test_standard_error_that_nobody_reads_blocks_nothing(store: Path, tmp_path: Path):
    read, write = os.pipe()
    try:
        with serving(store, tmp_path / "log", stderr=write) as server:
            long = "/" + "x" * 5_000
            statuses = {server.ask("GET", long).status for _ in range(1_000)}
            server.raw(NO_HTTP)
            assert statuses == {404}
            until(lambda: server.get("/healthz").status == 200)
            taken = os.read(read, 1 << 20)
        assert all(json.loads(line) for line in taken.splitlines()[:-1])
        assert server.process.returncode == 0  # it stopped when it was told to
    finally:
        os.close(read)
        os.close(write)


def test_what_is_not_taken_is_dropped_and_counted(tmp_path: Path):
    read, write = os.pipe()
    log = Log(write)
    for number in range(6_000):
        log.write({"number": number, "text": "x" * 9_000})
    assert 500 < log.dropped < 6_000
    first = os.read(read, 1 << 16).splitlines()[0]
    assert json.loads(first)["number"] == 0
    assert len(first) < 9_000
    os.close(read)  # now there is nobody to take them
    log.close()
    os.close(write)


def test_a_closed_standard_error_is_no_matter(store: Path, tmp_path: Path):
    read, write = os.pipe()
    os.close(read)
    try:
        with serving(store, tmp_path / "log", stderr=write) as server:
            assert {server.query(f"ASK {{}} # {n}").status for n in range(20)} == {200}
            assert server.raw(NO_HTTP).startswith(b"HTTP/1.1 400")
            until(lambda: server.metric("kg_log_lines_dropped_total") >= 20)
    finally:
        os.close(write)
    code = "import os, sys; os.close(2); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    command = [
        sys.executable,
        "-c",
        code,
        "-m",
        "kg",
        "serve",
        "--store",
        str(store),
        "--port",
        "0",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "KG_TOKEN": TOKEN}
    ) as process:
        assert process.stdout
        try:
            server = Server(process.stdout.readline().split()[0], process, tmp_path / "log")
            assert server.query("ASK {}").status == 200
            process.terminate()
            assert process.wait(60) == 0
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_every_line_is_json_whoever_writes_it(store: Path, tmp_path: Path):
    with serving(store, tmp_path / "log", "--timeout", "2") as server:
        for request in (NO_HTTP, b"CONNECT x:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n",
                        b"GET /a\xff HTTP/1.1\r\nHost: localhost\r\n\r\n"):  # fmt: skip
            assert server.raw(request).startswith(b"HTTP/1.1 ")
        server.ask("GET", "/%0d%0a%22%7b%ff")
        for pid in server.processes():  # what any process below writes becomes a line
            if Path(f"/proc/{pid}/fd/2").exists():
                with Path(f"/proc/{pid}/fd/2").open("wb", buffering=0) as error:
                    error.write(b"thread '<unnamed>' panicked:\n  \xff {\n")
                break
        until(lambda: any("panicked" in str(line.get("message")) for line in server.lines()))
        lines = server.lines()
        assert all("time" in line for line in lines)
        assert [line["status"] for line in lines if "status" in line].count(400) >= 3
        assert {line["path"] for line in lines if "path" in line} >= {"/", '/\r\n"{\ufffd'}

"""Heads of requests: too long, too slow, too many ranges, or read differently by two servers."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.serving import FORM, Server, serving

pytestmark = pytest.mark.slow

HOST = b"Host: localhost\r\n"
CLOSE = b"Connection: close\r\n\r\n"


def status(server: Server, request: bytes) -> int:
    """The status of what comes first, 0 where the connection is closed without a word."""
    got = server.raw(request)
    return int(got[9:12]) if got else 0


RANGES = ",".join(f"a/b{number}" for number in range(7_000))
LONG = {
    "ranges": ("Accept", RANGES[:60_000]),
    "ranges of ours": ("Accept", ("text/turtle;q=0.5," * 3_000)[:60_000]),
    "parameters": ("Accept", "text/csv" + ";a=b" * 10_000),
    "quoted": ("Accept", 'text/csv;a="' + "\\\"," * 15_000),
    "codings": ("Accept-Encoding", ("gzip;q=0.1," * 6_000)[:60_000]),
    "content type": ("Content-Type", FORM + ";a=b" * 10_000),
    "continuations": ("Content-Type", FORM + "".join(f";a*{n}=b" for n in range(5_000))),
}  # fmt: skip


@pytest.mark.parametrize("kind", LONG)
def test_a_header_that_is_long_to_read_is_not_read(server: Server, kind: str):
    name, value = LONG[kind]
    method = "POST" if name == "Content-Type" else "GET"
    body = b"query=ASK+%7B%7D" if method == "POST" else None
    headers = {name.replace("-", "_"): value}
    got = server.ask(
        method, "/query?query=ASK+%7B%7D" if body is None else "/query", body, **headers
    )
    assert got.status == 431
    assert "at most" in got.text


def test_entity_tags_beyond_reason_are_not_compared(server: Server):
    tag = server.query("ASK {}").headers["etag"]
    assert server.query("ASK {}", If_None_Match=f"{tag}").status == 304
    assert server.query("ASK {}", If_None_Match='"x",' * 10_000 + tag).status == 200


@pytest.mark.parametrize("accept", ["text/csv;q=2, text/html;q=0.9", "text/csv;q=7.5", "text/html;q=-1, text/csv"])  # fmt: skip
def test_weights_out_of_range_are_brought_into_it(server: Server, accept: str):
    assert server.query("SELECT * {}", Accept=accept).type == "text/csv"


@pytest.mark.parametrize("drip", [b"x", b"\r\n", b"X-A: b\r\n"])
def test_a_head_that_trickles_is_cut_off(server: Server, drip: bytes):
    begun = b"" if drip == b"\r\n" else b"GET /healthz HTTP/1.1\r\nX-Slow: "
    with socket.create_connection(server.address, timeout=60) as connection:
        connection.sendall(begun)
        for _ in range(600):  # a minute, where two seconds are allowed
            try:
                connection.sendall(drip)
            except OSError:
                return
            time.sleep(0.1)
    pytest.fail("still open")


def test_a_second_head_has_no_more_time_than_the_first(server: Server):
    with socket.create_connection(server.address, timeout=60) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\nGET /he")
        got = b""
        while piece := connection.recv(1000):  # until it is closed
            got += piece
    assert got.count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize(
    "head",
    [b"A: " + b"b" * 70_000 + b"\r\n", b"A: b\r\n" * 20_000, b"A: b\r\n" * 101,
     b"".join(b"A%d: b\r\n" % n for n in range(101))],
    ids=["one header", "many bytes", "many lines", "many names"],
)  # fmt: skip
def test_a_head_that_is_too_large_is_refused_though_sent_at_once(server: Server, head: bytes):
    assert status(server, b"GET /healthz HTTP/1.1\r\n" + HOST + head + CLOSE) == 431


def test_a_head_without_end_is_refused(server: Server):
    with socket.create_connection(server.address, timeout=60) as connection:
        try:
            for _ in range(1_000):
                connection.sendall(b"x" * 10_000)
        except OSError:
            return
    pytest.fail("it took ten megabytes")


NO_HOST = b"GET /healthz HTTP/1.1\r\n"
QUERY = b"POST /query HTTP/1.1\r\n" + HOST + b"Content-Type: application/sparql-query\r\n"
HEADS = {
    "no host": (NO_HOST + CLOSE, 400),
    "two hosts": (NO_HOST + HOST * 2 + CLOSE, 400),
    "two other hosts": (NO_HOST + HOST + b"Host: a.example\r\n" + CLOSE, 400),
    "empty host": (NO_HOST + b"Host:\r\n" + CLOSE, 400),
    "host with a path": (NO_HOST + b"Host: localhost/x\r\n" + CLOSE, 400),
    "host with a user": (NO_HOST + b"Host: me@localhost\r\n" + CLOSE, 400),
    "host in brackets": (NO_HOST + b"Host: [...]\r\n" + CLOSE, 400),
    "host of no number": (NO_HOST + b"Host: localhost:99999\r\n" + CLOSE, 400),
    "list of hosts": (NO_HOST + b"Host: localhost, a.example\r\n" + CLOSE, 400),
    "host of HTTP/1.0": (b"GET /healthz HTTP/1.0\r\n\r\n", 200),
    "another host": (NO_HOST + b"Host: elsewhere.example\r\n" + CLOSE, 421),
    "a host that begins like ours": (NO_HOST + b"Host: localhost.example\r\n" + CLOSE, 421),
    "another address": (NO_HOST + b"Host: 192.0.2.1\r\n" + CLOSE, 421),
    "our name": (NO_HOST + b"Host: LOCALHOST:1234\r\n" + CLOSE, 200),
    "our name below": (NO_HOST + b"Host: kg.localhost\r\n" + CLOSE, 200),
    "our address": (NO_HOST + b"Host: 127.0.0.1\r\n" + CLOSE, 200),
    "our address by IPv6": (NO_HOST + b"Host: [::1]:7878\r\n" + CLOSE, 200),
    "gzip": (QUERY + b"Transfer-Encoding: gzip\r\n\r\n", 400),
    "gzip, chunked": (QUERY + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "not quite chunked": (QUERY + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    "chunked twice": (QUERY + b"Transfer-Encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n", 400),
    "chunked and a length": (QUERY + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    "a length and chunked": (QUERY + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "two lengths": (QUERY + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {} ", 400),
    "signed length": (QUERY + b"Content-Length: +6\r\n\r\nASK {}", 400),
    "chunked in HTTP/1.0": (QUERY.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "space before a colon": (QUERY + b"Content-Length : 6\r\n\r\nASK {}", 400),
    "a folded line": (NO_HOST + HOST + b"A: b\r\n c\r\n" + CLOSE, 400),
    "a bare line feed": (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", 400),
    "two content types": (QUERY + b"Content-Type: text/csv\r\nContent-Length: 6\r\n\r\nASK {}", 400),
    "no HTTP": (b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", 400),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_a_head_that_leaves_a_doubt_is_refused(server: Server, name: str):
    request, expected = HEADS[name]
    got = server.raw(request)
    assert got.startswith(b"HTTP/1.1 %d " % expected), got[:200]
    assert b"\nHTTP/1.1 " not in got  # what follows is no request of its own
    assert b"elsewhere.example" not in got


def test_answers_name_the_server_as_it_was_told_to(store: Path, tmp_path: Path):
    options = ("--base-url", "https://data.example.org/kg/", "--allow-host", "Other.example:81")
    with serving(store, tmp_path / "log", *options) as server:
        for host, expected in {
            "127.0.0.1": 200, "data.example.org": 200, "DATA.example.org": 200,
            "other.example:81": 200, "other.example": 421, "other.example:82": 421,
            "data.example.org.evil.example": 421,
        }.items():  # fmt: skip
            got = server.get("/.well-known/void", Host=host)
            assert got.status == expected, host
            if expected == 200:
                assert "<https://data.example.org/kg/query>" in got.text
                assert host not in got.text.replace("data.example.org", "")
        moved = server.query("SELECT (<x> AS ?x) {}", Accept="text/csv", Host="localhost")
        assert moved.text.split() == ["x", "https://data.example.org/kg/x"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--allow-host", "http://x/"], "is no host"),
        (["--base-url", "data.example.org"], "is no base URL"),
        (["--base-url", "https://x/?a"], "neither"),
    ],
)
def test_a_host_that_is_none_is_said_so(run, options: list[str], words: str):
    result = run("serve", "--port", "0", *options)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert words in result.stderr


ECHOED = ["/{}", "/id/{}", "/questions/{}", "/store/{}", "/query?query=ASK+%7B%7D&believe={}",
          "/query?{}=x", "/query?query={}", "/query?query=ASK+%7B%7D&format={}", "/why?name={}",
          "/query?query=ASK+%7B%7D&default-graph-uri={}", "/store?{}", "/store?graph={}"]  # fmt: skip


@settings(max_examples=40)
@given(st.sampled_from(ECHOED), st.text("\r\n\x00\x0b\x1b\x7f\x85\u2028 :ax\ud7ff", max_size=8))
def test_no_control_character_of_a_request_is_in_a_message(server: Server, target: str, text: str):
    got = server.ask("GET", target.format(quote(f"a\r\nX-Evil: 1{text}", safe="")))
    assert got.status in (400, 404, 406)
    assert "x-evil" not in got.headers
    assert (got.text.endswith("\n") and got.text[:-1].isprintable()) or "\ud7ff" in text
    assert not {c for c in got.text[:-1] if ord(c) < 32 or 127 <= ord(c) < 160}

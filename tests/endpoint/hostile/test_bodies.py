"""Bodies: too long, too slow, and hard to decode."""

from __future__ import annotations

import socket

import pytest

from tests.support.serving import FORM, Server

pytestmark = pytest.mark.slow

HEAD = "POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n"
MOST = 1 << 20


def test_a_client_that_would_send_far_too_much_is_not_listened_to(server: Server):
    for length, is_closed in ((MOST + 1, False), (8 * MOST, True), (10**15, True)):
        with socket.create_connection(server.address, timeout=60) as connection:
            connection.sendall(HEAD.format(FORM, length).encode())
            got = connection.recv(1 << 16).lower()
            assert got.startswith(b"http/1.1 413")
            assert (b"connection: close" in got) == is_closed


def test_what_follows_a_refused_body_is_answered(server: Server):
    after = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    got = server.raw(HEAD.format(FORM, MOST + 1).encode() + b"x" * (MOST + 1) + after)
    assert got.startswith(b"HTTP/1.1 413")
    assert b"HTTP/1.1 200" in got and got.endswith(b"ok\n")


@pytest.mark.parametrize("drip", [b"x", b""])
def test_a_body_that_trickles_is_cut_off(server: Server, drip: bytes):
    with socket.create_connection(server.address, timeout=0.1) as connection:
        connection.sendall(HEAD.format(FORM, 100_000).encode())
        for _ in range(600):
            connection.sendall(drip)
            try:
                assert connection.recv(1000).startswith(b"HTTP/1.1 408")
                return
            except TimeoutError:
                continue
    pytest.fail("it is still waited for")


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"query=" + b"%41" * 300_000, 413), (b"query=ASK+%7B%7D" + b"&a=b" * 998, 200),
     (b"query=ASK+%7B%7D" + b"&a=b" * 1_000, 400), (b"%" * MOST, 400), (b"=" * MOST, 400),
     (b"query=ASK%7B%7D%23" + b"%" * 90_000, 200), (b"query=" + b"%f0%9f" * 100_000, 400),
     (b"query=ASK%7B%7D%23" + b"%F0%9F%98%80" * 40_000, 200)],
    ids=["long", "many", "too many", "percents", "equals", "percents in a query", "no UTF-8", "UTF-8"],
)  # fmt: skip
def test_a_form_that_is_hard_to_decode(server: Server, body: bytes, status: int):
    got = server.ask("POST", "/query", body, Content_Type=FORM)
    assert got.status == status, got.text

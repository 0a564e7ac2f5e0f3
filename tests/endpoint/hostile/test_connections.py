"""Connections that do nothing make room for those that ask."""

from __future__ import annotations

import resource
import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from kg.endpoint.http.admission import Admission, client_key
from tests.support.serving import Server, serving, until

pytestmark = pytest.mark.slow

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"

BODY = (
    b"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 1000\r\n\r\nASK"
)


class Connection:
    def __init__(self, address: str) -> None:
        self.client_key = client_key(address)
        self.is_evicted = False

    def evict(self) -> None:
        self.is_evicted = True


def entered(admission: Admission, *addresses: str) -> list[Connection]:
    connections = [Connection(address) for address in addresses]
    for connection in connections:
        assert admission.enter(connection)
    return connections


def test_the_one_that_has_waited_longest_makes_room():
    admission = Admission(4)  # three of them from one client
    first, second, third = entered(admission, *["192.0.2.1"] * 3)
    admission.work(first)
    (fourth,) = entered(admission, "192.0.2.1")
    assert [c.is_evicted for c in (first, second, third, fourth)] == [False, True, False, False]
    admission.wait(first)
    entered(admission, "192.0.2.1")
    assert third.is_evicted and not first.is_evicted
    assert (admission.count, admission.evicted, admission.refused) == (3, 2, 0)


def test_one_client_cannot_keep_others_out():
    admission = Admission(8)
    crowd = entered(admission, *["192.0.2.1"] * 6)
    for connection in crowd:
        admission.work(connection)
    assert not admission.enter(Connection("192.0.2.1"))  # all of its own are in use
    others = entered(admission, "192.0.2.2", "192.0.2.3")
    admission.wait(crowd[2])
    entered(admission, "192.0.2.4")  # there is no more room: the crowd gives it
    assert crowd[2].is_evicted
    assert not any(connection.is_evicted for connection in others)
    assert (admission.count, admission.refused) == (8, 1)
    for connection in [*crowd[:2], *crowd[3:], *others]:
        admission.leave(connection)
    assert admission.count == 1


def test_the_addresses_of_one_network_are_one_client():
    assert client_key("2001:db8::1") == client_key("2001:db8:0:0:ffff::2")
    assert client_key("2001:db8::1") != client_key("2001:db8:0:1::1")
    assert client_key("192.0.2.1") != client_key("192.0.2.2")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_idle_and_slow_connections_keep_nobody_out(store: Path, tmp_path: Path):
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    with serving(store, tmp_path / "log", preexec=few) as server, ExitStack() as held:
        assert server.query("ASK {}").status == 200
        until(lambda: len(server.readers()) >= 6)  # all of them are there
        before = server.open_files()
        for number in range(300):
            connection = socket.create_connection(server.address, timeout=60)
            held.callback(connection.close)
            connection.sendall([b"", REQUEST[:30], REQUEST, BODY][number % 4])
            if number % 20 == 0:
                assert server.get("/healthz").status == 200
        assert server.query("ASK {}").status == 200
        assert server.metric("kg_connections_evicted_total") > 100
        assert server.metric("kg_connections_refused_total") == 0
        held.close()
        until(lambda: server.metric("kg_connections") == 1)  # the one that asks
        assert server.open_files() <= before + 2


def test_who_reads_nothing_is_not_waited_for(store: Path, tmp_path: Path):
    """Neither answers that nobody takes nor requests that are sent ahead are kept for ever."""
    with serving(store, tmp_path / "log", "--timeout", "1") as server:
        whole = b"GET /store HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with ExitStack() as held:
            for _ in range(4):
                connection = socket.socket()
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                held.enter_context(connection)
                connection.connect(server.address)
                connection.sendall(whole * 20)
            until(lambda: server.metric("kg_connections") == 1)
        assert _answered(server)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take megabytes of an answer")
def test_little_of_an_answer_is_held_for_who_reads_nothing(store: Path, tmp_path: Path):
    with serving(store, tmp_path / "log", "--timeout", "1") as server, socket.socket() as held:
        held.connect(server.address)
        held.sendall(b"GET /store HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: "did not take the answer" in (tmp_path / "log").read_text())


def _answered(server: Server) -> bool:
    return server.query("ASK {}").status == 200


def test_requests_that_are_sent_ahead_are_answered_in_turn(store: Path, tmp_path: Path):
    with serving(store, tmp_path / "log") as server:
        last = REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        got = server.raw(REQUEST * 9 + last)
        assert got.count(b"HTTP/1.1 200 OK") == got.count(b"ok\n") == 10

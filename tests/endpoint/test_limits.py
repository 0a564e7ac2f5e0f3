"""No query, no client and no accident keeps the server from answering others."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

import kg
from tests.conftest import TESTS, Run
from tests.support.serving import ENDLESS, FORM, NUMBERS, Server, serving, until

pytestmark = pytest.mark.slow

COUNT = "SELECT (COUNT(*) AS ?n) { ?claim a ent:Claim }"
LONG = f"SELECT * {{ {' '.join(f'VALUES ?v{i} {{ {NUMBERS} }}' for i in range(3))} }}"
EVER = f"SELECT * {{ {' '.join(f'VALUES ?v{i} {{ {NUMBERS} }}' for i in range(8))} }}"
HUNGRY = """SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?c), STR(?e))) AS ?n)
            { ?a ?b ?c . ?d ?p ?e . ?g ?h ?i . ?j ?k ?l }"""


@pytest.fixture(scope="module")
def server(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--timeout", "2", "--workers", "2", "--max-results", "5000")
    with serving(store, tmp_path_factory.mktemp("limits") / "log", *options) as server:
        yield server


@pytest.fixture(scope="module")
def patient(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that ends no query of itself while a test runs."""
    options = ("--timeout", "600", "--workers", "2", "--max-results", "1000000000")
    options += ("--max-memory", "150")
    with serving(store, tmp_path_factory.mktemp("patient") / "log", *options) as server:
        yield server


def is_answered(server: Server) -> bool:
    return server.query("ASK {}").status == 200


def test_a_query_that_takes_too_long_is_ended(server: Server):
    before = set(server.readers())
    got = server.query(ENDLESS)
    assert (got.status, got.headers["retry-after"]) == (503, "1")
    assert got.text == "no answer within 2 seconds\n"
    assert is_answered(server)
    until(lambda: before - set(server.readers()))  # its process is gone
    assert server.metric("kg_timeouts_total") >= 1


def test_a_query_that_needs_too_much_memory_is_ended(patient: Server):
    got = patient.query(HUNGRY)
    assert (got.status, got.text.split()[0]) == (503, "ended:")
    assert is_answered(patient)


def test_many_queries_without_end_keep_nobody_waiting_for_ever(server: Server):
    with ThreadPoolExecutor(12) as pool:
        endless = [pool.submit(server.query, ENDLESS) for _ in range(8)]
        quick = [pool.submit(server.query, f"ASK {{}} # {i}") for i in range(20)]
        assert {q.result().status for q in quick} == {200}
        assert {e.result().status for e in endless} == {503}
    assert is_answered(server)


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "text/tab-separated-values", "application/sparql-results+xml"])  # fmt: skip
def test_too_many_solutions_break_off(server: Server, accept: str):
    few = f"SELECT * {{ VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} }} LIMIT 5000"
    assert server.query(few, Accept=accept).status == 200
    over = few.replace("5000", "5001")
    assert is_refused(server, over, accept, "more than 5,000 solutions")
    assert is_answered(server)


def is_refused(server: Server, text: str, accept: str, words: str) -> bool:
    """Whether an answer is refused by its status, or else, where that is too late, broken."""
    try:
        got = server.query(text, Accept=accept)
    except http.client.IncompleteRead:
        until(lambda: words in str(server.lines()[-1].get("broken")))
        return True
    return got.status == 403 and words in got.text


def test_separators_inside_of_terms_are_not_counted(server: Server):
    text = r"""SELECT ?x { VALUES ?x { "}},{\"" "}},{" "<result>" "a\r\nb\n\"c\n\"" } VALUES ?n { %s } }"""
    text = f"{text % NUMBERS} LIMIT 400"
    for accept in ("application/sparql-results+json", "text/csv", "application/sparql-results+xml"):
        assert server.query(text, Accept=accept).status == 200


def test_too_many_triples_break_off(server: Server):
    text = f"CONSTRUCT {{ [] <urn:p> ?a, ?b }} {{ VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} }}"
    assert is_refused(server, text, "text/turtle", "more than 5,000 triples")
    assert server.query(f"{text} LIMIT 2000").status == 200


def test_a_long_answer_streams_and_is_broken_at_the_time_out(store: Path, tmp_path: Path):
    options = ("--timeout", "2", "--max-results", "1000000000")
    with serving(store, tmp_path / "log", *options) as server:
        connection = server.connection()
        connection.request("GET", f"/query?query={quote(EVER)}", headers={"Accept": "text/csv"})
        response = connection.getresponse()
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead):
            while response.read(1 << 20):
                pass
        connection.close()
        assert is_answered(server)
        until(lambda: any("broken" in line for line in server.lines()))


def test_a_client_that_leaves_takes_its_query_with_it(patient: Server):
    connection = socket.create_connection(patient.address)
    connection.sendall(
        f"GET /query?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    )
    until(lambda: patient.metric("kg_readers_busy") == 1)
    connection.close()
    until(lambda: patient.metric("kg_readers_busy") == 0)
    assert is_answered(patient)
    until(lambda: '"status": 499' in patient.log.read_text())


def test_a_client_that_does_not_read_holds_up_nobody_and_fills_no_memory(patient: Server):
    connection = socket.create_connection(patient.address)
    connection.sendall(
        f"GET /query?query={quote(EVER)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    )
    assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    until(lambda: patient.metric("kg_readers_busy") == 1)
    sizes = [_memory(patient)]
    for number in range(100):
        assert patient.query(f"ASK {{}} # {number}").status == 200
    sizes.append(_memory(patient))
    assert sizes[1] - sizes[0] < 20_000, sizes
    connection.close()
    until(lambda: patient.metric("kg_readers_busy") == 0)


def _memory(server: Server) -> int:
    """KB that the front holds."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def test_a_large_answer_needs_no_memory_of_the_front(patient: Server):
    assert is_answered(patient)
    before = _memory(patient)
    got = patient.query(LONG, Accept="text/csv")
    assert len(got.text.splitlines()) == 1_000_001
    assert _memory(patient) - before < 20_000


def test_the_queue_has_an_end(store: Path, tmp_path: Path):
    options = ("--workers", "1", "--queue", "2", "--timeout", "600")
    with serving(store, tmp_path / "log", *options) as server:
        pending = []
        try:
            # Sixteen are moved aside, one is at work, two wait.
            for number in range(19):
                connection = server.connection()
                connection.request("GET", f"/query?query={quote(ENDLESS)}")
                pending.append(connection)
                until(lambda n=number: server.metric("kg_readers_busy") == min(n + 1, 17))
            until(lambda: server.metric("kg_queue") == 2)
            got = server.query("ASK {}")
            assert (got.status, got.headers["retry-after"]) == (503, "1")
            assert server.get("/healthz").status == 200
        finally:
            for connection in pending:
                connection.close()
        until(lambda: server.metric("kg_readers_busy") == 0)
        assert is_answered(server)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_a_reader_that_is_killed_costs_one_answer(store: Path, tmp_path: Path):
    """On a server of its own, where nothing but the endless query can be the slow reader's."""
    options = ("--timeout", "600", "--workers", "2")
    with (
        serving(store, tmp_path / "log", *options) as server,
        ThreadPoolExecutor(8) as pool,
    ):
        busy = pool.submit(server.query, ENDLESS)
        usual = _nice(server.process.pid)
        until(lambda: any(_nice(pid) > usual for pid in server.readers()))
        victim = next(pid for pid in server.readers() if _nice(pid) > usual)
        others = [pool.submit(server.query, f"{COUNT} # {i}") for i in range(100)]
        os.kill(victim, signal.SIGKILL)
        assert busy.result().status == 503
        assert {other.result().status for other in others} == {200}
        until(lambda: len(server.readers()) >= 3)  # it has been replaced


def _nice(pid: int) -> int:
    try:
        return os.getpriority(os.PRIO_PROCESS, pid)
    except OSError:
        return 0


def test_readers_do_not_outlive_the_server(store: Path, tmp_path: Path):
    with serving(store, tmp_path / "log", "--timeout", "600") as server:
        connection = server.connection()
        connection.request("GET", f"/query?query={quote(ENDLESS)}")
        until(lambda: server.metric("kg_readers_busy") == 1)
        below = server.processes()
        server.process.kill()
        until(
            lambda: (
                not any(Path(f"/proc/{pid}/stat").exists() and _state(pid) != "Z" for pid in below)
            )
        )
        connection.close()


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_it_is_told_and_finishes_what_it_began(
    store: Path, tmp_path: Path, number: signal.Signals
):
    with serving(store, tmp_path / "log", "--timeout", "3") as server:
        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(server.query, ENDLESS)
            until(lambda: server.metric("kg_readers_busy") == 1)
            server.process.send_signal(number)
            assert under_way.result().status == 503  # at the time-out, not before
            assert server.process.wait(timeout=60) == 0
        with pytest.raises(ConnectionRefusedError):
            server.query("ASK {}")


def test_a_store_that_is_built_anew_is_picked_up(tmp_path: Path):
    store, base = tmp_path / "store", TESTS / "facts" / "base.yaml"
    kg.build([base], store)
    with serving(store, tmp_path / "log") as server:
        first = server.query(COUNT, Accept="text/csv")
        stop, statuses = threading.Event(), []

        def ask() -> None:
            while not stop.is_set():
                statuses.append(server.query(COUNT, Accept="text/csv").status)

        with ThreadPoolExecutor(2) as pool:
            asking = [pool.submit(ask) for _ in range(2)]
            try:
                for name in ("corroboration", "statement"):
                    facts = [base, TESTS / "facts" / "valid" / f"{name}.yaml"]
                    kg.build(facts, store, replace=True)
                    until(lambda: server.query(COUNT, Accept="text/csv").text != first.text)
            finally:
                stop.set()
            for each in asking:
                each.result()
        assert set(statuses) == {200}
        last = server.query(COUNT, Accept="text/csv")
        assert (first.text.split(), last.text.split()) == (["n", "1"], ["n", "2"])
        assert first.headers["etag"] != last.headers["etag"]


def test_a_head_that_never_ends_is_not_waited_for(server: Server):
    drip = socket.create_connection(server.address, timeout=60)
    drip.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    assert is_answered(server)
    silent = socket.create_connection(server.address, timeout=60)
    assert drip.recv(100) == b""  # closed by the server
    assert silent.recv(100) == b""
    drip.close()
    silent.close()


def test_a_body_that_never_ends_is_not_waited_for(server: Server):
    with socket.create_connection(server.address, timeout=60) as connection:
        head = f"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\nContent-Length: 100\r\n\r\n"
        connection.sendall(head.encode() + b"query=")
        assert connection.recv(1000).startswith(b"HTTP/1.1 408")


def test_a_body_that_is_too_large_is_refused(server: Server):
    got = server.ask("POST", "/query", b"query=" + b"x" * (1 << 20), Content_Type=FORM)
    assert got.status == 413
    with socket.create_connection(server.address, timeout=60) as connection:
        head = f"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head.encode())
        try:
            for _ in range(40):
                connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        except OSError:
            pass  # it does not listen any more
        with suppress(ConnectionResetError):
            assert connection.recv(1000).startswith(b"HTTP/1.1 413")
    assert is_answered(server)


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        (["--host", "0.0.0.0"], {}, "say --public"),
        (["--host", "no.such.host.invalid", "--public"], {}, "no address"),
        (["--writable"], {"KG_TOKEN": ""}, "needs a token"),
        (["--writable"], {"KG_TOKEN": "short"}, "needs a token"),
        (["--writable"], {"KG_TOKEN": "a token with spaces in it"}, "needs a token"),
        (["--writable", "--token-file", __file__], {}, "needs a token"),
        (["--writable", "--token-file", sys.executable], {}, "the token cannot be read"),
    ],
)
def test_what_it_does_not_start_with(
    run: Run, options: list[str], environment: dict[str, str], words: str
):
    result = run("serve", "--port", "0", *options, **environment)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_address_in_use_is_said_so(patient: Server, run: Run):
    result = run("serve", "--port", str(patient.address[1]))
    assert (result.returncode, result.stdout) == (2, "")
    assert "cannot listen" in result.stderr


def test_deep_queries_are_answered_or_refused(server: Server):
    assert server.query("ASK {" + "{" * 190 + "}" * 190 + "}").status == 200
    assert server.query("ASK {" + "{" * 2000 + "}" * 2001).status == 400
    chain = "ASK { FILTER (" + "!" * 30_000 + "true) }"
    body = f"query={quote(chain)}"
    assert server.ask("POST", "/query", body, Content_Type=FORM).status in (200, 400)
    assert is_answered(server)


def test_without_the_extra_it_says_what_is_missing(store: Path):
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "sys.argv = ['kg', 'serve', '--port', '0', '--store', sys.argv[1]]\n"
        "from kg.cli import main\nmain()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(store)], capture_output=True, text=True, timeout=60
    )
    assert result.returncode == 2
    assert "entente-kg[serve]" in result.stderr


def test_the_token_of_a_file_goes_before_that_of_the_environment(store: Path, tmp_path: Path):
    token = "the-token-of-the-file"
    (tmp_path / "token").write_text(f"{token}\n")
    shutil.copytree(store, tmp_path / "store", symlinks=True)
    options = ("--writable", "--token-file", str(tmp_path / "token"))
    with serving(tmp_path / "store", tmp_path / "log", *options) as server:
        update = "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }"
        assert server.update(update).status == 401
        kind, bearer = "application/sparql-update", f"Bearer {token}"
        got = server.ask("POST", "/update", update, Content_Type=kind, Authorization=bearer)
        assert got.status == 204

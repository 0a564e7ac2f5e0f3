"""What strangers send reaches no other server: each of the two layers alone, and both together."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.endpoint.workers.relay import LARGEST
from kg.sandbox import can_forbid_network, forbid_network
from tests.conftest import Run
from tests.support.keywords import QUERIES, UPDATES, hidden
from tests.support.listening import ANSWER, Listener, listening
from tests.support.serving import Server, serving, writable

pytestmark = pytest.mark.slow

needs_filters = pytest.mark.skipif(not can_forbid_network(), reason="the system has no seccomp")
GLUED = "SERVICESILENT<{}>{{?a ?b ?c}}"


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with writable(tmp_path_factory.mktemp("hostile")) as found:
        yield found


@pytest.mark.parametrize("path", ["/query", "/sparql", "/ask"])
@pytest.mark.parametrize("more", [{}, {"cite": "true"}, {"format": "html"}, {"believe": "planned"}])
def test_no_query_asks_elsewhere(
    server: Server, listener: Listener, path: str, more: dict[str, str]
):
    for text in ("ASK {{ {} }}", "SELECT*{{{}}}", "ASK{{FILTER(?a<?b){}FILTER(?c>?d)}}"):
        query = text.format(GLUED.format(listener.url))
        got = server.get(path, {"query": query, **more})
        assert got.status == 400
        assert "SERVICE" in got.text
    assert listener.asked == []


def test_no_update_asks_elsewhere(server: Server, listener: Listener):
    for text in (
        f"LOADSILENT<{listener.url}>",
        f"CLEAR GRAPH <urn:none>;LOAD<{listener.url}>INTO GRAPH<urn:g>",
        f"INSERT {{ ?a ?b ?c }} WHERE {{ {GLUED.format(listener.url)} }}",
        f"INSERT DATA {{ <urn:a> <urn:b> '''LOAD''' }};loadsilent<{listener.url}>",
    ):
        got = server.update(text)
        assert (got.status, listener.asked) == (400, [])
        assert "is not allowed" in got.text or "no SPARQL" in got.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("application/ld+json", '{{"@context": "{}", "@id": "urn:a", "p": 1}}'),
        ("application/ld+json", '{{"@context": {{"@import": "{}"}}, "@id": "urn:a"}}'),
        ("application/rdf+xml", '<!DOCTYPE r SYSTEM "{}"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'),
        ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY a SYSTEM "{}">]><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="urn:a"><r:value>&a;</r:value></r:Description></r:RDF>'),
        ("text/turtle", "<> <http://www.w3.org/2002/07/owl#imports> <{}> ."),
    ],
)  # fmt: skip
def test_no_rdf_fetches_anything(
    server: Server, listener: Listener, run: Run, tmp_path: Path, name: str, content: str
):
    text = content.format(listener.url)
    server.ask(
        "PUT",
        "/store?graph=urn:g",
        text,
        Content_Type=name,
        Authorization="Bearer a-token-of-the-tests",
    )
    ending = {"application/ld+json": "jsonld", "application/rdf+xml": "rdf"}.get(name, "ttl")
    (tmp_path / f"file.{ending}").write_text(text)
    assert run("validate", "--no-reasoner", tmp_path / f"file.{ending}").returncode in (0, 1)
    assert listener.asked == []


@pytest.mark.parametrize("arguments", [["query", "-e"], ["query", "--cite", "-e"], ["ask", "-e"]])
def test_no_command_asks_elsewhere(run: Run, listener: Listener, arguments: list[str]):
    result = run(*arguments, f"ASK {{ {GLUED.format(listener.url)} }}")
    assert (result.returncode, result.stdout, listener.asked) == (2, "", [])
    assert "SERVICE is not allowed" in result.stderr


# ── The system alone: without any guard of texts ─────────────────────────────

_UNGUARDED = """
import sys, pyoxigraph as ox
from kg.sandbox import forbid_network
assert forbid_network()
url = sys.argv[1]
for ask in (
    lambda: list(ox.Store().query("SELECT * { SERVICE <%s> { ?s ?p ?o } }" % url)),
    lambda: ox.Store().update("LOAD <%s>" % url),
    lambda: __import__("urllib.request").request.urlopen(url),
    lambda: __import__("socket").create_connection(("127.0.0.1", 80)),
):
    try:
        ask()
    except OSError as error:
        print(type(error).__name__)
store = ox.Store(sys.argv[2])
store.update("INSERT DATA { <urn:a> <urn:b> 1 }")
print(len(store), len(__import__("socket").socketpair()))
"""


@needs_filters
def test_the_system_alone_keeps_the_engine_from_the_network(listener: Listener, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", _UNGUARDED, listener.url, tmp_path / "store"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 5
    assert done.stdout.splitlines()[-1] == "1 2"
    assert listener.asked == []


@needs_filters
def test_the_system_alone_holds_whatever_the_text(listener: Listener):
    """In a process of its own, for what it gives up does not come back."""
    command = [sys.executable, "-m", __name__, listener.host]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert (
        min(map(int, done.stdout.split())) > 20
    )  # so many the engine would have sent, and SILENT ones
    assert listener.asked == []


def main(host: str) -> None:
    """Evaluate made-up queries and updates that no text guard has seen; count what was refused."""
    assert forbid_network()

    def refused(texts: st.SearchStrategy[str], run: Callable[[str], object]) -> int:
        count = 0

        @settings(max_examples=400, database=None)
        @given(texts)
        def ask(text: str) -> None:
            nonlocal count
            try:
                run(text)
            except OSError:
                count += 1
            except (SyntaxError, RuntimeError, ValueError):
                pass

        ask()
        return count

    base = f"http://{host}/"

    def answer(text: str) -> None:
        found = ox.Store().query(text, base_iri=base)
        if not isinstance(found, ox.QueryBoolean):
            for _ in found:
                pass

    queries = refused(hidden(QUERIES, host), answer)
    updates = refused(hidden(UPDATES, host), lambda text: ox.Store().update(text, base_iri=base))
    sys.stdout.write(f"{queries} {updates}")


_OTHER_WAYS = """
import ctypes, os
from kg.sandbox import forbid_network
libc = ctypes.CDLL(None, use_errno=True)
before = [libc.socket(family, 1, 0) for family in (2, 10)]
assert forbid_network() and forbid_network()
def refused(*call):
    return libc.syscall(*call) == -1 and ctypes.get_errno() == 13
number = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
assert all(refused(number, family, kind, 0) for family in (0, 2, 3, 10, 16, 17, 38, 40) for kind in (1, 2, 3))
assert refused(number, 2 | 1 << 40, 1, 0)  # the kernel looks at the lower half alone
assert refused(425, 8, None)  # io_uring_setup
if os.uname().machine == "x86_64":
    assert refused(0x40000000 + 41, 2, 1, 0)  # x32
assert libc.socket(1, 1, 0) >= 0
if os.fork() == 0:
    os._exit(0 if refused(number, 2, 1, 0) else 1)
assert os.wait()[1] == 0
"""


@needs_filters
def test_no_other_way_leads_out():
    done = subprocess.run([sys.executable, "-c", _OTHER_WAYS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@needs_filters
def test_every_process_that_evaluates_is_shut_in(server: Server):
    assert server.about == (
        "(queries reach no other server: their text is checked, and the system lets them open"
        " no connection)"
    )
    assert server.update("INSERT DATA { <urn:x> <urn:x> 1 }").status == 204
    shut_in = [pid for pid in server.processes() if _filters(pid) > _filters(server.process.pid)]
    assert set(server.readers()) <= set(shut_in)
    assert len(shut_in) >= 4  # with the writer


def _filters(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("Seccomp_filters:")[2].split()[0])


def test_hosts_that_are_allowed_are_said(store: Path, tmp_path: Path, listener: Listener):
    with serving(store, tmp_path / "log", "--allow-service", listener.host) as server:
        assert listener.host in server.about
        got = server.query(f"SELECT * {{ SERVICE <{listener.url}> {{ ?s ?p ?o }} }}")
        assert (got.status, listener.asked) == (200, ["/inside"])
        listener.asked.clear()
        assert (
            server.query(f"SELECT * {{ SERVICESILENT<{listener.url}>{{?a ?b ?c}} }}").status == 400
        )
        assert server.query("SELECT * { SERVICE <http://127.0.0.1:1/> {} }").status == 400
    assert listener.asked == []


def test_a_host_that_is_allowed_cannot_send_us_elsewhere(
    store: Path, tmp_path: Path, listener: Listener
):
    """A redirect is followed to hosts that are allowed, and to no other."""
    shutil.copytree(store, tmp_path / "store")
    with listening() as allowed, listening() as other:
        options = ("--writable", "--allow-service", allowed.host, "--allow-service", other.host)
        with serving(tmp_path / "store", tmp_path / "log", *options) as server:
            service = f"SELECT * {{ SERVICE <{allowed.url}> {{ ?s ?p ?o }} }}"
            allowed.redirect = listener.url
            got = server.query(service)
            assert (got.status, listener.asked) == (502, [])
            assert allowed.url in got.text
            assert server.update(f"LOAD <{allowed.url}>").status == 502
            assert server.query(service.replace("SERVICE", "SERVICE SILENT")).status == 200
            assert listener.asked == []
            allowed.redirect = other.url
            assert "a secret" in server.query(service.replace("?s ?p ?o", "?a ?b ?c")).text
            assert other.asked == ["/inside"]
            allowed.redirect = ""
            allowed.answer, allowed.type = b"<a> <b> <../c> .", "text/turtle; charset=utf-8"
            assert server.update(f"LOAD <{allowed.url}/x/y> INTO GRAPH <urn:loaded>").status == 204
            got = server.query(
                "SELECT ?s ?p ?o { GRAPH <urn:loaded> { ?s ?p ?o } }", Accept="text/csv"
            )
            base = allowed.url
            assert got.text.split()[1] == f"{base}/x/a,{base}/x/b,{base}/c"


def test_a_host_is_allowed_in_whatever_case(store: Path, tmp_path: Path, listener: Listener):
    port = listener.host.rpartition(":")[2]
    with serving(store, tmp_path / "log", "--allow-service", f"LocalHost:{port}") as server:
        for host in ("localhost", "LOCALHOST"):
            text = f"SELECT * {{ SERVICE <http://{host}:{port}/inside> {{ ?a ?b ?c }} }}"
            assert "a secret" in server.query(text).text


def test_a_host_that_is_allowed_cannot_fill_the_memory(store: Path, tmp_path: Path):
    with (
        listening() as allowed,
        serving(store, tmp_path / "log", "--allow-service", allowed.host) as server,
    ):
        service = f"SELECT * {{ SERVICE <{allowed.url}> {{ ?a ?b ?c }} }}"
        allowed.answer = ANSWER + b" " * (LARGEST - len(ANSWER))
        assert "a secret" in server.query(service).text
        allowed.answer += b" "
        got = server.query(service + " # again")
        assert got.status == 502
        assert f"{allowed.url} answers with more than 32 MB" in got.text


if __name__ == "__main__":
    main(sys.argv[1])

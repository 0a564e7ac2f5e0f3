"""A second, real server: the dataset sent to it, and asked there as it is here."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest

import kg
from kg.errors import RemoteError
from kg.remote.client import Client
from kg.sparql import catalogue as queries
from kg.sparql.results import Boolean, Triples
from tests.conftest import Run

pytestmark = pytest.mark.slow

NAMED = "https://example.org/default"


@contextmanager
def server(*options: str) -> Iterator[str]:
    """The address of an ``oxigraph`` server in memory, with the default graph as chosen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("oxigraph")
    process = subprocess.Popen(
        [program, "serve", "--bind", f"127.0.0.1:{port}", *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert process.poll() is None
            try:
                urlopen(url, timeout=10).close()
                break
            except URLError:
                time.sleep(0.05)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def plain(dataset: kg.Dataset) -> Iterator[str]:
    with server() as url:
        kg.push(dataset, f"{url}/store")
        yield url


@pytest.fixture(scope="module")
def union(small: kg.Dataset) -> Iterator[str]:
    """A server whose default graph is the union of all, ours in a named one."""
    with server("--union-default-graph") as url:
        kg.push(small, f"{url}/store", default_graph=NAMED)
        yield url


def written(answer: object) -> bytes:
    buffer = io.BytesIO()
    if isinstance(answer, Boolean | Triples):
        answer.serialize(buffer, "table")
    else:
        answer.serialize(buffer, "table", 100)  # type: ignore[attr-defined]
    return buffer.getvalue()


@pytest.mark.parametrize("name", queries.names())
def test_every_query_is_answered_as_it_is_here(name: str, plain: str, dataset: kg.Dataset):
    there = kg.connect(f"{plain}/query")
    assert sorted(written(there.query(name)).splitlines()) == sorted(
        written(dataset.query(name)).splitlines()
    )


def quads(dataset: kg.Dataset) -> bytes:
    buffer = io.BytesIO()
    dataset.dump(buffer, "nquads", inferred=True)
    kept = [line for line in buffer.getvalue().splitlines() if b"_:" not in line]
    return b"\n".join(kept)


def test_a_mirror_is_the_dataset(plain: str, dataset: kg.Dataset):
    there = kg.connect(f"{plain}/query")
    assert len(there) == len(dataset)
    assert quads(there) == quads(dataset)


@pytest.mark.parametrize("graph", ["", NAMED])
def test_a_union_is_taken_apart_again(graph: str, union: str, small: kg.Dataset):
    there = kg.connect(f"{union}/query", default_graph=graph)
    assert quads(there) == quads(small)
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert there.query(count).to_dicts() == small.query(count).to_dicts()
    claims = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert there.query(claims).to_dicts() == small.query(claims).to_dicts()


@pytest.mark.parametrize("union", [(), ("--union-default-graph",)], ids=["default", "union"])
@pytest.mark.parametrize(
    "arguments",
    [["query", "who-met-whom"], ["query", "who-met-whom", "--cite"], ["ask", "ASK { ?x a ent:Meeting }"],
     ["why", "anna-varga"]],
    ids=" ".join,
)  # fmt: skip
def test_claims_that_nothing_describes_are_refused(
    union: tuple[str, ...], arguments: list[str], small: kg.Dataset, run: Run
):
    """As an engine is that hides the default graph behind a union."""
    with server(*union) as url:
        kg.push(small, f"{url}/store")
        update = Request(f"{url}/update", b"DROP DEFAULT")
        update.add_header("Content-Type", "application/sparql-update")
        urlopen(update, timeout=60).close()
        result = run(*arguments, "--endpoint", f"{url}/query")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"kg: {url}/query: its default graph does not say what its claims are;"
        " send it with “kg push --default-graph IRI”, and ask with --default-graph IRI\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "who-met-whom", "-p", "place=China"],
        ["query", "who-are-whose-grandparents", "--cite"],
        ["query", "who-met-whom", "--cite", "-f", "json"],
        ["query", "who-supplied-what-to-whom", "--believe", "attributed"],
        ["query", "what-is-claimed-about", "--speaker", "Kaja Kallas"],
        ["query", "who-met-whom", "--article", "ft-xi-kim-talks", "--as-of", "2025-09-30"],
        ["query", "who-met-whom-as-a-graph", "-f", "turtle", "--timeout", "100"],
        ["query", "-e", "ASK { id:kim-jong-un a ent:Leader }", "-f", "json"],
        ["ask", "did-xi-putin-and-kim-hold-a-summit"],
        ["why", "kim-ju-ae"],
    ],
    ids=" ".join,
)
def test_the_command_says_there_what_it_says_here(arguments: list[str], plain: str, run: Run):
    here, there = run(*arguments), run(*arguments, "--endpoint", f"{plain}/query")
    assert (there.returncode, there.stdout) == (here.returncode, here.stdout), there.stderr


def test_a_second_push_removes_what_is_no_more(
    small: kg.Dataset, dataset: kg.Dataset, run: Run, tmp_path: Path
):
    with server() as url:
        other = Client(f"{url}/store")
        kept = ox.Triple(*[ox.NamedNode("https://example.org/x")] * 3)
        other.put("https://example.org/others", [kept])
        kg.push(small, f"{url}/store")
        pushed = run("push", "--to", f"{url}/store")
        assert pushed.returncode == 0, pushed.stderr
        assert "old ones removed" in pushed.stdout
        assert quads(kg.connect(f"{url}/query")) == quads(dataset)
        assert other.get("https://example.org/others") == [kept]


def test_a_server_that_refuses_is_quoted_with_graph_and_status(plain: str, run: Run):
    result = run("push", "--to", f"{plain}/query")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"kg: {plain}/query") and "40" in result.stderr
    with server() as url:
        empty = run("query", "who-met-whom", "--cite", "--endpoint", f"{url}/query")
        assert (empty.returncode, "holds no dataset of kg" in empty.stderr) == (2, True)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:1/query", "cannot be reached: Connection refused"),
        ("ftp://127.0.0.1/query", "is no address of a server"),
        ("nowhere", "is no address of a server"),
    ],
)
def test_a_server_that_cannot_be_asked_is_said(url: str, message: str, run: Run):
    for arguments in (["query", "-e", "ASK {}", "--endpoint"], ["push", "--to"]):
        result = run(*arguments, url)
        assert result.returncode == 2
        assert message in result.stderr and "Traceback" not in result.stderr


def test_a_token_goes_over_https_only():
    with pytest.raises(RemoteError, match="https only"):
        kg.connect("http://example.org/query", "secret")


def test_an_answer_too_large_is_refused(plain: str):
    with pytest.raises(RemoteError, match="more than 1,000 bytes"):
        Client(f"{plain}/query", limit=1_000).query("SELECT * { ?s ?p ?o }")


def test_what_contradicts_itself_is_a_usage_error(run: Run, store: Path):
    both = run("query", "-e", "ASK {}", "--store", store, "--endpoint", "http://127.0.0.1:1/")
    assert both.returncode == 2 and "not both" in both.stderr
    assert "belong to" in run("query", "-e", "ASK {}", "--default-graph", NAMED).stderr
    wrong = run("push", "--to", "http://127.0.0.1:1/", "--default-graph", "no iri")
    assert wrong.returncode == 2 and "is no IRI" in wrong.stderr


class _Recorded(BaseHTTPRequestHandler):
    """Answers as Virtuoso 7.2.5 was seen to."""

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        name = "__ASK_RETVAL" if b"query=ASK" in asked else "s"
        term = (
            {
                "type": "typed-literal",
                "datatype": "http://www.w3.org/2001/XMLSchema#integer",
                "value": "1",
            }
            if name != "s"
            else {"type": "bnode", "value": "nodeID://b10000"}
        )
        whole = {
            "head": {"link": [], "vars": [name]},
            "results": {"distinct": False, "ordered": True, "bindings": [{name: term}]},
        }
        body = json.dumps(whole).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_answers_as_virtuoso_gives_them_are_read():
    with HTTPServer(("127.0.0.1", 0), _Recorded) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            client = Client(f"http://127.0.0.1:{server.server_port}/sparql")
            yes = client.query("ASK { ?s ?p ?o }")
            assert isinstance(yes, Boolean) and bool(yes)
            (row,) = client.query("SELECT ?s { ?s ?p ?o }")
            assert row["s"] == ox.BlankNode("b10000")
        finally:
            server.shutdown()
            thread.join()

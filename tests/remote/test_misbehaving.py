"""Servers that misbehave: one clear message for each, and nothing that should not leave."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.errors import RemoteError
from kg.remote import client as clients
from kg.remote.client import Client
from tests.conftest import TESTS, Run
from tests.support.misbehaving import FAULTS, Fault, misbehaving
from tests.support.serving import until

SELECT = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3"
NAME = "https://example.org/graph"


def is_one_line(error: RemoteError, url: str) -> bool:
    said = str(error)
    return said.startswith(url) and said.isprintable() and len(said) < 500


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_query_is_answered_whole_or_not_at_all(fault: Fault, small: kg.Dataset):
    with misbehaving(fault, iter(small.store)) as server:
        for text in (SELECT, "ASK { ?s ?p ?o }"):
            with pytest.raises(RemoteError) as error:
                Client(f"{server.url}/query", patience=0.5).query(text)
            assert is_one_line(error.value, server.url)


def test_a_server_without_faults_is_answered_from(small: kg.Dataset):
    with misbehaving(quads=iter(small.store)) as server:
        assert len(kg.connect(f"{server.url}/query")) == len(small)
        assert len([*Client(f"{server.url}/query").query(SELECT)]) == 3


@pytest.mark.slow
@pytest.mark.parametrize("fault", [FAULTS[name] for name in FAULTS if "JSON" not in name],
                         ids=[name for name in FAULTS if "JSON" not in name])  # fmt: skip
def test_a_graph_is_read_whole_or_not_at_all(fault: Fault, small: kg.Dataset):
    with misbehaving(fault, iter(small.store)) as server, pytest.raises(RemoteError) as error:
        Client(f"{server.url}/store", patience=0.5).get("")
    assert is_one_line(error.value, server.url)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 1_000])
def test_a_copy_lacks_no_rows(rows: int, small: kg.Dataset):
    with misbehaving(Fault(rows=rows), iter(small.store)) as server:
        there = kg.connect(f"{server.url}/query")
        with pytest.raises(RemoteError, match=rf"gave [\d,]+ of {len(small):,} statements"):
            len(there)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "body", "said"),
    [
        ("ASK {}", b'{"head": {"vars": []}, "results": {"bindings": []}}', "ASK with solutions"),
        ("SELECT * { ?s ?p ?o }", b'{"head": {}, "boolean": true}', "SELECT with a boolean"),
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            b'{"head": {}, "boolean": true}',
            "with a boolean and not",
        ),
    ],
)
def test_an_answer_of_another_kind_is_none(text: str, body: bytes, said: str):
    fault = Fault(body=body, type="application/sparql-results+json")
    with misbehaving(fault) as server, pytest.raises(RemoteError, match=said):
        Client(f"{server.url}/query").query(text)


def test_rows_of_another_shape_are_refused(small: kg.Dataset):
    body = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{}, {}]}}'
    with misbehaving(Fault(after=2, body=body), iter(small.store)) as server:
        there = kg.connect(f"{server.url}/query")
        with pytest.raises(RemoteError, match=r"answered (with other rows than asked|ASK with)"):
            len(there)


# ── What is sent, and to whom ────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_only_a_query_follows_a_redirect(method: str, status: int):
    with misbehaving() as other, misbehaving() as server:
        server.fault = Fault(status=status, location=f"{other.url}/store")
        client = Client(f"{server.url}/store", "a-token")
        with pytest.raises(RemoteError, match=rf"{status} .*{other.url}/store"):
            {"PUT": lambda: client.put(NAME, []), "DELETE": lambda: client.delete(NAME),
             "GET": lambda: client.get(NAME)}[method]()  # fmt: skip
        assert (len(server.requests), other.requests) == (1, [])


def test_a_token_goes_to_its_server_only(small: kg.Dataset):
    with misbehaving(quads=iter(small.store)) as other, misbehaving() as server:
        server.fault = Fault(status=307, location=f"{other.url}/query")
        assert bool(Client(f"{server.url}/query", "a-token").query("ASK { ?s ?p ?o }"))
    assert server.requests[0][2]["authorization"] == "Bearer a-token"
    assert [("authorization" in names) for _, _, names in other.requests] == [False]


@pytest.mark.slow
def test_the_token_of_the_environment_is_for_pushes_only(run: Run, small: kg.Dataset, tmp_path):
    with misbehaving(quads=iter(small.store)) as server:
        url = f"{server.url}/query"
        run("query", "-e", "ASK {}", "--endpoint", url, KG_TOKEN="of-another-server")
        assert all("authorization" not in names for _, _, names in server.requests)
        (tmp_path / "token").write_text("of-this-one\n")
        run("query", "-e", "ASK {}", "--endpoint", url, "--token-file", str(tmp_path / "token"))
        assert server.requests[-1][2]["authorization"] == "Bearer of-this-one"
        run("push", "--to", f"{server.url}/store", KG_TOKEN="of-a-push")
        assert server.requests[-1][2]["authorization"] == "Bearer of-a-push"


@pytest.mark.slow
def test_a_push_that_breaks_off_anywhere_is_mended_by_the_next(small: kg.Dataset):
    graphs = len([*small.store.named_graphs()]) + 1
    for after in (0, 1, 2, graphs // 2, graphs):
        with misbehaving(Fault(method="PUT", after=after, reset=True)) as server:
            with pytest.raises(RemoteError, match=rf"{max(0, after - 1)} of {graphs} graphs were"):
                kg.push(small, f"{server.url}/store")
            default = [*server.store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
            assert bool(default) == (after == graphs)  # it has taken the last, and not said so
            server.fault = Fault()
            kg.push(small, f"{server.url}/store")
            assert told(server.store) == told(small.store)


@pytest.mark.slow
@pytest.mark.parametrize("puts", [1, 7])
def test_a_push_that_is_killed_is_mended_by_the_next(puts: int, small: kg.Dataset, tmp_path: Path):
    kg.build([TESTS / "small"], tmp_path / "store")
    with misbehaving() as server:
        command = [sys.executable, "-m", "kg", "push", "--store", str(tmp_path / "store")]
        pushing = subprocess.Popen([*command, "--to", f"{server.url}/store"])
        until(lambda: sum(method == "PUT" for method, *_ in server.requests) >= puts)
        pushing.kill()
        pushing.wait()
        assert not [*server.store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
        assert len(server.store) < len(small.store)
        kg.push(kg.open(tmp_path / "store"), f"{server.url}/store")
        assert told(server.store) == told(small.store)


def told(held: ox.Store) -> tuple[int, set[ox.Quad]]:
    """How many quads there are, and those without blank nodes."""
    return len(held), {quad for quad in held if "_:" not in str(quad)}


def test_the_default_graph_is_pushed_last(small: kg.Dataset):
    with misbehaving() as server:
        kg.push(small, f"{server.url}/store")
    puts = [path for method, path, _ in server.requests if method == "PUT"]
    assert "default" in puts[-1] and not any("default" in path for path in puts[:-1])


def test_the_bounds_are_those_that_are_documented():
    assert (clients.WAIT, clients.PATIENCE, clients.MAX_BYTES) == (600, 3600, 1 << 30)

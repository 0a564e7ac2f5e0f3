"""Little that is sent cannot take much memory, and no query or document ends a process."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import EntenteError, RemoteError
from kg.opener import open_rdf
from kg.remote.client import Client
from tests.conftest import Run
from tests.support.listening import listening
from tests.support.serving import NUMBERS, TOKEN, Server, serving

pytestmark = pytest.mark.slow

RDF = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e#">{}</r:RDF>'
BOMBS = {
    "nested.jsonld": '{"@id":"urn:a","urn:p":' * 6_000 + "1" + "}" * 6_000,
    "lists.jsonld": '{"urn:p":' + '{"@list":[' * 3_000 + "1" + "]}" * 3_001,
    "nested.rdf": RDF.format("<r:Description><e:p>" * 500 + "</e:p></r:Description>" * 500),
    "entity.rdf": f'<!DOCTYPE r [<!ENTITY a "{"x" * 500_000}">]>'
    + RDF.format(f'<r:Description r:about="urn:a"><e:p>{"&a;" * 2_000}</e:p></r:Description>'),
    "late.rdf": f"<!--{'-' * 0}{' ' * 100_000}-->\n<!DOCTYPE r [<!ENTITY a '{'x' * 500_000}'>]>"
    + RDF.format(f'<r:Description r:about="urn:a"><e:p>{"&a;" * 2_000}</e:p></r:Description>'),
    "laughs.rdf": '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + RDF.format(""),
    "quoted.ttl": "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * 9_000 + "1" + " )>>" * 9_000 + " .",
    "quoted.nq": "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * 9_000 + "1" + " )>>" * 9_000 + " .",
}
FINE = {
    "nested.jsonld": '{"@id":"urn:a","urn:p":' * 50 + "1" + "}" * 50,
    "brackets.jsonld": '{"@id":"urn:a","urn:p":"' + "[{" * 1_000 + '"}',
    "entities.rdf": '<!DOCTYPE r [<!ENTITY x "http://www.w3.org/2001/XMLSchema#">]>'
    + RDF.format('<r:Description r:about="urn:a"><e:p>&x;</e:p></r:Description>' * 3_000),
    "deep.ttl": "<urn:a> <urn:p> " + "[ <urn:p> " * 100 + "'<<<<'" + "]" * 100 + " .",
}
TYPES = {"jsonld": "application/ld+json", "rdf": "application/rdf+xml", "ttl": "text/turtle", "nq": "application/n-quads"}  # fmt: skip


@pytest.fixture(scope="module")
def server(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    import shutil

    folder = tmp_path_factory.mktemp("memory")
    shutil.copytree(store, folder / "store")
    options = ("--writable", "--max-memory", "64", "--max-body", "8", "--timeout", "30")
    with serving(folder / "store", folder / "log", *options) as found:
        yield found


def _put(server: Server, name: str, text: str):
    graph = "" if name.endswith("nq") else "?graph=urn:g"
    headers = {"Content_Type": TYPES[name.rpartition(".")[2]], "Authorization": f"Bearer {TOKEN}"}
    return server.ask("POST", f"/store{graph}", text, **headers)


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_document_cannot_take_much(server: Server, tmp_path: Path, name: str):
    (tmp_path / name).write_text(BOMBS[name])
    done = subprocess.run(
        [sys.executable, "-m", "kg", "validate", "--no-reasoner", tmp_path / name],
        capture_output=True, text=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (700 << 20, 700 << 20)),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "nested more than" in done.stdout or "entit" in done.stdout
    assert len(done.stdout.splitlines()) < 8
    got = _put(server, name, BOMBS[name])
    assert got.status == 400
    assert "nested more than" in got.text or "entit" in got.text


def test_dumps_are_held_to_the_same(run: Run, tmp_path: Path):
    deep = "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * 9_000 + "1" + " )>>" * 9_000 + " ."
    (tmp_path / "deep.nq").write_text(deep)
    (tmp_path / "device.nq").symlink_to("/dev/zero")
    for name, words in (("deep.nq", "nested more than"), ("device.nq", "is a device")):
        for old, new in ((name, "deep.nq"), ("deep.nq", name)):
            result = run("diff", tmp_path / old, tmp_path / new)
            assert (result.returncode, result.stdout) == (2, "")
            assert result.stderr.count("\n") == 1
        assert words in run("diff", tmp_path / name, tmp_path / name).stderr
        with pytest.raises(EntenteError, match=words):
            open_rdf(tmp_path / name)


def test_answers_of_others_are_held_to_the_same():
    deep = "<urn:a> <urn:p> " + "<<( <urn:a> <urn:p> " * 9_000 + "1" + " )>>" * 9_000 + " ."
    with listening() as listener:
        listener.answer, listener.type = deep.encode(), "text/turtle"
        with pytest.raises(RemoteError, match="nested more than"):
            Client(listener.url).get("urn:g")


@pytest.mark.parametrize("name", FINE)
def test_what_is_only_long_is_read(server: Server, tmp_path: Path, name: str):
    assert _put(server, name, FINE[name]).status in (201, 204)


def test_a_change_that_needs_too_much_memory_changes_nothing(server: Server):
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    before = server.query(count, Accept="text/csv").text
    values = " ".join(f"VALUES ?v{n} {{ {NUMBERS} }}" for n in range(4))
    huge = f"INSERT {{ <urn:h> <urn:p> ?t }} WHERE {{ {values} BIND(CONCAT(STR(?v0), ' ', STR(?v1), ' ', STR(?v2), STR(?v3)) AS ?t) }}"
    got = server.update(huge)
    assert (got.status, got.text.split()[0]) == (503, "ended:")
    assert server.query(count, Accept="text/csv").text == before
    assert server.update("INSERT DATA { <urn:h> <urn:p> 1 }").status == 204


def test_a_device_is_not_read(run: Run, tmp_path: Path):
    (tmp_path / "device.ttl").symlink_to("/dev/zero")
    result = run("validate", "--no-reasoner", tmp_path / "device.ttl")
    assert (result.returncode, result.stdout) == (2, "")
    assert "is a device" in result.stderr
    assert result.stderr.count("\n") == 1


MIXED = Path(__file__).parents[2] / "sparql" / "mixed.txt"
TERMS = [term for term in MIXED.read_text().split() if not term.startswith("<<")] * 3
ORDER = f"ASK {{ VALUES ?v {{ {' '.join(TERMS)} }} }} ORDER BY ?v LIMIT 1"
ENDERS = {
    "mixed": (ORDER, 0, ""),
    "negations": ("ASK { FILTER (" + "!" * 20_000 + "true) }", 2, "chains of more than"),
    "brackets": ("ASK { FILTER (" + "(#'\n" * 1_000 + "1" + ")" * 1_001 + " }", 2, "nested more"),
    "calls": ("ASK { FILTER (" + "STR(" * 1_000 + "1" + ")" * 1_001 + " }", 2, "nested more"),
}


@pytest.mark.parametrize("name", ENDERS)
@pytest.mark.parametrize("command", [["query"], ["query", "--cite"], ["ask"]])
def test_no_query_ends_a_command(run: Run, tmp_path: Path, command: list[str], name: str):
    text, code, words = ENDERS[name]
    (tmp_path / "it.rq").write_text(text)
    result = run(*command, tmp_path / "it.rq")
    assert result.returncode == code, result.stderr
    assert words in result.stderr
    assert result.stderr.count("\n") <= 1


@pytest.mark.parametrize("name", ENDERS)
def test_no_query_ends_a_reader(server: Server, name: str):
    text, code, words = ENDERS[name]
    for more in ({}, {"cite": "true"}, {"format": "html"}):
        got = server.ask(
            "POST", "/query" + ("?" + "&".join(f"{k}={v}" for k, v in more.items()) if more else ""),
            text, Content_Type="application/sparql-query",
        )  # fmt: skip
        assert got.status == (400 if code else 200), got.text
        assert words in got.text

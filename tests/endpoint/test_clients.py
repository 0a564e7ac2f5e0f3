"""Clients that people use, many of them at once, and those that know no HTTP."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    RDFXML,
    TSV,
    TURTLE,
    XML,
    SPARQLWrapper,
)

import kg
from kg.vocabulary.iris import ID, ONTOLOGY_IRI
from tests.support.serving import FORM, TOKEN, Server, serving, until, writable

pytestmark = pytest.mark.slow

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
LABEL = "SELECT ?label { <https://w3id.org/entente/id/kim-jong-un> rdfs:label ?label }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # Where the machine is slow, two hundred clients wait long for their turn.
    with writable(tmp_path_factory.mktemp("clients"), "--timeout", "600") as server:
        yield server


SPARQL_RESULTS = {
    JSON: "application/sparql-results+json",
    XML: "application/sparql-results+xml",
    CSV: "text/csv",
    TSV: "text/tab-separated-values",
}
RDF_RESULTS = {
    XML: "application/rdf+xml",
    RDFXML: "application/rdf+xml",
    JSONLD: "application/ld+json",
    TURTLE: "text/turtle",
    N3: "text/turtle",
}


@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize(
    ("query", "types"),
    [(LABEL, SPARQL_RESULTS), (f"ASK {LABEL[13:]}", SPARQL_RESULTS), ("DESCRIBE id:kim-jong-un", RDF_RESULTS),
     ("CONSTRUCT { ?s a ent:Leader } { ?s a ent:Leader }", RDF_RESULTS)],
    ids=["select", "ask", "describe", "construct"],
)  # fmt: skip
def test_sparqlwrapper_in_all_its_formats(
    server: Server, method: str, query: str, types: dict[str, str]
):
    # SPARQLWrapper looks for the kind of query, and knows none behind a prefix that it was not told.
    text = f"PREFIX ent: <{ONTOLOGY_IRI}#> PREFIX id: <{ID}> PREFIX rdfs: <{RDFS}> {query}"
    for form, media_type in types.items():
        client = SPARQLWrapper(f"{server.url}/query")
        client.setMethod(method)
        client.setQuery(text)
        client.setReturnFormat(form)
        got = client.query()
        assert got.info()["content-type"].split(";")[0] == media_type, form
        read = got.convert()
        if isinstance(read, Graph):
            assert URIRef(f"{ID}kim-jong-un") in set(read.subjects()), form
        else:
            shown = read.toxml() if form == XML else read if form == JSON else read.decode()
            assert any(word in str(shown) for word in ("Kim Jong Un", "rue", "kim-jong-un")), form


def test_sparqlwrapper_updates(server: Server):
    client = SPARQLWrapper(f"{server.url}/query", f"{server.url}/update")
    client.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    client.setMethod(POST)
    client.setQuery("INSERT DATA { GRAPH <urn:wrapper> { <urn:a> <urn:b> 1 } }")
    client.query()
    assert json.loads(server.query("ASK { GRAPH <urn:wrapper> { ?s ?p 1 } }").text)["boolean"]


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads(server: Server, method: str):
    graph = Graph(SPARQLStore(f"{server.url}/query", method=method))
    kim = URIRef("https://w3id.org/entente/id/kim-jong-un")
    labels = list(graph.objects(kim, URIRef("http://www.w3.org/2000/01/rdf-schema#label")))
    assert labels == [Literal("Kim Jong Un", lang="en")]
    assert len(graph) == len(list(graph))


def test_rdflib_writes(server: Server):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    store = SPARQLUpdateStore(f"{server.url}/query", f"{server.url}/update", headers=headers)
    graph = Graph(store, identifier=URIRef("urn:rdflib"))
    graph.add((URIRef("urn:a"), URIRef("urn:b"), Literal("é + & %2B")))
    assert list(graph.objects(URIRef("urn:a"))) == [Literal("é + & %2B")]


def test_the_engine_of_another_process_asks_by_service(server: Server):
    code = (
        "import sys, pyoxigraph as ox\n"
        "text = 'SELECT ?l { SERVICE <%s> { ?s <%s> ?l } }'\n"
        "print(sum(1 for _ in ox.Store().query(text % tuple(sys.argv[1:]))))"
    )
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    command = [sys.executable, "-c", code, f"{server.url}/query", label]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    own = server.query(f"SELECT (COUNT(*) AS ?n) {{ ?s <{label}> ?l }}", Accept="text/csv")
    assert asked.stdout.strip() == own.text.split()[1] != "0"


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_curl(server: Server, tmp_path: Path):
    data = tmp_path / "data.ttl"
    data.write_text("<urn:a> <urn:b> 1 .")
    target = f"{server.url}/store?graph=urn:curl"
    put = ["curl", "-s", "-f", "-T", str(data), "-H", "Content-Type: text/turtle",
           "-H", f"Authorization: Bearer {TOKEN}", target]  # fmt: skip
    subprocess.run(put, check=True, timeout=60)
    ask = ["curl", "-s", "-f", "--compressed", f"{server.url}/query", "-H", "Accept: text/csv",
           "--data-urlencode", "query=SELECT ?o FROM <urn:curl> { ?s ?p ?o }"]  # fmt: skip
    got = subprocess.run(ask, check=True, timeout=60, capture_output=True, text=True)
    assert got.stdout.split() == ["o", "1"]


def test_a_service_that_is_not_allowed_or_fails_is_an_error(server: Server, tmp_path: Path):
    service = "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}"
    assert "SERVICE is not allowed" in server.query(service.format(f"{server.url}/query")).text
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"127.0.0.1:{unused.getsockname()[1]}"
        kg.build(path=tmp_path / "store")
        host = urlsplit(server.url).netloc.replace("127.0.0.1", "LocalHost")
        allowed = ("--allow-service", dead, "--allow-service", host)
        with serving(tmp_path / "store", tmp_path / "log", "--writable", *allowed) as other:
            here = server.url.replace("127.0.0.1", "localhost")
            good = other.query(service.format(f"{here}/query"), Accept="text/csv")
            assert (good.status, good.headers["cache-control"]) == (200, "no-store")
            assert len(good.text.splitlines()) > 100
            assert other.query(service.format(f"http://{dead}/query")).status == 502
            silent = other.query(
                service.format(f"http://{dead}/query").replace("SERVICE", "SERVICE SILENT")
            )
            assert silent.status == 200
            for elsewhere in (
                "http://localhost:1/query",
                "file:///etc/passwd",
                f"http://{dead}@x/",
                "relative",
            ):
                assert other.query(service.format(elsewhere)).status == 400
            variable = "SELECT * { VALUES ?g { <http://x/> } SERVICE ?g { ?s ?p ?o } }"
            assert other.query(variable).status == 400
            assert other.update("LOAD <file:///etc/passwd>").status == 400
            assert other.update(f"LOAD <http://{dead}/x>").status == 502
            graph = f"{here}/store?default"
            assert other.update(f"LOAD <{graph}> INTO GRAPH <urn:loaded>").status == 204
            loaded = other.query("ASK { GRAPH <urn:loaded> { ?s rdfs:label 'Kim Jong Un'@en } }")
            assert json.loads(loaded.text)["boolean"]


CLIENTS, TURNS = 200, 6


def test_many_clients_read_while_one_writes(server: Server):
    """Every answer is whole and of one state: of the counter and its double, both or neither."""
    first = "INSERT DATA { GRAPH <urn:counter> { <urn:n> <urn:is> 0 ; <urn:twice> 0 } }"
    assert server.update(first).status == 204
    seen = asyncio.run(_crowd(server))
    assert len(seen) == TURNS * CLIENTS
    assert all(twice == 2 * n for n, twice in seen)
    assert len(set(seen)) > 1


async def _crowd(server: Server) -> list[tuple[int, int]]:
    reading = [asyncio.create_task(_reader(server, number)) for number in range(CLIENTS)]
    written = 0
    while not all(task.done() for task in reading) or written < 3:
        written += 1
        text = (
            "DELETE WHERE { GRAPH <urn:counter> { ?s ?p ?o } } ; INSERT DATA { GRAPH <urn:counter> "
            f"{{ <urn:n> <urn:is> {written} ; <urn:twice> {2 * written} }} }}"
        )
        assert (await asyncio.to_thread(server.update, text)).status == 204
        # Whoever asks from now on sees it.
        query = "SELECT ?n { GRAPH <urn:counter> { ?x <urn:is> ?n } }"
        got = await asyncio.to_thread(server.query, query, Accept="text/csv")
        assert got.text.split() == ["n", str(written)]
    return [state for task in reading for state in task.result()]


async def _reader(server: Server, number: int) -> list[tuple[int, int]]:
    """Ask over one connection that is kept alive, and check each answer."""
    reader, writer = await asyncio.open_connection(*server.address)
    states, newest = [], 0
    for turn in range(TURNS):
        text = "SELECT ?n ?m { GRAPH <urn:counter> { ?x <urn:is> ?n ; <urn:twice> ?m } }"
        target = f"/query?query={quote(f'{text} # {number}.{turn}')}"
        writer.write(
            f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        assert head.startswith("HTTP/1.1 200"), head
        length = int(head.lower().partition("content-length:")[2].split()[0])
        _, row = (await reader.readexactly(length)).decode().splitlines()
        n, twice = map(int, row.split(","))
        assert n >= newest  # nobody goes back in time
        newest = n
        states.append((n, twice))
    writer.close()
    await writer.wait_closed()
    return states


TOKENS = st.sampled_from(["GET", "POST", "QUERY", "get", "", "PUT", "\x00", "OPTIONS", "HEAD"])
PATHS = st.sampled_from(
    [
        "/query",
        "/update",
        "/store",
        "/",
        "//",
        "/query?query=",
        "/%00",
        "*",
        "http://x/query",
        "/why?name=%FF",
    ]
)
NAMES = st.sampled_from(
    [
        "Host",
        "Accept",
        "Content-Type",
        "Content-Length",
        "Transfer-Encoding",
        "If-None-Match",
        "Accept-Encoding",
        "Authorization",
        "Expect",
    ]
)
VALUES = st.one_of(
    st.sampled_from(["x", "", "-1", "9999999999999999999", "chunked", "*/*;q=", "text/turtle;q=2", ";;;,,,", '"', "W/", FORM, "multipart/form-data", "100-continue", "Bearer"]),
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=30),
)  # fmt: skip


@settings(max_examples=150)
@given(TOKENS, PATHS, st.lists(st.tuples(NAMES, VALUES), max_size=4), st.binary(max_size=80))
def test_malformed_requests_are_refused_and_no_fault_of_the_server(
    server: Server, method: str, path: str, headers: list[tuple[str, str]], body: bytes
):
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers)
    with socket.create_connection(server.address, timeout=60) as connection:
        connection.sendall(head.encode("latin-1") + b"Connection: close\r\n\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        got = b""
        try:
            while piece := connection.recv(65536):
                got += piece
        except ConnectionResetError:
            pass
    assert not got or got.startswith(b"HTTP/1.1 ")
    assert not got.startswith(b"HTTP/1.1 500")
    assert "Traceback" not in server.log.read_text()


@settings(max_examples=100)
@given(
    st.text(max_size=60),
    st.sampled_from(
        ["query", "$place", "believe", "article", "as-of", "format", "cite", "default-graph-uri"]
    ),
)
def test_no_parameter_is_a_fault_of_the_server(server: Server, value: str, name: str):
    pairs = {"query": "ASK {}", name: value}
    try:
        got = server.get("/query", pairs)
    except UnicodeEncodeError:  # a lone surrogate, which no client can send
        return
    assert got.status in (200, 400, 406), got.text
    assert "Traceback" not in server.log.read_text()


def test_nothing_is_left_at_work(server: Server):
    until(lambda: server.metric("kg_readers_busy") == 0)
    assert server.metric("kg_queue") == 0

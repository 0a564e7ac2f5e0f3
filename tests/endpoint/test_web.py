"""The endpoint as a citizen of the web: formats, codings, caches, other origins, monitoring."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib
import zstandard

from tests.support.serving import FORM, Server, serving, until

SELECT = "SELECT ?person ?label { ?person a ent:Person ; rdfs:label ?label } ORDER BY ?label"
CONSTRUCT = "CONSTRUCT { ?a ent:metWith ?b } WHERE { ?a ent:metWith ?b }"
JSON = "application/sparql-results+json"
SUMMIT = "did-xi-putin-and-kim-hold-a-summit"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON), ("*/*", JSON), (JSON, JSON), (JSON.upper(), JSON),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"), ("text/csv; charset=utf-8", "text/csv"),
        ("text/*", "text/csv"), ("application/*", JSON), ("application/json", "application/json"),
        ("text/csv;q=0.4, text/tab-separated-values;q=0.5", "text/tab-separated-values"),
        ("text/html, text/csv", "text/csv"), ("text/html, */*;q=0.1", "text/html"),
        ("application/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv"),
    ],
)  # fmt: skip
def test_the_format_of_solutions_is_negotiated(server: Server, accept: str, expected: str):
    got = server.query(SELECT, Accept=accept)
    assert (got.status, got.type) == (200, expected)
    assert got.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "text/turtle"), ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.8", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"), ("application/trig", "application/trig"),
        ("application/n-quads", "application/n-quads"), ("text/*", "text/turtle"),
        (f"{JSON}, text/turtle;q=0.1", "text/turtle"),
        *[(f"{old}, application/trig;q=0.5", "text/turtle") for old in
          ("text/n3", "application/turtle", "application/x-turtle", "TEXT/RDF+N3")],
    ],
)  # fmt: skip
def test_the_format_of_triples_is_negotiated(server: Server, accept: str, expected: str):
    got = server.query(CONSTRUCT, Accept=accept)
    assert (got.status, got.type) == (200, expected)


@pytest.mark.parametrize("accept", ["image/png", "text/markdown", "*/*;q=0", "nonsense"])
def test_what_there_is_no_format_for_is_said_so(server: Server, accept: str):
    got = server.query(SELECT, Accept=accept)
    assert got.status == 406
    assert "text/csv" in got.text
    assert server.query(SELECT, Accept="text/turtle").status == 406
    assert server.query(CONSTRUCT, Accept="text/csv").status == 406


@pytest.mark.parametrize(
    ("name", "expected"),
    [("csv", "text/csv"), ("json", JSON), ("XML", "application/sparql-results+xml"), ("text/csv", "text/csv")],
)  # fmt: skip
def test_the_format_can_be_a_parameter(server: Server, name: str, expected: str):
    got = server.get("/query", {"query": SELECT, "format": name}, Accept="text/html")
    assert (got.status, got.type) == (200, expected)
    assert server.get("/query", {"query": SELECT, "format": "png"}).status == 406
    assert server.get("/query", {"query": CONSTRUCT, "format": "xml"}).type == "application/rdf+xml"


def test_all_formats_hold_the_same(server: Server):
    texts = {t: server.query(SELECT, Accept=t).text for t in ("text/csv", JSON)}
    xml = server.query(SELECT, Accept="application/sparql-results+xml").text
    labels = [row["label"] for row in csv.DictReader(io.StringIO(texts["text/csv"]))]
    bindings = json.loads(texts[JSON])["results"]["bindings"]
    assert labels == [b["label"]["value"] for b in bindings]
    spaces = {"r": "http://www.w3.org/2005/sparql-results#"}
    found = ElementTree.fromstring(xml).findall(".//r:binding[@name='label']/r:literal", spaces)
    assert labels == [element.text for element in found]
    assert "Kim Jong Un" in labels
    graphs = [
        rdflib.Graph().parse(data=server.query(CONSTRUCT, Accept=accept).text, format=name)
        for accept, name in [("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld")]
    ]  # fmt: skip
    assert len(graphs[0]) > 0
    assert all(graph.isomorphic(graphs[0]) for graph in graphs)


@pytest.mark.slow
@pytest.mark.parametrize("text", [SELECT, "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"])
def test_codings(server: Server, text: str):
    plain = server.query(text)
    assert "content-encoding" not in plain.headers
    coded = server.query(text, Accept_Encoding="gzip")
    assert coded.headers["content-encoding"] == "gzip"
    assert gzip.decompress(coded.content) == plain.content
    coded = server.query(text, Accept_Encoding="gzip;q=0.5, zstd")
    assert coded.headers["content-encoding"] == "zstd"
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(coded.content))
    assert reader.read() == plain.content
    for taken in ("gzip, identity", "gzip;q=0.5, identity;q=0.5", "*"):
        assert "content-encoding" in server.query(text, Accept_Encoding=taken).headers
    for refused in ("identity", "gzip;q=0", "br", "identity, gzip;q=0.5"):
        assert "content-encoding" not in server.query(text, Accept_Encoding=refused).headers
    assert "content-encoding" not in server.query("ASK {}", Accept_Encoding="gzip").headers


def test_an_answer_that_is_known_is_not_sent_again(server: Server):
    got = server.query(SELECT)
    tag = got.headers["etag"]
    assert tag.startswith('"')
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = server.query(SELECT, If_None_Match=known)
        assert (again.status, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == got.headers["vary"]
    assert server.query(SELECT, If_None_Match='"other"').status == 200
    others = [
        server.query(SELECT, Accept="text/csv"), server.query(SELECT, Accept_Encoding="gzip"),
        server.query(f"{SELECT} LIMIT 1"),
        server.get("/query", {"query": SELECT, "default-graph-uri": "urn:g"}),
        server.get("/query", {"query": SELECT, "believe": "planned"}),
    ]  # fmt: skip
    tags = {other.headers["etag"] for other in others}
    assert len(tags) == len(others)
    assert tag not in tags


def test_what_is_asked_again_comes_from_the_cache(server: Server):
    text = f"{SELECT} # again"
    before = server.metric("kg_cache_hits_total")
    answers = {server.query(text).content for _ in range(5)}
    assert len(answers) == 1
    assert server.metric("kg_cache_hits_total") - before == 4


@pytest.mark.parametrize(
    "call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "rand()", "\\u0052AND()"]
)
def test_what_differs_each_time_is_not_kept(server: Server, call: str):
    text = f"SELECT ({call} AS ?x) {{}}"
    got = server.query(text)
    if got.status == 400:
        assert "\\u" in call  # the engine reads no such escapes
        return
    assert got.headers["cache-control"] == "no-store"
    assert "etag" not in got.headers
    if call != "BNODE()":
        assert server.query(text).content != got.content


def test_head_wherever_get_is(server: Server):
    paths = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/.well-known/void", "/query",
             "/query?query=ASK%20%7B%7D", "/store", "/store?default", f"/ask?query={SUMMIT}",
             "/why?name=kim-jong-un", "/query?query=ASK%20%7B", "/nothing"]  # fmt: skip
    for path in paths:
        got, head = server.ask("GET", path), server.ask("HEAD", path)
        assert (head.status, head.type, head.content) == (got.status, got.type, b""), path


def test_methods_that_are_not_there(server: Server):
    for path, allowed in {
        "/query": "GET, POST, QUERY, HEAD, OPTIONS", "/update": "POST, OPTIONS",
        "/healthz": "GET, HEAD, OPTIONS", "/store": "GET, PUT, POST, DELETE, HEAD, OPTIONS",
    }.items():  # fmt: skip
        got = server.ask("PATCH", path)
        assert (got.status, got.headers["allow"]) == (405, allowed)
        got = server.ask("OPTIONS", path)
        assert (got.status, got.headers["allow"]) == (204, allowed)


def test_pages_of_other_origins_may_ask(server: Server):
    for got in (server.query(SELECT), server.query("ASK {"), server.ask("GET", "/nothing")):
        assert got.headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://example.org", "Access_Control_Request_Method": "POST"}
    got = server.ask("OPTIONS", "/query", **asked)
    assert got.status == 204
    assert "POST" in got.headers["access-control-allow-methods"]
    assert "Content-Type" in got.headers["access-control-allow-headers"]
    for wanted in ("x-requested-with,traceparent", "X-Own", "a b", "x" * 9_000 + ":"):
        asked["Access_Control_Request_Headers"] = wanted
        got = server.ask("OPTIONS", "/query", **asked)
        assert got.status == 204
        allowed = got.headers["access-control-allow-headers"]
        assert (wanted in allowed) == wanted.startswith(("x-requested", "X-Own"))


def test_monitoring(server: Server):
    assert server.get("/healthz").text == "ok\n"
    assert server.get("/readyz").text == "ready\n"
    before = server.metric("kg_requests_total")
    server.query("ASK {}")
    server.query("ASK {")
    assert server.metric("kg_requests_total") - before >= 2
    text = server.get("/metrics").text
    assert 'kg_requests_total{method="GET",route="/query",status="400"}' in text
    assert "kg_request_seconds_bucket" in text
    until(lambda: server.lines())
    lines = server.lines()
    assert {"time", "client", "method", "path", "status", "bytes", "ms", "cached"} == set(lines[0])


@pytest.mark.slow
def test_readiness_goes_with_the_store(tmp_path: Path):
    import kg

    kg.build(path=tmp_path / "store")
    with serving(tmp_path / "store", tmp_path / "log") as server:
        assert server.get("/readyz").status == 200
        (tmp_path / "store" / "current").unlink()
        assert server.get("/readyz").status == 503
        got = server.query("ASK {}")
        assert (got.status, got.text) == (503, "the store has been removed\n")
        assert server.get("/healthz").status == 200


@pytest.mark.slow
def test_a_server_over_a_damaged_store_is_not_ready(tmp_path: Path):
    import kg

    kg.build(path=tmp_path / "store")
    with serving(tmp_path / "store", tmp_path / "log") as server:
        assert server.get("/readyz").status == 200
        (tmp_path / "store" / "current").write_text("0123456789abcdef.01234567\n")
        for path in ("/readyz", "/query?query=ASK%7B%7D"):
            got = server.ask("GET", path)
            assert (got.status, "damaged" in got.text) == (503, True)
        assert server.get("/healthz").status == 200


def test_the_service_describes_itself(server: Server):
    got = server.ask("GET", "/query", Accept="text/turtle")
    graph = rdflib.Graph().parse(data=got.text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
    # Clients find the endpoint only where the service is named by the URL that they asked.
    assert str(service) == str(graph.value(service, sd.endpoint)) == f"{server.url}/query"
    assert list(graph.objects(service, sd.supportedLanguage)) == [sd.SPARQL11Query]
    assert len(list(graph.objects(service, sd.resultFormat))) == 10
    features = {graph.value(f, rdflib.RDFS.label) for f in graph.objects(service, sd.feature)}
    assert {str(f) for f in features} == {"cite", "believe", "article", "speaker", "as-of"}
    dataset = graph.value(service, sd.defaultDataset)
    counted = json.loads(server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", Accept=JSON).text)
    triples = graph.value(graph.value(dataset, sd.defaultGraph), rdflib.VOID.triples)
    assert str(triples) == counted["results"]["bindings"][0]["n"]["value"]
    assert len(list(graph.objects(dataset, sd.namedGraph))) > 100
    other = rdflib.Graph().parse(
        data=server.ask("GET", "/sparql", Accept="application/rdf+xml").text, format="xml"
    )
    assert other.isomorphic(graph)


def test_the_dataset_has_its_statistics(server: Server):
    graph = rdflib.Graph().parse(data=server.get("/.well-known/void").text, format="turtle")
    (dataset,) = graph.subjects(rdflib.RDF.type, rdflib.VOID.Dataset)
    for prop in (
        "triples",
        "distinctSubjects",
        "distinctObjects",
        "properties",
        "classes",
        "entities",
    ):
        assert int(graph.value(dataset, rdflib.VOID[prop])) > 10
    parts = list(graph.objects(dataset, rdflib.VOID.propertyPartition))
    total = sum(int(graph.value(part, rdflib.VOID.triples)) for part in parts)
    assert total == int(graph.value(dataset, rdflib.VOID.triples))
    assert len(parts) == int(graph.value(dataset, rdflib.VOID.properties))


def test_cited_answers_are_those_of_the_command(server: Server, run):
    cited = server.get("/query", {"query": "who-met-whom", "cite": "true", "$place": "Beijing"})
    command = run("query", "who-met-whom", "--param", "place=Beijing", "--cite", "-f", "json")
    assert json.loads(cited.text) == json.loads(command.stdout)
    assert json.loads(cited.text)["claims"]
    assert server.get("/query", {"query": SELECT, "cite": "true"}, Accept="text/csv").status == 200
    xml = server.get("/query", {"query": SELECT, "cite": "TRUE", "format": "xml"})
    assert xml.status == 406
    graph = server.get("/query", {"query": CONSTRUCT, "cite": "true"})
    assert (graph.type, "rdf:Statement" in graph.text) == ("text/turtle", True)
    assert server.get("/query", {"query": SELECT, "cite": "maybe"}).status == 400
    both = {"query": SELECT, "cite": "true", "default-graph-uri": "urn:g"}
    assert server.get("/query", both).status == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        ({"believe": "attributed"}, ["--believe", "attributed"]),
        ({"article": "ft-outcast-to-ally"}, ["--article", "ft-outcast-to-ally"]),
        ({"speaker": "Andrei Lankov"}, ["--speaker", "Andrei Lankov"]),
        ({"as-of": "2025-08"}, ["--as-of", "2025-08"]),
    ],
)  # fmt: skip
def test_belief_is_that_of_the_command(server: Server, run, parameters, options):
    text = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
    if "article" in parameters:
        listed = json.loads(server.query("SELECT ?a { ?a a ent:Article } ORDER BY ?a").text)
        key = listed["results"]["bindings"][0]["a"]["value"].rpartition("/")[2]
        parameters, options = {"article": key}, ["--article", key]
    got = server.get("/query", {"query": text, **parameters}, Accept="text/csv")
    command = run("query", "-e", text, "-f", "csv", *options)
    assert got.text.splitlines() == command.stdout.splitlines()
    assert got.text != server.query(text, Accept="text/csv").text


def test_questions_and_explanations_are_those_of_the_commands(server: Server, run):
    got = json.loads(server.get("/ask", {"query": SUMMIT}).text)
    assert (got["verdict"], got["answer"]) == ("denied", "denied, of 2025-09-03")
    assert got == json.loads(run("ask", SUMMIT, "--json").stdout)
    form = server.ask("POST", "/ask", "query=ASK%20%7B%7D", Content_Type=FORM)
    assert json.loads(form.text)["verdict"] == "yes"
    triple = ["kim-jong-un", "metWith", "Xi Jinping"]
    pairs = dict(zip(("name", "property", "value"), triple, strict=True))
    got = server.get("/why", pairs)
    assert json.loads(got.text) == json.loads(run("why", *triple, "--json").stdout)
    assert json.loads(got.text)["for"]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/ask", {}), ("/ask", {"query": SELECT}), ("/why", {}), ("/why", {"name": "nobody-such"}),
        ("/why", {"name": "kim-jong-un", "property": "metWith"}),
        ("/why", {"name": "kim-jong-un", "value": "Xi Jinping"}),
        ("/query", {"query": SELECT, "believe": "everything"}),
        ("/query", {"query": SELECT, "speaker": "nobody-such"}),
        ("/query", {"query": "no-such-query"}), ("/query", {"query": SELECT, "as-of": "someday"}),
        ("/query", {"query": "who-met-whom", "$nowhere": "x"}),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_said_in_one_line(server: Server, path, parameters):
    got = server.get(path, parameters)
    assert got.status == 400
    assert got.text.count("\n") == 1
    assert "Traceback" not in server.log.read_text()

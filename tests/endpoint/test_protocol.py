"""The cases of the W3C's protocol tests by name, each beside one that must end otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.support.serving import FORM, TOKEN, Got, Server, serving

QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
GRAPHS = ["http://example.org/one", "http://example.org/two"]
HAS = "ASK {{ GRAPH <{}> {{ ?s ?p ?o }} }}"
IN_DEFAULT = "ASK {{ <{}> ?p ?o }}"


@pytest.fixture(scope="module")
def server(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A writable server of a copy of our facts, with two small graphs beside them."""
    import kg

    folder = tmp_path_factory.mktemp("protocol")
    kg.build(path=folder / "store")
    with serving(folder / "store", folder / "log", "--writable") as server:
        data = " ".join(f"GRAPH <{g}> {{ <{g}> a <{g}#thing> }}" for g in GRAPHS)
        assert server.update(f"INSERT DATA {{ {data} }}").status == 204
        yield server


def boolean(got: Got) -> bool:
    assert got.status == 200, got.text
    return bool(json.loads(got.content)["boolean"])


def form(server: Server, path: str = "/query", **fields: object) -> Got:
    return server.ask("POST", path, urlencode(fields, doseq=True), Content_Type=FORM)


def test_query_get(server: Server):
    assert boolean(server.query("ASK {}")) is True
    assert boolean(server.query("ASK { FILTER (false) }")) is False


def test_query_post_form(server: Server):
    assert boolean(form(server, query="ASK {}")) is True
    assert boolean(form(server, query="ASK { FILTER (false) }")) is False


def test_query_post_direct(server: Server):
    assert boolean(server.ask("POST", "/query", "ASK {}", Content_Type=QUERY)) is True
    no = server.ask("POST", "/query", "ASK { FILTER (false) }", Content_Type=QUERY)
    assert boolean(no) is False


def test_query_by_the_method_query(server: Server):
    assert boolean(server.ask("QUERY", "/query", "ASK {}", Content_Type=QUERY)) is True
    no = server.ask("QUERY", "/query", "ASK { FILTER (false) }", Content_Type=QUERY)
    assert boolean(no) is False


@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_query_dataset_default_graphs(server: Server, how: str):
    """query_dataset_default_graphs_get and _post, and with one graph only."""
    text = f"ASK {{ <{GRAPHS[0]}> a ?a . <{GRAPHS[1]}> a ?b }}"
    assert boolean(_with(server, how, text, {"default-graph-uri": GRAPHS})) is True
    assert boolean(_with(server, how, text, {"default-graph-uri": GRAPHS[:1]})) is False
    # With a dataset of the request, no other graph is in sight.
    named = HAS.format(GRAPHS[0])
    assert boolean(_with(server, how, named, {})) is True
    assert boolean(_with(server, how, named, {"default-graph-uri": GRAPHS})) is False


@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_query_dataset_named_graphs(server: Server, how: str):
    text = f"ASK {{ GRAPH ?a {{ <{GRAPHS[0]}> a ?c }} GRAPH ?b {{ <{GRAPHS[1]}> a ?d }} }}"
    assert boolean(_with(server, how, text, {"named-graph-uri": GRAPHS})) is True
    assert boolean(_with(server, how, text, {"named-graph-uri": GRAPHS[:1]})) is False
    everything = "ASK { ?s ?p ?o }"
    assert boolean(_with(server, how, everything, {})) is True
    assert boolean(_with(server, how, everything, {"named-graph-uri": GRAPHS})) is False


@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_query_dataset_full(server: Server, how: str):
    text = f"ASK {{ <{GRAPHS[0]}> a ?a GRAPH ?g {{ <{GRAPHS[1]}> a ?b }} }}"
    full = {"default-graph-uri": GRAPHS[:1], "named-graph-uri": GRAPHS[1:]}
    assert boolean(_with(server, how, text, full)) is True
    swapped = {"default-graph-uri": GRAPHS[1:], "named-graph-uri": GRAPHS[:1]}
    assert boolean(_with(server, how, text, swapped)) is False


def test_query_multiple_dataset(server: Server):
    """The dataset of the request goes before that of the query."""
    text = f"ASK FROM <{GRAPHS[0]}> {{ <{GRAPHS[0]}> a ?a }}"
    assert boolean(server.query(text)) is True
    got = server.get("/query", [("query", text), ("default-graph-uri", GRAPHS[1])])
    assert boolean(got) is False


def _with(server: Server, how: str, text: str, dataset: dict[str, list[str]]) -> Got:
    target = f"/query?{urlencode(dataset, doseq=True)}"
    if how == "get":
        return server.ask("GET", f"{target}&query={quote(text)}")
    if how == "form":
        return form(server, query=text, **dataset)
    return server.ask("POST", target, text, Content_Type=QUERY)


@pytest.mark.parametrize(
    ("text", "accept", "expected"),
    [
        ("SELECT (1 AS ?x) {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK {}", "application/sparql-results+json", "application/sparql-results+json"),
        ("CONSTRUCT { <urn:a> <urn:b> 1 } {}", "application/rdf+xml", "application/rdf+xml"),
        ("DESCRIBE <http://example.org/one>", "text/turtle", "text/turtle"),
    ],
    ids=[
        "query_content_type_select",
        "query_content_type_ask",
        "query_content_type_construct",
        "query_content_type_describe",
    ],
)
def test_query_content_type(server: Server, text: str, accept: str, expected: str):
    assert server.query(text, Accept=accept).type == expected


BAD_QUERIES = {
    "bad_query_method": ("PUT", "?query=ASK%20%7B%7D", None, None, 405),
    "bad_multiple_queries": ("GET", "?query=ASK%20%7B%7D&query=ASK%20%7B%7D", None, None, 400),
    "bad_multiple_queries_post": ("POST", "", b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM, 400),
    "bad_query_wrong_media_type": ("POST", "", b"ASK {}", "text/plain", 415),
    "bad_query_missing_form_type": ("POST", "", b"query=ASK%20%7B%7D", "", 415),
    "bad_query_missing_direct_type": ("POST", "", b"ASK {}", "", 415),
    "bad_query_non_utf8": ("POST", "", "ASK { FILTER ('é' = 'é') }".encode("utf-16"), QUERY, 400),
    "bad_query_non_utf8_charset": ("POST", "", "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16", 415),
    "bad_query_non_utf8_get": ("GET", "?query=ASK%20%7B%7D%23%E9", None, None, 400),
    "bad_query_syntax": ("GET", "?query=ASK%20%7B", None, None, 400),
    "bad_query_is_update": ("POST", "", b"INSERT DATA { <urn:a> <urn:b> 1 }", QUERY, 400),
    "bad_query_absent": ("POST", "", b"", FORM, 400),
    "bad_query_graph": ("GET", "?query=ASK%20%7B%7D&default-graph-uri=no%20iri", None, None, 400),
    "bad_query_coded": ("POST", "", b"ASK {}", QUERY, 415),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_QUERIES)
def test_bad_queries(server: Server, name: str):
    method, parameters, body, content_type, status = BAD_QUERIES[name]
    headers = {"Content_Type": content_type} if content_type else {}
    if name == "bad_query_coded":
        headers["Content_Encoding"] = "gzip"
    got = server.ask(method, f"/query{parameters}", body, **headers)
    assert got.status == status
    assert got.text.strip()
    assert ("allow" in got.headers) == (status == 405)


def test_update_post_form(server: Server):
    text = "INSERT DATA { GRAPH <urn:form> { <urn:form> a <urn:x> } }"
    assert boolean(server.query(HAS.format("urn:form"))) is False
    got = server.ask("POST", "/update", urlencode({"update": text}), Content_Type=FORM, **BEARER)
    assert got.status == 204
    assert boolean(server.query(HAS.format("urn:form"))) is True


def test_update_post_direct(server: Server):
    assert boolean(server.query(HAS.format("urn:direct"))) is False
    assert server.update("INSERT DATA { GRAPH <urn:direct> { <urn:d> a <urn:x> } }").status == 204
    assert boolean(server.query(HAS.format("urn:direct"))) is True


def test_an_update_of_several_operations_is_made_whole_or_not_at_all(server: Server):
    both = "INSERT DATA { GRAPH <urn:whole> { <urn:d> a <urn:x> } } ; CREATE GRAPH <urn:whole>"
    assert server.update(both).status == 400
    assert boolean(server.query(HAS.format("urn:whole"))) is False


@pytest.mark.slow
@pytest.mark.parametrize("named", [False, True], ids=["default", "named"])
def test_update_dataset(server: Server, named: bool):
    """update_dataset_default_graph(s), update_dataset_named_graphs and update_dataset_full."""
    target = f"urn:copied:{named}"
    pattern = "GRAPH ?g { ?s a ?o }" if named else "?s a ?o"
    text = f"INSERT {{ GRAPH <{target}> {{ ?s a ?o }} }} WHERE {{ {pattern} }}"
    name = "using-named-graph-uri" if named else "using-graph-uri"
    got = server.ask(
        "POST", f"/update?{name}={quote(GRAPHS[0])}", text, Content_Type=UPDATE, **BEARER
    )
    assert got.status == 204, got.text
    for graph, copied in zip(GRAPHS, (True, False), strict=True):
        assert boolean(server.query(f"ASK {{ GRAPH <{target}> {{ <{graph}> a ?o }} }}")) is copied


@pytest.mark.slow
def test_update_dataset_of_the_short_form(server: Server):
    """DELETE WHERE has no place for USING: the pattern is over the graphs of the request."""
    server.update("INSERT DATA { <urn:short> a <urn:x> }")
    text = "DELETE WHERE { <urn:short> a <urn:x> }"
    other = f"/update?using-graph-uri={quote(GRAPHS[0])}"
    assert server.ask("POST", other, text, Content_Type=UPDATE, **BEARER).status == 204
    assert boolean(server.query(IN_DEFAULT.format("urn:short"))) is True
    assert server.update(text).status == 204
    assert boolean(server.query(IN_DEFAULT.format("urn:short"))) is False


INSERT = "INSERT DATA { <urn:bad> a <urn:x> }"
USING = f"INSERT {{ <urn:bad> a <urn:x> }} USING <{GRAPHS[0]}> WHERE {{ }}"
WITH = f"WITH <{GRAPHS[0]}> INSERT {{ <urn:bad> a <urn:x> }} WHERE {{ }}"
BAD_UPDATES = {
    "bad_update_get": ("GET", f"?update={quote(INSERT)}", None, None, 405),
    "bad_multiple_updates": ("POST", "", urlencode([("update", INSERT)] * 2).encode(), FORM, 400),
    "bad_update_wrong_media_type": ("POST", "", INSERT.encode(), "text/plain", 415),
    "bad_update_missing_form_type": ("POST", "", urlencode({"update": INSERT}).encode(), "", 415),
    "bad_update_missing_direct_type": ("POST", "", INSERT.encode(), "", 415),
    "bad_update_non_utf8": ("POST", "", INSERT.encode("utf-16"), UPDATE, 400),
    "bad_update_syntax": ("POST", "", b"INSERT DATA {", UPDATE, 400),
    "bad_update_is_query": ("POST", "", b"ASK {}", UPDATE, 400),
    "bad_update_dataset_conflict": ("POST", "?using-graph-uri=urn:g", USING.encode(), UPDATE, 400),
    "bad_update_dataset_conflict_with": ("POST", "?using-named-graph-uri=urn:g", WITH.encode(), UPDATE, 400),
    "bad_update_load": ("POST", "", b"LOAD <file:///etc/passwd>", UPDATE, 400),
    "bad_update_absent": ("POST", "", b"", FORM, 400),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_UPDATES)
def test_bad_updates(server: Server, name: str):
    method, parameters, body, content_type, status = BAD_UPDATES[name]
    headers = {"Content_Type": content_type} if content_type else {}
    got = server.ask(method, f"/update{parameters}", body, **headers, **BEARER)
    assert got.status == status
    assert boolean(server.query(IN_DEFAULT.format("urn:bad"))) is False


def test_both_operations_at_one_address(server: Server):
    assert boolean(server.get("/sparql", {"query": "ASK {}"})) is True
    assert boolean(form(server, "/sparql", query="ASK {}")) is True
    insert = "INSERT DATA { GRAPH <urn:both> { <urn:b> a <urn:x> } }"
    assert server.ask("POST", "/sparql", insert, Content_Type=UPDATE).status == 401
    assert server.ask("POST", "/sparql", insert, Content_Type=UPDATE, **BEARER).status == 204
    assert boolean(server.query(HAS.format("urn:both"))) is True
    assert form(server, "/sparql", query="ASK {}", update=insert).status == 400


def test_a_body_is_decoded_once(server: Server):
    """“%2B” and “+” in a literal mean what they mean after one decoding."""
    text = "SELECT ('a+b%2Bc%20d' AS ?x) {}"
    for got in (
        server.query(text, Accept="text/csv"),
        server.ask(
            "POST", "/query", urlencode({"query": text}), Content_Type=FORM, Accept="text/csv"
        ),
        server.ask("POST", "/query", text, Content_Type=QUERY, Accept="text/csv"),
    ):
        assert got.text.splitlines()[1] == "a+b%2Bc%20d"


@pytest.mark.parametrize(
    "given", ["", "Bearer wrong", "Basic dG9rZW4=", f"Bearer {TOKEN}x", f"bearer{TOKEN}"]
)
def test_a_change_needs_the_token(server: Server, given: str):
    headers = {"Authorization": given} if given else {}
    got = server.ask("POST", "/update", INSERT, Content_Type=UPDATE, **headers)
    assert got.status == 401
    assert got.headers["www-authenticate"].startswith("Bearer")
    assert boolean(server.query(IN_DEFAULT.format("urn:bad"))) is False


RELATIVE = "SELECT ?x ?y { VALUES (?x ?y) { (<p> <#q>) } }"


@pytest.mark.parametrize("path", ["/query", "/sparql"])
def test_relative_iris_are_resolved_against_the_url_that_was_asked(server: Server, path: str):
    expected = f"x,y\r\n{server.url}/p,{server.url}{path}#q\r\n"
    headers = {"Accept": "text/csv", "Content_Type": QUERY}
    assert server.get(path, {"query": RELATIVE}, Accept="text/csv").text == expected
    assert server.ask("POST", f"{path}?x=y", RELATIVE, **headers).text == expected
    own = f"BASE <http://example.org/a/b> {RELATIVE}"
    assert server.get(path, {"query": own}, Accept="text/csv").text.split() == [
        "x,y", "http://example.org/a/p,http://example.org/a/b#q",
    ]  # fmt: skip


def test_relative_iris_of_updates_and_of_cited_queries(server: Server):
    assert (
        server.update("INSERT DATA { GRAPH <g> { <s> <http://example.org/p> <> } }").status == 204
    )
    added = f"<{server.url}/s> <http://example.org/p> <{server.url}/update>"
    assert boolean(server.query(f"ASK {{ GRAPH <{server.url}/g> {{ {added} }} }}")) is True
    text = "ASK { GRAPH <g> { <s> <http://example.org/p> <update> } }"
    assert boolean(server.query(text)) is True
    assert boolean(server.get("/query", {"query": text, "cite": "true"})) is True
    assert server.get("/ask", {"query": "ASK { <s> ?p ?o }"}).status == 200


@pytest.mark.parametrize("text", ["ASK{}", "SELECT*{}", "SELECT*{?s?p?o}LIMIT+1", "#c\nASK{}"])
def test_a_query_needs_no_white_space(server: Server, text: str):
    assert server.query(text.replace("+", " ")).status == 200


GIVEN = {
    "misspelt query": ({"qeury": "ASK {}"}, 400, "did you mean “query”?"),
    "other parameter and no query": ({"timeout": "9"}, 400, "no query (there is “timeout”)"),
    "parameter of ours and no query": ({"cite": "true"}, 400, "no query (there is “cite”)"),
    "description in a format": ({"format": "turtle"}, 200, "sparql-service-description#Service"),
    "empty query": ({"query": ""}, 400, "no query"),
    "blank query": ({"query": " \n"}, 400, "no query"),
    "empty graphs": ({"query": "ASK {}", "default-graph-uri": "", "named-graph-uri": ""}, 200, ""),
    "misspelt belief": ({"query": "ASK {}", "beleive": "planned"}, 400, "did you mean “believe”?"),
    "misspelt graph": ({"query": "ASK {}", "default-graph": "urn:g"}, 400, "“default-graph-uri”"),
    "what clients send": ({"query": "ASK {}", "queryLn": "SPARQL", "output": "x", "results": "y", "timeout": "1"}, 200, ""),
    "no graph": ({"query": "ASK {}", "named-graph-uri": "relative"}, 400, "no absolute IRI"),
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_what_is_given_is_understood_or_refused(server: Server, name: str):
    given, status, words = GIVEN[name]
    got = server.get("/query", given, Accept="text/turtle, */*;q=0.5")
    assert got.status == status, got.text
    assert words in got.text


@pytest.mark.parametrize("name", ["believe", "article", "speaker", "as-of", "cite"])
def test_a_parameter_that_means_one_thing_is_given_once(server: Server, name: str):
    value = {"believe": "planned", "cite": "true", "as-of": "2025"}.get(name, "x")
    got = server.get("/query", [("query", "ASK {}"), (name, value), (name, value)])
    assert (got.status, got.text) == (400, f"the parameter “{name}” is given 2 times\n")


def test_a_query_that_is_too_long_is_said_so(server: Server):
    for text, status in (("ASK {} #" + "é" * 99_992, 200), ("ASK {} #" + "é" * 99_993, 413)):
        assert form(server, query=text).status == status
        assert server.ask("POST", "/query", text, Content_Type=QUERY).status == status
    body = "ASK {} #" + "x" * 99_993
    assert "100,000 characters" in server.ask("POST", "/query", body, Content_Type=QUERY).text


def test_of_several_formats_the_first_that_there_is_counts(server: Server):
    twice = [("query", "ASK {}"), ("format", "sparql-x"), ("format", "xml"), ("format", "json")]
    assert server.get("/query", twice).type == "application/sparql-results+xml"
    assert server.get("/query", [*twice[:2], ("format", "nonsense")]).status == 406


@pytest.mark.parametrize("charset", ["US-ASCII", "utf-8", '"UTF-8"'])
def test_the_charset_of_a_query_may_be_said(server: Server, charset: str):
    got = server.ask("POST", "/query", "ASK {}", Content_Type=f"{QUERY}; charset={charset}")
    assert boolean(got) is True
    assert boolean(server.ask("POST", "/query", b"\xef\xbb\xbfASK {}", Content_Type=QUERY)) is True

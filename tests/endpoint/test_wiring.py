"""Every parameter of every operation, every header and every limit is seen to have its effect.

The table is generated from the declared operations: each parameter of each method at each path is
given and not given, or given otherwise, to a real server, and the answers differ.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

import kg.endpoint
from kg.endpoint.protocol.operations import OPERATIONS, QUERY_TYPE
from kg.endpoint.server import Access, Limits
from tests.conftest import TESTS
from tests.support.serving import FORM, TOKEN, Got, Server, serving, writable

pytestmark = pytest.mark.slow

Pairs = dict[str, str]
BEARER = {"Authorization": f"Bearer {TOKEN}"}
TURTLE = "text/turtle"
GRAPH, OTHER = "http://example.org/wired", "http://example.org/other"
EVERYTHING = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
HEIR = "ASK { ?x ent:heirOf id:kim-jong-un }"

BELIEF = {
    "believe": "planned",
    "article": "ft-outcast-to-ally",
    "speaker": "andrei-lankov",
    "as-of": "1999",
}
# What a request is given, and what it is given beside that or instead: by path and parameter.
ANSWERS: dict[str, tuple[Pairs, Pairs]] = {
    "query": ({"query": "ASK {}"}, {"query": "ASK { FILTER (false) }"}),
    "$": ({"query": "who-met-whom"}, {"$place": "China"}),
    "default-graph-uri": ({"query": EVERYTHING}, {"default-graph-uri": "urn:none"}),
    "named-graph-uri": ({"query": EVERYTHING}, {"named-graph-uri": "urn:none"}),
    "cite": ({"query": "who-met-whom"}, {"cite": "true"}),
    "format": ({"query": "who-met-whom"}, {"format": "csv"}),
    **{name: ({"query": EVERYTHING}, {name: value}) for name, value in BELIEF.items()},
}
TRIPLE = {"name": "kim-ju-ae", "property": "heirOf", "value": "kim-jong-un"}
PLACES: dict[str, tuple[str, dict[str, tuple[Pairs, Pairs]]]] = {
    "/": ("/", {"format": ({}, {"format": "csv"}), **{n: ({}, {n: v}) for n, v in BELIEF.items()}}),
    "/search": (
        "/search",
        {
            "q": ({"q": "kim"}, {"q": "putin"}),
            "kind": ({"q": "kim"}, {"kind": "Meeting"}),
            "page": ({"q": "kim"}, {"page": "99"}),
            "format": ({"q": "kim"}, {"format": "json"}),
            **{name: ({"q": "kim"}, {name: value}) for name, value in BELIEF.items()},
        },
    ),
    "/browse": (
        "/browse",
        {"format": ({}, {"format": "csv"}), **{n: ({}, {n: v}) for n, v in BELIEF.items()}},
    ),
    "/browse/": (
        "/browse/Event",
        {
            "kind": ({}, {"kind": "Meeting"}),
            "state": ({}, {"state": "Iran"}),
            "year": ({}, {"year": "2011"}),
            "status": ({}, {"status": "denied"}),
            "source": ({}, {"source": "ft-xi-kim-talks"}),
            "sort": ({}, {"sort": "date"}),
            "page": ({}, {"page": "2"}),
            "format": ({}, {"format": "turtle"}),
            **{name: ({}, {name: value}) for name, value in BELIEF.items()},
        },
    ),
    "/questions/": (
        "/questions/who-met-whom",
        {
            "$": ({}, {"$place": "China"}),
            "cite": ({}, {"cite": "true"}),
            "format": ({}, {"format": "csv"}),
            **{name: ({}, {name: value}) for name, value in BELIEF.items()},
        },
    ),
    "/id/": (
        "/id/kim-jong-un",
        {
            "format": ({}, {"format": "xml"}),
            **{name: ({}, {name: value}) for name, value in BELIEF.items()},
        },
    ),
    "/ontology": (
        "/ontology",
        {
            "format": ({}, {"format": "xml"}),
            **{name: ({"format": "html"}, {name: value}) for name, value in BELIEF.items()},
        },
    ),
    "/sitemap.xml": ("/sitemap.xml", {"page": ({}, {"page": "2"})}),
    "/query": ("/query", ANSWERS),
    "/sparql": ("/sparql", ANSWERS),
    "/ask": (
        "/ask",
        {
            "query": ANSWERS["query"],
            "$": ({"query": "did-xi-and-kim-meet"}, {"$nothing": "of this name"}),
            "believe": ({"query": HEIR}, {"believe": "planned"}),
            **{
                name: ({"query": "did-xi-and-kim-meet"}, {name: BELIEF[name]})
                for name in ("article", "speaker", "as-of")
            },
        },
    ),
    "/why": (
        "/why",
        {
            "name": (TRIPLE, {"name": "kim-jong-un"}),
            "property": (TRIPLE, {"property": "childOf"}),
            "value": (TRIPLE, {"value": "xi-jinping"}),
            **{
                name: ({"name": "kim-jong-un"}, {name: BELIEF[name]})
                for name in ("article", "speaker", "as-of")
            },
            # All claims for and against are given, whatever the level; it may bring inferences.
            "believe": (TRIPLE, {"believe": "no level"}),
        },
    ),
    "/store": (
        "/store",
        {
            "graph": ({"default": ""}, {"graph": GRAPH}),
            "default": ({"graph": GRAPH}, {"default": ""}),
            "format": ({"graph": GRAPH}, {"format": "xml"}),
        },
    ),
    "/store/": ("/store/wired", {"format": ({}, {"format": "xml"})}),
    "/.well-known/void": ("/.well-known/void", {"format": ({}, {"format": "xml"})}),
}
USING = {"update", "using-graph-uri", "using-named-graph-uri"}
CHANGES = {"PUT", "POST", "DELETE"}

TABLE = [
    (path, method, parameter.name)
    for path, methods in OPERATIONS.items()
    for method, operation in methods.items()
    for parameter in operation.parameters
]
READ = [
    (path, method, name)
    for path, method, name in TABLE
    if name not in USING and not (path.startswith("/store") and method in CHANGES)
]
WRITTEN = [row for row in TABLE if row not in READ]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with writable(tmp_path_factory.mktemp("wiring")) as server:
        for target in (f"/store?graph={quote(GRAPH)}", "/store/wired"):
            assert put(server, target).status == 201
        yield server


def put(server: Server, target: str, method: str = "PUT", name: str = "wired") -> Got:
    body = f"<urn:{name}> a <urn:Thing> ." if method != "DELETE" else None
    return server.ask(method, target, body, Content_Type=TURTLE, **BEARER)


def asked(server: Server, method: str, path: str, given: Pairs) -> Got:
    """Ask with parameters where a method has them: in the address, or in a form."""
    if method == "GET":
        return server.get(path, given)
    return server.ask(method, path, urlencode(given), Content_Type=FORM, **BEARER)


def test_the_table_is_of_everything_that_is_declared():
    assert len(TABLE) > 100
    assert [row for row in READ if row[2] not in PLACES[row[0]][1]] == []


@pytest.mark.parametrize(("path", "method", "name"), READ)
def test_each_parameter_changes_the_answer(server: Server, path: str, method: str, name: str):
    place, effects = PLACES[path]
    usual, other = effects[name]
    if path == "/store":
        other = other if name != "format" else {**usual, **other}
    else:
        other = {**usual, **other}
    before, after = asked(server, method, place, usual), asked(server, method, place, other)
    assert before.status == 200, before.text
    assert (after.status, after.type, after.content) != (200, before.type, before.content)
    assert after.status < 500


@pytest.mark.parametrize(
    ("path", "text"), [("/query", EVERYTHING), ("/sparql", EVERYTHING), ("/ask", HEIR)]
)
def test_parameters_of_the_address_count_beside_a_body_that_is_the_query(
    server: Server, path: str, text: str
):
    got = [
        server.ask("POST", f"{path}{given}", text, Content_Type=QUERY_TYPE)
        for given in ("", "?believe=planned")
    ]
    assert [each.status for each in got] == [200, 200]
    assert got[0].content != got[1].content


@pytest.mark.parametrize(("path", "method", "name"), WRITTEN)
def test_each_parameter_of_a_change_has_its_effect(
    server: Server, path: str, method: str, name: str
):
    if path.startswith("/store"):
        change_of_graph(server, path, method, name)
    else:
        update(server, path, name)


def change_of_graph(server: Server, path: str, method: str, name: str) -> None:
    if name == "format":  # a change has no answer to be in a format; clients send it with all
        target = {"/store": f"/store?graph={quote(OTHER)}&", "/store/": "/store/other?"}[path]
        put(server, target[:-1])
        assert put(server, f"{target}format=csv", method).status == 204
        return
    target = {"graph": f"graph={quote(OTHER)}", "default": "default"}[name]
    thing = f"{method.lower()}-{name}"
    kept = server.get("/store?default", Accept=TURTLE).text
    put(server, f"/store?{target}", "POST", thing)
    place = f"GRAPH <{OTHER}>" if name == "graph" else ""
    is_there = f"ASK {{{{ {place} {{{{ <urn:{{}}> a <urn:Thing> }}}} }}}}"
    present = is_there.format(thing)
    if method == "DELETE":
        assert has(server, present)
        assert put(server, f"/store?{target}", "DELETE").status == 204
        assert not has(server, present)
    else:
        assert put(server, f"/store?{target}", method, f"{thing}-2").status == 204
        assert has(server, is_there.format(f"{thing}-2"))
        assert has(server, present) is (method == "POST")
    if name == "default":
        assert (
            server.ask("PUT", "/store?default", kept, Content_Type=TURTLE, **BEARER).status == 204
        )
    else:
        assert server.get("/store?default", Accept=TURTLE).text == kept


def has(server: Server, text: str) -> bool:
    return '"boolean":true' in server.query(text).text.replace(" ", "")


def update(server: Server, path: str, name: str) -> None:
    target = f"urn:copied:{path}:{name}"
    pattern = "GRAPH ?g { ?s a ?o }" if name == "using-named-graph-uri" else "?s a ?o"
    text = f"INSERT {{ GRAPH <{target}> {{ ?s a ?o }} }} WHERE {{ {pattern} }}"
    only = {} if name == "update" else {name: GRAPH}
    got = asked(server, "POST", path, {"update": text, **only})
    assert got.status == 204, got.text
    copied = "ASK {{ GRAPH <{}> {{ <{}> a ?o }} }}"
    assert has(server, copied.format(target, "urn:wired")) or name == "update"
    other = copied.format(target, "https://w3id.org/entente/id/kim-ju-ae")
    assert has(server, other) is (name == "update")


def test_the_longest_body_of_a_change_is_what_the_option_says(store: Path, tmp_path: Path):
    shutil.copytree(store, tmp_path / "store", symlinks=True)
    options = ("--writable", "--max-body", "2")
    with serving(tmp_path / "store", tmp_path / "log", *options) as server:
        for size, status in ((2 << 20, 201), ((2 << 20) + 1, 413)):
            target, body = f"/store?graph=urn:{size}", "#".ljust(size, "x")
            got = server.ask("PUT", target, body, Content_Type=TURTLE, **BEARER)
            assert got.status == status, size
        # Who may change nothing sends no more than a query has.
        got = server.ask("POST", "/query", "x" * ((1 << 20) + 1), Content_Type=QUERY_TYPE)
        assert got.status == 413
        assert "1,048,576 bytes" in got.text


# ── Headers and limits: which test shows each ────────────────────────────────

HEADERS = {
    "accept": "test_the_format_of_solutions_is_negotiated",
    "accept-encoding": "test_codings",
    "access-control-request-headers": "test_pages_of_other_origins_may_ask",
    "access-control-request-method": "test_pages_of_other_origins_may_ask",
    "authorization": "test_a_change_needs_the_token",
    "content-encoding": "test_bad_queries",
    "content-length": "test_a_body_that_is_too_large_is_refused",
    "content-type": "test_bad_queries",
    "if-none-match": "test_an_answer_that_is_known_is_not_sent_again",
}
LIMITS = {
    "timeout": "test_a_query_that_takes_too_long_is_ended",
    "memory": "test_a_query_that_needs_too_much_memory_is_ended",
    "results": "test_too_many_solutions_break_off",
    "body": "test_the_longest_body_of_a_change_is_what_the_option_says",
    "workers": "test_the_queue_has_an_end",
    "queue": "test_the_queue_has_an_end",
    "cache": "test_the_bytes_that_are_counted_have_a_bound",
    "connections": "test_idle_and_slow_connections_keep_nobody_out",
}
ACCESS = {
    "token": "test_the_token_of_a_file_goes_before_that_of_the_environment",
    "services": "test_hosts_that_are_allowed_are_said",
    "hosts": "test_answers_name_the_server_as_it_was_told_to",
    "base_url": "test_answers_name_the_server_as_it_was_told_to",
    "public": "test_what_it_does_not_start_with",
}


def headers_that_are_read() -> set[str]:
    found = set()
    for path in Path(kg.endpoint.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "header"
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(node.args[0].value)
    return found


def test_each_header_and_each_limit_is_shown_by_a_test():
    assert headers_that_are_read() == set(HEADERS)
    assert set(Limits._fields) == set(LIMITS)
    assert set(Access._fields) == set(ACCESS)
    texts = "\n".join(path.read_text("utf-8") for path in (TESTS / "endpoint").rglob("*.py"))
    named = {*HEADERS.values(), *LIMITS.values(), *ACCESS.values()}
    assert {name for name in named if not re.search(rf"def {name}\(", texts)} == set()

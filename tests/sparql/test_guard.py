"""No text reaches the network by the engine, judged by the engine's own reading of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.errors import QueryError
from kg.sparql import catalogue
from kg.sparql.engine import evaluate, is_query, is_update
from kg.sparql.guard import MAX_DEPTH, guard, guard_update
from tests.support.keywords import QUERIES, UPDATES, hidden, innocent
from tests.support.listening import Listener, listening

MANY = settings(max_examples=1_500)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    path = tmp_path_factory.mktemp("unchanged")
    ox.Store(str(path)).flush()
    return ox.Store.read_only(str(path))


def test_the_listener_hears_what_nothing_guards(listener: Listener):
    text = f"SELECT * {{ SERVICESILENT<{listener.url}>{{ ?a ?b ?c }} }}"
    assert [str(row[0]) for row in evaluate(text, ox.Store())] == ['"a secret"']  # type: ignore[union-attr]
    ox.Store().update(f"LOADSILENT<{listener.url}>")
    assert len(listener.asked) == 2
    listener.asked.clear()


@pytest.mark.slow
def test_no_query_that_hides_the_keyword_reaches_the_network(
    dataset: kg.Dataset, listener: Listener
):
    said = {"refused": 0, "no query": 0, "answered": 0}

    @MANY
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        text = data.draw(hidden(QUERIES, listener.host))
        try:
            bound = dataset.bound(catalogue.parse(text))
            answer = evaluate(bound, dataset.store, base_iri=f"http://{listener.host}/")
            list(answer) if not isinstance(answer, ox.QueryBoolean) else None  # type: ignore[call-overload]
            said["answered"] += 1
        except QueryError as error:
            said["refused" if "SERVICE is not allowed" in str(error) else "no query"] += 1
        assert listener.asked == []

    ask()
    assert said["refused"] > 500, said  # the generator makes what the engine would have run


@pytest.mark.slow
def test_no_update_that_hides_the_keywords_reaches_the_network(
    listener: Listener, unchanged: ox.Store
):
    refused = 0

    @MANY
    @given(st.data())
    def change(data: st.DataObject) -> None:
        nonlocal refused
        text = data.draw(hidden(UPDATES, listener.host))
        try:
            guard_update(text, partial(is_update, over=unchanged))
        except QueryError:
            refused += 1
        else:
            with suppress(SyntaxError, RuntimeError, ValueError, OSError):
                ox.Store().update(text, base_iri=f"http://{listener.host}/")
        assert listener.asked == []

    change()
    assert refused > 500


@pytest.mark.slow
def test_queries_that_only_hold_the_words_are_answered(dataset: kg.Dataset):
    @MANY
    @given(innocent())
    def ask(text: str) -> None:
        assert len(dataset.query(text).to_dicts()) == 1, text  # type: ignore[union-attr]

    ask()


@pytest.mark.parametrize(
    ("target", "is_allowed"),
    [
        ("<http://a.example/sparql>", True),
        ("<https://A.EXAMPLE>", True),
        ("<http://a.example:8080/>", False),
        ("<http://b.example/>", False),
        ("<http://a.example@b.example/>", False),
        ("<http://b.example#a.example>", False),
        ("<http://a.example\\u002Eb.example/>", False),
        ("<http://a.example\\@b.example/>", False),
        ("<//a.example/>", False),
        ("<file:///etc/passwd>", False),
        ("?g", False),
        ("ex:sparql", False),
    ],
)
def test_only_hosts_that_are_named_are_asked(target: str, is_allowed: bool):
    prologue = "BASE <http://b.example/> PREFIX ex: <http://a.example/> "
    for glue in (" ", " SILENT ", "\nsilent\n"):
        text = f"{prologue} ASK {{ SERVICE{glue}{target} {{ ?s ?p ?o }} }}"
        if is_allowed:
            guard(text, is_query, {"a.example"})
        else:
            with pytest.raises(QueryError, match=r"but from a\.example|query: \d:") as raised:
                guard(text, is_query, {"a.example"})
                evaluate(text, ox.Store())
            assert re.search(r"\d:\d", str(raised.value))


DEEP = {
    "negations": lambda n: f"ASK {{ FILTER ({'!' * n}true) }}",
    "negations between comments": lambda n: "ASK { FILTER (" + "!#(\n" * n + "true) }",
    "brackets": lambda n: f"ASK {{ FILTER ({'(' * n}1{')' * n}) }}",
    "brackets behind comments": lambda n: "ASK { FILTER (" + "(#)\n" * n + "1" + ")" * n + ") }",
    "brackets behind strings": lambda n: "ASK {FILTER(" + "(')'=" * n + "1" + ")" * n + ")}",
    "brackets behind less than": lambda n: "ASK {FILTER(" + "(?a<?b)||" * n + "1)}",
    "brackets behind less than and a comment": lambda n: "ASK {FILTER(1<xsd:c#>'''\n||" + "(" * n + "1" + ")" * n + ")} #'''",
    "negations behind EXISTS, less than and a comment": lambda n: "ASK {FILTER(EXISTS{}<xsd:c#>'''\n||" + "!" * n + "1)} #'''",
    "negations behind an escape that is none": lambda n: "ASK {VALUES ?v {'''a'} FILTER(" + "!" * n + "1)} #\\x'''",
    "negations behind half a character": lambda n: "ASK {VALUES ?v {'''a'} FILTER(" + "!" * n + "1)} #\\ud800'''",
    "negations behind an escape in an IRI": lambda n: "ASK {?s <u:#\\u0041> '''\n''' FILTER(" + "!" * n + "1)} #'''",
    "differences of names": lambda n: "PREFIX : <u:> ASK {FILTER(" + ":-" * n + ":)}",
    "a keyword behind dots": lambda n: "ASK {" + "?s ?p xsd:b.c.OPTIONAL{}" * n + "}",
    "names behind keywords": lambda n: "PREFIX : <u:> ASK {" + "GRAPH:g{}" * n + "}",
    "triples": lambda n: "ASK {" + "?s ?p 1." * n + "}",
    "objects": lambda n: "ASK {?s ?p 1" + ",1" * n + "}",
    "properties": lambda n: "ASK {?s ?p 1" + ";?p 1" * n + "}",
    "reifiers": lambda n: "ASK {?s ?p 1" + "~" * n + "}",
    "values": lambda n: "ASK {" + "VALUES?a{}" * n + "}",
    "conditions of groups": lambda n: "SELECT (1 AS ?x) {} HAVING" + "(1)" * n,
    "a string that is not closed": lambda n: "ASK { VALUES ?v {'''a'} FILTER(" + "!" * n + "true)}",
    "calls": lambda n: f"ASK {{ FILTER ({'STR(' * n}1{')' * n} = 1) }}",
    "sums": lambda n: f"ASK {{ FILTER (1{'+1' * n} = 1) }}",
    "disjunctions": lambda n: f"ASK {{ FILTER (1{'||1' * n}) }}",
    "groups": lambda n: f"ASK {'{' * n}{'}' * n}",
    "sub-selects": lambda n: f"SELECT * {{ {'{SELECT*{' * n}{'}}' * n} }}",
    "unions": lambda n: f"SELECT * {{ {{}} {'UNION{}' * n} }}",
    "options": lambda n: f"SELECT * {{ {'OPTIONAL{}' * n} }}",
    "binds": lambda n: f"SELECT * {{ {' '.join(f'BIND(1 AS ?v{i})' for i in range(n))} }}",
    "exists": lambda n: f"ASK {{ {'FILTER EXISTS {' * n}{'}' * n} }}",
    "paths": lambda n: f"ASK {{ ?s {'(' * n}a{')' * n} ?o }}",
    "alternatives": lambda n: f"ASK {{ ?s a{'|a' * n} ?o }}",
    "collections": lambda n: f"ASK {{ ?s ?p {'(' * n}1{')' * n} }}",
    "blank nodes": lambda n: f"ASK {{ ?s ?p {'[a ' * n}1{']' * n} }}",
    "quoted triples": lambda n: f"ASK {{ ?s ?p {'<<(<a:> <a:> ' * n}1{')>>' * n} }}",
    "graphs": lambda n: f"ASK {{ {'GRAPH ?g {' * n}{'}' * n} }}",
}  # fmt: skip


@pytest.mark.parametrize("name", DEEP)
def test_what_would_exhaust_the_stack_is_refused(dataset: kg.Dataset, name: str):
    with pytest.raises(
        QueryError, match=r"nested more|chains of more than|more than 100,000|less than”"
    ):
        dataset.query(DEEP[name](6_500))
    if name not in ("collections", "blank nodes"):  # the engine takes ages to join those
        dataset.query(DEEP[name](20))


@pytest.mark.parametrize("name", ["groups", "calls", "exists", "sub-selects", "quoted triples"])
def test_what_is_not_refused_fits_into_an_ordinary_stack(dataset: kg.Dataset, name: str):
    dataset.query(DEEP[name](MAX_DEPTH // 2 - 2))


def test_iris_and_lists_of_ordinary_texts_are_not_deep(dataset: kg.Dataset):
    """Behind an operand “<” begins an IRI, unless it stands in an expression."""
    iris = [f"<http://example.org/a-b#c{n}>" for n in range(1_000)]
    graph = " . ".join(f"{iri} {iri} 1" for iri in iris)
    text = (
        f"CONSTRUCT {{ {graph} }} WHERE {{ FILTER (?a < 1 || {iris[0]} IN ({', '.join(iris)})) }}"
    )
    assert len(list(dataset.query(text))) == 1_000  # type: ignore[arg-type]


QUADRATIC = (
    "a-",
    "1",
    "a.",
    "é-",
    "😀-",
    '"\\',
    "'''\n\\",
    "'\"\\",
    "a:.",
    "_:a.",
    "<a",
    "@a-",
    "a:-b.",
)
_TOKENS = """
import resource, sys
from kg.sparql.tokens import tokens
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
for unit in sys.stdin.read().split("\\0"):
    print(sum(1 for _ in tokens(unit * 100_000)))
"""


@pytest.mark.slow
def test_no_text_takes_ages_to_be_cut_into_tokens():
    """Within seconds of the processor: the square of 100,000 would take minutes."""
    done = subprocess.run(
        [sys.executable, "-c", _TOKENS], input="\0".join(QUADRATIC), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(QUADRATIC)


@pytest.mark.slow
def test_long_lists_are_not_deep(dataset: kg.Dataset):
    numbers = " ".join(f"-{n}" for n in range(10_000))
    text = f"SELECT (COUNT(*) AS ?n) {{ VALUES ?v {{ {numbers} }} FILTER(?v < 0) }}"
    assert dataset.query(text).to_dicts() == [{"n": 9_999}]  # type: ignore[union-attr]


def test_the_shipped_queries_pass():
    for path in Path(kg.__file__).parent.parent.glob("queries/*.rq"):
        guard(path.read_text(encoding="utf-8"), is_query)

"""What lies behind single answers: each construct of SPARQL 1.1, as it may be written."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from kg.citations.citer import UNTOLD, Citation
from kg.errors import QueryError
from kg.lineage import lineage, rows
from kg.lineage.blocks import Block
from kg.lineage.lineage import UNTRACED
from kg.lineage.witnesses import Witnesses
from tests.lineage.test_generated import cited, plain
from tests.support.queries import PREFIXES
from tests.support.worlds import Told, built

# a, a child of b, a child of c, a child of d; a and d took part in the meeting m, which b hosted;
# d, somebody says, is a child of e.
WORLD = (
    Told("Reported", (("a", "ent:childOf", "b"),)),
    Told("Reported", (("b", "ent:childOf", "c"),)),
    Told("Reported", (("c", "ent:childOf", "d"),)),
    Told("Reported", (("m", "ent:participant", "d"), ("m", "ent:host", "b"))),
    Told("Attributed", (("d", "ent:childOf", "e"),)),
)
STORE = built(enumerate(WORLD))


def shown(text: str) -> list[str]:
    """Each part of an answer as its keys, the numbers of its claims, and what was not found."""
    return sorted(" ".join([*map(key, row), "|", *behind(c)]) for row, c in cited(STORE, text))


def key(term: object) -> str:
    return "-" if term is None else str(getattr(term, "value", term)).rpartition("/")[2]


def behind(citation: Citation) -> list[str]:
    absent = [f"no {pattern}" for pattern in citation.absences]
    return [*sorted(c.key.removeprefix("claim") for c in citation.claims), *absent, *citation.gaps]


CITED = {
    # How it may be written
    "SELECT?x{?x ent:childOf id:b}": ["a | 0"],
    "SELECT ?x { id:a (ent:childOf/ent:childOf)+ ?x }": ["c | 0 1"],
    "SELECT ?x { id:c (^(ent:childOf/ent:childOf))+ ?x }": ["a | 0 1"],
    "SELECT ?x { $x ent:childOf ?y . ?y ent:childOf id:c }": ["a | 0 1"],
    "SELECT ?x·a { ?x·a ent:childOf id:b }": ["a | 0"],
    "SELECT ?x\u0300 { ?x\u0300 ent:childOf id:b }": ["a | 0"],
    "SELECT ?_wb1 { ?_wb1 ent:childOf [] . ?_wm1 ent:host ?_wb1 }": ["b | 1 3"],
    'VERSION "1.1" SELECT ?x { ?x ent:childOf id:b }': ["a | 0"],
    "SELECT ?x { ?x ent:childOf <https://w3id.org/entente/id/\\u0062> }": ["a | 0"],
    "BASE <https://w3id.org/entente/id/> SELECT ?x { ?x ent:childOf <b> }": ["a | 0"],
    "PREFIX e.f: <https://w3id.org/entente/id/> SELECT ?x{?x ent:childOf e.f:b.}": ["a | 0"],
    "PREFIX filter: <https://w3id.org/entente/id/> "
    "SELECT ?x { filter:a ent:childOf ?x . filter:b ent:childOf filter:c }": ["b | 0 1"],
    "PREFIX union: <https://w3id.org/entente/id/> "
    "SELECT ?x { { ?x ent:childOf union:b } union:b ent:childOf ?y }": ["a | 0 1"],
    "SELECT ?x # { ?y\n{ # }\r ?x ent:childOf id:b }": ["a | 0"],
    "SELECT ?x { ?x ent:childOf id:b ; ; FILTER (1 = 1) }": ["a | 0"],
    "SELECT ?x { ?x ent:childOf id:b ; BIND (1 AS ?one) }": ["a | 0"],
    "SELECT ?x { ?x ent:childOf ?y FILTER(1<2&&3>2) FILTER(?y=id:b) }": ["a | 0"],
    # Blank nodes
    "SELECT ?x { ?x ent:childOf [ ent:childOf [ ] ] . _:b1 ent:host ?x }": ["b | 1 2 3"],
    "SELECT ?x ?y { ?x ent:host _:a.b . ?y ent:host _:a_b . ?z ent:childOf _:a-b }": [
        "m m | 0 1 2 3"
    ] * 3,
    "SELECT ?x { { SELECT * { [] ent:childOf ?x } } ?x ent:childOf id:d }": ["c | 1 2"],
    "SELECT * { _:a ent:childOf ?x BIND (1 AS ?n) ?y ent:host _:a }": ["1 c m | 1 3"],
    # Paths
    "SELECT ?e ?x { ?e (ent:host|ent:participant) ?x }": ["a b |", "m b | 3", "m d | 3"],
    "SELECT ?x { ?x (ent:childOf|ent:childOf)/ent:childOf id:c }": ["a | 0 1"],
    "SELECT ?x { id:a !(rdf:type|^ent:childOf) ?x }": ["b | 0", "c | 0 1"],
    "SELECT ?y { VALUES ?x { id:c id:nobody } ?x ent:childOf* ?y }": ["c | 0 1 2", "d | 2"],
    "SELECT ?y FROM id:claim2 FROM id:claim4 { id:c ent:childOf+ ?y }": ["d | 2", "e | 2 4"],
    "SELECT ?y { VALUES ?x { id:c id:nobody } ?x (ent:childOf|ent:place?)+ ?y }": ["c | 0 1 2", "d | 2"],
    "SELECT ?y { id:c ent:childOf* ?y }": ["c | 0 1 2", "d | 2"],
    "SELECT ?y { ?x ent:childOf id:d . ?x ent:reason? ?y }": ["c | 2"],
    "SELECT ?x { ?x ent:childOf?/ent:childOf id:d }": ["b | 1 2", "c | 2"],
    # EXISTS, by polarity
    "SELECT ?x { ?x ent:childOf ?y FILTER (!(NOT EXISTS { ?y ent:childOf id:d })) }": ["b | 1 2"],
    "SELECT ?x { ?x ent:childOf ?y FILTER (!EXISTS { ?y ent:childOf ?z }) }": [
        "c | 2 no { ?y ent:childOf ?z }"
    ],
    "SELECT ?x { ?x ent:childOf ?y FILTER (NOT EXISTS { ?y ent:childOf ?z } = true) }": [
        "c | 2 no { ?y ent:childOf ?z }"
    ],
    "SELECT ?x { ?x ent:childOf id:b FILTER (?x = id:a || EXISTS { ?x ?p ?o }) }": ["a | 0"],
    "SELECT ?x { ?x ent:childOf id:b FILTER (?x = id:d || EXISTS { ?e ent:host id:b }) }": [
        "a | 0 3"
    ],
    "SELECT ?x { ?x ent:childOf ?y FILTER (!EXISTS { ?y ent:childOf id:nobody } || ?x = id:a) }": [
        "a | 0", "b | 1 no { ?y ent:childOf id:nobody }", "c | 2 no { ?y ent:childOf id:nobody }"
    ],
    "SELECT ?x { ?x ent:childOf ?y FILTER (!EXISTS { ?y ent:childOf id:c } || EXISTS { ?e ent:host ?y }) FILTER (?x = id:a) }": [
        "a | 0 3"
    ],
    "SELECT ?x { ?x ent:childOf ?y FILTER (EXISTS { ?y ent:childOf id:c } || EXISTS { ?e ent:host id:d }) }": [
        "a | 0 1"
    ],
    "SELECT ?x (EXISTS { { ?e ent:host id:b MINUS { ?x ent:childOf id:b } } } AS ?e) { ?x ent:childOf ?y FILTER (?x != id:c) }": [
        "a false | 0 no { { ?e ent:host id:b MINUS { ?x ent:childOf id:b } } }", "b true | 1 3 no { ?x ent:childOf id:b }"
    ],
    "SELECT ?x { ?x ent:childOf id:b FILTER (EXISTS { ?e ent:host ?x } + 1 || ?x = id:a) }": ["a | 0"],
    "SELECT ?x { ?x ent:childOf id:b FILTER (-EXISTS { ?e ent:host id:b } || ?x = id:a) }": ["a | 0"],
    "SELECT ?x { ?x ent:childOf id:b FILTER IF(EXISTS { ?e ent:host id:b }, true, false) }": [
        "a | 0 3"
    ],
    "SELECT ?x (EXISTS { ?e ent:host ?x } AS ?hosts) { ?x ent:childOf [] }": [
        "a false | 0 no { ?e ent:host ?x }",
        "b true | 1 3",
        "c false | 2 no { ?e ent:host ?x }",
    ],
    "SELECT ?x { ?x ent:childOf ?y } GROUP BY ?x HAVING (EXISTS { ?e ent:host ?x })": ["b | 1 3"],
    "SELECT ?x { ?x ent:childOf ?y } GROUP BY ?x HAVING (!EXISTS { ?x ent:childOf id:d } && ?x != id:a)": [
        "b | 1 no { ?x ent:childOf id:d }"
    ],
    "SELECT (SUM(IF(EXISTS { ?e ent:host ?x }, 1, 0)) AS ?n) { ?x ent:childOf ?y FILTER (?y != id:d) }": [
        "1 | 0 1 3 no { ?e ent:host ?x }"
    ],
    "SELECT ?x { ?x ent:childOf ?y FILTER EXISTS { BIND (id:c AS ?y) ?e ent:host ?x } }": ["b | 1 3"],
    "SELECT ?x { ?x ent:childOf ?y FILTER EXISTS { ?e ent:host ?y MINUS { ?x ent:childOf id:b } } }": [],
    # Groups, sub-queries and graphs
    "SELECT ?x ?z { ?x ent:childOf ?y OPTIONAL { ?y ent:childOf ?z FILTER (?x = id:a) } }": [
        "a c | 0 1", "b - | 1", "c - | 2"
    ],
    "SELECT ?x ?z { ?x ent:childOf ?y OPTIONAL { { ?y ent:childOf ?z FILTER (?x = id:a) } } }": [
        "a - | 0", "b - | 1", "c - | 2"
    ],
    "SELECT (?n + 1 AS ?m) { id:a ent:childOf ?y } VALUES ?n { 1 2 }": ["2 | 0", "3 | 0"],
    "SELECT (1 AS ?n) { id:a ent:childOf ?y FILTER (!bound(?n)) }": ["1 | 0"],
    "SELECT ?x { ?x ent:childOf ?y } HAVING (?x = id:a)": ["a | 0"],
    "SELECT ?x { ?x ent:childOf id:b } GROUP BY (?x AS ?z) ?x": ["a | 0"],
    "SELECT (1 AS ?n) { ?x ent:childOf ?y } ORDER BY COUNT(*)": ["1 | 0 1 2"],
    "SELECT (COUNT(*) AS ?n) { ?x ent:childOf id:nobody }": ["0 | no { ?x ent:childOf id:nobody }"],
    "SELECT ?g { GRAPH ?g { { SELECT ?x { ?x ent:childOf id:b } } } ?x ent:host ?g }": [],
    "SELECT ?g ?x { GRAPH ?g { ?e ent:host ?x . { SELECT ?x { ?x ent:childOf ?y } } } }": [
        "claim3 b | 1 3"
    ],
    "SELECT ?x { GRAPH ?g { { SELECT ?x { ?x ent:childOf id:b . ?x ?p ?g } } } } LIMIT 1": ["a | 0"],
    "SELECT ?x FROM id:claim0 FROM NAMED id:claim1 { ?x ent:childOf ?y . GRAPH ?g { ?y ?p ?z } }": [
        "a | 0 1"
    ],
}  # fmt: skip


@pytest.mark.parametrize("text", CITED)
def test_what_is_cited(text: str):
    assert shown(text) == sorted(CITED[text])


@pytest.mark.parametrize(
    ("text", "claims"),
    {
        "CONSTRUCT { ?x ent:reason ?y } WHERE { ?x ent:childOf ?y } ORDER BY ?x LIMIT 1": ["0"],
        "CONSTRUCT WHERE { ?x ent:childOf [ ent:childOf id:c ] }": ["0 1", "0 1"],
        "CONSTRUCT { [] ent:host ?x ; ent:reason ?y } WHERE { ?x ent:childOf ?y } ORDER BY ?x LIMIT 2": [
            "0", "0", "1", "1"
        ],
        "CONSTRUCT { _:x ent:host ( ?x ) } WHERE { ?x ent:childOf id:b }": ["0", "0", "0"],
        "DESCRIBE ?e { ?e ent:host ?y . id:a ent:childOf ?y }": ["0 3"] * 3,
        "DESCRIBE id:m": ["3"] * 3,
        "ASK { id:a ent:childOf/ent:childOf id:c }": ["0 1"],
        "ASK { id:a ent:childOf id:c }": ["no { id:a ent:childOf id:c }"],
    }.items(),
)  # fmt: skip
def test_what_is_cited_of_other_forms(text: str, claims: list[str]):
    found = cited(STORE, text)
    if not text.startswith("ASK"):
        assert Counter(row for row, _ in found) == plain(STORE, text)
    assert sorted(" ".join(behind(citation)) for _, citation in found) == claims


def test_a_triple_that_several_solutions_make_rests_on_all_of_them():
    """Also on those that LIMIT cuts off."""
    text = "CONSTRUCT { id:m a ent:Meeting } WHERE { id:m ent:participant ?x } LIMIT 1"
    world = (Told("Reported", (("m", "ent:participant", name),)) for name in ("a", "b"))
    ((_, citation),) = cited(built(enumerate(world)), text)
    assert behind(citation) == ["0", "1"]


@pytest.mark.parametrize(
    ("text", "reason"),
    {
        "SELECT ?x { ?x ent:host ?y LATERAL { ?y a ?z } }": "1:28: cannot be cited: LATERAL is no",
        "SELECT ?x { SERVICE <http://x.example/> { ?x a ?y } }": "cannot be cited: SERVICE is not",
        "SELECT ?x { <<?x ent:host ?y>> ?p ?o }": "1:13: cannot be cited: “<<?x” is no SPARQL 1.1",
        "SELECT ?x { ?x ent:host ?y {| ent:reason ?z |} }": "“|” is no SPARQL 1.1 here",
        "SELECTDISTINCT ?x { ?x ent:host ?y }": "1:1: cannot be cited: “SELECTDISTINCT” is no",
        "SELECT ?x { ?x ent:host ?y FILTERNOTEXISTS { ?y a ?z } }": "“FILTERNOTEXISTS” is no",
        "SELECT ?x { ?x ent:host ?y FILTER (NOTEXISTS { ?y a ?z }) }": "cannot be cited",
        f"SELECT ?x {'{ ' * 480} ?x ent:host ?y {'}' * 480}": "it is nested too deep",
    }.items(),
)
def test_what_is_not_cited_is_refused_by_name(text: str, reason: str):
    STORE.query(text, prefixes=PREFIXES)  # which the engine takes
    with pytest.raises(QueryError) as refused:
        cited(STORE, text)
    assert reason in str(refused.value)


def test_what_the_engine_says_of_a_witness_query_is_an_error_of_the_query():
    witnesses = Witnesses(STORE, "SELECT ?x { ?x ent:host ?y }")
    witnesses.block = Block("{ ?x nothing ?y }", ("?x",))
    with pytest.raises(QueryError, match="cannot be cited: of what lies behind it the engine says"):
        witnesses.behind([()])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?n { { SELECT (RAND() AS ?n) { ?x ent:host ?y } } }",
        "SELECT (UUID() AS ?id) { ?x ent:host ?y } LIMIT 1",
    ],
)
def test_a_solution_that_nothing_is_found_behind_is_told(text: str):
    ((_, citation),) = cited(STORE, text)
    assert citation.gaps == (UNTRACED,)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s <http://x.example/p> ?o }",
        "SELECT ?s { GRAPH ?g { ?s <http://x.example/p> ?o } }",
        "SELECT ?n { ?s <http://x.example/p> ?o BIND (?o + 1 AS ?n) }",
        "DESCRIBE <http://x.example/s>",
    ],
)
def test_what_no_claim_tells_is_cited_as_such(text: str):
    """As when somebody put it there over HTTP."""
    triples = "<http://x.example/s> <http://x.example/p> _:a . _:a <http://x.example/p> 1 ."
    store = built(enumerate(WORLD))
    for graph in (ox.DefaultGraph(), ox.NamedNode("http://x.example/g")):
        store.load(triples.encode(), ox.RdfFormat.TURTLE, to_graph=graph)
    citations = [citation for _, citation in cited(store, text)]
    assert citations
    for citation in citations:
        assert (citation.claims, citation.reference, citation.gaps) == ((), False, (UNTOLD,))


def test_only_more_ways_than_are_listed_are_a_gap(monkeypatch: pytest.MonkeyPatch):
    text = "SELECT DISTINCT ?p { ?x ?p ?y FILTER (?p = ent:childOf) }"  # in three ways
    for module in (rows, lineage):
        monkeypatch.setattr(module, "MAX_WITNESSES", 3)
    assert shown(text) == ["ontology#childOf | 0 1 2"]
    for module in (rows, lineage):
        monkeypatch.setattr(module, "MAX_WITNESSES", 2)
    ((_, citation),) = cited(STORE, text)
    assert citation.gaps == ("there are more than 2 ways to it; not all are listed",)

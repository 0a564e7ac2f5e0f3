"""The columns of ``SELECT *``: as the query names them, and no others."""

from __future__ import annotations

import pytest

import kg
from kg.sparql.engine import select

VISITS = "{ ?s ent:visitor ?o . ?e a ent:Meeting }"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"SELECT * {VISITS}", "s o e"),
        (f"select distinct*{VISITS} ORDER BY ?e", "s o e"),
        (f"PREFIX select: <http://x/> SELECT REDUCED * WHERE {VISITS} LIMIT 1", "s o e"),
        ("SELECT * { $s ent:visitor ?o BIND (?o AS $a) }", "s o a"),
        ("SELECT * { ?x a ent:Person } VALUES (?x ?a) { (id:b 1) }", "x a"),
        ("SELECT * { ?x a ?b { SELECT ?a { ?a a ?hidden } } FILTER (?unbound) }", "x b a"),
        ("SELECT * { { SELECT * { ?z ent:host ?y } } }", "z y"),
        ("SELECT ?o ?s { { SELECT * { ?s ent:visitor ?o } } }", "o s"),
        ("SELECT (2*3 AS ?six) { }", "six"),
        ("SELECT * { }", ""),
        ("# SELECT *\nSELECT ?s ?o { ?s ent:visitor* ?o }", "s o"),
    ],
)
def test_columns_come_as_the_query_names_them(text: str, expected: str, dataset: kg.Dataset):
    found = select(text, dataset.store)
    assert [variable.value for variable in found.variables] == expected.split()


def test_each_column_keeps_its_values(dataset: kg.Dataset):
    starred = dataset.query(f"SELECT * {VISITS}").to_dicts()
    named = dataset.query(f"SELECT ?e ?o ?s {VISITS}").to_dicts()
    assert len(starred) > 5
    assert sorted(sorted(row.items()) for row in starred) == sorted(
        sorted(row.items()) for row in named
    )


def test_a_cited_answer_has_the_same_columns(dataset: kg.Dataset):
    text = "SELECT * { ?s ent:visitor ?o }"
    assert dataset.cite(text).variables == dataset.query(text).variables == ["s", "o"]

"""ORDER BY is a total order that agrees with “<”, and no order ends the process."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.errors import QueryError
from kg.sparql.engine import evaluate, is_query
from kg.sparql.ordering import ordered

TERMS = (Path(__file__).parent / "mixed.txt").read_text(encoding="utf-8").split()


@pytest.mark.slow
def test_no_mixture_ends_the_process_and_smaller_comes_first():
    """In a process of its own: it would be the tests that end."""
    done = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def main() -> None:
    random.seed(1)
    for _ in range(300):
        chosen = random.choices(TERMS, k=random.randrange(20, 80))
        direction = random.choice(["?v", "DESC(?v)", "ASC(?v) ?n", "(COALESCE(?v, ?v))"])
        rows = " ".join(f"({n} {term})" for n, term in enumerate(chosen))
        text = f"SELECT ?n ?v {{ VALUES (?n ?v) {{ {rows} }} }} ORDER BY {direction}"
        found = [int(row[0].value) for row in evaluate(text, ox.Store())]  # type: ignore[union-attr]
        assert sorted(found) == list(range(len(chosen)))
        if direction.startswith("DESC"):
            found.reverse()
        placed = " ".join(f"({at} {chosen[n]})" for at, n in enumerate(found))
        # Pairs in the wrong order by “<”. 9007199254740993 < 9007199254740992e0 is no error of
        # the order: the engine compares them as doubles.
        wrong = (
            f"SELECT ?a ?b {{ VALUES (?i ?a) {{ {placed} }} VALUES (?j ?b) {{ {placed} }} "
            "FILTER (?i < ?j && ?b < ?a) FILTER (DATATYPE(?a) NOT IN (xsd:duration, "
            "xsd:dayTimeDuration, xsd:yearMonthDuration)) }"
        )
        bad = [(str(row[0]), str(row[1])) for row in evaluate(wrong, ox.Store())]  # type: ignore[union-attr]
        assert not bad, bad[:3]


def test_the_kinds_come_in_turn(dataset: kg.Dataset):
    text = """SELECT ?v { VALUES ?v {
        "2020-01-01"^^xsd:date 8.5 "b"@en <urn:b> 7 "a" UNDEF "9"^^<urn:d> } } ORDER BY ?v"""
    found = [row["v"] for row in dataset.query(text).to_dicts()]  # type: ignore[union-attr]
    assert [str(v) for v in found] == [
        str(v) for v in [None, "urn:b", "9", "a", "b", 7, 8.5, "2020-01-01"]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?v {{ {v} }} ORDER BY ?v",
        "SELECT * {{ {{ SELECT ?v {{ {v} }} order by desc(?v) LIMIT 30 }} }}",
        "ASK {{ FILTER EXISTS {{ SELECT ?v {{ {v} }} ORDER # by\n BY # ?v\n ?v }} }}",
        "CONSTRUCT {{ <urn:a> <urn:b> ?v }} WHERE {{ {v} }} ORDER BY STR(?v) ?v LIMIT 40",
        "SELECT ?v {{ VALUES ?w {{'''abc'}} {v} }} ORDER BY DESC ( ?v ) OFFSET 1",
        "SELECT ?v (COUNT(*) AS ?n) {{ {v} }} GROUP BY ?v HAVING(COUNT(*) > 0) ORDER BY ?n ?v",
        "SELECT ?v {{ {v} }} ORDER BY IF(?v < 5 && ?v>1, ?v, ?v) VALUES ?w {{ 1 }}",
        "SELECT ?v {{ {v} }} ORDER BY EXISTS {{ ?v <urn:p> ?o }} NOT EXISTS {{ ?v ?p ?o }} xsd:string(?v)?v",
        "SELECT ?v {{ {v} BIND('ORDER BY ?x' AS ?order) }} ORDER BY ?order ?v # ORDER BY ?w",
    ],
)
def test_each_way_of_writing_it_is_answered(dataset: kg.Dataset, text: str):
    values = f"VALUES ?v {{ {' '.join(TERMS)} }}"
    whole = text.format(v=values)
    assert ordered(whole, is_query).count("ISNUMERIC") >= 3
    answer = dataset.query(whole)
    assert list(answer) if not hasattr(answer, "value") else answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?v { ?v ?p ?o } ORDER BY" + " ?v" * 101, "more than 100 conditions"),
        ("SELECT ?v { ?v ?p ?o } ORDERBY ?v", "1:24: "),
        ("SELECT ?v { ?v ?p ?o } ORDER BYDESC(?v)", "1:24: "),
        ("SELECT ?v { ?v ?p ?o } ORDER BY (?a<?b&&?b>?v)", "between spaces|with spaces"),
        ("SELECT ?v { ?v ?p ?o }\nORDER BY RAND()", r"2:10: ORDER BY RAND\(\) is another order"),
        ("SELECT ?v { ?v ?p ?o } ORDER BY DESC(1 + rand())", r"BIND \(RAND\(\) AS \?r\)"),
    ],
)
def test_what_cannot_be_read_with_certainty_is_refused(
    dataset: kg.Dataset, text: str, message: str
):
    with pytest.raises(QueryError, match=message):
        dataset.query(text)


def test_texts_are_sorted_by_their_letters_whatever_their_language(dataset: kg.Dataset):
    answer = dataset.query("SELECT ?l { ?s rdfs:label ?l } ORDER BY ?l")
    labels = [row["l"] for row in answer.to_dicts()]  # type: ignore[union-attr]
    assert len(labels) > 100
    assert all(a <= b for a, b in pairwise(labels))


if __name__ == "__main__":
    main()

"""Competency questions: every query of the catalogue has the answer that it should have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from rdflib.compare import to_isomorphic

import kg
from kg.errors import QueryError
from kg.sparql import catalogue
from kg.sparql.results import Triples
from tests.conftest import TESTS, Run, text_of

ANSWERS = sorted((TESTS / "answers").iterdir())
SMALL = sorted((TESTS / "small" / "answers").iterdir())


def check(dataset: kg.Dataset, expected: Path) -> None:
    """Ask what a file name such as ``who-met-whom@place=beijing.csv`` says; compare."""
    name, *params = expected.stem.split("@")
    answer = dataset.query(name, dict(param.split("=", 1) for param in params))
    text = expected.read_bytes().decode()
    if isinstance(answer, Triples):
        theirs = rdflib.Graph().parse(data=text, format="turtle")
        ours = rdflib.Graph().parse(data=text_of(answer.serialize, "turtle"), format="turtle")
        assert len(theirs) > 0
        assert to_isomorphic(ours) == to_isomorphic(theirs)
    else:
        assert text_of(answer.serialize, "csv").splitlines() == text.splitlines()


@pytest.mark.parametrize("expected", ANSWERS, ids=lambda p: p.stem)
def test_answer_from_our_facts(dataset: kg.Dataset, expected: Path):
    check(dataset, expected)


@pytest.mark.parametrize("expected", SMALL, ids=lambda p: p.stem)
def test_answer_from_the_small_facts(small: kg.Dataset, expected: Path):
    check(small, expected)


LISTING = [query for query in catalogue.catalogue() if "GROUP_CONCAT" in query.text]


def test_every_query_has_an_expected_answer():
    assert {path.stem for path in ANSWERS} >= set(catalogue.names())
    assert len(catalogue.names()) >= 25
    assert len(SMALL) >= 12
    assert sum("@" in path.stem for path in ANSWERS) >= 8


@pytest.mark.parametrize("query", list(catalogue.catalogue()), ids=lambda q: q.name)
def test_every_query_is_plain_sparql_with_a_header(query: catalogue.Query):
    import pyoxigraph as ox

    assert re.fullmatch(r"[A-Z].*[.?]", query.summary)
    assert query.theme
    ox.Store().query(query.text)  # no prefix is presumed
    for param in query.params.values():
        assert param.kind in ("entity", "date", "string", "integer")
        assert param.summary
        query.bound({param.name: "1"})


def test_answers_are_not_all_empty():
    empty = [
        p.stem
        for p in ANSWERS
        if "@" not in p.stem and p.suffix == ".csv" and len(p.read_bytes().splitlines()) < 2
    ]
    booleans = [p.stem for p in ANSWERS if p.read_bytes().strip() in (b"true", b"false")]
    assert set(empty) <= set(booleans)


def test_the_catalogue_is_listed_with_summaries(run: Run):
    blocks = run("queries").stdout.split("\n\n")
    listed = [line.split() for block in blocks for line in block.splitlines()[1:]]
    assert sorted(line[0] for line in listed) == catalogue.names()
    assert all(len(line) > 2 for line in listed)
    themes = [block.splitlines()[0] for block in blocks]
    assert themes == sorted({f"{query.theme}:" for query in catalogue.catalogue()})


def test_one_query_is_shown(run: Run):
    assert run("queries", "who-met-whom").stdout == catalogue.named("who-met-whom").text
    assert run("queries", "who-met-whon").returncode == 2


def test_a_parameter_without_a_place_is_said_so():
    query = catalogue.parse("#+ param: x entity Nothing\nSELECT * {}")
    with pytest.raises(QueryError, match=r"has no “VALUES \?x { UNDEF }” to bind"):
        query.bound({"x": "1"})


DATED = """article: herald-talks
claims:
  - key: a-claim
    status: Reported
    gist: Something is said of it.
    about: feud
    quoted: {{paragraph: 2, start: 10, end: 60, sha256: {digest}}}
    facts:
      - {{key: feud, type: Conflict, label: The feud, belligerent: [arlen, borland], when: 1890/}}
      - {{key: rift, type: Conflict, label: The rift, belligerent: [arlen, borland], when: /1890}}
      - {{key: talks, type: Meeting, label: The talks, participant: [anna, boris], when: "[1890..]",
         occurrences: {{minValue: 3, unitText: talks}}}}
      - {{key: ball, type: Ceremony, label: The ball, participant: [anna, boris], when: 1890-24}}
"""


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> kg.Dataset:
    folder = tmp_path_factory.mktemp("dated")
    (folder / "facts.yaml").write_text(DATED.format(digest="ab" * 32), encoding="utf-8")
    kg.build([TESTS / "facts" / "base.yaml", folder / "facts.yaml"], folder / "store")
    return kg.open(folder / "store")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("1880-01-01", "1880-12-31", "The rift"),
        ("1890-03-01", "1890-03-31", "The feud, The rift, The talks"),
        ("1891-01-01", "1891-02-28", "The ball, The feud, The talks"),
        ("1891-03-01", "1999-12-31", "The feud, The talks"),
    ],
)
def test_a_bound_that_is_not_told_stands_for_no_day(
    dated: kg.Dataset, start: str, end: str, expected: str
):
    answer = dated.query("what-happened-between", {"from": start, "to": end})
    assert ", ".join(sorted(row["event"] for row in answer.to_dicts())) == expected
    gathered = dated.query("who-gathered", {"day": start}).to_dicts()
    found = {row["gathering"] for row in gathered}
    assert found == {name for name in ("The ball", "The talks") if name in expected}


def test_an_event_that_stands_for_several_counts_as_several(dated: kg.Dataset):
    rows = dated.query("who-met-the-most-others").to_dicts()
    assert {(row["who"], row["others"], int(row["meetings"])) for row in rows} == {
        ("Anna of Arlen", 1, 3),
        ("Boris of Borland", 1, 3),
    }


@pytest.mark.parametrize("query", LISTING, ids=lambda q: q.name)
def test_a_list_of_nothing_is_an_empty_text_as_in_other_engines(dataset: kg.Dataset, query):
    """Some engines make "" of a group without names and some leave it unbound: always "" then."""
    (column,) = re.findall(r"GROUP_CONCAT\(.*\) AS \?(\w+)\)", query.text)
    rows = dataset.query(query.name).to_dicts()
    assert rows
    assert [row for row in rows if row[column] is None] == []

"""Answers in Python: read again, counted, shown in notebooks, made into data frames."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import pandas
import polars
import pytest

import kg
from kg.errors import OutputError
from kg.sparql.formats import RESULTS_FORMATS
from kg.sparql.results import Boolean, Solutions, Triples
from tests.conftest import text_of

NAMES = [query.name for query in kg.catalogue()]
VALUES = """SELECT ?whole ?number ?day ?moment ?local ?truth ?text ?mixed ?odd ?none ?large {
  VALUES (?whole ?number ?day ?moment ?local ?truth ?text ?mixed ?odd ?large) {
    (1 2.5 "2025-09-03"^^xsd:date "2025-09-03T10:00:00Z"^^xsd:dateTime
     "2025-09-03T10:00:00"^^xsd:dateTime true "a"@en 1 "maybe"^^xsd:boolean 1)
    (UNDEF 1e3 "0001-01-01"^^xsd:date "2025-09-03T12:00:00+02:00"^^xsd:dateTime
     UNDEF false id:beijing "b" true 99999999999999999999)
    (3 4 UNDEF UNDEF UNDEF UNDEF UNDEF "2025-09"^^xsd:gYearMonth UNDEF UNDEF) } }"""


def solutions(dataset: kg.Dataset, text: str) -> Solutions:
    answer = dataset.query(text)
    assert isinstance(answer, Solutions)
    return answer


def test_solutions_are_read_again_and_counted(dataset: kg.Dataset):
    found = solutions(dataset, "who-supplied-what-to-whom")
    first = next(iter(found))
    rows = found.to_dicts()
    assert len(rows) == len(found) == len(found.to_dicts()) == len(list(found)) > 3
    assert next(iter(found)) == first
    assert repr(found).startswith("Solutions(from, to, what, ") and f": {len(rows)})" in repr(found)
    assert found
    assert not solutions(dataset, "SELECT ?x { FILTER (false) }")


@pytest.mark.parametrize("format_name", [*RESULTS_FORMATS, "table"])
def test_solutions_are_written_alike_before_and_after_they_were_read(
    dataset: kg.Dataset, format_name: str
):
    text = r"""SELECT ?s ?o { { ?s rdfs:label ?o } UNION { ?s ent:when ?o }
      UNION { VALUES ?o { "a\tb" "c\nd" 1.5 true "x"^^<http://elsewhere.example/t> UNDEF } } }"""
    streamed = io.BytesIO()
    solutions(dataset, text).serialize(streamed, format_name, keep=False)
    again = solutions(dataset, text)
    for _ in range(2):
        assert text_of(again.serialize, format_name) == streamed.getvalue().decode()
    # A blank node is the same one each time it is read.
    blank = solutions(dataset, "SELECT (BNODE() AS ?b) {}")
    assert blank.to_dicts()[0]["b"] in text_of(blank.serialize, format_name)


def test_solutions_that_were_not_kept_are_not_taken_for_none(dataset: kg.Dataset):
    once = solutions(dataset, "SELECT ?s { ?s a ent:Person }")
    once.serialize(io.BytesIO(), "json", keep=False)
    with pytest.raises(OutputError, match="written without being kept"):
        once.to_dicts()


@pytest.mark.parametrize("name", NAMES)
def test_every_named_query_makes_data_frames(dataset: kg.Dataset, name: str):
    answer = dataset.query(name)
    if isinstance(answer, Solutions):
        theirs, others = answer.to_pandas(), answer.to_polars()
        assert len(theirs) == len(others) == len(answer)
        assert list(theirs.columns) == others.columns == answer.variables
    else:
        assert isinstance(answer, Boolean | Triples)


def test_columns_are_of_one_kind(dataset: kg.Dataset):
    found = solutions(dataset, VALUES)
    frame = found.to_pandas()
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds == {
        "whole": "Int64", "number": "float64", "day": "datetime64[s]",
        "moment": "datetime64[us, UTC]", "local": "datetime64[us]", "truth": "boolean",
        "text": "object", "mixed": "object", "odd": "object", "none": "object", "large": "object",
    }  # fmt: skip
    assert frame["whole"].sum() == 4
    assert list(frame["number"]) == [2.5, 1000.0, 4.0]
    assert frame["day"][0] == pandas.Timestamp(2025, 9, 3)
    assert frame["moment"][0] == frame["moment"][1]
    assert list(frame["mixed"]) == ["1", "b", "2025-09"]
    assert list(frame["odd"])[:2] == ["maybe", "true"]
    assert frame["large"][1] == "99999999999999999999"
    assert frame["text"][1] == "https://w3id.org/entente/id/beijing"
    schema = found.to_polars().schema
    assert dict(schema) == {
        "whole": polars.Int64, "number": polars.Float64, "day": polars.Date,
        "moment": polars.Datetime("us", "UTC"), "local": polars.Datetime("us"),
        "truth": polars.Boolean, "text": polars.String, "mixed": polars.String,
        "odd": polars.String, "none": polars.String, "large": polars.String,
    }  # fmt: skip
    assert found.to_polars()["day"].to_list() == [date(2025, 9, 3), date(1, 1, 1), None]
    assert found.to_polars()["local"][0] == datetime(2025, 9, 3, 10)


def test_ill_typed_literals_stay_text(dataset: kg.Dataset):
    text = """SELECT ("maybe"^^xsd:boolean AS ?a) ("1_000"^^xsd:integer AS ?b)
      ("2025-W36-3"^^xsd:date AS ?c) ("1e3"^^xsd:decimal AS ?d) (2.50 AS ?e) {}"""
    assert solutions(dataset, text).to_dicts() == [
        {"a": "maybe", "b": "1_000", "c": "2025-W36-3", "d": "1e3", "e": Decimal("2.5")}
    ]


def test_notebooks_show_answers_escaped(dataset: kg.Dataset):
    found = solutions(dataset, 'SELECT ("<b>&" AS ?x) ("2025-21"^^edtf:EDTF AS ?when) {}')
    assert found._repr_html_() == (
        "<table><caption>1 row</caption><tr><th>x</th><th>when</th></tr>"
        "<tr><td>&lt;b&gt;&amp;</td><td>spring 2025</td></tr></table>"
    )
    many = solutions(dataset, "SELECT ?s { ?s ?p ?o }")._repr_html_()
    assert many.count("<tr>") == 101 and "the first 100 shown" in many
    made = dataset.query("CONSTRUCT { ?a ent:metWith ?b } WHERE { ?a ent:metWith ?b }")
    assert isinstance(made, Triples)
    assert "ent:metWith" in made._repr_html_() and repr(made) == f"Triples({len(made)})"
    assert repr(dataset.query("ASK {}")) == "Boolean(True)"


def test_tables_tell_dates_in_words_and_machines_get_edtf(dataset: kg.Dataset):
    text = 'SELECT ("../2025-10-04"^^edtf:EDTF AS ?when) {}'
    assert "by 4 October 2025" in text_of(solutions(dataset, text).serialize, "table")
    for name in RESULTS_FORMATS:
        assert "../2025-10-04" in text_of(solutions(dataset, text).serialize, name)

"""Datatypes: which texts are of each, as the engine sees it, and their values in Python."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import kg
from kg.vocabulary import datatypes
from kg.vocabulary.context import context
from kg.vocabulary.datatypes import DATATYPES

CASTABLE = ["integer", "decimal", "double", "float", "boolean", "date", "dateTime"]
names = st.sampled_from(CASTABLE)
odd = st.text("0123456789+-.eEINFatruslZT:_ W", max_size=12)
formed = st.one_of(
    st.integers(1 - 10**18, 10**18 - 1).map(str),
    st.decimals(-(10**9), 10**9, places=3).map(str),
    st.floats().map(repr).map(lambda text: text.replace("inf", "INF").replace("nan", "NaN")),
    st.dates().map(date.isoformat),
    st.datetimes().map(datetime.isoformat),
    st.datetimes(timezones=st.just(UTC)).map(lambda d: d.isoformat().replace("+00:00", "Z")),
    st.sampled_from(["true", "false", "1", "0", "True", "yes", "maybe"]),
)


def iri(name: str) -> str:
    return context().expand(name)


def cast(text: str, name: str) -> bool:
    """Whether the engine takes the text for one of the datatype; of infinity only as XSD has it."""
    if re.search("(?i)inf|nan", text) and text not in ("INF", "+INF", "-INF", "NaN"):
        return False
    found = ox.Store().query(f"SELECT (<{iri(f'xsd:{name}')}>({ox.Literal(text)}) AS ?value) {{}}")
    return next(found)["value"] is not None  # type: ignore[union-attr, index, arg-type]


@given(names, odd | formed)
@example("boolean", "maybe")
@example("integer", "1_000")
@example("date", "2025-W36-3")
@example("date", "20250903")
@example("decimal", "1e3")
@example("double", "infinity")
def test_a_text_is_of_a_datatype_where_the_engine_says_so(name: str, text: str):
    assert (datatypes.complaint(text, iri(f"xsd:{name}")) == "") == cast(text, name)


@given(names, odd | formed)
def test_what_is_ill_formed_stays_text_and_the_rest_does_not(name: str, text: str):
    value = datatypes.value(text, iri(f"xsd:{name}"))
    if datatypes.complaint(text, iri(f"xsd:{name}")):
        assert value == text
    else:
        assert not isinstance(value, str)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("xsd:integer", "007", 7),
        ("xsd:unsignedByte", "255", 255),
        ("xsd:unsignedByte", "256", "256"),
        ("xsd:positiveInteger", "0", "0"),
        ("xsd:decimal", "1000000.50", Decimal("1000000.50")),
        ("xsd:double", "1e9", 1e9),
        ("xsd:boolean", "0", False),
        ("xsd:boolean", "TRUE", "TRUE"),
        ("xsd:date", "1904-02-29", date(1904, 2, 29)),
        ("xsd:date", "1905-02-29", "1905-02-29"),
        ("xsd:date", "1904-02-29Z", "1904-02-29Z"),
        ("xsd:dateTime", "1904-02-29T10:00:00.5Z", datetime(1904, 2, 29, 10, 0, 0, 500000, UTC)),
        ("xsd:gYear", "1904", "1904"),
        ("edtf:EDTF", "190X", "190X"),
        ("xsd:string", "12", "12"),
        ("xsd:anyURI", "12", "12"),
    ],
)
def test_values_in_python(name: str, text: str, value: Any):
    found = datatypes.value(text, iri(name))
    assert (type(found), found) == (type(value), value)


def test_answers_have_these_values(small: kg.Dataset):
    query = """SELECT ("maybe"^^xsd:boolean AS ?a) ("1_000"^^xsd:integer AS ?b) (1 = 1 AS ?c)
                      ("1904-05-03"^^xsd:date AS ?d) ("tuesday"^^xsd:date AS ?e) (1.5 AS ?f) {}"""
    [row] = small.query(query).to_dicts()
    assert list(row.values()) == [
        "maybe", "1_000", True, date(1904, 5, 3), "tuesday", Decimal("1.5")
    ]  # fmt: skip


@pytest.mark.parametrize("name", DATATYPES)
def test_the_example_of_a_message_is_of_the_datatype(name: str):
    known = DATATYPES[name]
    texts = re.findall(r"(?:such as | or |^)([0-9.e:TZ-]+|true|false)(?= |$)", known.example)
    assert texts or name == "edtf:EDTF"
    bounded = ("negative", "nonPositive")
    if not name.removeprefix("xsd:").startswith(bounded):
        assert [text for text in texts if datatypes.complaint(text, iri(name))] == []


@given(st.integers(1, 10**30), st.sampled_from(["xsd:integer", "xsd:decimal"]))
def test_numbers_with_which_the_engine_cannot_count_are_complained_of(number: int, name: str):
    complaint = datatypes.complaint(str(number), iri(name))
    assert ("more than 18 digits" in complaint) == (number >= 10**18)
    assert datatypes.value(str(number), iri(name)) == number

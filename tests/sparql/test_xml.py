"""XML answers are well-formed and say what was asked, or are refused with the term that cannot be."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.errors import OutputError
from kg.sparql import results
from kg.sparql.presentation.rdf import serialize_rdf
from tests.conftest import Run, text_of

SUBJECT = ox.NamedNode("http://example.org/s")
texts = st.text(st.characters(codec="utf-8"), max_size=8)
predicates = texts.map("http://example.org/{}".format)


def written(triple: ox.Triple) -> bytes:
    output = io.BytesIO()
    serialize_rdf([triple], output, "rdfxml")
    return output.getvalue()


@given(predicates, texts)
def test_what_is_written_as_rdf_xml_can_be_read_again(predicate: str, text: str):
    try:
        triple = ox.Triple(SUBJECT, ox.NamedNode(predicate), ox.Literal(text))
    except ValueError:
        assume(False)
    try:
        data = written(triple)
    except OutputError as error:
        assert "choose another format" in str(error)
        with pytest.raises(ElementTree.ParseError):
            ElementTree.fromstring(ox.serialize([triple], format=ox.RdfFormat.RDF_XML) or b"")
    else:
        ElementTree.fromstring(data)
        [read] = ox.parse(data, format=ox.RdfFormat.RDF_XML)
        assert read.predicate == triple.predicate
        assert read.object.value == text.replace("\r\n", "\n").replace("\r", "\n")


@given(texts)
def test_solutions_in_xml_can_be_read_again(text: str):
    solutions = ox.Store().query(f"SELECT ({ox.Literal(text)} AS ?x) {{}}")
    assert isinstance(solutions, ox.QuerySolutions)
    try:
        found = text_of(results.Solutions(solutions).serialize, "xml")
    except OutputError as error:
        assert "a character that XML cannot hold; choose another format" in str(error)
    else:
        literal = ElementTree.fromstring(found).find(".//{*}literal")
        assert literal is not None
        assert (literal.text or "").replace("\r", "") == text.replace("\r", "")


@pytest.mark.parametrize(
    ("query", "format_name", "message"),
    [
        ("CONSTRUCT { id:anna <http://example.org/1> 1 } {}", "rdfxml", "http://example.org/1"),
        (
            'CONSTRUCT { id:anna rdfs:label "An\\u0001na" } {}',
            "rdfxml",
            "“An\ufffdna” holds U+0001",
        ),
        ('SELECT ("An\\u0001na" AS ?x) {}', "xml", "“An\ufffdna” holds U+0001"),
    ],
)
def test_what_xml_cannot_hold_is_told_and_nothing_written(
    run: Run, store: Path, query: str, format_name: str, message: str
):
    result = run("query", "-e", query, "-f", format_name, "--store", store)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1

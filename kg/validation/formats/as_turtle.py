"""For RDF tools: a validation report (SHACL, 3.6), with the place of each result beside.

``sh:sourceShape`` is the shape; a fault of another layer has that layer in the place of a
constraint component, and ``dcterms:source`` names its code.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.validation.report import Report, Violation
from kg.validation.shacl import paths
from kg.vocabulary.context import context, named
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

_PREFIXES = ("dcterms", "ent", "id", "oa", "prov", "rdf", "rdfs", "schema", "sh", "skos", "xsd")
_SHAPES = "https://w3id.org/entente/shapes#"
_SEVERITIES = {"violation": "sh:Violation", "warning": "sh:Warning", "info": "sh:Info"}


def formatted(report: Report, colour: bool) -> str:
    """Return a report in Turtle; ``colour`` makes no difference."""
    triples = [*_report(report)]
    prefixes = {prefix: context().prefixes[prefix] for prefix in _PREFIXES}
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert text is not None
    return text.decode()


def _report(report: Report) -> Iterator[ox.Triple]:
    whole = ox.BlankNode("report")
    yield ox.Triple(whole, RDF_TYPE, named("sh:ValidationReport"))
    # SHACL knows no leniency: any result at all means that the graph does not conform.
    yield ox.Triple(whole, named("sh:conforms"), ox.Literal(not len(report)))
    for note in report.notes:
        yield ox.Triple(whole, named("rdfs:comment"), ox.Literal(note))
    for number, violation in enumerate(report, 1):
        result = ox.BlankNode(f"result{number}")
        yield ox.Triple(whole, named("sh:result"), result)
        yield ox.Triple(result, RDF_TYPE, named("sh:ValidationResult"))
        yield from _result(result, violation)


def _result(result: ox.BlankNode, violation: Violation) -> Iterator[ox.Triple]:
    def said(word: str, value: RdfTerm) -> ox.Triple:
        return ox.Triple(result, named(word), value)

    nameless = ox.BlankNode(f"{result.value}focus")
    component = violation.component or f"{_SHAPES}{violation.layer}"
    yield said("sh:resultSeverity", named(_SEVERITIES[violation.severity]))
    yield said("sh:resultMessage", ox.Literal(violation.text, language="en"))
    yield said("sh:focusNode", ox.NamedNode(violation.focus) if violation.focus else nameless)
    yield said("dcterms:source", ox.Literal(f"{violation.place} {violation.code}"))
    yield said("sh:sourceConstraintComponent", ox.NamedNode(component))
    if violation.layer == "shapes":
        shape = ox.NamedNode(violation.rule) if violation.rule else ox.BlankNode()
        yield said("sh:sourceShape", shape)
    if violation.value:
        yield said("sh:value", _term(violation.value))
    if violation.path:
        path, rest = paths.triples(violation.path, f"{result.value}path")
        yield said("sh:resultPath", path)
        yield from rest


def _term(text: str) -> RdfTerm:
    """Return the term that a text in N-Triples is."""
    line = f"<urn:s> <urn:p> {text} ."
    term: RdfTerm = next(ox.parse(line, ox.RdfFormat.N_TRIPLES)).object
    return term

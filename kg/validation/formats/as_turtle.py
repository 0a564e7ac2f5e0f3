"""For RDF tools: a validation report (SHACL, 3.6), with the place of each result beside.

``sh:sourceShape`` is the shape; for a fault of another layer ``dcterms:source`` names its code.
"""

from __future__ import annotations

import pyoxigraph as ox

from kg.validation.report import Report, Violation
from kg.vocabulary import RDF_TYPE, RdfTerm, context, named

_PREFIXES = ("dcterms", "ent", "id", "oa", "prov", "rdfs", "schema", "sh", "skos", "xsd")
_SEVERITIES = {"violation": "sh:Violation", "warning": "sh:Warning", "info": "sh:Info"}


def formatted(report: Report, colour: bool) -> str:
    """Return a report in Turtle; ``colour`` makes no difference."""
    triples: list[ox.Triple] = []
    whole = ox.BlankNode("report")

    def say(subject: RdfTerm, word: str, value: RdfTerm) -> None:
        triples.append(ox.Triple(subject, named(word), value))  # type: ignore[arg-type]

    triples.append(ox.Triple(whole, RDF_TYPE, named("sh:ValidationReport")))
    # SHACL knows no leniency: any result at all means that the graph does not conform.
    say(whole, "sh:conforms", ox.Literal(not len(report)))
    for note in report.notes:
        say(whole, "rdfs:comment", ox.Literal(note))
    for number, violation in enumerate(report, 1):
        result = ox.BlankNode(f"result{number}")
        say(whole, "sh:result", result)
        triples.append(ox.Triple(result, RDF_TYPE, named("sh:ValidationResult")))
        for word, value in _said(violation):
            say(result, word, value)
    prefixes = {prefix: context().prefixes[prefix] for prefix in _PREFIXES}
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert text is not None
    return text.decode()


def _said(violation: Violation) -> list[tuple[str, RdfTerm]]:
    said: list[tuple[str, RdfTerm]] = [
        ("sh:resultSeverity", named(_SEVERITIES[violation.severity])),
        ("sh:resultMessage", ox.Literal(violation.text, language="en")),
        ("sh:focusNode", ox.NamedNode(violation.focus) if violation.focus else ox.BlankNode()),
        ("dcterms:source", ox.Literal(f"{violation.place} {violation.code}")),
    ]
    component = violation.component or context().expand("sh:SPARQLConstraintComponent")
    said.append(("sh:sourceConstraintComponent", ox.NamedNode(component)))
    if violation.layer == "shapes":
        said.append(("sh:sourceShape", ox.NamedNode(violation.rule)))
    if violation.path.startswith("<") and violation.path.endswith(">"):
        said.append(("sh:resultPath", ox.NamedNode(violation.path[1:-1])))
    if violation.value:
        said.append(("sh:value", _term(violation.value)))
    return said


def _term(text: str) -> RdfTerm:
    """Return the term that a text in N-Triples is."""
    line = f"<urn:s> <urn:p> {text} ."
    term: RdfTerm = next(ox.parse(line, ox.RdfFormat.N_TRIPLES)).object
    return term

"""Statements in every format of RDF 1.1, with the prefixes that they use, in one order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

import pyoxigraph as ox

from kg.errors import OutputError
from kg.sparql.formats import RDF_FORMATS, misfit
from kg.vocabulary.context import context
from kg.vocabulary.terms import RDF_TYPE

# Where a subject begins in Turtle as the engine writes it: a line of its own, not indented.
_SUBJECT = re.compile(rb"^(?![\t@])", re.MULTILINE)


def serialize_rdf(
    statements: list[ox.Triple] | list[ox.Quad], output: IO[bytes], format_name: str
) -> None:
    """Write triples or quads in an RDF format, with the prefixes that they use.

    Raises ``OutputError`` where the format is none of RDF, or cannot hold one of the terms.
    """
    if format_name not in RDF_FORMATS:
        raise OutputError(misfit(format_name, "triples", RDF_FORMATS))
    if format_name == "rdfxml":
        from kg.sparql.presentation.xml import held

        for statement in statements:
            held(statement)
    iris = {term.value for term in _named_nodes(statements)}
    used = {context().compact(iri).partition(":")[0] for iri in iris}
    prefixes = {k: v for k, v in sorted(context().prefixes.items()) if k in used}
    data = ox.serialize(statements, format=RDF_FORMATS[format_name], prefixes=prefixes)
    assert data is not None
    if format_name == "turtle":
        data = _SUBJECT.sub(b"\n", data)
    output.write(data)


def triple_order(statement: ox.Triple | ox.Quad) -> tuple[str, bool, str, str]:
    """Sort by subject, its class first, then by predicate and object."""
    s, p, o = statement[0], statement[1], statement[2]
    assert not isinstance(s, ox.Triple)
    return s.value, p != RDF_TYPE, p.value, str(o)


def quad_order(quad: ox.Quad) -> tuple[str, tuple[str, bool, str, str]]:
    """Sort by graph, the default graph first, then as triples."""
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
    return graph, triple_order(quad)


def _named_nodes(statements: list[ox.Triple] | list[ox.Quad]) -> Iterator[ox.NamedNode]:
    for statement in statements:
        for term in statement:
            if isinstance(term, ox.NamedNode):
                yield term
            elif isinstance(term, ox.Literal):
                yield term.datatype

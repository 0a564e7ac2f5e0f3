"""Literals as a reasoner can take them (OWL 2 Structural Specification, 4: the datatype map).

``xsd:date`` is outside of OWL 2's datatype map, so days are handed over as ``xsd:dateTime`` at
midnight, which keeps their order and tells them from numbers and texts. Of other datatypes, and
of lexical forms that are none of their datatype's, nothing is handed over.
"""

from __future__ import annotations

import re
from functools import cache

import pyoxigraph as ox

from kg.vocabulary import datatypes
from kg.vocabulary.context import context, named

_LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")
_CHECKED = ("xsd:integer", "xsd:decimal", "xsd:date", "xsd:boolean", "xsd:double")
_ENDLESS = ("INF", "+INF", "-INF", "NaN")
_TEXTS = ("xsd:string", "rdf:langString")
_RANGES = ("rdfs:Literal", "rdf:PlainLiteral")


def mapped(literal: ox.Literal) -> ox.Literal | None:
    """Return a literal as the reasoner is given it; ``None`` where it cannot be."""
    name, text = context().compact(literal.datatype.value), literal.value
    if name in _TEXTS:
        if literal.language and not _LANGUAGE.fullmatch(literal.language):
            return None  # the reasoner does not know private tags
        # Only which texts are equal matters, and XML has no room for some characters.
        return ox.Literal(text.encode("unicode_escape").decode(), language=literal.language)
    if name not in _CHECKED or datatypes.complaint(text, literal.datatype.value):
        return None
    if text in _ENDLESS:
        return None
    if name == "xsd:date":
        return ox.Literal(datatypes.midnight(text), datatype=named("xsd:dateTime"))
    return literal


@cache
def mapped_datatype(datatype: ox.NamedNode) -> ox.NamedNode | None:
    """Return the datatype that stands for one in what the reasoner is given; ``None`` if none."""
    if datatype == named("xsd:date"):
        return named("xsd:dateTime")
    return datatype if datatype in map(named, (*_RANGES, *_CHECKED, *_TEXTS)) else None

"""RDF terms and triples as the code handles them."""

from __future__ import annotations

import re
from typing import TypeAlias

import pyoxigraph as ox

OWL_THING = "http://www.w3.org/2002/07/owl#Thing"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
OTHER_LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
RdfTerm: TypeAlias = Subject | ox.Literal
Triple: TypeAlias = tuple[Subject, ox.NamedNode, RdfTerm]
"""A triple by its terms: made and taken apart in less time than the engine's own."""


def terms(statement: ox.Triple | ox.Quad) -> Triple:
    """Return the terms of a triple, or of a quad without its graph."""
    return statement.subject, statement.predicate, statement.object


# Compiled when it is first needed: that takes milliseconds.
_NOT_IN_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def not_in_xml(text: str) -> str:
    """Return the first character of a text that XML 1.0 (2.2) cannot hold, as ``U+0001``."""
    found = None if text.isprintable() else re.search(_NOT_IN_XML, text)
    return f"U+{ord(found[0]):04X}" if found else ""

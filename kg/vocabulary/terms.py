"""RDF terms and triples as the code handles them."""

from __future__ import annotations

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

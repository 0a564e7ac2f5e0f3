"""What was curated, as against what is only inferred."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.claims.belief import Belief, believed
from kg.claims.sources import subjects
from kg.vocabulary.iris import REFERENCE
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RDF_TYPE


def curated(store: ox.Store, belief: Belief) -> Iterator[ox.Quad]:
    """Yield what is not only inferred: told by a believed claim, or reference data.

    Of ``id:xk-talks`` in which ``id:xi-jinping`` took part as ``ent:host``, the host stays, and
    ``ent:participant``, which follows from it, goes, unless a claim tells it too.
    """
    inferences = set(subjects(store, RDF_TYPE, ox.NamedNode(ent.Inference)))
    reported = {REFERENCE, *believed(store, belief)}
    entailed, told = set(), set()
    for quad in store:
        if quad.graph_name in inferences:
            entailed.add(quad.triple)
        elif quad.graph_name in reported:
            told.add(quad.triple)
    only_inferred = entailed - told
    for quad in store:
        by_inference = quad.graph_name in inferences or quad.subject in inferences
        in_default = isinstance(quad.graph_name, ox.DefaultGraph)
        if not by_inference and not (in_default and quad.triple in only_inferred):
            yield quad

"""What of a dataset a reader chose, as graphs to validate: in the default graph if believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg import store as stores
from kg.claims import belief
from kg.claims.names import Names
from kg.claims.sources import subjects
from kg.entailment.materialization import graph_closure
from kg.mapper import Graph
from kg.vocabulary.iris import ONTOLOGY_IRI, is_inference
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RDF_TYPE, Triple, terms

if TYPE_CHECKING:
    from kg.claims.belief import BeliefOptions

_DEFAULT = ox.DefaultGraph()


def dataset(graphs: Iterable[Graph]) -> ox.Store:
    """Return the dataset of some graphs, with what follows from each by itself."""
    whole = ox.Store()
    for graph in graphs:
        whole.extend([*graph.quads(), *graph_closure(graph).quads()])
    return whole


class Selection(NamedTuple):
    """What was chosen: graphs without what was inferred, and a note of what is left out."""

    graphs: Iterator[Graph]
    notes: tuple[str, ...]


def select(whole: ox.Store, options: BeliefOptions) -> Selection:
    """Return what a reader chose of a dataset. Raises ``QueryError`` for unknown names."""
    return taken(whole, options.resolved(Names(whole)))


def taken(whole: ox.Store, chosen: belief.Belief) -> Selection:
    """Return what of a dataset belongs to a belief."""
    claims, heard = _claims(whole), belief.heard(whole, chosen)
    left = len(claims - heard)
    note = f"not heard, and not validated: {left} of {len(claims)} claims"
    kept: list[Triple] = []
    if not chosen.is_usual:
        kept = [t for t in _reference(whole) if t[0] not in claims or t[0] in heard]
        whole = stores.in_memory(belief.quads(whole, chosen))
    return Selection(_graphs(whole, belief.believed(whole, chosen), kept), (note,) if left else ())


def _graphs(
    whole: ox.Store, believed: Set[ox.NamedNode], kept: Iterable[Triple]
) -> Iterator[Graph]:
    """Yield the graphs of a dataset; what is ``kept`` is reference data besides."""
    claims = _claims(whole)
    yield Graph(None, True, list(dict.fromkeys([*kept, *_reference(whole)])))
    for name in sorted(whole.named_graphs(), key=str):  # the engine has no order of its own
        if isinstance(name, ox.BlankNode):  # nobody's claim
            yield Graph(None, True, _triples(whole, name))
        elif name.value != ONTOLOGY_IRI and not is_inference(name):
            yield Graph(name, name not in claims or name in believed, _triples(whole, name))


def _claims(whole: ox.Store) -> set[ox.NamedNode]:
    return set(subjects(whole, RDF_TYPE, ox.NamedNode(ent.Claim)))


def _reference(whole: ox.Store) -> list[Triple]:
    """Return what the default graph alone tells."""
    told = {triple for name in whole.named_graphs() for triple in _triples(whole, name)}
    return [triple for triple in _triples(whole, _DEFAULT) if triple not in told]


def _triples(store: ox.Store, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> list[Triple]:
    return [terms(quad) for quad in store.quads_for_pattern(None, None, None, name)]

"""What of a dataset a reader hears, as graphs to validate: in the default graph if believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import belief, inference
from kg import store as stores
from kg.mapper import Graph
from kg.names import Names
from kg.provenance import subjects
from kg.vocabulary import INFERRED, ONTOLOGY_IRI, RDF_TYPE, Triple, ent, terms

if TYPE_CHECKING:
    from kg.validation.inputs import Listener

_DEFAULT = ox.DefaultGraph()


def dataset(graphs: Iterable[Graph]) -> ox.Store:
    """Return the dataset of some graphs, with what follows from each by itself."""
    whole = ox.Store()
    for graph in graphs:
        whole.extend([*graph.quads(), *inference.infer(graph).quads()])
    return whole


def notes(whole: ox.Store, listener: Listener) -> tuple[str, ...]:
    """Return a note of how many claims a listener does not hear, if any."""
    level, article, speaker, as_of = listener
    chosen = Names(whole).belief(level, article=article, speaker=speaker, as_of=as_of)
    claims = set(subjects(whole, RDF_TYPE, ox.NamedNode(ent.Claim)))
    left = len(claims - belief.heard(whole, chosen))
    return (f"not heard, and not validated: {left} of {len(claims)} claims",) if left else ()


def heard(whole: ox.Store, listener: Listener) -> Iterator[Graph]:
    """Yield the graphs of a dataset that a listener hears, without what was inferred."""
    level, article, speaker, as_of = listener
    chosen = Names(whole).belief(level, article=article, speaker=speaker, as_of=as_of)
    kept = [] if chosen.is_usual else [*_reference(whole, belief.heard(whole, chosen))]
    if not chosen.is_usual:
        whole = stores.in_memory(belief.quads(whole, chosen))
    believed = belief.believed(whole, chosen)
    claims = set(subjects(whole, RDF_TYPE, ox.NamedNode(ent.Claim)))
    graphs = sorted(whole.named_graphs(), key=str)  # the engine has no order of its own
    told = {triple for name in graphs for triple in _triples(whole, name)}
    plain = dict.fromkeys([*kept, *_triples(whole, _DEFAULT)])
    yield Graph(None, True, [triple for triple in plain if triple not in told])
    for name in graphs:
        if isinstance(name, ox.BlankNode):  # nobody's claim
            yield Graph(None, True, _triples(whole, name))
        elif name.value != ONTOLOGY_IRI and not name.value.endswith(INFERRED):
            yield Graph(name, name not in claims or name in believed, _triples(whole, name))


def _reference(whole: ox.Store, heard: Set[ox.NamedNode]) -> Iterator[Triple]:
    """Yield what the default graph alone tells, but for what it says of claims not heard."""
    claims = set(subjects(whole, RDF_TYPE, ox.NamedNode(ent.Claim)))
    told = {triple for name in whole.named_graphs() for triple in _triples(whole, name)}
    for triple in _triples(whole, _DEFAULT):
        if triple not in told and (triple[0] not in claims or triple[0] in heard):
            yield triple


def _triples(store: ox.Store, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> list[Triple]:
    return [terms(quad) for quad in store.quads_for_pattern(None, None, None, name)]

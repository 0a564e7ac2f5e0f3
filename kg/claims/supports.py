"""What a triple of the dataset rests on: the claims that hold it, or what it was inferred from.

A triple may have several *supports*, each enough by itself. A support is a set of claims: one
that tells the triple, those that an inference was derived from, or none at all where reference
data suffices. Without the claims of every support the triple would not be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from kg.claims.sources import claims_quoting, subjects
from kg.vocabulary.context import named
from kg.vocabulary.iris import ONTOLOGY_IRI, REFERENCE, is_inference
from kg.vocabulary.ontology import ent
from kg.vocabulary.statuses import Status
from kg.vocabulary.terms import RdfTerm

_DEFAULT = ox.DefaultGraph()
_ONTOLOGY = ox.NamedNode(ONTOLOGY_IRI)


class Support(NamedTuple):
    """Claims that suffice for a triple; ``inference`` is the graph of what was derived from them.

    No claims: it is reference data, or follows from it.
    """

    claims: frozenset[ox.NamedNode]
    inference: ox.NamedNode | None = None


class Supports:
    """The supports of the triples of a store, for a reader who takes some statuses on trust."""

    def __init__(
        self, store: ox.Store, takes: Callable[[ox.NamedNode], bool] = lambda _: True
    ) -> None:
        self.store = store
        self.takes = takes
        self.of_triple = lru_cache(maxsize=None)(self._of_triple)
        self.of_graph = lru_cache(maxsize=None)(self._of_graph)
        self.tells = lru_cache(maxsize=None)(self._tells)
        self._believed = lru_cache(maxsize=None)(self._is_believed)

    def _of_triple(
        self, s: RdfTerm, p: RdfTerm, o: RdfTerm, graph: RdfTerm | None
    ) -> tuple[Support, ...]:
        """Return the supports of a triple in a named graph, or in the default graph.

        None, where somebody put it there and no claim tells it.
        """
        if graph is not None:
            return (self.of_graph(graph),) if self.tells(graph) else ()
        quads = self.store.quads_for_pattern(s, p, o, None)  # type: ignore[arg-type]
        names = [quad.graph_name for quad in quads]
        supports = {self.of_graph(name) for name in names if name != _DEFAULT and self.tells(name)}
        believed = tuple(support for support in supports if self._believed(support.claims))
        if believed:
            return believed
        claims = frozenset(self.described(s)) if _DEFAULT in names else frozenset()
        return (Support(claims),) if claims or s == REFERENCE or is_inference(s) else ()

    def _tells(self, name: RdfTerm) -> bool:
        """Tell whether a graph is one of ours: a claim's, an inference's, of reference data."""
        if name in (REFERENCE, _ONTOLOGY) or is_inference(name):
            return True
        kinds = self._objects(name, "rdf:type") if isinstance(name, ox.NamedNode) else ()
        return not {ent.Claim, ent.RetractedClaim}.isdisjoint(kind.value for kind in kinds)

    def _of_graph(self, name: RdfTerm) -> Support:
        """Return what the triples of a named graph rest on."""
        assert isinstance(name, ox.NamedNode)
        if name in (REFERENCE, _ONTOLOGY):
            return Support(frozenset())
        if is_inference(name):
            return Support(frozenset(self._objects(name, "prov:wasDerivedFrom")), name)
        return Support(frozenset({name}))

    def described(self, subject: RdfTerm) -> Iterator[ox.NamedNode]:
        """Yield the claims that the description of a claim, a passage or an inference rests on."""
        if not isinstance(subject, ox.NamedNode):
            return
        kinds = {kind.value for kind in self._objects(subject, "rdf:type")}
        if kinds & {ent.Claim, ent.RetractedClaim}:
            yield subject
        elif ent.Inference in kinds:
            yield from self._objects(subject, "prov:wasDerivedFrom")
        elif kinds & {ent.Passage, named("oa:TextPositionSelector").value}:
            yield from claims_quoting(self.store, subject)

    def stands(self, support: Support, triple: ox.Triple) -> bool:
        """Tell whether a support with a denied claim among its claims bears on a triple.

        A denied event denies what would follow about the event itself, not what would follow about
        others. From a denied summit of Ina and Tam follow ``id:summit ent:place id:borland`` and
        ``id:ina ent:metWith id:tam``: the first is denied, the second is not, as they may have met
        elsewhere.
        """
        if not support.inference:
            return True
        denials = [c for c in support.claims if Status.DENIED.iri in self.status(c)]
        return all(triple.subject in set(self._objects(c, "ent:about")) for c in denials)

    def _is_believed(self, claims: frozenset[ox.NamedNode]) -> bool:
        return all(self.takes(status) for claim in claims for status in self.status(claim))

    def status(self, claim: ox.NamedNode) -> list[ox.NamedNode]:
        """Return the status of a claim, in a list."""
        return list(self._objects(claim, "ent:status"))

    def _objects(self, subject: ox.NamedNode, name: str) -> Iterator[ox.NamedNode]:
        for quad in self.store.quads_for_pattern(subject, named(name), None, _DEFAULT):
            assert isinstance(quad.object, ox.NamedNode)
            yield quad.object


def resting_on(store: ox.Store, speaker: ox.NamedNode) -> Iterator[ox.NamedNode]:
    """Yield the claims that rest on somebody's word: attributed to them, or that they said it."""
    yield from subjects(store, named("prov:wasAttributedTo"), speaker)
    for quad in store.quads_for_pattern(None, ox.NamedNode(ent.speaker), speaker, None):
        if isinstance(quad.graph_name, ox.NamedNode) and not is_inference(quad.graph_name):
            yield quad.graph_name

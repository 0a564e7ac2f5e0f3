"""Which of the claims that a yes rests on decide it: the smallest set of them that suffices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, combinations, islice

import pyoxigraph as ox

from kg.citations.citer import Citation
from kg.claims.belief import Belief
from kg.claims.sources import Claim, Sources, subjects
from kg.claims.supports import Supports
from kg.sparql.engine import evaluate
from kg.vocabulary.context import named
from kg.vocabulary.iris import REFERENCE, inference

_SETS = 500
"""So many sets of claims are tried, the smallest first."""


def decisive_first(store: ox.Store, belief: Belief, text: str, citation: Citation) -> Citation:
    """Return the citation of a yes with the smallest set of claims that suffices put first.

    Of a meeting that one claim tells whole, and two others only together, the one comes first.
    """
    trial = _Trial(store, belief, citation.claims)
    sizes = range(1, len(citation.claims))
    sets = chain.from_iterable(combinations(citation.claims, size) for size in sizes)
    enough = next((chosen for chosen in islice(sets, _SETS) if trial.holds(text, chosen)), ())
    rest = (claim for claim in citation.claims if claim not in enough)
    return replace(citation, claims=(*enough, *rest))


class _Trial:
    """The datasets that some of a few claims make by themselves."""

    def __init__(self, store: ox.Store, belief: Belief, claims: Sequence[Claim]) -> None:
        self.store = store
        self.supports = Supports(store, belief.takes)
        self.claims = frozenset(claim.iri for claim in claims)

    def holds(self, text: str, chosen: Iterable[Claim]) -> bool:
        """Tell whether the answer to an ASK query is yes where only the chosen claims are told."""
        told = frozenset(claim.iri for claim in chosen)
        world = ox.Store()
        world.extend(self.reference)
        for support, quads in self.graphs.items():
            if support <= told:
                world.extend(quads)
        return bool(evaluate(text, world))

    @cached_property
    def graphs(self) -> dict[frozenset[ox.NamedNode], list[ox.Quad]]:
        """What each set of the claims tells, entails and is said to be."""
        found: dict[frozenset[ox.NamedNode], list[ox.Quad]] = {}
        derived = {
            name
            for claim in self.claims
            for name in subjects(self.store, named("prov:wasDerivedFrom"), claim)
        }
        for name in sorted(self.claims | derived, key=str):
            support = self.supports.of_graph(name)
            if support.claims <= self.claims:
                found.setdefault(support.claims, []).extend(self._quads(name))
        return found

    def _quads(self, name: ox.NamedNode) -> Iterator[ox.Quad]:
        for triple in Sources(self.store).description(name):
            yield ox.Quad(*triple)
        for quad in self.store.quads_for_pattern(None, None, None, name):
            yield quad
            if ox.Quad(*quad.triple) in self.store:
                yield ox.Quad(*quad.triple)

    @cached_property
    def reference(self) -> list[ox.Quad]:
        """Reference data of what the claims name, and of what that is linked to."""
        told = [quad for quads in self.graphs.values() for quad in quads]
        waiting = {t for quad in told for t in quad if isinstance(t, ox.NamedNode)}
        known: set[ox.NamedNode] = set()
        found: list[ox.Quad] = []
        while waiting:
            known |= waiting
            reached = [
                ox.Quad(*quad.triple)
                for thing in waiting
                for name in (REFERENCE, inference([]))
                for quad in self.store.quads_for_pattern(thing, None, None, name)
            ]
            found += reached
            waiting = {q.object for q in reached if isinstance(q.object, ox.NamedNode)} - known
        return found

"""Citations: the claims that each solution of a query rests on, and what else is to be said.

Two laws hold. *Sound*: a claim that is cited tells a triple that the solution used, or is a
premise from which such a triple was inferred. *Complete*: without all of its claims every way
in which the solution came about is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from kg.citations.derivations import Derivations
from kg.claims.belief import Belief
from kg.claims.sources import Claim, Sources
from kg.claims.supports import Supports
from kg.lineage.lineage import Lineage, Quad
from kg.lineage.rows import Key
from kg.lineage.triples import lineages
from kg.lineage.witnesses import Witnesses
from kg.sparql.presentation.rdf import triple_order
from kg.sparql.scanner import in_one_line


@dataclass(frozen=True)
class Inferred:
    """A triple that no claim tells: the axioms that it follows by, and from which claims."""

    triple: ox.Triple
    axioms: tuple[str, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Citation:
    """What one solution, triple or yes rests on.

    ``claims`` in order of date. ``reference`` tells whether reference data was used, which needs
    no claim. ``absences`` are patterns for which nothing was found among what is believed;
    ``gaps`` say what is not itemised, and why.
    """

    claims: tuple[Claim, ...] = ()
    inferences: tuple[Inferred, ...] = ()
    reference: bool = False
    absences: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


UNTOLD = "something that it rests on is told by no claim"


class Citer:
    """Makes citations of the triples that solutions used; what it has looked up, it remembers."""

    def __init__(self, store: ox.Store, belief: Belief) -> None:
        self.store = store
        self.supports = Supports(store, belief.takes)
        self.derivations = Derivations(self.supports)
        self.sources = Sources(store)
        self.inferred = lru_cache(maxsize=None)(self._inferred)

    def citation(self, lineage: Lineage, graphs: frozenset[Any] = frozenset()) -> Citation:
        """Return the citation of what a solution used; ``graphs`` are those that FROM names."""
        claims: set[ox.NamedNode] = set()
        inferences: dict[tuple[Any, ...], Inferred] = {}
        reference = False
        gaps = set(lineage.gaps)
        for quad in lineage.quads:
            supports = list(self._supports(quad, graphs))
            gaps |= set() if supports else {UNTOLD}
            for support in supports:
                claims |= support.claims
                reference |= not support.claims
                if support.inference:
                    place = (*quad[:3], support.inference)
                    inferences[place] = self.inferred(_triple(quad), support)
        for name in filter(self.supports.tells, lineage.graphs):
            claims |= self.supports.of_graph(name).claims
        return Citation(
            self._sorted(claims),
            tuple(sorted(inferences.values(), key=lambda i: (str(i.triple), i.axioms))),
            reference,
            tuple(sorted(lineage.absences)),
            tuple(sorted(gaps)),
        )

    def _supports(self, quad: Quad, graphs: frozenset[Any]) -> Iterator[Any]:
        s, p, o, graph = quad
        if graph is not None or not graphs:
            yield from self.supports.of_triple(s, p, o, graph)
            return
        for name in graphs:
            if next(self.store.quads_for_pattern(*_triple(quad), name), None):  # type: ignore[call-arg]
                yield from self.supports.of_triple(s, p, o, name)

    def _inferred(self, triple: ox.Triple, support: Any) -> Inferred:  # noqa: ANN401
        axioms = self.derivations.axioms(triple, support)
        return Inferred(triple, tuple(sorted(axioms)), self._sorted(support.claims))

    def _sorted(self, claims: set[ox.NamedNode] | frozenset[ox.NamedNode]) -> tuple[Claim, ...]:
        found = map(self.sources.claim, claims)
        return tuple(sorted(found, key=lambda claim: claim.order))


def _triple(quad: Quad) -> ox.Triple:
    s, p, o, _ = quad
    assert isinstance(s, ox.NamedNode | ox.BlankNode) and isinstance(p, ox.NamedNode)
    return ox.Triple(s, p, o)


class QueryCiter:
    """Cites the answers of one query, which the engine gives as if nobody asked for citations."""

    def __init__(self, citer: Citer, text: str) -> None:
        self.witnesses = Witnesses(citer.store, text)
        self.citer = citer
        self.graphs = frozenset(self.witnesses.graphs)

    def solutions(
        self, variables: list[str], ask: Callable[[], Iterable[Iterable[Any]]]
    ) -> tuple[list[Key], list[Citation]]:
        """Return the solutions of a SELECT, whose columns are the variables, with citations.

        ``ask`` has the engine answer the query, where its witnesses are not as good as that.
        """
        if self.witnesses.parsed.query.everything:  # the engine puts them in an order of its own
            self.witnesses.block.key = tuple(f"?{name}" for name in variables)
        given = self.witnesses.are_answer
        keys = self.witnesses.solutions() if given else [tuple(row) for row in ask()]
        lineage = self.witnesses.behind(keys)
        known = {key: self._cited(lineage(key)) for key in dict.fromkeys(keys)}
        return keys, [known[key] for key in keys]

    def boolean(self, value: bool) -> Citation:
        """Cite the answer of an ASK."""
        if not value:
            return Citation(absences=(in_one_line(self.witnesses.parsed.query.group.text),))
        return self._cited(self.witnesses.behind([()])(()))

    def triples(
        self, ask: Callable[[], Iterable[ox.Triple]]
    ) -> tuple[list[ox.Triple], list[Citation]]:
        """Return the triples of a CONSTRUCT or DESCRIBE, each once, sorted, with citations."""
        triples = sorted(set(ask()), key=triple_order)
        return triples, [self._cited(found) for found in lineages(self.witnesses, triples)]

    def _cited(self, lineage: Lineage) -> Citation:
        return self.citer.citation(lineage, self.graphs)

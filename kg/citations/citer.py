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
from kg.lineage.lineage import Key, Lineage, Quad
from kg.lineage.syntax import Select
from kg.lineage.variables import is_ground, is_variable, template_variables
from kg.lineage.witnesses import Witnesses
from kg.sparql.results import triple_order
from kg.vocabulary.terms import RdfTerm


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
        for quad in lineage.quads:
            for support in self._supports(quad, graphs):
                claims |= support.claims
                reference |= not support.claims
                if support.inference:
                    place = (*quad[:3], support.inference)
                    inferences[place] = self.inferred(_triple(quad), support)
        for name in lineage.graphs:
            claims |= self.supports.of_graph(name).claims
        return Citation(
            self._sorted(claims),
            tuple(sorted(inferences.values(), key=lambda i: (str(i.triple), i.axioms))),
            reference,
            tuple(sorted(lineage.absences)),
            tuple(sorted(lineage.gaps)),
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


_UNTRACED = "how it came about cannot be traced, for the query gives another answer each time"
_SUBJECTS = (ox.NamedNode, ox.BlankNode)
_BLANK = "a blank node of the template cannot be traced"


class QueryCiter:
    """Cites the answers of one query."""

    def __init__(self, citer: Citer, text: str) -> None:
        self.witnesses = Witnesses(citer.store, text)
        self.parsed = self.witnesses.parsed
        self.citer = citer
        self.graphs = frozenset(self.witnesses.graphs)

    def solutions(
        self, variables: list[str], answer: Callable[[], Iterable[Any]]
    ) -> tuple[list[Key], list[Citation]]:
        """Return the solutions of a SELECT, whose columns are the variables, with citations.

        ``answer`` has the engine answer the query as it is, where its witnesses do not.
        """
        if self.parsed.query.everything:  # the engine puts them in an order of its own
            self.witnesses.block.key = tuple(f"?{name}" for name in variables)
        whole = self.witnesses.answers
        rows = self.witnesses.solutions() if whole else [tuple(row) for row in answer()]
        known: dict[Key, Citation] = {}
        lineage = self.witnesses.behind(rows)
        for row in rows:
            if row not in known:
                known[row] = self._cited(lineage(row), self.witnesses.is_traced(row))
        return rows, [known[row] for row in rows]

    def boolean(self, value: bool) -> Citation:
        """Cite the answer of an ASK."""
        if not value:
            return Citation(absences=(" ".join(self.parsed.query.group.text.split()),))
        return self._cited(self.witnesses.behind([()])(()), True)

    def triples(
        self, answer: Callable[[], Iterable[ox.Triple]]
    ) -> tuple[list[ox.Triple], list[Citation]]:
        """Return the triples of a CONSTRUCT or DESCRIBE, sorted, with citations.

        ``answer`` has the engine answer the query as it is, which DESCRIBE needs, and a template
        that makes blank nodes.
        """
        query = self.parsed.query
        if query.form == "DESCRIBE":
            triples = sorted(set(answer()), key=triple_order)
            return triples, [self._cited(Lineage({(*t, None)}), True) for t in triples]
        keys: dict[ox.Triple, set[Key]] = {}
        for key in set(self._template_keys()):
            for triple in self._instances(key):
                keys.setdefault(triple, set()).add(key)
        made = keys if is_ground(query) else set(answer())
        triples = sorted(made, key=triple_order)
        lineage = self.witnesses.behind({key for found in keys.values() for key in found})
        return triples, [self._construed(keys.get(t, set()), lineage) for t in triples]

    def _construed(self, keys: set[Key], lineage: Callable[[Key], Lineage]) -> Citation:
        """Cite a triple by all solutions that make it of the template."""
        whole = Lineage()
        for key in keys:
            whole.add(lineage(key))
        if not keys:
            whole.gaps.add(_BLANK)
        return self._cited(whole, True)

    def _cited(self, lineage: Lineage, traced: bool) -> Citation:
        if not traced:
            lineage.gaps.add(_UNTRACED)
        return self.citer.citation(lineage, self.graphs)

    def _template_keys(self) -> Iterable[Key]:
        """Return the solutions that the template is filled with."""
        query = self.parsed.query
        if not query.sliced:
            return self.witnesses.solutions()
        names = template_variables(query)
        what = " ".join(names) or "*"
        text = f"SELECT {what} {query.dataset} WHERE {query.group.text} {query.tail}"
        return [tuple(row) if names else () for row in self.witnesses.select(text)]

    def _instances(self, key: Key) -> Iterator[ox.Triple]:
        query: Select = self.parsed.query
        names = template_variables(query)
        given: dict[str, RdfTerm | None] = dict(zip(names, key, strict=True))
        for pattern in query.template:
            terms = [self._term(str(part), given) for part in pattern]
            if isinstance(terms[0], _SUBJECTS) and isinstance(terms[1], ox.NamedNode) and terms[2]:
                yield ox.Triple(*terms)

    def _term(self, text: str, given: dict[str, RdfTerm | None]) -> Any:  # noqa: ANN401
        return given.get(text) if is_variable(text) else self.witnesses.terms[text]

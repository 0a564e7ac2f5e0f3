"""Citations: the claims that each solution of a query rests on, and what else is to be said.

Two laws hold. *Sound*: a claim that is cited tells a triple that the solution used, or is a
premise from which such a triple was inferred. *Complete*: without all of its claims every way
in which the solution came about is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.belief import Belief
from kg.derivation import Derivations
from kg.evidence import Evidence, Key, Quad
from kg.patterns import Select
from kg.provenance import Provenance
from kg.scopes import is_variable, template_variables
from kg.sources import Claim, Sources
from kg.vocabulary import RdfTerm
from kg.witnesses import Witnesses


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
        self.provenance = Provenance(store, belief.takes)
        self.derivations = Derivations(self.provenance)
        self.sources = Sources(store)

    def citation(self, evidence: Evidence, graphs: frozenset[Any] = frozenset()) -> Citation:
        """Return the citation of what a solution used; ``graphs`` are those that FROM names."""
        claims: set[ox.NamedNode] = set()
        inferences: dict[tuple[Any, ...], Inferred] = {}
        reference = False
        for quad in evidence.quads:
            for ground in self._grounds(quad, graphs):
                claims |= ground.claims
                reference |= not ground.claims
                if ground.inference:
                    place = (*quad[:3], ground.inference)
                    inferences[place] = self._inferred(_triple(quad), ground)
        for name in evidence.graphs:
            claims |= self.provenance.of_graph(name).claims
        return Citation(
            self._sorted(claims),
            tuple(sorted(inferences.values(), key=lambda i: (str(i.triple), i.axioms))),
            reference,
            tuple(sorted(evidence.absences)),
            tuple(sorted(evidence.gaps)),
        )

    def _grounds(self, quad: Quad, graphs: frozenset[Any]) -> Iterator[Any]:
        s, p, o, graph = quad
        if graph is not None or not graphs:
            yield from self.provenance.grounds_of(s, p, o, graph)
            return
        for name in graphs:
            if next(self.store.quads_for_pattern(*_triple(quad), name), None):  # type: ignore[call-arg]
                yield from self.provenance.grounds_of(s, p, o, name)

    def _inferred(self, triple: ox.Triple, ground: Any) -> Inferred:  # noqa: ANN401
        axioms = self.derivations.axioms(triple, ground)
        return Inferred(triple, tuple(sorted(axioms)), self._sorted(ground.claims))

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

    def solutions(self, variables: list[str], rows: list[Key]) -> list[Citation]:
        """Cite the solutions of a SELECT, whose columns are the variables."""
        if self.parsed.query.everything:  # the engine puts them in an order of its own
            self.witnesses.scope.key = tuple(f"?{name}" for name in variables)
        known: dict[Key, Citation] = {}
        evidence = self.witnesses.behind(rows)
        for row in rows:
            if row not in known:
                known[row] = self._cited(evidence(row), self.witnesses.is_traced(row))
        return [known[row] for row in rows]

    def boolean(self, value: bool) -> Citation:
        """Cite the answer of an ASK."""
        if not value:
            return Citation(absences=(" ".join(self.parsed.query.group.text.split()),))
        return self._cited(self.witnesses.behind([()])(()), True)

    def triples(self, triples: list[ox.Triple]) -> list[Citation]:
        """Cite the triples of a CONSTRUCT or DESCRIBE."""
        if self.parsed.query.form == "DESCRIBE":
            return [self._cited(Evidence({(*triple, None)}), True) for triple in triples]
        keys: dict[ox.Triple, set[Key]] = {}
        for key in self._template_keys():
            for triple in self._instances(key):
                keys.setdefault(triple, set()).add(key)
        evidence = self.witnesses.behind({key for found in keys.values() for key in found})
        cited = []
        for triple in triples:
            whole = Evidence()
            for key in keys.get(triple, ()):
                whole.add(evidence(key))
            if triple not in keys:
                whole.gaps.add(_BLANK)
            cited.append(self._cited(whole, True))
        return cited

    def _cited(self, evidence: Evidence, traced: bool) -> Citation:
        if not traced:
            evidence.gaps.add(_UNTRACED)
        return self.citer.citation(evidence, self.graphs)

    def _template_keys(self) -> Iterator[Key]:
        query = self.parsed.query
        names = template_variables(query)
        what = " ".join(names) or "*"
        text = f"SELECT {what} {query.dataset} WHERE {query.group.text} {query.tail}"
        for solution in self.witnesses.select(text):
            yield tuple(solution) if names else ()

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

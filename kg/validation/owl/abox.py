"""Facts as a reasoner is given them, the ABox: many worlds in one ontology.

What is reported must be consistent all together, any other claim isolated
(``kg.validation.isolation``): that a talk is denied does not clash with the report of it. So each
world gets individuals of its own; nothing joins them, and a reasoner judges all worlds at once.

OWL does not take different names for different things (Structural Specification, 5.6); here they
are. Declaring all individuals different takes a pair for every two of them, so each is given a
number instead, by a functional property: what has two numbers clashes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from kg.mapper import Graph
from kg.validation.isolation import IsolatedClaim, is_known, isolated
from kg.validation.owl.datatype_map import mapped
from kg.validation.owl.tbox import Axiom, TBox
from kg.vocabulary.context import named
from kg.vocabulary.terms import RDF_TYPE, RdfTerm, Triple, terms

_IDENTITY = ("owl:sameAs", "owl:differentFrom")
NUMBER = ox.NamedNode("urn:entente:number")


class Assertion(NamedTuple):
    """A triple as the reasoner is given it, and the quads that tell it."""

    copy: ox.Triple
    quads: tuple[ox.Quad, ...]


World = Sequence[Assertion]
"""What must be consistent together."""


def unique_names() -> Axiom:
    """Return the axiom that different names stand for different things."""
    triple = ox.Triple(NUMBER, RDF_TYPE, named("owl:FunctionalProperty"))
    return Axiom((triple,), (triple,))


def assertions(graphs: Iterable[Graph], tbox: TBox) -> list[Assertion]:
    """Return what the graphs tell in the words of an ontology, each triple once.

    What else there is, such as labels, is nothing to a reasoner.
    """
    told: dict[Triple, list[ox.Quad]] = defaultdict(list)
    copies: dict[Triple, ox.Triple] = {}
    for graph in graphs:
        for triple in graph.triples:
            copy = _copy(triple, tbox)
            if copy:
                copies[triple] = copy
                s, p, o = triple
                told[triple].append(ox.Quad(s, p, o, graph.name or ox.DefaultGraph()))
    return [Assertion(copies[triple], tuple(quads)) for triple, quads in told.items()]


def _copy(triple: Triple, tbox: TBox) -> ox.Triple | None:
    s, p, o = triple
    if p == RDF_TYPE:
        return ox.Triple(s, p, o) if o in tbox.are("owl:Class") else None
    if isinstance(o, ox.Literal):
        value = mapped(o) if p in tbox.are("owl:DatatypeProperty") else None
        return ox.Triple(s, p, value) if value else None
    joins = p in tbox.are("owl:ObjectProperty") or p in map(named, _IDENTITY)
    return ox.Triple(s, p, o) if joins else None


class ABox:
    """Facts by world: what is reported, what is known without a claim, and each claim isolated."""

    def __init__(self, graphs: Sequence[Graph], tbox: TBox) -> None:
        claims = [graph for graph in graphs if not is_known(graph)]
        told = {triple for graph in claims for triple in graph.triples}
        others = [graph for graph in graphs if is_known(graph)]
        self.reported = assertions((graph for graph in graphs if graph.in_default), tbox)
        self.known = [a for a in assertions(others, tbox) if terms(a.quads[0]) not in told]
        known: dict[RdfTerm, list[Triple]] = defaultdict(list)
        classes: dict[RdfTerm, list[Triple]] = defaultdict(list)
        for assertion in self.known:
            known[assertion.quads[0].subject].append(terms(assertion.quads[0]))
        for assertion in self.reported:
            if assertion.quads[0].predicate == RDF_TYPE:
                classes[assertion.quads[0].subject].append(terms(assertion.quads[0]))
        self.reported_claims: list[World] = []
        self.other_claims: list[World] = []
        self._all = {terms(a.quads[0]): a for a in assertions(graphs, tbox)}
        reported = {graph.name for graph in claims if graph.in_default}
        for claim in isolated(claims, lambda n: known.get(n, ()), lambda n: classes.get(n, ())):
            worlds = self.reported_claims if claim.name in reported else self.other_claims
            worlds.append(self._world(claim, tbox))

    def _world(self, claim: IsolatedClaim, tbox: TBox) -> World:
        own = assertions([Graph(claim.name, False, claim.told)], tbox)
        return [*own, *(self._all[triple] for triple in claim.known if triple in self._all)]


def document(tbox: TBox, axioms: Iterable[Axiom], worlds: Iterable[World]) -> Iterator[ox.Triple]:
    """Yield the ontology that is consistent if each of the worlds is.

    Example: ``id:ina`` of the first world is ``urn:0:…/id/ina`` there, and ``urn:1:…`` in the
    second.
    """
    yield from tbox.declarations()
    yield ox.Triple(NUMBER, RDF_TYPE, named("owl:DatatypeProperty"))
    for axiom in axioms:
        yield from axiom.copy
    numbers = 0
    for count, world in enumerate(worlds):
        names = _Names(count, tbox)
        for assertion in world:
            yield names.renamed(assertion.copy)
        for individual in names.used():
            yield ox.Triple(individual, NUMBER, ox.Literal(numbers))
            numbers += 1


class _Names:
    """Names of a world's own for what it mentions; the ontology's individuals keep theirs."""

    def __init__(self, count: int, tbox: TBox) -> None:
        own = tbox.are("owl:NamedIndividual")
        self._names: dict[RdfTerm, RdfTerm] = {term: term for term in own}
        self._count = count

    def used(self) -> Iterator[ox.NamedNode]:
        for term, name in self._names.items():
            if isinstance(name, ox.NamedNode) and term != name:
                yield name

    def renamed(self, triple: ox.Triple) -> ox.Triple:
        s, p, o = triple
        value = o if p == RDF_TYPE or isinstance(o, ox.Literal) else self._name(o)
        return ox.Triple(self._name(s), p, value)  # type: ignore[arg-type]

    def _name(self, term: RdfTerm) -> RdfTerm:
        if term not in self._names:
            if isinstance(term, ox.BlankNode):
                self._names[term] = ox.BlankNode(f"v{self._count}x{term.value}")
            else:
                self._names[term] = ox.NamedNode(f"urn:{self._count}:{getattr(term, 'value', '')}")
        return self._names[term]

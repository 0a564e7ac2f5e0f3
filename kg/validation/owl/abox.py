"""Facts as a reasoner is given them: each voice for itself, all in one ontology.

What is reported must be consistent all together. Any other claim need only be consistent by
itself, with what is known of the things it mentions: that a talk is denied does not clash with
the report of it. So each such claim gets individuals of its own, copies of those that it mentions;
nothing joins the copies, and a reasoner judges all voices at once.

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
from kg.validation.owl.datatype_map import portable
from kg.validation.owl.tbox import Axiom, Terminology
from kg.vocabulary.context import named
from kg.vocabulary.iris import REFERENCE
from kg.vocabulary.terms import RDF_TYPE, RdfTerm, Triple, terms

_IDENTITY = ("owl:sameAs", "owl:differentFrom")
NUMBER = ox.NamedNode("urn:entente:number")


class Assertion(NamedTuple):
    """A triple as the reasoner is given it, and the quads that tell it."""

    copy: ox.Triple
    quads: tuple[ox.Quad, ...]


Voice = Sequence[Assertion]
"""What must be consistent together."""


def unique_names() -> Axiom:
    """Return the axiom that different names stand for different things."""
    triple = ox.Triple(NUMBER, RDF_TYPE, named("owl:FunctionalProperty"))
    return Axiom((triple,), (triple,))


def assertions(graphs: Iterable[Graph], words: Terminology) -> list[Assertion]:
    """Return what the graphs tell in the words of an ontology, each triple once.

    What else there is, such as labels, is nothing to a reasoner.
    """
    told: dict[Triple, list[ox.Quad]] = defaultdict(list)
    copies: dict[Triple, ox.Triple] = {}
    for graph in graphs:
        for triple in graph.triples:
            copy = _copy(triple, words)
            if copy:
                copies[triple] = copy
                s, p, o = triple
                told[triple].append(ox.Quad(s, p, o, graph.name or ox.DefaultGraph()))
    return [Assertion(copies[triple], tuple(quads)) for triple, quads in told.items()]


def _copy(triple: Triple, words: Terminology) -> ox.Triple | None:
    s, p, o = triple
    if p == RDF_TYPE:
        return ox.Triple(s, p, o) if o in words.are("owl:Class") else None
    if isinstance(o, ox.Literal):
        value = portable(o) if p in words.are("owl:DatatypeProperty") else None
        return ox.Triple(s, p, value) if value else None
    joins = p in words.are("owl:ObjectProperty") or p in map(named, _IDENTITY)
    return ox.Triple(s, p, o) if joins else None


class Facts:
    """Facts by voice: what is reported, what is known without a claim, and each claim.

    A claim's voice has also what is known of the things that it mentions.
    """

    def __init__(self, graphs: Sequence[Graph], words: Terminology) -> None:
        claims: dict[ox.NamedNode, list[Graph]] = defaultdict(list)
        for graph in graphs:
            if graph.name and graph.name != REFERENCE:
                claims[graph.name].append(graph)
        told = {triple for own in claims.values() for graph in own for triple in graph.triples}
        others = [graph for graph in graphs if graph.name not in claims]
        self.reported = assertions((graph for graph in graphs if graph.in_default), words)
        self.known = [a for a in assertions(others, words) if terms(a.quads[0]) not in told]
        self._about: dict[RdfTerm, list[Assertion]] = defaultdict(list)
        for assertion in self.known:
            self._about[assertion.copy.subject].append(assertion)
        self.reported_claims: list[Voice] = []
        self.other_claims: list[Voice] = []
        for own in claims.values():
            is_reported = any(graph.in_default for graph in own)
            voices = self.reported_claims if is_reported else self.other_claims
            voices.append(self._voice(assertions(own, words)))

    def _voice(self, own: Voice) -> Voice:
        waiting = [term for a in own for term in (a.copy.subject, a.copy.object)]
        seen: set[RdfTerm] = set()
        known: list[Assertion] = []
        while waiting:
            term = waiting.pop()
            if term not in seen:
                seen.add(term)
                known += self._about.get(term, [])
                waiting += [a.copy.object for a in self._about.get(term, [])]
        return [*own, *known]


def document(
    words: Terminology, axioms: Iterable[Axiom], voices: Iterable[Voice]
) -> Iterator[ox.Triple]:
    """Yield the ontology that is consistent if each of the voices is."""
    yield from words.declarations()
    yield ox.Triple(NUMBER, RDF_TYPE, named("owl:DatatypeProperty"))
    for axiom in axioms:
        yield from axiom.copy
    numbers = 0
    for count, voice in enumerate(voices):
        names = _Names(count, words)
        for assertion in voice:
            yield names.renamed(assertion.copy)
        for individual in names.used():
            yield ox.Triple(individual, NUMBER, ox.Literal(numbers))
            numbers += 1


class _Names:
    """Names of a voice's own for what it mentions; the ontology's individuals keep theirs."""

    def __init__(self, count: int, words: Terminology) -> None:
        own = words.are("owl:NamedIndividual")
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

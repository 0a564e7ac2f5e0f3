"""An ontology taken apart into axioms, each of which can be left out.

After OWL 2 Mapping to RDF Graphs, 3.2: a triple whose predicate is OWL's or RDFS's own, with the
blank nodes that it leads to, is an axiom. That several classes are disjoint is told pair by pair,
so that an explanation names the two that matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import pyoxigraph as ox

from kg.validation.owl.datatype_map import mapped, mapped_datatype
from kg.vocabulary.context import context, named
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

_LOGICAL = {
    *("rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "rdf:type"),
    *("owl:equivalentClass", "owl:disjointWith", "owl:disjointUnionOf", "owl:hasKey"),
    *("owl:equivalentProperty", "owl:inverseOf", "owl:propertyChainAxiom"),
    *("owl:propertyDisjointWith", "owl:sameAs", "owl:differentFrom"),
}
_DECLARED = {
    *("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"),
    *("owl:NamedIndividual", "owl:Ontology", "rdfs:Datatype"),
}
_MEMBERS = ("owl:members", "owl:distinctMembers")
_CARDINALITIES = (
    *("owl:cardinality", "owl:minCardinality", "owl:maxCardinality"),
    *("owl:qualifiedCardinality", "owl:minQualifiedCardinality", "owl:maxQualifiedCardinality"),
)
# What holds of all members of a list, and how it is told of two.
_PAIRWISE = {
    "owl:AllDisjointClasses": "owl:disjointWith",
    "owl:AllDisjointProperties": "owl:propertyDisjointWith",
    "owl:AllDifferent": "owl:differentFrom",
}


class Axiom(NamedTuple):
    """An axiom as the ontology has it, the main triple first, and as the reasoner is given it."""

    triples: tuple[ox.Triple, ...]
    copy: tuple[ox.Triple, ...]

    @property
    def kind(self) -> str:
        """What tells the kind of axiom: its predicate, or the class of its property."""
        _, p, o = self.triples[0]
        if p == named("rdfs:subClassOf") and isinstance(o, ox.BlankNode):
            return "owl:Restriction"
        return context().compact(o.value if p == RDF_TYPE else p.value)


class TBox(NamedTuple):
    """What an ontology declares, by kind, and the axioms that the reasoner can be given."""

    declared: Mapping[ox.NamedNode, frozenset[ox.NamedNode]]
    axioms: Sequence[Axiom]

    def declarations(self) -> Iterator[ox.Triple]:
        """Yield what the reasoner has to know before it can read any axiom."""
        for kind, terms in self.declared.items():
            if kind != named("rdfs:Datatype"):
                yield from (ox.Triple(term, RDF_TYPE, kind) for term in sorted(terms, key=str))

    def are(self, kind: str) -> frozenset[ox.NamedNode]:
        """Return the terms of a kind such as ``owl:ObjectProperty``."""
        return self.declared.get(named(kind), frozenset())


def tbox_of(ontology: Iterable[ox.Triple]) -> TBox:
    """Take an ontology apart. Annotations are no axioms."""
    triples = tuple(ontology)
    declared: dict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for s, p, o in triples:
        if p == RDF_TYPE and o in map(named, _DECLARED) and isinstance(s, ox.NamedNode):
            declared[o].add(s)
    kinds = {kind: frozenset(terms) for kind, terms in declared.items()}
    datatypes = kinds.get(named("rdfs:Datatype"), frozenset())
    copies = ((axiom, _copy(axiom, datatypes)) for axiom in _axioms(triples))
    return TBox(kinds, [Axiom(axiom, copy) for axiom, copy in copies if copy])


def _axioms(triples: Sequence[ox.Triple]) -> Iterator[tuple[ox.Triple, ...]]:
    parts: dict[RdfTerm, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        parts[triple.subject].append(triple)
    inner = {triple.object for triple in triples}
    logical, declared = set(map(named, _LOGICAL)), set(map(named, _DECLARED))
    for triple in triples:
        s, p, o = triple
        if s in inner and isinstance(s, ox.BlankNode):
            continue
        if o in _pairwise() and p == RDF_TYPE:
            yield from _pairs(s, _pairwise()[o], parts)
        elif p in logical and not (p == RDF_TYPE and o in declared):
            yield (triple, *_within(s, parts, {triple}), *_within(o, parts, {triple}))


def _pairwise() -> dict[RdfTerm, ox.NamedNode]:
    return {named(kind): named(prop) for kind, prop in _PAIRWISE.items()}


def _pairs(
    root: RdfTerm, prop: ox.NamedNode, parts: Mapping[RdfTerm, list[ox.Triple]]
) -> Iterator[tuple[ox.Triple, ...]]:
    lists = (t.object for t in parts[root] if t.predicate in map(named, _MEMBERS))
    for head in lists:
        for one, other in combinations(members(head, parts), 2):
            triple = ox.Triple(one, prop, other)  # type: ignore[arg-type]
            yield (triple, *_within(one, parts, set()), *_within(other, parts, set()))


def members(head: RdfTerm, parts: Mapping[RdfTerm, list[ox.Triple]]) -> list[RdfTerm]:
    """Return the members of an RDF list: of ``( ent:State ent:Person )``, both classes."""
    found = []
    while head != named("rdf:nil"):
        cell = {t.predicate: t.object for t in parts[head]}
        found.append(cell[named("rdf:first")])
        head = cell[named("rdf:rest")]
    return found


def _within(
    term: RdfTerm, parts: Mapping[RdfTerm, list[ox.Triple]], seen: set[ox.Triple]
) -> Iterator[ox.Triple]:
    """Yield the triples that a blank node stands for."""
    for triple in parts[term] if isinstance(term, ox.BlankNode) else ():
        if triple not in seen:
            seen.add(triple)
            yield triple
            yield from _within(triple.object, parts, seen)


def _copy(
    axiom: tuple[ox.Triple, ...], datatypes: frozenset[ox.NamedNode]
) -> tuple[ox.Triple, ...]:
    """Return the triples of an axiom for the reasoner; none where it knows a datatype not."""
    copy = []
    for s, p, o in axiom:
        value: RdfTerm | None = o
        if isinstance(o, ox.Literal):
            value = o if _is_number_of_members(p) else mapped(o)
        elif isinstance(o, ox.NamedNode) and (o in datatypes or o.value.startswith(_xsd())):
            value = mapped_datatype(o)
        if value is None:
            return ()
        copy.append(ox.Triple(s, p, value))
    return tuple(copy)


def _is_number_of_members(prop: ox.NamedNode) -> bool:
    return prop in map(named, _CARDINALITIES)


def _xsd() -> str:
    return named("xsd:string").value.removesuffix("string")

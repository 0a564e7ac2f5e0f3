"""Axioms and facts in plain words, and in the terms of OWL.

The words for classes and properties are their labels in the ontology, those for things their
labels in the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kg.validation.owl.abox import NUMBER
from kg.validation.owl.tbox import Axiom, members
from kg.vocabulary.context import compact, context, named
from kg.vocabulary.terms import LABEL, RDF_TYPE, RdfTerm, Triple

_KINDS = {
    "owl:FunctionalProperty": "nothing has more than one “{}”",
    "owl:InverseFunctionalProperty": "nothing is the “{}” of more than one",
    "owl:TransitiveProperty": "“{}” passes on from one to the next",
    "owl:SymmetricProperty": "“{}” goes both ways",
    "owl:AsymmetricProperty": "“{}” never goes both ways",
    "owl:ReflexiveProperty": "everything is “{}” itself",
    "owl:IrreflexiveProperty": "nothing is “{}” itself",
}
_CLASSES = {
    "rdfs:subClassOf": "every {} is {}",
    "owl:equivalentClass": "“{}” means {}",
    "owl:disjointWith": "what is {} is never {}",
    "rdfs:domain": "only {1} has “{0}”",
    "rdfs:range": "“{}” is always {}",
}
_PROPERTIES = {
    "rdfs:subPropertyOf": "“{}” is a kind of “{}”",
    "owl:equivalentProperty": "“{}” and “{}” mean the same",
    "owl:inverseOf": "“{}” is the other way round of “{}”",
    "owl:propertyDisjointWith": "nothing has the same thing as “{}” and as “{}”",
    "owl:sameAs": "{} is {}",
    "owl:differentFrom": "{} is not {}",
}
_RESTRICTIONS = {
    "owl:someValuesFrom": "something with some “{}” that is {}",
    "owl:allValuesFrom": "something whose every “{}” is {}",
    "owl:hasValue": "something whose “{}” is {}",
    "owl:minCardinality": "something with at least {1} “{0}”",
    "owl:maxCardinality": "something with at most {1} “{0}”",
    "owl:cardinality": "something with exactly {1} “{0}”",
    "owl:minQualifiedCardinality": "something with at least {1} “{0}” of a kind",
    "owl:maxQualifiedCardinality": "something with at most {1} “{0}” of a kind",
    "owl:qualifiedCardinality": "something with exactly {1} “{0}” of a kind",
}


class Verbalizer:
    """What things and terms are called, and what is said with them."""

    def __init__(self, triples: Iterable[Triple | ox.Triple]) -> None:
        self._labels = {
            s: o.value for s, p, o in triples if p == LABEL and isinstance(o, ox.Literal)
        }

    def name(self, term: RdfTerm) -> str:
        """Return the label of a term, else its compact IRI; of a literal, the value."""
        return self._labels.get(term, "") or compact(term)

    def fact(self, triple: ox.Triple) -> str:
        """Return what a triple says of its subject."""
        s, p, o = triple
        if p == RDF_TYPE:
            return f"“{self.name(s)}” is {_a(self.name(o))}"
        return f"“{self.name(s)}” – {self.name(p)} – “{self.name(o)}”"

    def axiom(self, axiom: Axiom) -> str:
        """Return what an axiom says."""
        s, p, o = axiom.triples[0]
        if s == NUMBER:
            return "different names are names of different things"
        said = _Expressions(self, axiom.triples)
        prop, kind = context().compact(p.value), context().compact(getattr(o, "value", ""))
        if prop == "rdf:type" and kind in _KINDS:
            return _KINDS[kind].format(self.name(s))
        if prop in _CLASSES:
            bare = prop != "owl:disjointWith" and isinstance(s, ox.NamedNode)
            return _CLASSES[prop].format(self.name(s) if bare else said.cls(s), said.cls(o))
        if prop == "owl:propertyChainAxiom":
            links = ", then ".join(f"“{said.prop(link)}”" for link in said.list(o))
            return f"{links} makes “{self.name(s)}”"
        if prop in _PROPERTIES:
            return _PROPERTIES[prop].format(said.prop(s), said.prop(o))
        return self.fact(axiom.triples[0]) if prop == "rdf:type" else turtle(axiom)


class _Expressions:
    """The class and property expressions of one axiom, in words."""

    def __init__(self, words: Verbalizer, triples: Iterable[ox.Triple]) -> None:
        self.words = words
        self.parts: Mapping[RdfTerm, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            self.parts[triple.subject].append(triple)

    def list(self, head: RdfTerm) -> list[RdfTerm]:
        return members(head, self.parts)

    def prop(self, term: RdfTerm) -> str:
        """Return a property, or the inverse of one, in words."""
        if isinstance(term, ox.BlankNode):
            [inverse] = [o for _, p, o in self.parts[term] if p == named("owl:inverseOf")]
            return f"{self.words.name(inverse)}, the other way round"
        return self.words.name(term)

    def cls(self, term: RdfTerm) -> str:
        """Return a class expression (OWL 2 Structural Specification, 8) in words.

        Example: the union of ``ent:State`` and ``ent:Person`` is “a state or a person”.
        """
        if not isinstance(term, ox.BlankNode):
            return _a(self.words.name(term))
        told = {context().compact(p.value): o for _, p, o in self.parts[term]}
        if "owl:onProperty" in told:
            return self._restriction(told)
        for kind, word in (("owl:unionOf", " or "), ("owl:intersectionOf", " and ")):
            if kind in told:
                return word.join(map(self.cls, self.list(told[kind])))
        if "owl:oneOf" in told:
            return " or ".join(map(self.words.name, self.list(told["owl:oneOf"])))
        if "owl:complementOf" in told:
            return f"not {self.cls(told['owl:complementOf'])}"
        return "of a kind"

    def _restriction(self, told: Mapping[str, RdfTerm]) -> str:
        prop = self.prop(told["owl:onProperty"])
        if "owl:hasSelf" in told:
            return f"something with itself as “{prop}”"
        for kind, words in _RESTRICTIONS.items():
            if kind in told:
                value = told[kind]
                is_class = kind in ("owl:someValuesFrom", "owl:allValuesFrom")
                return words.format(prop, self.cls(value) if is_class else self.words.name(value))
        return f"something with “{prop}” of a kind"


def _a(noun: str) -> str:
    if noun.startswith(("xsd:", "rdf:", "rdfs:")):
        return f"a value of {noun}"
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def turtle(axiom: Axiom) -> str:
    """Return an axiom as Turtle has it, on one line: ``ent:State owl:disjointWith ent:Person``."""
    parts: dict[RdfTerm, list[ox.Triple]] = defaultdict(list)
    for triple in axiom.triples:
        parts[triple.subject].append(triple)

    def term(node: RdfTerm) -> str:
        if isinstance(node, ox.NamedNode):
            return context().compact(node.value)
        if isinstance(node, ox.Literal):
            return f'"{node.value}"'
        if any(p == named("rdf:first") for _, p, _ in parts[node]):
            return f"( {' '.join(map(term, members(node, parts)))} )"
        inner = [t for t in parts[node] if t != axiom.triples[0] and t.predicate != RDF_TYPE]
        return f"[ {' ; '.join(f'{term(p)} {term(o)}' for _, p, o in inner)} ]"

    s, p, o = axiom.triples[0]
    return f"{term(s)} {'a' if p == RDF_TYPE else term(p)} {term(o)}"

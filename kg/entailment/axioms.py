"""The axioms of the ontology that have one premise, followed both ways.

Subclass, sub-property, inverse and symmetric property (OWL 2 Structural Specification, 9.1.1 and
9.2), each read from the ontology.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

from kg.vocabulary.ontology import ontology, rows
from kg.vocabulary.terms import RDF_TYPE, Triple


@cache
def superclasses(cls: ox.NamedNode) -> tuple[ox.NamedNode, ...]:
    """Return the classes that a class is a subclass of, itself among them."""
    return tuple(map(ox.NamedNode, ontology().superclasses.get(cls.value, ())))


# Each row: what a property entails, and whether with subject and object exchanged.
_PROPERTY_AXIOMS = """
SELECT ?property ?entailed ?inverted {
  { ?property rdfs:subPropertyOf ?entailed BIND ("" AS ?inverted) }
  UNION { ?property owl:inverseOf|^owl:inverseOf ?entailed BIND ("yes" AS ?inverted) }
  UNION { ?property a owl:SymmetricProperty
          BIND (?property AS ?entailed) BIND ("yes" AS ?inverted) }
  FILTER (isIRI(?property) && isIRI(?entailed)) }"""


@cache
def _property_axioms() -> frozenset[tuple[str, str, bool]]:
    return frozenset((prop, above, bool(turn)) for prop, above, turn in rows(_PROPERTY_AXIOMS))


@cache
def superproperties(prop: ox.NamedNode) -> tuple[tuple[ox.NamedNode, bool], ...]:
    """Return what a property entails, and whether with subject and object exchanged.

    Example: ``ent:host`` entails ``ent:participant``, and ``ent:metWith`` itself turned.
    """
    reached = {(prop.value, False)}
    waiting = list(reached)
    while waiting:
        below, turned = waiting.pop()
        above = {(p, turned != turn) for q, p, turn in _property_axioms() if q == below}
        waiting += above - reached
        reached |= above
    return tuple((ox.NamedNode(p), turned) for p, turned in sorted(reached - {(prop.value, False)}))


def closure(triples: Iterable[Triple]) -> set[Triple]:
    """Return what the axioms with one premise entail of triples, without the triples.

    Example: ``id:visit a ent:Visit`` entails ``id:visit a ent:Event``, and ``id:visit ent:host
    id:ina`` that she took part.
    """
    given = set(triples)
    entailed: set[Triple] = set()
    for s, p, o in given:
        if p == RDF_TYPE:
            entailed.update((s, p, cls) for cls in superclasses(o))
        else:
            for prop, inverted in superproperties(p):
                entailed.add((o, prop, s) if inverted else (s, prop, o))  # type: ignore[arg-type]
    return entailed - given


# ── The other way round ──────────────────────────────────────────────────────


@cache
def subclasses(cls: ox.NamedNode) -> tuple[ox.NamedNode, ...]:
    """Return the classes below a class, without itself."""
    above = ontology().superclasses.items()
    return tuple(ox.NamedNode(c) for c, supers in above if cls.value in supers and c != cls.value)


@cache
def subproperties(prop: ox.NamedNode) -> tuple[tuple[ox.NamedNode, bool], ...]:
    """Return the properties that entail a property, and whether turned; the nearest first.

    Example: ``ent:host`` is one of those that entail ``ent:participant``.
    """
    named = {name for name, _, _ in _property_axioms()}
    found = [
        (ox.NamedNode(name), turned)
        for name in sorted(named)
        for above, turned in superproperties(ox.NamedNode(name))
        if above == prop
    ]
    return tuple(sorted(found, key=lambda below: len(superproperties(below[0]))))

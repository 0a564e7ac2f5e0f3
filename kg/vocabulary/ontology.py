"""The classes and properties of ``ontology/entente.ttl``, and where each may be used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.resources import ONTOLOGY
from kg.vocabulary.context import context, declared, named
from kg.vocabulary.terms import OWL_THING


@cache
def ontology_triples() -> tuple[ox.Triple, ...]:
    """Return the triples of ``ontology/entente.ttl``, blank nodes labelled the same each time."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def stable(term: Any) -> Any:  # noqa: ANN401  any term of a triple
        if isinstance(term, ox.BlankNode):
            return names.setdefault(term, ox.BlankNode(f"b{len(names):03}"))
        return term

    quads = ox.parse(path=ONTOLOGY / "entente.ttl")
    return tuple(ox.Triple(stable(q.subject), q.predicate, stable(q.object)) for q in quads)


@cache
def ontology_graph() -> ox.Store:
    """Return the ontology as a graph in memory, to be asked in SPARQL; not to be written."""
    store = ox.Store()
    store.load(path=ONTOLOGY / "entente.ttl")
    return store


def rows(query: str) -> Iterator[tuple[str, ...]]:
    """Answer a SELECT over the ontology; an unbound variable is an empty string."""
    solutions = ontology_graph().query(query, prefixes=dict(context().prefixes))
    assert isinstance(solutions, ox.QuerySolutions)
    for solution in solutions:
        yield tuple(getattr(term, "value", "") for term in solution)


class _Namespace:
    """The IRIs of our terms by local name: ``ent.Meeting``; raises as ``named`` does."""

    def __getattr__(self, name: str) -> str:
        iri = named(f"ent:{name}").value
        self.__dict__[name] = iri  # looked up without this method from now on
        return iri


ent = _Namespace()


class Ontology(NamedTuple):
    """What the ontology says of classes and properties, read as a closed world.

    ``superclasses`` holds each class itself too. ``domains`` and ``ranges`` list the members of
    a union; no entry means any. ``required`` are the properties that a class must have a value
    of, ``only`` the classes that a property's values are restricted to on a class, ``defined``
    the classes whose members are found by reasoning, ``functional`` the properties of at most
    one value, ``individuals`` the ontology's own.
    """

    declared: frozenset[str]
    superclasses: Mapping[str, frozenset[str]]
    domains: Mapping[str, frozenset[str]]
    ranges: Mapping[str, frozenset[str]]
    required: Mapping[str, frozenset[str]]
    only: Mapping[tuple[str, str], frozenset[str]]
    defined: frozenset[str]
    functional: frozenset[str]
    individuals: Mapping[str, frozenset[str]]

    def is_a(self, cls: str, classes: frozenset[str]) -> bool:
        """Tell whether a class is, or is a subclass of, one of the classes."""
        return not classes.isdisjoint(self.superclasses[cls])

    def admits(self, cls: str, prop: str) -> bool:
        """Tell whether individuals of a class (empty: not known) may have the property."""
        domain = self.domains.get(prop)
        return domain is None or not cls or self.is_a(cls, domain)

    def range(self, cls: str, prop: str) -> frozenset[str]:
        """Return the classes that values of the property must be of; empty means any."""
        return self.only.get((cls, prop)) or self.ranges.get(prop, frozenset())


_CLASSES = """
SELECT ?class ?super { ?class a owl:Class ; rdfs:subClassOf* ?super .
                       ?super a owl:Class FILTER (isIRI(?class) && isIRI(?super)) }"""
_EXTENTS = """
SELECT ?property ?class {{
  ?property rdfs:{} ?extent . ?extent (owl:unionOf/rdf:rest*/rdf:first)? ?class
  FILTER isIRI(?class) }}"""
_RESTRICTIONS = """
SELECT ?class ?property ?value {{
  ?class rdfs:subClassOf ?restriction .
  ?restriction owl:onProperty ?property ; owl:{} ?value FILTER isIRI(?value) }}"""

_DEFINED = "SELECT ?class { ?class owl:equivalentClass [] FILTER isIRI(?class) }"
_FUNCTIONAL = "SELECT ?property { ?property a owl:FunctionalProperty }"
_INDIVIDUALS = "SELECT ?i ?class { ?i a owl:NamedIndividual, ?class }"


@cache
def ontology() -> Ontology:
    """Read the classes, properties and restrictions of ``ontology/entente.ttl``."""
    domains, superclasses = _grouped(_EXTENTS.format("domain")), _grouped(_CLASSES)
    required, only, restricted = defaultdict(set), defaultdict(set), defaultdict(set)
    for kind in ("someValuesFrom", "allValuesFrom"):
        for cls, prop, value in rows(_RESTRICTIONS.format(kind)):
            restricted[prop].add(cls)
            if value != OWL_THING:
                for below, above in superclasses.items():
                    if cls in above:
                        only[below, prop].add(value)
            if kind == "someValuesFrom":
                required[cls].add(prop)
    # A property of another vocabulary has its place by a restriction on a class of ours.
    for prop, classes in restricted.items():
        domains.setdefault(prop, frozenset(classes))
    return Ontology(
        declared=declared(),
        superclasses=superclasses,
        domains=domains,
        ranges=_grouped(_EXTENTS.format("range")),
        required={cls: frozenset(props) for cls, props in required.items()},
        only={place: frozenset(classes) for place, classes in only.items()},
        defined=frozenset(cls for (cls,) in rows(_DEFINED)),
        functional=frozenset(prop for (prop,) in rows(_FUNCTIONAL)),
        individuals=_grouped(_INDIVIDUALS),
    )


def _grouped(query: str) -> dict[str, frozenset[str]]:
    groups = defaultdict(set)
    for key, value in rows(query):
        groups[key].add(value)
    return {key: frozenset(values) for key, values in groups.items()}


def name(cls: str) -> str:
    """Return the short name of a class, as facts write it."""
    return context().compact(cls).partition(":")[2]


def an(word: str) -> str:
    """Return a word with its article: ``Organisation`` → ``an Organisation``."""
    return f"{'an' if word[:1] in 'AEIOaeio' else 'a'} {word}"


def names(classes: frozenset[str]) -> str:
    """Return the short names of classes, sorted and joined by “or”."""
    return " or ".join(sorted(map(name, classes)))

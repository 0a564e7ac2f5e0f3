"""The axioms of the ontology that have several premises, as rules.

Property chains, transitive properties, and classes defined by what their members are related to
(OWL 2 Structural Specification, 9.2.1, 9.2.13 and 9.1.1). Each is read from the ontology.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import cache, partial
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from kg.vocabulary.context import context
from kg.vocabulary.ontology import rows
from kg.vocabulary.terms import RDF_TYPE, Triple

Pattern: TypeAlias = tuple[ox.Variable | ox.NamedNode, ox.NamedNode, ox.Variable | ox.NamedNode]


class Rule(NamedTuple):
    """An axiom with several premises: triple patterns, and the pattern that they entail."""

    axiom: str
    premises: tuple[Pattern, ...]
    conclusion: Pattern

    @property
    def query(self) -> str:
        """A SELECT of the bindings that satisfy all premises, whatever graphs they lie in.

        Example: that of grandchildren asks for ``?a ent:childOf ?b`` and ``?b ent:childOf ?c``.
        """
        s, _, o = self.conclusion
        different = f"FILTER ({s} != {o})" if isinstance(o, ox.Variable) else ""
        # Each triple once, however many graphs have it.
        each = " ".join(f"{{ SELECT DISTINCT * {{ {s} {p} {o} }} }}" for s, p, o in self.premises)
        return f"SELECT DISTINCT * {{ {each} {different} }}"

    def has_premise(self, words: Set[ox.NamedNode]) -> bool:
        """Tell whether a premise is about one of the properties or classes."""
        return any(p in words or (p == RDF_TYPE and o in words) for _, p, o in self.premises)


def bound(pattern: Pattern, solution: ox.QuerySolution) -> Triple:
    """Return a pattern with its variables bound as a solution binds them."""
    s, p, o = (solution[term] if isinstance(term, ox.Variable) else term for term in pattern)
    return s, p, o


# The links of each chain in order: a link's position is the number of cells up to its own.
_CHAINS = """
SELECT ?property ?chain ?link ?inverse ?self {
  { SELECT ?property ?chain ?cell (COUNT(*) AS ?position) {
      ?property owl:propertyChainAxiom ?chain . ?chain rdf:rest* ?before . ?before rdf:rest* ?cell
    } GROUP BY ?property ?chain ?cell }
  ?cell rdf:first ?link
  OPTIONAL { ?link owl:inverseOf ?inverse FILTER isBlank(?link) }
  OPTIONAL { ?self rdfs:subClassOf [ owl:onProperty ?link ; owl:hasSelf true ] }
} ORDER BY ?property ?chain ?position"""
_TRANSITIVE = "SELECT ?property { ?property a owl:TransitiveProperty }"
_DEFINED = """
SELECT ?class ?named ?property ?filler {
  ?class owl:equivalentClass/owl:intersectionOf ?list .
  ?list rdf:rest*/rdf:first ?named , ?restriction FILTER isIRI(?named)
  ?restriction owl:onProperty ?property ; owl:someValuesFrom ?filler }"""


@cache
def rules() -> tuple[Rule, ...]:
    """Return the axioms of the ontology with several premises, as rules."""
    return (*_chains(), *_transitive(), *_defined())


def _chains() -> Iterator[Rule]:
    """Property chains. A link that joins each member of a class to itself is that class."""
    chains: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for prop, chain, link, inverse, cls in rows(_CHAINS):
        chains.setdefault((prop, chain), []).append((link, inverse, cls))
    for (prop, _), links in chains.items():
        name = f"{context().compact(prop)} owl:propertyChainAxiom ( {' '.join(map(_link, links))} )"
        yield Rule(name, tuple(_patterns(links)), (_S, ox.NamedNode(prop), _O))


def _link(link: tuple[str, str, str]) -> str:
    prop, inverse, _ = link
    return f"[ owl:inverseOf {context().compact(inverse)} ]" if inverse else context().compact(prop)


def _patterns(links: list[tuple[str, str, str]]) -> Iterator[Pattern]:
    steps = sum(not cls for *_, cls in links)
    nodes = iter([*(ox.Variable(f"n{i}") for i in range(1, steps)), _O])
    here = _S
    for link, inverse, cls in links:
        if cls:
            yield here, RDF_TYPE, ox.NamedNode(cls)
            continue
        there = next(nodes)
        yield (there, ox.NamedNode(inverse), here) if inverse else (here, ox.NamedNode(link), there)
        here = there


def _transitive() -> Iterator[Rule]:
    for (name,) in rows(_TRANSITIVE):
        prop = ox.NamedNode(name)
        axiom = f"{context().compact(name)} a owl:TransitiveProperty"
        yield Rule(axiom, ((_S, prop, _N), (_N, prop, _O)), (_S, prop, _O))


def _defined() -> Iterator[Rule]:
    for cls, named, prop, filler in map(partial(map, ox.NamedNode), rows(_DEFINED)):
        premises = ((_S, RDF_TYPE, named), (_S, prop, _N), (_N, RDF_TYPE, filler))
        defined, kind, link, value = (
            context().compact(term.value) for term in (cls, named, prop, filler)
        )
        axiom = f"{defined} owl:equivalentClass ( {kind} [ {link} some {value} ] )"
        yield Rule(axiom, premises, (_S, RDF_TYPE, cls))


_S, _N, _O = map(ox.Variable, "sno")

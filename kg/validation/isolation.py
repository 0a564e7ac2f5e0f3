"""Claims that are not believed, each isolated with what is known of what it mentions.

Believed claims must be consistent together. Any other claim, attributed, planned or denied, may
contradict them, but not itself. So shapes and reasoner judge each such claim alone, in a *world* of
its own: its individuals get names of their own, and nothing joins them to another world. A world
also holds what reference data and the descriptions of claims say of the things that the claim
mentions. Their classes come from the believed claims, or else from the first other claim that has
them.

    reference: id:anna a ent:Person          planned claim: id:anna ent:childOf id:boris
    reference: id:boris ent:memberOf id:un   reported claim: id:boris ent:childOf id:anna

The isolated claim holds its own triple, Anna's class, and Boris's membership with what is known of
the UN; not what the other claim reports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kg.mapper import Graph
from kg.vocabulary.iris import REFERENCE
from kg.vocabulary.ontology import ontology
from kg.vocabulary.terms import RDF_TYPE, RdfTerm, Triple

Lookup = Callable[[RdfTerm], Iterable[Triple]]
"""Finds the triples whose subject is a node."""


class IsolatedClaim(NamedTuple):
    """What a claim tells, and besides what is ``known`` of the individuals that it mentions."""

    name: ox.NamedNode
    told: list[Triple]
    known: list[Triple]


def is_known(graph: Graph) -> bool:
    """Tell whether a graph is known without any claim: reference data, or a description."""
    return graph.name is None or graph.name == REFERENCE


def is_thing(term: RdfTerm) -> bool:
    """Tell whether a term stands for a thing that may have another name in another world."""
    if isinstance(term, ox.NamedNode):
        return term.value not in ontology().declared
    return isinstance(term, ox.BlankNode)


def isolated(graphs: Iterable[Graph], known: Lookup, classes: Lookup) -> Iterator[IsolatedClaim]:
    """Yield each claim of some graphs by itself; several graphs of one name are one claim.

    ``known`` finds what is known of a node, ``classes`` the classes by those believed.
    """
    claims: dict[ox.NamedNode, list[Triple]] = defaultdict(list)
    for graph in graphs:
        assert graph.name
        claims[graph.name] += graph.triples
    firsts: dict[RdfTerm, list[Triple]] = {}
    for told in claims.values():
        for subject, triples in _classes(told).items():
            firsts.setdefault(subject, triples)
    for name, told in claims.items():
        found = list(_reached(told, known))
        said = _classes([*told, *found])
        # What neither the claim nor what is known says: of which class a thing is.
        borrowed = [
            triple
            for term in _mentioned([*told, *found])
            if term not in said
            for triple in [*classes(term)] or firsts.get(term, [])
        ]
        yield IsolatedClaim(name, told, [*found, *borrowed])


def _classes(triples: Iterable[Triple]) -> dict[RdfTerm, list[Triple]]:
    found: dict[RdfTerm, list[Triple]] = defaultdict(list)
    for triple in triples:
        if triple[1] == RDF_TYPE:
            found[triple[0]].append(triple)
    return found


def _mentioned(triples: Iterable[Triple]) -> dict[RdfTerm, None]:
    """Return the individuals of some triples, in their order."""
    terms = (term for s, p, o in triples for term in ((s,) if p == RDF_TYPE else (s, o)))
    return dict.fromkeys(term for term in terms if is_thing(term))


def _reached(told: Iterable[Triple], known: Lookup) -> Iterator[Triple]:
    """Yield what is known of the individuals of some triples, and of those to which this leads."""
    waiting = list(_mentioned(told))
    seen = set(waiting)
    while waiting:
        found = list(known(waiting.pop()))
        yield from found
        new = _mentioned(found).keys() - seen
        seen |= new
        waiting += new

"""Small worlds in which what a claim denies is supposed to have happened.

Whether a question asks for all that is denied is the containment of one conjunctive query in
another (Chandra and Merlin 1977), tested in the same way: on the smallest world in which the answer
is yes. Supposed are the event as it is denied, and whatever else the question asks of it. If the
answer is yes, and is no longer where a part of the event is exchanged for another, then the
question asks for that part.

That Ina, Tam and Udo held a meeting is denied. ``ASK { ?m a ent:Meeting ; ent:participant id:ina ,
id:tam ; ent:place id:sel }``: yes, supposing that the meeting was in Sel; still yes where somebody
else was there for Udo. So the question does not ask for Udo, and its answer is not denied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from functools import lru_cache

import pyoxigraph as ox

from kg.entailment.axioms import closure
from kg.entailment.rules import bound, rules
from kg.vocabulary.context import context, named
from kg.vocabulary.ontology import ent, ontology
from kg.vocabulary.terms import RDF_TYPE, Triple, terms

_ANOTHER = "urn:entente:another:"
_MOST = 20_000
"""So many triples are taken for what is known of the things that a world is about."""

# What is known of things and of what they are linked to, events left out.
_BACKGROUND = """CONSTRUCT {{ ?s ?p ?o . ?o ?q ?r }} WHERE {{
  VALUES ?s {{ {} }} ?s ?p ?o . OPTIONAL {{ ?o ?q ?r FILTER NOT EXISTS {{ ?o a ent:Event }} }}
  FILTER NOT EXISTS {{ ?s a ent:Event }} }} LIMIT {}"""


def is_of_events(prop: ox.NamedNode) -> bool:
    """Tell whether only events have a property."""
    domain = ontology().domains.get(prop.value, frozenset())
    return bool(domain) and all(is_event_class(cls) for cls in domain)


def is_event_class(cls: str) -> bool:
    """Tell whether the members of a class are events."""
    return ent.Event in ontology().superclasses.get(cls, ())


def implied(triple: Triple) -> set[Triple]:
    """Return a triple and what it entails by itself, the class that has the property included.

    ``id:arms ent:supplier id:belmora`` → that, ``ent:participant``, ``a ent:Supply``,
    ``a ent:Event``.
    """
    s, p, _ = triple
    domain = ontology().domains.get(p.value, frozenset())
    kinds = {(s, RDF_TYPE, ox.NamedNode(cls)) for cls in domain} if len(domain) == 1 else set()
    told = {triple, *kinds}
    return told | closure(told)


class Supposition:
    """Worlds about one event, against what is known of the things that take part in it."""

    def __init__(
        self, store: ox.Store, event: ox.NamedNode, told: Set[Triple], things: Set[ox.NamedNode]
    ) -> None:
        self.event = event
        self.known = list(_known(store, told, things - {event}))
        self._graph = _graph(self.known)
        self.entailed = lru_cache(maxsize=None)(self._entailed)

    def world(self, supposed: Iterable[Triple]) -> ox.Store:
        """Return the world in which the triples hold, with what follows, such as who met whom."""
        found = {entailed for triple in supposed for entailed in self.entailed(triple)}
        store = _graph([*self.known, *found])
        _follow(store, lambda _: True)
        return store

    def exchanged(self, supposed: Iterable[Triple], part: Triple) -> set[Triple]:
        """Return what is supposed with another thing for the object of a part of it.

        Example: where a meeting of Ina in Sel is supposed, and ``id:m ent:place id:sel`` is the
        part, it is a meeting of Ina somewhere else.

        What entails the part is exchanged too; what the part entails is kept.
        """
        whole = {entailed for triple in supposed for entailed in self.entailed(triple)}
        kept = {triple for triple in whole if part not in self.entailed(triple)}
        value = part[2]
        if part[1] == RDF_TYPE or not isinstance(value, ox.NamedNode):
            return kept
        other = ox.NamedNode(_ANOTHER + value.value)
        kept |= {(s, p, other) for s, p, o in whole - kept if o == value}
        return kept | set(self._alike(value, other))

    def _alike(self, value: ox.NamedNode, other: ox.NamedNode) -> Iterator[Triple]:
        """Yield of another thing what is known of a thing, but not what it is called."""
        for s, p, o in self.known:
            if s == value and isinstance(o, ox.NamedNode) and p != named("schema:sameAs"):
                yield other, p, o
            if o == value:
                yield s, p, other

    def _entailed(self, triple: Triple) -> frozenset[Triple]:
        """Return a triple and what it entails, given what is known: in Sel, so in Ardany."""
        found = implied(triple)
        if triple[0] != self.event or triple[1] == RDF_TYPE:
            return frozenset(found)
        self._graph.extend(_quads(found))
        _follow(self._graph, is_of_events)
        about = list(self._graph.quads_for_pattern(self.event, None, None, None))
        for quad in about:
            self._graph.remove(quad)
        return frozenset(found | set(map(terms, about)))


def _known(store: ox.Store, told: Set[Triple], things: Set[ox.NamedNode]) -> Iterator[Triple]:
    """Yield what is believed of things and their neighbours, but for what is told or tells it."""
    names = " ".join(sorted(map(str, things)))
    text = _BACKGROUND.format(names, _MOST)
    found = store.query(text, prefixes=dict(context().prefixes))
    assert isinstance(found, ox.QueryTriples)
    for triple in map(terms, found):
        if told.isdisjoint(implied(triple)):
            yield triple


def _graph(triples: Iterable[Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(_quads(triples))
    return store


def _quads(triples: Iterable[Triple]) -> list[ox.Quad]:
    """Return triples as quads, but for those of a text or number, of which nothing can be said."""
    return [ox.Quad(*triple) for triple in triples if not isinstance(triple[0], ox.Literal)]


def _follow(store: ox.Store, takes: Callable[[ox.NamedNode], bool]) -> None:
    """Add what the axioms with several premises entail, until nothing new does."""
    chosen = [rule for rule in rules() if takes(rule.conclusion[1])]
    size = -1
    while size < len(store):
        size = len(store)
        for rule in chosen:
            solutions = store.query(rule.query)
            assert isinstance(solutions, ox.QuerySolutions)
            drawn = {bound(rule.conclusion, solution) for solution in solutions}
            store.extend(_quads(drawn | closure(drawn)))

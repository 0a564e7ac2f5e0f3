"""Basic graph patterns of WatDiv's shapes, made of triples that are in a store.

WatDiv (Aluç, Hartig, Özsu and Daudjee, ISWC 2014) asks *linear* patterns, *stars*, *snowflakes*,
which are stars joined, and *complex* ones. A pattern here is some triples of the store with
variables for some terms, so that it has a solution::

    id:visit-3 ent:host id:leader-7 ; ent:reason id:supply-1
    →  SELECT ?v0 { ?v0 ent:host <…/leader-7> . ?v0 ent:reason ?v1 }
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from itertools import islice
from random import Random
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.vocabulary.iris import is_inference
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

SHAPES = {"linear": 2, "star": 3, "snowflake": 4, "complex": 4}
"""The shapes, each with the fewest triples that make it."""
MOST = 1000
"""A pattern with more solutions is not asked: citing lists no more witnesses of one row."""
CONSTANT = 0.4
"""How often a term that joins nothing stays, and is not made a variable."""


class Query(NamedTuple):
    """A basic graph pattern, its triples as texts, and the variables that it asks for."""

    variables: tuple[str, ...]
    pattern: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"SELECT {' '.join(self.variables)} {{ {' . '.join(self.pattern)} }}"

    @property
    def witnesses(self) -> str:
        asked = " ".join([*self.variables, *(f"?g{n}" for n, _ in enumerate(self.pattern))])
        parts = (f"GRAPH ?g{n} {{ {triple} }}" for n, triple in enumerate(self.pattern))
        return f"SELECT {asked} {{ {' '.join(parts)} }}"


class Maker:
    """Makes queries of triples that are there, so that each has a solution."""

    def __init__(self, store: ox.Store, told: Set[RdfTerm], random: Random, only: bool) -> None:
        """Take the triples in named graphs; every query begins at one of a graph that is ``told``.

        What only the default graph has, such as the descriptions of claims, is not asked for;
        nor, with ``only``, are properties and classes of which anything is inferred.
        """
        self.store, self.random = store, random
        default = {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
        triples = {q.triple for q in store if q.graph_name != ox.DefaultGraph()} & default
        spared = {_kind(triple) for triple in default - triples}
        spared |= {_kind(quad.triple) for quad in store if only and is_inference(quad.graph_name)}
        left = sorted((t for t in triples if _kind(t) not in spared), key=str)
        self.at: dict[RdfTerm, list[ox.Triple]] = {}
        self.of: dict[RdfTerm, list[ox.Triple]] = {}
        for triple in left:
            self.of.setdefault(triple.subject, []).append(triple)
            for node in _nodes(triple):
                self.at.setdefault(node, []).append(triple)
        held = {quad.triple for quad in store if quad.graph_name in told}
        self.told = [triple for triple in left if triple in held]

    def query(self, shape: str) -> Query:
        """Return a query of a shape, of at most ``MOST`` solutions."""
        makers = (self.linear, self.star, self.snowflake, self.complex)
        make = dict(zip(SHAPES, makers, strict=True))[shape]
        while True:
            triples = list(dict.fromkeys(make()))
            if len(triples) >= SHAPES[shape] and (query := self.asked(triples)):
                return query

    def linear(self) -> list[ox.Triple]:
        """Triples one after another, in either direction."""
        path = [self.random.choice(self.told)]
        seen = {*_nodes(path[0])}
        end = self.random.choice(_nodes(path[0]))
        for _ in range(self.random.randint(1, 3)):
            ways = [t for t in self.at[end] if not seen.issuperset(_nodes(t))]
            if ways:
                path.append(self.random.choice(ways))
                [end] = {*_nodes(path[-1])} - seen
                seen.add(end)
        return path

    def star(self, centre: RdfTerm | None = None, most: int = 5) -> list[ox.Triple]:
        """Several triples of one subject."""
        of = self.of[centre or self.random.choice(self.told).subject]
        return self.random.sample(of, min(len(of), self.random.randint(2, most)))

    def snowflake(self) -> list[ox.Triple]:
        """Two or three small stars, joined to the first by what is an object of it."""
        centre = self.random.choice(self.told).subject
        triples = self.star(centre, 3)
        for _ in range(self.random.randint(1, 2)):
            own = self.random.choice(self.of[centre])
            links = [t for t in self.at.get(own.object, ()) if t.subject != centre]
            if links:
                link = self.random.choice(links)
                triples += [own, link, *self.star(link.subject, 3)]
        return triples

    def complex(self) -> list[ox.Triple]:
        """Some triples, each joined to any before, with those that close a circle."""
        triples = [self.random.choice(self.told)]
        for _ in range(self.random.randint(3, 6)):
            node = self.random.choice(_nodes(self.random.choice(triples)))
            triples.append(self.random.choice(self.at[node]))
        nodes = {node for triple in triples for node in _nodes(triple)}
        circles = [t for n in nodes for t in self.of.get(n, ()) if nodes.issuperset(_nodes(t))]
        return triples + sorted(circles, key=str)[:3]

    def asked(self, triples: Sequence[ox.Triple]) -> Query | None:
        """Make variables of terms; return the query unless it has too many solutions."""
        uses = Counter(node for triple in triples for node in _nodes(triple))
        free = [node for node, n in uses.items() if n > 1 or self.random.random() > CONSTANT]
        names = {node: f"?v{n}" for n, node in enumerate(free)}
        pattern = tuple(
            f"{names.get(s, str(s))} {p} {o if p == RDF_TYPE else names.get(o, str(o))}"
            for s, p, o in triples
        )
        everything = Query(tuple(names.values()), pattern)
        solutions: Any = self.store.query(everything.text)
        if not names or len([*islice(solutions, MOST + 1)]) > MOST:
            return None
        some = self.random.sample(everything.variables, self.random.randint(1, len(names)))
        return everything._replace(variables=tuple(sorted(some)))


def _nodes(triple: ox.Triple) -> list[RdfTerm]:
    """Return what a triple may be joined by: not its class, which stays."""
    return [triple.subject] if triple.predicate == RDF_TYPE else [triple.subject, triple.object]


def _kind(triple: ox.Triple) -> tuple[RdfTerm, ...]:
    """Return a triple's property, with the class where it says one."""
    return (triple.predicate, *([triple.object] if triple.predicate == RDF_TYPE else []))

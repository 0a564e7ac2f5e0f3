"""The graph that shapes are held against: what is believed, and every other claim isolated.

One run of the shapes covers all *worlds*, the believed claims and each isolated claim: an isolated
claim (``kg.validation.isolation``) gets copies of its nodes in the same graph. If a planned claim
mentions ``id:anna``, the graph has ``id:anna`` and a copy of her for that claim. Both have the same
label; a shape that asks for unique labels would find a result that neither world has alone.
Such results are dropped (``is_of_one_world``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.entailment.axioms import closure
from kg.mapper import Graph
from kg.validation import isolation
from kg.validation.isolation import IsolatedClaim
from kg.vocabulary.terms import RDF_TYPE, RdfTerm, Subject, Triple, terms

_DEFAULT = ox.DefaultGraph()
_KNOWN = ox.NamedNode("urn:entente:known")
"""The named graph of what is known without any claim, beside the data graph."""


class DataGraph:
    """The data graph, made of the graphs of a dataset; ``store`` holds it as its default graph.

    A graph that is part of the default graph is closed under the axioms with one premise. Any other
    graph belongs to the claim whose name it has, and that claim is isolated.
    """

    def __init__(self, graphs: Iterable[Graph]) -> None:
        self.store = ox.Store()
        self.claims: set[RdfTerm] = set()
        self._origins: dict[RdfTerm, tuple[RdfTerm, RdfTerm]] = {}
        self._copies: dict[RdfTerm, list[RdfTerm]] = defaultdict(list)
        self._classified: set[RdfTerm] = set()
        waiting: list[Graph] = []
        self.store.extend(self._together(graphs, waiting))
        for graph in waiting:
            self._classified.update(s for s, p, _ in graph.triples if p == RDF_TYPE)
        claims = isolation.isolated(waiting, self._known, self._classes)
        # To the end, before the store is changed: they are made of what it holds.
        self.store.extend([q for n, claim in enumerate(claims) for q in self._world(claim, n)])

    def origin(self, term: RdfTerm) -> tuple[RdfTerm, RdfTerm | None]:
        """Return what a node of the data graph stands for, and the claim in whose world it is."""
        return self._origins.get(term, (term, None))

    def everywhere(self, term: RdfTerm) -> list[RdfTerm]:
        """Return the nodes that stand for the same as a node, in all worlds."""
        original, _ = self.origin(term)
        return [original, *self._copies[original]]

    def isolated_things(self) -> Iterable[RdfTerm]:
        """Return the individuals that isolated claims mention."""
        return self._copies.keys()

    def is_of_one_world(self, nodes: Iterable[RdfTerm]) -> bool:
        """Tell whether individuals are all of one world."""
        worlds = {self.origin(node)[1] for node in nodes if isolation.is_thing(node)}
        return len(worlds) <= 1

    def is_known(self, term: RdfTerm) -> bool:
        """Tell whether anything says of which class a node is."""
        return self.is_a(term, None)

    def is_a(self, term: RdfTerm, cls: ox.NamedNode | None) -> bool:
        """Tell whether what is believed says that a node is a member of a class, of any if none."""
        return any(self.store.quads_for_pattern(term, RDF_TYPE, cls, _DEFAULT))  # type: ignore[arg-type]

    def is_elsewhere(self, term: RdfTerm) -> bool:
        """Tell whether only isolated claims say of which class a node is, as of a planned event."""
        return term in self._classified and not self.is_known(term)

    def count(self, cls: ox.NamedNode) -> int:
        """Return how many members a class has, those of all worlds together."""
        members = self.store.quads_for_pattern(None, RDF_TYPE, cls, _DEFAULT)
        return len({self.origin(quad.subject)[0] for quad in members})

    def lacks(self, term: RdfTerm, path: str, least: int) -> bool:
        """Tell whether a node has fewer values than ``least``, in all worlds together."""
        values: set[RdfTerm] = set()
        for node in self.everywhere(term):
            query = f"SELECT ?this ?value {{ ?this {path} ?value }}"
            solutions = self.store.query(query, substitutions={ox.Variable("this"): node})
            assert isinstance(solutions, ox.QuerySolutions)
            values.update(self.origin(solution["value"])[0] for solution in solutions)
        return len(values) < least

    def _together(self, graphs: Iterable[Graph], waiting: list[Graph]) -> Iterator[ox.Quad]:
        """Yield what is believed; keep what is to be isolated waiting."""
        for graph in graphs:
            if not graph.in_default:
                assert graph.name
                self.claims.add(graph.name)
                waiting.append(graph)
                continue
            for s, p, o in graph.triples:
                yield ox.Quad(s, p, o)
                if isolation.is_known(graph):
                    yield ox.Quad(s, p, o, _KNOWN)
            yield from (ox.Quad(s, p, o) for s, p, o in closure(graph.triples))

    def _known(self, node: RdfTerm) -> Iterator[Triple]:
        yield from map(terms, self.store.quads_for_pattern(node, None, None, _KNOWN))  # type: ignore[arg-type]

    def _classes(self, node: RdfTerm) -> Iterator[Triple]:
        yield from map(terms, self.store.quads_for_pattern(node, RDF_TYPE, None, _DEFAULT))  # type: ignore[arg-type]

    def _world(self, claim: IsolatedClaim, number: int) -> Iterator[ox.Quad]:
        """Yield the data graph of an isolated claim, in names of its own."""
        triples = [*claim.told, *claim.known]
        for s, p, o in [*triples, *closure(triples)]:
            value = o if p == RDF_TYPE else self._renamed(o, claim.name, number)
            subject: Subject = self._renamed(s, claim.name, number)  # type: ignore[assignment]
            yield ox.Quad(subject, p, value)

    def _renamed(self, term: RdfTerm, claim: ox.NamedNode, number: int) -> RdfTerm:
        """Return a node's name in a world; what is no individual keeps its own."""
        if not isolation.is_thing(term):
            return term
        if isinstance(term, ox.NamedNode):
            name: RdfTerm = ox.NamedNode(f"{term.value}?world={number}")
        else:
            name = ox.BlankNode(f"{term.value}w{number}")  # type: ignore[union-attr]
        if name not in self._origins:
            self._origins[name] = (term, claim)
            self._copies[term].append(name)
        return name

"""The graph that shapes are held against: what is believed, and every other claim as one voice.

What may be said together is a question among the claims that are believed. What is only
attributed, planned or denied may contradict them, but not itself. So each such claim gets a world
of its own in the same graph: its individuals are other nodes there, which share what reference
data says of them and nothing else. One run of the shapes then covers all worlds, and no result
mixes two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.entailment.axioms import closure
from kg.mapper import Graph
from kg.vocabulary.iris import REFERENCE
from kg.vocabulary.ontology import ontology
from kg.vocabulary.terms import LABEL, RDF_TYPE, RdfTerm, Triple, terms

_DEFAULT = ox.DefaultGraph()


class DataGraph:
    """The data graph, made of the graphs of a dataset; ``store`` holds it as its default graph.

    A graph that lies in the default graph is closed under the axioms with one premise; any other
    is the voice of the claim that it is named after.
    """

    def __init__(self, graphs: Iterable[Graph]) -> None:
        self.store = ox.Store()
        self.claims: set[RdfTerm] = set()
        self._origins: dict[RdfTerm, tuple[RdfTerm, RdfTerm]] = {}
        self._copies: dict[RdfTerm, list[RdfTerm]] = defaultdict(list)
        self._kinds: dict[RdfTerm, set[RdfTerm]] = defaultdict(set)
        waiting: list[Graph] = []
        self.store.extend(self._together(graphs, waiting))
        for graph in waiting:
            for subject, predicate, value in graph.triples:
                if predicate == RDF_TYPE:
                    self._kinds[subject].add(value)
        voices = (self._voice(graph, number) for number, graph in enumerate(waiting))
        self.store.extend([quad for voice in voices for quad in voice])

    def origin(self, term: RdfTerm) -> tuple[RdfTerm, RdfTerm | None]:
        """Return what a node of the data graph stands for, and the claim whose voice it is in."""
        return self._origins.get(term, (term, None))

    def everywhere(self, term: RdfTerm) -> list[RdfTerm]:
        """Return the nodes that stand for the same as a node, in all worlds."""
        original, _ = self.origin(term)
        return [original, *self._copies[original]]

    def is_known(self, term: RdfTerm) -> bool:
        """Tell whether anything says of which class a node is."""
        return self.is_a(term, None)

    def is_a(self, term: RdfTerm, cls: ox.NamedNode | None) -> bool:
        """Tell whether what is believed says that a node is a member of a class, of any if none."""
        return any(self.store.quads_for_pattern(term, RDF_TYPE, cls, _DEFAULT))  # type: ignore[arg-type]

    def is_elsewhere(self, term: RdfTerm) -> bool:
        """Tell whether only a voice says of which class a node is, such as a planned event."""
        return term in self._kinds and not self.is_known(term)

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
        """Yield what is believed; keep the voices waiting."""
        for graph in graphs:
            if not graph.in_default:
                assert graph.name
                self.claims.add(graph.name)
                waiting.append(graph)
                continue
            for s, p, o in graph.triples:
                yield ox.Quad(s, p, o)
                if graph.name == REFERENCE:
                    yield ox.Quad(s, p, o, REFERENCE)
            yield from (ox.Quad(s, p, o) for s, p, o in closure(graph.triples))

    def _voice(self, graph: Graph, number: int) -> Iterator[ox.Quad]:
        """Yield the world of a claim: what it tells, and what reference data says of that."""
        assert graph.name
        names: dict[RdfTerm, RdfTerm] = {}
        for s, p, o in [*graph.triples, *closure(graph.triples)]:
            value = o if p == RDF_TYPE else self._renamed(o, graph.name, number, names)
            yield ox.Quad(self._renamed(s, graph.name, number, names), p, value)  # type: ignore[arg-type]
        for original, name in names.items():
            if original == name:
                continue
            own: list[Triple] = [(original, RDF_TYPE, k) for k in self._kinds[original]]  # type: ignore[misc]
            for _, p, o in [*own, *closure(own), *self._shared(original)]:
                yield ox.Quad(name, p, o)  # type: ignore[arg-type]

    def _shared(self, node: RdfTerm) -> Iterator[Triple]:
        """Yield the class of a node, and what reference data says of it.

        Its codes and digests stay with the node itself, for no two things may share one.
        """
        for graph, prop in ((_DEFAULT, RDF_TYPE), (REFERENCE, None)):
            for quad in self.store.quads_for_pattern(node, prop, None, graph):  # type: ignore[arg-type]
                if quad.predicate == LABEL or not isinstance(quad.object, ox.Literal):
                    yield terms(quad)

    def _renamed(
        self, term: RdfTerm, claim: ox.NamedNode, number: int, names: dict[RdfTerm, RdfTerm]
    ) -> RdfTerm:
        """Return a node's name in a voice; what is no individual keeps its own."""
        if term in names:
            return names[term]
        if self._is_individual(term):
            assert isinstance(term, ox.NamedNode)
            name: RdfTerm = ox.NamedNode(f"{term.value}?voice={number}")
            self._origins[name] = (term, claim)
            self._copies[term].append(name)
        else:
            name = term
        names[term] = name
        return name

    def _is_individual(self, term: RdfTerm) -> bool:
        if not isinstance(term, ox.NamedNode) or term.value in ontology().declared:
            return False
        return term in self._kinds or self.is_known(term)

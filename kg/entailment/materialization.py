"""What the ontology entails of the facts: kept apart, and traced to the claims it rests on.

Two steps. ``graph_closure`` follows the axioms with one premise (subclass, sub-property, inverse,
symmetric) within one graph. ``materialize`` follows those with several (property chains, transitive
properties, defined classes) in SPARQL over the graphs of a store, and says for each entailed triple
on which claims it rests: its *support*. The triples with one support make one named graph, an
``ent:Inference``. Of ``{ ?e a ent:Meeting ; ent:participant ?x , ?y }``, told by two claims,
follows ``?x ent:metWith ?y``, in the graph that says ``prov:wasDerivedFrom`` of both.

What OWL 2 entails beyond these forms is left to a reasoner; domains and ranges need no rule,
since facts without the right kinds are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from itertools import product
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from kg.entailment.axioms import closure
from kg.entailment.rules import Rule, bound, rules
from kg.mapper import Graph
from kg.vocabulary.context import named
from kg.vocabulary.iris import REFERENCE, basis, inference, key
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import LABEL, RDF_TYPE, Triple

Claims: TypeAlias = frozenset[ox.NamedNode]
"""The claims of a support; none where reference data suffices."""


class Inference(NamedTuple):
    """What is entailed on one support; ``in_default`` where all of the support is reported."""

    support: Claims
    in_default: bool
    triples: list[Triple]

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the triples, and in the default graph what the inference is."""
        if self.triples:
            yield from Graph(inference(self.support), self.in_default, self.triples).quads()
            yield from Graph(None, True, list(_description(self.support))).quads()


def graph_closure(graph: Graph) -> Inference:
    """Return what follows from the triples of one claim, or of reference data, by themselves."""
    support = frozenset([graph.name] if graph.name and graph.name != REFERENCE else [])
    return Inference(support, graph.in_default, list(closure(graph.triples)))


def _description(support: Claims) -> Iterator[Triple]:
    """Yield what the default graph says of the inference that rests on the claims."""
    name = inference(support)
    yield name, RDF_TYPE, ox.NamedNode(ent.Inference)
    keys = ", ".join(sorted(key(claim) for claim in support))
    label = f"inferred from {keys or 'reference data'}"
    yield name, LABEL, ox.Literal(label, language="en")
    for claim in support:
        yield name, named("prov:wasDerivedFrom"), claim


def materialize(store: ox.Store, reported: Set[ox.NamedNode]) -> Iterator[Inference]:
    """Yield what follows from several premises, until nothing new does.

    ``store`` holds the named graphs of claims, reference data and one-premise inferences, and
    nothing else; the caller adds each inference to it before taking the next. ``reported`` are the
    claims of the default graph. Of the supports of a triple only the smallest are kept.
    """
    supports: dict[ox.NamedNode, Claims] = {}
    candidates: dict[Claims, set[Triple]] = {}
    waiting = rules()
    while waiting or candidates:
        for rule in waiting:
            for triple, support in _entailed(store, rule, supports):
                candidates.setdefault(support, set()).add(triple)
        words: set[ox.NamedNode] = set()
        for support in _smallest(candidates):
            found = candidates.pop(support)
            triples = [
                triple
                for triple in (*found, *closure(found))
                if _is_new(store, triple, support, supports)
            ]
            if triples:
                supports[inference(support)] = support
                words.update(o if p == RDF_TYPE else p for _, p, o in triples)  # type: ignore[misc]
                yield Inference(support, support <= reported, triples)
        waiting = tuple(rule for rule in rules() if rule.has_premise(words))


def _smallest(supports: Collection[Claims]) -> list[Claims]:
    """Return the smallest of some supports, sorted: no larger one makes a smaller one needless."""
    size = min(map(len, supports), default=0)
    return sorted((s for s in supports if len(s) == size), key=lambda s: sorted(map(str, s)))


def _entailed(
    store: ox.Store, rule: Rule, supports: dict[ox.NamedNode, Claims]
) -> Iterator[tuple[Triple, Claims]]:
    solutions = store.query(rule.query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    for solution in solutions:
        premises = (bound(premise, solution) for premise in rule.premises)
        for support in _joint([_told(store, premise, supports) for premise in premises]):
            yield bound(rule.conclusion, solution), support


def _told(store: ox.Store, triple: Triple, supports: dict[ox.NamedNode, Claims]) -> set[Claims]:
    """Return what a triple rests on: the support of each named graph that has it."""
    s, p, o = triple
    graphs = (quad.graph_name for quad in store.quads_for_pattern(s, p, o, None))
    return {_support(graph, supports) for graph in graphs if isinstance(graph, ox.NamedNode)}


def _joint(premises: list[set[Claims]]) -> Iterator[Claims]:
    """Yield the supports of several triples together.

    Claims that tell all of them need no other; the rest are put together in every way.
    """
    alone = set.intersection(*premises)
    yield from alone
    for parts in product(*(premise - alone for premise in premises)):
        yield frozenset().union(*parts)


def _support(graph: ox.NamedNode, supports: dict[ox.NamedNode, Claims]) -> Claims:
    """Return the claims that the triples of a named graph rest on."""
    return supports[graph] if graph in supports else basis(graph)


def _is_new(
    store: ox.Store, triple: Triple, support: Claims, supports: dict[ox.NamedNode, Claims]
) -> bool:
    """Tell whether no graph has the triple already on this support or a smaller one."""
    return not any(known <= support for known in _told(store, triple, supports))

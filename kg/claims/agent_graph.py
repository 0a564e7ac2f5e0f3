"""Agents and what holds between them, as a graph of networkx."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.claims.sources import Sources, subjects
from kg.claims.supports import Supports
from kg.vocabulary.context import context
from kg.vocabulary.iris import is_individual, key
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RDF_TYPE

if TYPE_CHECKING:
    import networkx


def network(store: ox.Store, takes: Callable[[ox.NamedNode], bool]) -> networkx.MultiDiGraph:
    """Return the agents of a store's default graph, and an edge for each triple between two.

    A node is a key, with its ``label`` and ``iri``; an edge has the ``property``, such as
    ``ent:metWith``, and the sorted keys of the ``claims`` that carry it or that it was inferred
    from. ``takes`` tells which statuses are believed. Raises ``ImportError`` without networkx.
    """
    import networkx

    agents = set(subjects(store, RDF_TYPE, ox.NamedNode(ent.Agent)))
    sources, supports = Sources(store), Supports(store, takes)
    made = networkx.MultiDiGraph()
    for agent in sorted(agents, key=str):
        if is_individual(agent):
            made.add_node(key(agent), label=sources.label(agent), iri=agent.value)
    claims: dict[ox.Triple, set[str]] = defaultdict(set)
    for agent in agents:
        for quad in store.quads_for_pattern(agent, None, None, ox.DefaultGraph()):
            if quad.object in agents and is_individual(quad.object) and is_individual(agent):
                for support in supports.of_triple(*quad.triple, None):
                    claims[quad.triple].update(map(key, support.claims))
    for triple in sorted(claims, key=str):
        name = context().compact(triple.predicate.value)
        assert is_individual(triple.subject) and is_individual(triple.object)
        ends = key(triple.subject), key(triple.object)
        made.add_edge(*ends, key=name, property=name, claims=sorted(claims[triple]))
    return made

"""A dataset sent to a server elsewhere, by the SPARQL 1.1 Graph Store HTTP Protocol.

The protocol replaces one graph at a time, and each whole. So the named graphs go first and the
default graph last: until then plain queries see what was there before. At the end the graphs of
claims and inferences that an earlier push brought and that are no more are removed; graphs of
others are never touched. To push again after a failure mends all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.dataset import Dataset
from kg.errors import RemoteError
from kg.remote.client import Client
from kg.sparql import catalogue
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RDF_TYPE

# Called with the number of graphs sent so far and that of all.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was sent: graphs, triples in them, and how many old graphs were removed."""

    graphs: int
    triples: int
    removed: int


def push(
    dataset: Dataset,
    url: str,
    token: str = "",
    *,
    default_graph: str = "",
    progress: Progress = lambda sent, graphs: None,
) -> Pushed:
    """Send every graph of a dataset to the graph store at a URL.

    The default graph goes to the server's, or to the named graph ``default_graph``, for servers
    whose own is the union of all. Raises ``RemoteError``, with what was sent until then, where
    the server refuses anything, and ``QueryError`` where the graph's name is no IRI.
    """
    target = catalogue.iri(default_graph) if default_graph else ""
    client = Client(url, token)
    before = _graphs_told(_present(client, target))
    names = sorted(str(name.value) for name in dataset.store.named_graphs())
    count, triples = len(names) + 1, 0
    for sent, name in enumerate([*names, ""]):
        progress(sent, count)
        graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        found = [quad.triple for quad in dataset.store.quads_for_pattern(None, None, None, graph)]
        try:
            client.put(name or target, found)
        except RemoteError as error:
            what = f"graph {name}" if name else "the default graph"
            raise RemoteError(
                f"{sent} of {count} graphs were sent, then {what}: {error}", error.status
            ) from error
        triples += len(found)
    removed = [name for name in sorted(before - {*names, target}) if _removed(client, name)]
    progress(count, count)
    return Pushed(count, triples, len(removed))


def _present(client: Client, target: str) -> list[ox.Triple]:
    """Return the default graph that is there already."""
    try:
        return client.get(target)
    except RemoteError as error:
        if error.status == 404:
            return []
        raise


def _graphs_told(triples: list[ox.Triple]) -> set[str]:
    """Return the names of the graphs of claims and inferences that a default graph describes."""
    kinds = {ent.Claim, ent.Inference}
    return {
        s.value
        for s, p, o in triples
        if p == RDF_TYPE and isinstance(s, ox.NamedNode) and getattr(o, "value", "") in kinds
    }


def _removed(client: Client, name: str) -> bool:
    """Remove a graph; tell whether it was there."""
    try:
        client.delete(name)
    except RemoteError as error:
        if error.status == 404:
            return False
        raise
    return True

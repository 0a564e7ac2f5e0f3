"""The dataset on a server elsewhere, asked as one on disk is.

The server answers plain queries. Citations, another belief, and queries that its default graph
would answer wrongly (a union of all graphs includes denied claims) are answered here, from a
replica of its dataset.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from kg.claims.belief import Belief
from kg.claims.names import Names
from kg.claims.search import Name, most_specific
from kg.dataset import Dataset
from kg.errors import RemoteError
from kg.remote.client import Client
from kg.remote.replica import Mirror
from kg.sparql import catalogue
from kg.sparql import tokens as sparql
from kg.sparql.engine import evaluate
from kg.sparql.results import Answer, Boolean, Solutions
from kg.vocabulary.context import context
from kg.vocabulary.iris import REFERENCE, key
from kg.vocabulary.terms import LABEL, OTHER_LABEL, RdfTerm


def connect(url: str, token: str = "", *, default_graph: str = "") -> RemoteDataset:
    """Return the dataset at a SPARQL 1.1 endpoint, to which ``push`` has sent it.

    ``default_graph`` is the IRI of the graph that holds our default graph, where ``push`` was
    told to put it into a named one. Nothing is asked of the server yet. Raises ``RemoteError``
    where the URL is none of HTTP, ``QueryError`` where the graph's name is no IRI.
    """
    graph = catalogue.iri(default_graph) if default_graph else ""
    return RemoteDataset(Mirror(Client(url, token), graph))


class RemoteDataset(Dataset):
    """A dataset elsewhere. All that raises ``QueryError`` may raise ``RemoteError`` too."""

    def __init__(self, mirror: Mirror, belief: Belief | None = None) -> None:
        super().__init__(mirror, belief)
        self._mirror = mirror

    def taking(self, chosen: Belief) -> Dataset:
        """Return the dataset of a reader who makes this choice of all claims."""
        return RemoteDataset(self._mirror, chosen)

    @cached_property
    def names(self) -> Names:
        """What things are called, whatever is believed."""
        return RemoteNames(self._mirror.client)

    def _answer(self, query: catalogue.Query, bound: str) -> Answer:
        evaluate(bound, ox.Store(), query.name)  # what is no query is said in our words
        if not self._is_for_the_server(bound):
            return super()._answer(query, bound)
        self._mirror.refuse_hidden()
        text = sparql.declared(bound, context().prefixes)
        return self._mirror.client.query(text, self._mirror.default_graph)

    def _is_for_the_server(self, bound: str) -> bool:
        """Tell whether the server's answer would be ours.

        A query whose default graph is named has no named graphs (SPARQL 1.1 Protocol, section
        2.1.4), so that GRAPH would find nothing.
        """
        if not self.belief.is_usual:
            return False
        if self._mirror.default_graph:
            return not any(w.upper() == "GRAPH" for k, w, _ in sparql.tokens(bound) if k == "word")
        return not self._mirror.is_union


class RemoteNames(Names):
    """The names of what a server holds, asked of it one at a time."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def _exists(self, iri: ox.NamedNode) -> bool:
        return self._ask(f"{{ {iri} ?p ?o }} UNION {{ GRAPH ?g {{ {iri} ?p ?o }} }}")

    def keys(self) -> Iterator[str]:
        """Yield the keys of what has a label."""
        return (key(name.iri) for name in self._names() if name.is_label)

    def is_used(self, iri: ox.NamedNode) -> bool:
        """Tell whether an IRI stands anywhere: in a triple, or as the name of a graph."""
        patterns = (f"{iri} ?p ?o", f"?s ?p {iri}", f"?s {iri} ?o")
        places = [f"{{ {p} }} UNION {{ GRAPH ?g {{ {p} }} }}" for p in patterns]
        return self._ask(" UNION ".join([*places, f"{{ GRAPH {iri} {{ ?s ?p ?o }} }}"]))

    def has_value(self, prop: ox.NamedNode, value: ox.Literal) -> bool:
        """Tell whether anything is told to have a value of a property."""
        pattern = f"?s {prop} {value}"
        return self._ask(f"{{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }}")

    def _is_a(self, iri: ox.NamedNode, kind: ox.NamedNode) -> bool:
        return self._ask(f"GRAPH ?g {{ {iri} a {kind} }}")

    def _names(self) -> Iterator[Name]:
        text = f"""SELECT DISTINCT ?name ?iri ?told {{
            {{ GRAPH {REFERENCE} {{ ?iri {LABEL} ?name }} BIND (1 AS ?told) }}
            UNION {{ GRAPH ?graph {{ ?iri {OTHER_LABEL} ?name }} }} FILTER isIRI(?iri) }}"""
        for name, iri, told in self._select(text):
            assert isinstance(name, ox.Literal) and isinstance(iri, ox.NamedNode)
            if "." not in key(iri):
                yield Name(name.value, iri, is_label=told is not None)

    def kinds(self, things: Collection[ox.NamedNode]) -> Mapping[ox.NamedNode, str]:
        """Return the IRI of the most specific class that each thing is told to be of."""
        classes: dict[ox.NamedNode, set[str]] = {thing: set() for thing in things}
        values = " ".join(map(str, things))
        text = (
            f"SELECT DISTINCT ?s ?class {{ VALUES ?s {{ {values} }} GRAPH ?g {{ ?s a ?class }} }}"
        )
        for thing, cls in self._select(text):
            assert isinstance(thing, ox.NamedNode) and isinstance(cls, ox.NamedNode)
            classes[thing].add(cls.value)
        return {thing: most_specific(found) for thing, found in classes.items()}

    def weights(self, things: Collection[ox.NamedNode]) -> Mapping[ox.NamedNode, int]:
        """Return 0 for each: to have the server count takes longer than it is worth."""
        return dict.fromkeys(things, 0)

    def _select(self, text: str) -> Iterator[tuple[RdfTerm | None, ...]]:
        found = self._client.query(text)
        if not isinstance(found, Solutions):
            raise RemoteError(f"{self._client.url}: answered a SELECT with no solutions")
        return iter(tuple(row) for row in found)

    def _ask(self, pattern: str) -> bool:
        found = self._client.query(f"ASK {{ {pattern} }}")
        return isinstance(found, Boolean) and bool(found)

"""A copy, in memory, of the dataset that a server elsewhere holds.

Citing and believing look at every graph of the dataset many times, so they work on a copy, which
is the same dataset whatever the server makes of its default graph. There are three sorts:

- the server's default graph is ours (RDF 1.1, section 4);
- it is the union of the named graphs, as in some engines: then ours is made anew, of what the
  claims tell and what follows from them, as it is for any belief;
- ours is a named graph there, with a name that whoever filled the server gave it.

An engine may hide the default graph that was sent to it (TDB2 of Jena does, where the default
graph is to be the union). Then nothing says what a claim is, and nothing is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import pyoxigraph as ox

from kg.claims.belief import Belief, believed, heard, selected
from kg.errors import RemoteError
from kg.remote.client import Client
from kg.sparql.results import Boolean, Solutions
from kg.store import View, in_memory
from kg.vocabulary.context import context
from kg.vocabulary.iris import ID, ONTOLOGY_IRI, REFERENCE, is_inference
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RDF_TYPE

# The ontology's graph is never part of our default graph, but of every union.
_ONTOLOGY = f"<{ONTOLOGY_IRI}> a <{context().expand('owl:Ontology')}>"
_DESCRIBED = f"?claim a <{ent.Claim}>"
_TOLD = f"""GRAPH ?claim {{ ?s ?p ?o }} FILTER (STRSTARTS(STR(?claim), "{ID}")
    && ?claim != {REFERENCE} && !STRENDS(STR(?claim), ".inferred"))"""


class Mirror:
    """What a server holds; fetched when first looked at.

    ``default_graph`` is the IRI of the graph that holds our default graph, where it is not the
    server's own.
    """

    def __init__(self, client: Client, default_graph: str = "") -> None:
        self.client = client
        self.default_graph = default_graph

    @cached_property
    def is_union(self) -> bool:
        """Whether the server's default graph holds all named graphs. Raises ``RemoteError``."""
        return not self.default_graph and self._holds(_ONTOLOGY)

    @cached_property
    def store(self) -> ox.Store:
        """The dataset. Raises ``RemoteError``, also where the server gives only some of it."""
        if not self._holds(f"GRAPH <{ONTOLOGY_IRI}> {{ {_ONTOLOGY} }}"):
            raise RemoteError(f"{self.client.url}: holds no dataset of kg; “kg push” sends one")
        copy = in_memory(self._quads())
        if not all(_is_described(copy, name) for name in copy.named_graphs()):
            raise self._hidden()
        return in_memory(_usual(copy)) if self.is_union else copy

    @cached_property
    def has_descriptions(self) -> bool:
        """Whether the default graph describes claims, if any are told. Raises ``RemoteError``."""
        ours = self.default_graph
        described = f"GRAPH <{ours}> {{ {_DESCRIBED} }}" if ours else _DESCRIBED
        return self._holds(described) or not self._holds(_TOLD)

    def refuse_hidden(self) -> None:
        """Raise ``RemoteError`` where claims are told that nothing describes."""
        if not self.has_descriptions:
            raise self._hidden()

    def _hidden(self) -> RemoteError:
        return RemoteError(
            f"{self.client.url}: its default graph does not say what its claims are;"
            " send it with “kg push --default-graph IRI”, and ask with --default-graph IRI"
        )

    def view(self, _name: str, quads: Callable[[ox.Store], Iterable[ox.Quad]]) -> View:
        """Return a view: other quads made from these."""
        return View(in_memory(quads(self.store)))

    @property
    def _pattern(self) -> str:
        named = f'GRAPH ?g {{ ?s ?p ?o }} FILTER (STRSTARTS(STR(?g), "{ID}")'
        named += f" || ?g = <{ONTOLOGY_IRI}>)"
        if not self.default_graph:
            return f"{{ ?s ?p ?o }} UNION {{ {named} }}"
        ours = f"<{self.default_graph}>"
        return f"{{ GRAPH {ours} {{ ?s ?p ?o }} }} UNION {{ {named} FILTER (?g != {ours}) }}"

    def _quads(self) -> Iterator[ox.Quad]:
        # One request, so that a blank node is the same in all of it; counted, because there are
        # servers that end long answers without a word.
        counted = self._solutions(f"SELECT (COUNT(*) AS ?n) {{ {self._pattern} }}")
        found, expected = 0, -1
        try:
            (expected,) = [int(row["n"].value) for row in counted]
            for row in self._solutions(f"SELECT ?g ?s ?p ?o {{ {self._pattern} }}"):
                found += 1
                yield ox.Quad(*(row[name] for name in "spog"))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise RemoteError(f"{self.client.url}: answered with other rows than asked") from error
        if found != expected:
            raise RemoteError(
                f"{self.client.url}: gave {found:,} of {expected:,} statements;"
                " its limit on results is too low, or it was written to meanwhile"
            )

    def _holds(self, pattern: str) -> bool:
        found = self.client.query(f"ASK {{ {pattern} }}")
        return isinstance(found, Boolean) and bool(found)

    def _solutions(self, text: str) -> Solutions:
        found = self.client.query(text)
        if not isinstance(found, Solutions):
            raise RemoteError(f"{self.client.url}: answered a SELECT with no solutions")
        return found


def _is_described(copy: ox.Store, name: ox.NamedNode | ox.BlankNode) -> bool:
    """Tell whether a named graph is no claim's, or of a claim that the default graph describes."""
    if not name.value.startswith(ID) or name == REFERENCE or is_inference(name):
        return True
    kinds = {q.object for q in copy.quads_for_pattern(name, RDF_TYPE, None, ox.DefaultGraph())}
    return ox.NamedNode(ent.Claim) in kinds


def _usual(union: ox.Store) -> Iterator[ox.Quad]:
    """Yield the dataset whose graphs are those of the store, in which they all are the default."""
    usual = Belief()
    return selected(union, heard(union, usual), believed(union, usual))

"""A dataset for others: as files of RDF, as libraries have it, as references and dossiers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import OutputError
from kg.sparql.catalogue import iri
from kg.sparql.formats import RDF_FORMATS, misfit
from kg.vocabulary.iris import ONTOLOGY_IRI

if TYPE_CHECKING:
    import networkx
    import owlready2
    import rdflib

    from kg.citations.bibliography import Reference
    from kg.citations.dossier import Dossier
    from kg.claims.belief import Belief
    from kg.claims.names import Names


class Exports(ABC):
    """What a dataset is handed on as."""

    belief: Belief

    @property
    @abstractmethod
    def store(self) -> ox.Store:
        """The quads that the reader's belief makes of all."""

    @property
    @abstractmethod
    def names(self) -> Names:
        """What things are called, whatever is believed."""

    def references(self, *names: str) -> list[Reference]:
        """Return the articles behind claims, articles, entities or events, for a bibliography.

        Raises ``QueryError`` where there is no such thing, or nothing to cite.
        """
        from kg.citations.bibliography import references

        return references(self.store, map(self.names.entity, names))

    def report(self, name: str) -> Dossier:
        """Return a dossier on an entity or event.

        Raises ``QueryError`` where there is no such thing, or no claim tells of it.
        """
        from kg.citations.dossier import dossier

        return dossier(self.store, self.names.entity(name))

    def dump(
        self,
        output: Path | IO[bytes],
        format_name: str = "turtle",
        *,
        inferred: bool = True,
        ontology: bool = False,
        default_graph: str = "",
    ) -> None:
        """Write the dataset as RDF 1.1, sorted, so that equal datasets make equal bytes.

        ``trig``, ``nquads`` and ``jsonld`` hold all graphs, the ontology's among them;
        ``turtle``, ``ntriples`` and ``rdfxml`` the default graph, with ``ontology`` that of the
        ontology too. Without ``inferred``, what is only inferred is left out. In the formats with
        named graphs, ``default_graph`` is the IRI of the one that the default graph becomes. A
        path is written whole or not at all. Raises ``OutputError``, and ``QueryError`` where the
        graph's name is no IRI.
        """
        from kg.sparql.presentation.dump import dump

        quads: Iterable[ox.Quad] = self._quads(inferred=inferred)
        if default_graph:
            quads = _renamed(quads, ox.NamedNode(iri(default_graph)), format_name)
        dump(quads, output, format_name, ONTOLOGY_IRI if ontology else "")

    def dump_owl(
        self, output: Path | IO[bytes], format_name: str = "rdfxml", *, inferred: bool = True
    ) -> None:
        """Write the default graph and the ontology as one ontology in OWL 2 DL, for OWL tools.

        Dates are other literals there, as ``kg.sparql.presentation.owl`` says. Raises
        ``OutputError``, also for a format with named graphs.
        """
        from kg.sparql.presentation.dump import dump
        from kg.sparql.presentation.owl import owl_dl

        if format_name in RDF_FORMATS and RDF_FORMATS[format_name].supports_datasets:
            graphs = [name for name, form in RDF_FORMATS.items() if not form.supports_datasets]
            raise OutputError(misfit(format_name, "an ontology", graphs))
        default: list[ox.Triple] = []
        ontology: list[ox.Triple] = []
        graphs_of = {ox.DefaultGraph(): default, ox.NamedNode(ONTOLOGY_IRI): ontology}
        for quad in self._quads(inferred=inferred):
            if quad.graph_name in graphs_of:
                graphs_of[quad.graph_name].append(quad.triple)
        dump((ox.Quad(*triple) for triple in owl_dl(ontology, default)), output, format_name)

    def _quads(self, *, inferred: bool) -> Iterable[ox.Quad]:
        from kg.claims.curation import curated

        return self.store if inferred else curated(self.store, self.belief)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return it as rdflib has it: our default graph, claims as named graphs, prefixes bound."""
        from kg.sparql.presentation.bridges import to_rdflib

        return to_rdflib(self.store)

    def to_owlready(self) -> owlready2.World:
        """Return a fresh world of owlready2: the ontology, the default graph, what is inferred."""
        from kg.sparql.presentation.bridges import to_owlready

        return to_owlready(self.store)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Return the agents, with an edge and its claims for each triple between two."""
        from kg.claims.agent_graph import network

        return network(self.store, self.belief.takes)


def _renamed(quads: Iterable[ox.Quad], name: ox.NamedNode, format_name: str) -> Iterator[ox.Quad]:
    """Put the default graph into a named one. Raises ``OutputError`` where there is no room."""
    if format_name in RDF_FORMATS and not RDF_FORMATS[format_name].supports_datasets:
        datasets = [each for each, form in RDF_FORMATS.items() if form.supports_datasets]
        raise OutputError(misfit(format_name, "named graphs", datasets))
    for quad in quads:
        is_default = isinstance(quad.graph_name, ox.DefaultGraph)
        yield ox.Quad(quad.subject, quad.predicate, quad.object, name) if is_default else quad

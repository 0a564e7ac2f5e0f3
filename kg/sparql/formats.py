"""The formats of answers and of RDF, by the names that the command has for them."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

RESULTS_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
RDF_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}

_EXTENSIONS = {
    ".ttl": "turtle", ".trig": "trig", ".nt": "ntriples", ".nq": "nquads", ".nquads": "nquads",
    ".rdf": "rdfxml", ".owl": "rdfxml", ".xml": "rdfxml", ".jsonld": "jsonld",
}  # fmt: skip


def format_of(path: Path) -> str:
    """Return the name of the RDF format that a file's extension stands for; empty for none."""
    return _EXTENSIONS.get(path.suffix.lower(), "")


def refuse_entities(format_name: str, head: bytes) -> None:
    """Refuse RDF/XML whose entities are made of entities, for a few of them fill any memory.

    ``head`` is what the document begins with (XML 1.0, 2.8: entities are declared first). Raises
    ``SyntaxError`` with the line.
    """
    if format_name == "rdfxml" and (found := re.search(rb"<!ENTITY[^>]*&(?!#)|<!ENTITY\s+%", head)):
        line = head[: found.start()].count(b"\n") + 1
        raise SyntaxError("an entity that is made of entities", (None, line, 1, None))

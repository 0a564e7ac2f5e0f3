"""The formats of answers and of RDF, by the names that the command has for them."""

from __future__ import annotations

from collections.abc import Iterable
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


def misfit(format_name: str, what: str, formats: Iterable[str]) -> str:
    """Say which formats an answer has, where it has not the one that was asked for."""
    return f"{what} cannot be written as {format_name}; choose one of {', '.join(formats)}"

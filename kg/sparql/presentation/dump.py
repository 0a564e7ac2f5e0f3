"""Whole datasets as files of RDF, equal bytes for equal datasets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.errors import OutputError
from kg.output import written
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.presentation.rdf import quad_order, serialize_rdf, triple_order


def dump(
    quads: Iterable[ox.Quad], output: Path | IO[bytes], format_name: str, also: str = ""
) -> None:
    """Write quads, sorted; in a format without named graphs the triples of the default graph.

    Of these formats, ``also`` is the IRI of a graph whose triples are added. A path is written
    whole or not at all. Raises ``OutputError``.
    """
    if format_name not in RDF_FORMATS:
        raise OutputError(f"no format {format_name}; one of {', '.join(RDF_FORMATS)}")
    if RDF_FORMATS[format_name].supports_datasets:
        data: list[ox.Triple] | list[ox.Quad] = sorted(quads, key=quad_order)
    else:
        graphs = {ox.DefaultGraph(), *([ox.NamedNode(also)] if also else [])}
        data = sorted({q.triple for q in quads if q.graph_name in graphs}, key=triple_order)
    if isinstance(output, Path):
        with written(output) as file:
            serialize_rdf(data, file, format_name)
    else:
        serialize_rdf(data, output, format_name)

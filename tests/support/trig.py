"""Facts in TriG, laid out as ours are: claims as named graphs, the rest in the default graph."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from kg.mapper import Graph
from kg.vocabulary.context import named
from kg.vocabulary.iris import ONTOLOGY_IRI
from kg.vocabulary.ontology import ontology_triples

ONTOLOGY = ox.NamedNode(ONTOLOGY_IRI)


def graphs(path: Path) -> list[Graph]:
    """The graphs of a file, in their order in it."""
    found: dict[object, list[ox.Triple]] = {}
    for quad in ox.parse(path=path):
        found.setdefault(quad.graph_name, []).append(quad.triple)
    plain = found.pop(ox.DefaultGraph(), [])
    found.pop(ONTOLOGY, None)
    reported = {s for s, p, o in plain if (p, o) == (named("ent:status"), named("ent:Reported"))}
    claims = [Graph(name, name in reported, triples) for name, triples in found.items()]
    return [Graph(None, True, plain), *claims]


def ontology(path: Path) -> list[ox.Triple]:
    """Our ontology, with what the file adds to it."""
    added = [quad.triple for quad in ox.parse(path=path) if quad.graph_name == ONTOLOGY]
    return [*ontology_triples(), *added]

"""A dataset as rdflib and owlready2 have it.

Both get the terms as the store has them: ``"1.10"^^xsd:decimal`` stays so in rdflib, and a date of
EDTF is a text of the class ``EDTF`` in owlready2, which cannot read unknown datatypes.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.vocabulary.context import context
from kg.vocabulary.iris import ONTOLOGY_IRI
from kg.vocabulary.terms import RDF_TYPE

if TYPE_CHECKING:
    import owlready2
    import rdflib


def to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Dataset:
    """Return an rdflib dataset of quads, the prefixes of ours bound."""
    import rdflib

    made = rdflib.Dataset()
    for prefix, iri in context().prefixes.items():
        made.bind(prefix, iri, replace=True)
    graphs: dict[Any, rdflib.Graph] = {ox.DefaultGraph(): made.default_graph}
    for quad in quads:
        name = quad.graph_name
        if name not in graphs:
            graphs[name] = made.graph(_node(name))
        graphs[name].add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    return made


def _node(term: Any) -> Any:  # noqa: ANN401  a term of either library
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = rdflib.URIRef(term.datatype.value)
    plain = datatype == rdflib.XSD.string  # RDF 1.1: the same as a literal without a datatype
    return rdflib.Literal(term.value, datatype=None if plain else datatype, normalize=False)


class EDTF(str):
    """A date as the source gives it, in the Extended Date/Time Format."""

    __slots__ = ()


class Year(str):
    """A year, as ``2025``."""

    __slots__ = ()


class YearMonth(str):
    """A month of a year, as ``2025-09``."""

    __slots__ = ()


_INDIVIDUAL = ox.NamedNode("http://www.w3.org/2002/07/owl#NamedIndividual")
_DATATYPES = {"edtf:EDTF": EDTF, "xsd:gYear": Year, "xsd:gYearMonth": YearMonth}


def to_owlready(quads: Iterable[ox.Quad]) -> owlready2.World:
    """Return a fresh world of owlready2 with the default graph of quads, and our ontology.

    What the data describes is declared a named individual, without which owlready2 lists none.
    """
    import owlready2

    for name, datatype in _DATATYPES.items():
        owlready2.declare_datatype(datatype, context().expand(name), datatype, str)
    world = owlready2.World()
    held = list(quads)
    ours = {q.triple for q in held if q.graph_name == ox.NamedNode(ONTOLOGY_IRI)}
    told = {q.triple for q in held if q.graph_name == ox.DefaultGraph()}
    things = {t.subject for t in told if isinstance(t.subject, ox.NamedNode)}
    listed = (ox.Triple(thing, RDF_TYPE, _INDIVIDUAL) for thing in things)
    data = ox.serialize([*ours, *told, *listed], format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    world.get_ontology(ONTOLOGY_IRI).load(fileobj=BytesIO(data))
    return world

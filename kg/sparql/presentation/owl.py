"""The default graph and the ontology in one graph that is OWL 2 DL.

The datatype map of OWL 2 (Structural Specification, 4) has neither ``xsd:date`` nor ``xsd:gYear``,
and no literal may have a datatype that is only declared. So days become moments, at midnight, and
years, months and dates of EDTF become texts, in the ontology as in the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.vocabulary.context import named
from kg.vocabulary.datatypes import midnight
from kg.vocabulary.terms import RDF_TYPE

_DAY, _MOMENT, _TEXT = named("xsd:date"), named("xsd:dateTime"), named("xsd:string")
_OUTSIDE = {
    _DAY: _MOMENT,
    **dict.fromkeys(map(named, ("xsd:gYear", "xsd:gYearMonth", "edtf:EDTF")), _TEXT),
}


def owl_dl(ontology: Iterable[ox.Triple], told: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield an ontology and what is told, with a declaration of each individual.

    ``id:talks ent:earliest "2025-09-03"^^xsd:date`` → ``id:talks a owl:NamedIndividual ;
    ent:earliest "2025-09-03T00:00:00"^^xsd:dateTime``.
    """
    for triple in ontology:
        if triple.subject not in _OUTSIDE:
            yield _mapped(triple)
    for triple in told:
        yield _mapped(triple)
        if isinstance(triple.subject, ox.NamedNode):
            yield ox.Triple(triple.subject, RDF_TYPE, named("owl:NamedIndividual"))


def _mapped(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if isinstance(value, ox.NamedNode):
        return ox.Triple(triple.subject, triple.predicate, _OUTSIDE.get(value, value))
    if not isinstance(value, ox.Literal) or value.datatype not in _OUTSIDE:
        return triple
    text = midnight(value.value) if value.datatype == _DAY else value.value
    mapped = ox.Literal(text, datatype=_OUTSIDE[value.datatype])
    return ox.Triple(triple.subject, triple.predicate, mapped)

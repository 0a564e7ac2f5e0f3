"""Which values a property can have, by the ontology: things, texts in English, or a datatype."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import pyoxigraph as ox

from kg.claims.names import Names
from kg.vocabulary.context import context
from kg.vocabulary.ontology import name as short_name
from kg.vocabulary.ontology import ontology, rows
from kg.vocabulary.spelling import nearest
from kg.vocabulary.terms import LABEL, RDF_TYPE

_KINDS = "SELECT ?property { ?property a owl:%s }"
_STRING = ox.Literal("").datatype.value


class Values:
    """What literals the properties of the ontology can have, and what is called so."""

    def __init__(self, names: Names) -> None:
        self._names = names

    @cached_property
    def properties(self) -> frozenset[str]:
        """The IRIs of all properties."""
        kinds = (*rows(_KINDS % "DatatypeProperty"), *rows(_KINDS % "AnnotationProperty"))
        return self._to_things | {prop for (prop,) in kinds}

    @cached_property
    def described_by(self) -> frozenset[str]:
        """The IRIs of the properties that the ontology itself is written in, as rdfs:label."""
        return frozenset(prop for (prop,) in rows("SELECT DISTINCT ?p { ?s ?p ?o }"))

    @cached_property
    def _to_things(self) -> frozenset[str]:
        return frozenset(prop for (prop,) in rows(_KINDS % "ObjectProperty"))

    @cached_property
    def _in_english(self) -> frozenset[str]:
        terms = context().terms.values()
        return frozenset(term.iri for term in terms if term.language == "en")

    def complaints(self, prop: str, value: ox.Literal, *, by_value: bool = False) -> Iterator[str]:
        """Tell why nothing has this value of a property, and what to write.

        ``by_value``: numbers of another datatype are equal too.
        """
        if self._names.has_value(ox.NamedNode(prop), value):
            return
        name = context().compact(prop)
        if prop in self._to_things or prop == RDF_TYPE.value:
            instead = self._class if prop == RDF_TYPE.value else self._thing
            yield f"{name} leads to things, not to texts; {instead(value.value)}"
        elif prop in self._in_english:
            yield from self._text(prop, value)
        else:
            yield from self._typed(prop, value, by_value)

    def _thing(self, text: str) -> str:
        called = [found for found in self._names.find(text) if not found.match]
        if called:
            return f"for “{text}” write {context().compact(called[0].iri.value)}"
        return "write the key of one, as id:xi-jinping"

    def _class(self, text: str) -> str:
        called = [c for c in ontology().superclasses if short_name(c).lower() == text.lower()]
        if called:
            return f"for “{text}” write {context().compact(called[0])}"
        return "write a class, as ent:Meeting"

    def _text(self, prop: str, value: ox.Literal) -> Iterator[str]:
        english = ox.Literal(value.value, language="en")
        if (value.language or "").lower() != "en":
            yield f"{context().compact(prop)} is in English; write {english}"
        if prop == LABEL.value and not self._names.has_value(LABEL, english):
            labels = (name.text for name in self._names.all() if name.is_label)
            near = nearest(value.value, labels)
            yield f"nothing is called “{value.value}”{near and f'; {near}'}"

    def _typed(self, prop: str, value: ox.Literal, by_value: bool) -> Iterator[str]:
        told = [r for r in ontology().ranges.get(prop, ()) if r != _STRING]
        is_text = value.datatype.value == _STRING or value.language
        if len(told) == 1 and value.datatype.value != told[0] and (is_text or not by_value):
            right = ox.Literal(value.value, datatype=ox.NamedNode(told[0]))
            datatype = context().compact(told[0])
            yield (
                f"{context().compact(prop)} has values of {datatype}; "
                f"write {str(right).partition('^^')[0]}^^{datatype}"
            )

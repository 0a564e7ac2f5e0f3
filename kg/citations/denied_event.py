"""An event as one claim denies it: what counts of it, its time, and what a question may add."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from kg.citations.questions import Question
from kg.citations.supposition import implied, is_event_class, is_of_events
from kg.entailment.axioms import superproperties
from kg.sparql.presentation.terms import shown
from kg.vocabulary.context import context, named
from kg.vocabulary.iris import REFERENCE, is_inference
from kg.vocabulary.ontology import ent
from kg.vocabulary.statuses import Status
from kg.vocabulary.terms import LABEL, RDF_TYPE, RdfTerm, Triple, terms

_ANYTHING = ox.NamedNode("urn:entente:anything")
"""Whatever a question asks of the event in a matter of which the claim says nothing."""
_SOME_DAY = date(2000, 1, 1)
_TIMES = ("ent:earliest", "ent:latest", "ent:when", "ent:asOf")


class Window(NamedTuple):
    """Days within which something lies; an end that is ``None`` is open or not known."""

    earliest: date | None = None
    latest: date | None = None

    def overlaps(self, other: Window) -> bool:
        """Tell whether both may hold one day."""
        return not _is_before(self.latest, other.earliest) and not _is_before(
            other.latest, self.earliest
        )

    def __str__(self) -> str:
        ends = [str(day or "") for day in self]
        return "/".join(dict.fromkeys(ends))


def _is_before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other


def window(store: ox.Store, event: ox.NamedNode, graph: ox.NamedNode | None = None) -> Window:
    """Return within which days an event lies, by what a named graph or any graph tells."""
    return Window(*(_day(store, event, f"ent:{end}", graph) for end in ("earliest", "latest")))


def _day(
    store: ox.Store, event: ox.NamedNode, prop: str, graph: ox.NamedNode | None
) -> date | None:
    for quad in store.quads_for_pattern(event, named(prop), None, graph):
        if isinstance(quad.object, ox.Literal):
            with suppress(ValueError):  # what was put over HTTP may be no day
                return date.fromisoformat(quad.object.value)
    return None


class DeniedEvent:
    """The event that a claim denies, or the relations of something (then ``is_event`` is false).

    ``told`` is all that the claim tells. If others tell of the event too, but not of all that is
    denied, then only a detail of it is denied, and not any event like it: ``told`` is what they
    all tell, and ``detail`` what only it does. Who was not at the talks that others held may have
    held talks.
    """

    def __init__(self, store: ox.Store, claim: ox.NamedNode, about: str) -> None:
        self.store = store
        own = {terms(quad) for quad in store.quads_for_pattern(None, None, None, claim)}
        subjects = sorted((s for s, _, _ in own if isinstance(s, ox.NamedNode)), key=str)
        self.event = next((s for s in subjects if s.value == about), next(iter(subjects), claim))
        self.window = window(store, self.event, claim)
        when = store.quads_for_pattern(self.event, named("ent:when"), None, claim)
        self.when = next((shown(quad.object) for quad in when), str(self.window))
        kind = (self.event, RDF_TYPE, ox.NamedNode(ent.Event))
        self.is_event = any(kind in implied(triple) for triple in own)
        others = set(self._told_by_others()) if self.is_event else set()
        entailed = {e for triple in others for e in implied(triple)}
        self.detail = self._parts(own) - entailed if others else set()
        self.told = own | others if self.detail else own
        self.parts = sorted(self._parts(self.told), key=str)

    def _told_by_others(self) -> Iterator[Triple]:
        """Yield what claims that do not deny it tell of the event."""
        for quad in self.store.quads_for_pattern(self.event, None, None, None):
            graph = quad.graph_name
            if isinstance(graph, ox.NamedNode) and not is_inference(graph) and graph != REFERENCE:
                status = ox.Quad(graph, named("ent:status"), Status.DENIED.iri)
                if status not in self.store:
                    yield terms(quad)

    def _parts(self, told: set[Triple]) -> set[Triple]:
        """Return what a question must ask for to ask for the event.

        That is all that is told of it but times and texts, and but what another part entails.
        """
        found = {triple for triple in told if triple[0] == self.event and _counts(triple)}
        return found - {e for triple in found for e in implied(triple) if e != triple}

    @cached_property
    def called(self) -> set[Triple]:
        """What the event is called."""
        names = self.store.quads_for_pattern(self.event, LABEL, None, None)
        return set(map(terms, names))

    @cached_property
    def things(self) -> set[ox.NamedNode]:
        """What takes part in the event, and where it was."""
        objects = {o for _, p, o in self.told if p != RDF_TYPE and isinstance(o, ox.NamedNode)}
        return objects - {self.event}

    def asked(self, question: Question) -> set[Triple]:
        """Return what a question may ask of the event besides what is told of it."""
        if not self.is_event:
            return set()
        found = {
            (self.event, RDF_TYPE, cls) for cls in question.classes if is_event_class(cls.value)
        }
        return {*found, *self._values(question), *self._days(question), *_anything(question)}

    def _values(self, question: Question) -> Iterator[Triple]:
        told = {above for _, p, _ in self.told for above in _family(p)}
        for prop in filter(is_of_events, question.properties):
            if context().compact(prop.value) in _TIMES:
                continue
            yield from ((self.event, prop, value) for value in question.things)
            yield from ((self.event, prop, value) for value in question.literals)
            if told.isdisjoint(_family(prop)):
                yield self.event, prop, _ANYTHING

    def _days(self, question: Question) -> Iterator[Triple]:
        """Yield times within that of the event that the question may ask for."""
        from kg.vocabulary.dates import DateError, bounds

        for day in question.days or [_SOME_DAY]:
            if self.window.overlaps(Window(day, day)):
                for name, kind in zip(
                    _TIMES, ("xsd:date", "xsd:date", "edtf:EDTF", "xsd:date"), strict=True
                ):
                    yield self.event, named(name), ox.Literal(str(day), datatype=named(kind))
        for literal in question.literals:
            try:
                within = Window(*bounds(literal.value))
            except DateError:
                continue
            if self.window.overlaps(within):
                yield self.event, named("ent:when"), literal


def _counts(triple: Triple) -> bool:
    _, prop, value = triple
    name = context().compact(prop.value)
    return name == "ent:ordinal" if isinstance(value, ox.Literal) else name not in _TIMES


def _family(prop: ox.NamedNode) -> set[ox.NamedNode]:
    """Return a property with those that it entails."""
    return {prop, *(above for above, inverted in superproperties(prop) if not inverted)}


def _anything(question: Question) -> Iterator[Triple]:
    """Yield whatever the question may ask of a thing of which the claim says nothing."""
    for cls in question.classes:
        if not is_event_class(cls.value):
            yield _ANYTHING, RDF_TYPE, cls
    values: list[RdfTerm] = [*question.things, *question.literals, _ANYTHING]
    for prop in question.properties:
        if not is_of_events(prop):
            yield from ((_ANYTHING, prop, value) for value in values)

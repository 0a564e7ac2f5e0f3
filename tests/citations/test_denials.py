"""Denials: the verdict is that of its definition, on worlds and questions made up at random.

The definition here compares descriptions of events as sets; the code asks the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import kg
from kg.entailment.materialization import graph_closure, materialize
from kg.mapper import Graph
from kg.store import in_memory
from kg.vocabulary.iris import REFERENCE
from kg.vocabulary.terms import RDF_TYPE
from tests.support.worlds import description, named, triple

PEOPLE = ["ann", "bob", "cyd"]
WITHIN = {
    "pier": {"pier", "town", "land"},
    "town": {"town", "land"},
    "land": {"land"},
    "isle": {"isle"},
}
ABOVE = {
    "Meeting": {"Meeting", "Gathering", "Event"},
    "Ceremony": {"Ceremony", "Gathering", "Event"},
    "Gathering": {"Gathering", "Event"},
}
FIRST = date(2030, 1, 1)


class Happening(NamedTuple):
    """An event as a claim tells of it, or as a question asks for it; days are counted from 0."""

    kind: str
    people: frozenset[str]
    place: str | None
    days: tuple[int | None, int | None]

    @property
    def places(self) -> set[str]:
        return WITHIN[self.place] if self.place else set()

    def is_known_to_be(self, asked: Happening) -> bool:
        """Whether what is told of the event says that it is one that is asked for."""
        known = [
            bound is None or (told is not None and (told >= bound if first else told <= bound))
            for first, told, bound in zip((True, False), self.days, asked.days, strict=True)
        ]
        return self.includes(asked) and all(known)

    def includes(self, other: Happening) -> bool:
        """Whether it is all that the other is, whatever the time."""
        return (
            other.kind in ABOVE[self.kind]
            and other.people <= self.people
            and (other.place is None or other.place in self.places)
        )

    def overlaps(self, other: Happening) -> bool:
        """Whether both may have been on one day."""
        starts = [day for day in (self.days[0], other.days[0]) if day is not None]
        ends = [day for day in (self.days[1], other.days[1]) if day is not None]
        return not starts or not ends or max(starts) <= min(ends)


def defined(told: list[tuple[str, Happening]], asked: Happening) -> str:
    """The verdict by its definition, in a word."""
    denials = [
        h for status, h in told if status == "Denied" and asked.includes(h) and h.overlaps(asked)
    ]
    for verdict, statuses in (
        ("yes", {"Reported"}),
        ("claimed", {"Reported", "Attributed"}),
        ("planned", {"Reported", "Attributed", "Planned"}),
    ):
        found = [h for status, h in told if status in statuses and h.is_known_to_be(asked)]
        if found:
            against = any(d.overlaps(h) for d in denials for h in found)
            return "disputed" if against and verdict != "yes" else verdict
    return "denied" if denials else "no evidence"


# ── The same as a store, and as a query ──────────────────────────────────────


def day(number: int) -> ox.Literal:
    return ox.Literal(str(FIRST + timedelta(number)), datatype=named("xsd:date"))


def triples(happening: Happening, node: ox.NamedNode) -> Iterator[ox.Triple]:
    yield ox.Triple(node, RDF_TYPE, named(f"ent:{happening.kind}"))
    for person in sorted(happening.people):
        yield ox.Triple(node, named("ent:participant"), named(person))
    if happening.place:
        yield ox.Triple(node, named("ent:place"), named(happening.place))
    for name, number in zip(("earliest", "latest"), happening.days, strict=True):
        if number is not None:
            yield ox.Triple(node, named(f"ent:{name}"), day(number))


def dataset(told: list[tuple[str, Happening]]) -> kg.Dataset:
    lies = [("pier", "ent:locatedIn", "town"), ("town", "ent:locatedIn", "land")]
    kinds = [(name, "rdf:type", "ent:Person") for name in PEOPLE]
    kinds += [(name, "rdf:type", "ent:Place") for name in WITHIN]
    graphs = [Graph(REFERENCE, True, list(map(triple, [*kinds, *lies])))]
    for number, (status, happening) in enumerate(told):
        claim, node = named(f"claim{number}"), named(f"event{number}")
        said = description(claim, named(f"passage{number}"), named(f"span{number}"), status)
        graphs.append(Graph(None, True, [*said, ox.Triple(claim, named("ent:about"), node)]))
        graphs.append(Graph(claim, status == "Reported", list(triples(happening, node))))
    store = ox.Store()
    for graph in graphs:
        store.extend(graph.quads())
        if graph.name:
            store.extend(graph_closure(graph).quads())
    reported = {REFERENCE, *(g.name for g in graphs if g.name and g.in_default)}
    for entailed in materialize(store, reported):
        store.extend(entailed.quads())
    return kg.Dataset(Held(store))


class Held:
    """Quads in memory, as a dataset is opened on them."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def view(self, _name: str, quads) -> Held:
        return Held(in_memory(quads(self.store)))


def question(asked: Happening) -> str:
    parts = [
        f"?e a ent:{asked.kind}",
        *(f"?e ent:participant id:{p}" for p in sorted(asked.people)),
    ]
    parts += [f"?e ent:place id:{asked.place}"] if asked.place else []
    bounds = zip(("earliest", "latest"), (">=", "<="), asked.days, strict=True)
    for name, relation, number in bounds:
        if number is not None:
            parts.append(f"?e ent:{name} ?{name} FILTER (?{name} {relation} {day(number)})")
    return f"ASK {{ {' . '.join(parts)} }}"


# ── The law ──────────────────────────────────────────────────────────────────

numbers = st.none() | st.integers(0, 4)
happenings = st.builds(
    Happening,
    st.sampled_from(list(ABOVE)),
    st.sets(st.sampled_from(PEOPLE), min_size=1).map(frozenset),
    st.none() | st.sampled_from(list(WITHIN)),
    st.tuples(numbers, numbers).filter(lambda d: None in d or d[0] <= d[1]),
)
statuses = st.sampled_from(["Denied", "Denied", "Attributed", "Planned", "Reported"])
worlds = st.lists(st.tuples(statuses, happenings), min_size=1, max_size=4)


@st.composite
def asked_of(draw: st.DrawFn) -> tuple[list[tuple[str, Happening]], Happening]:
    """A world and a question that is near to something in it."""
    told = draw(worlds)
    near = draw(st.sampled_from([happening for _, happening in told]))
    other = draw(happenings)
    kept = [draw(st.integers(0, 3)) for _ in near]
    return told, Happening(
        *(a if keep else b for a, b, keep in zip(near, other, kept, strict=True))
    )


@pytest.mark.slow
@settings(max_examples=120)
@given(asked_of())
def test_the_verdict_is_that_of_its_definition(case: tuple[list[tuple[str, Happening]], Happening]):
    told, asked = case
    assume(None in asked.days or asked.days[0] <= asked.days[1])
    reply = dataset(told).ask(question(asked))
    event(str(reply.verdict))
    assert str(reply.verdict) == defined(told, asked), question(asked)

"""The things of a class under a belief, with the values by which a reader narrows their list.

The queries beside this module say what a facet means; here the things are only counted and chosen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg.dataset import Dataset
from kg.endpoint.pages.environment import QUERIES
from kg.sparql import catalogue
from kg.sparql.engine import evaluate
from kg.vocabulary.ontology import ent, ontology
from kg.vocabulary.terms import RdfTerm

FACETS = ("kind", "state", "year", "status", "source")
"""What lists are narrowed by: the names of the parameters."""

MOST = 20_000
"""In a dataset of more claims than these, lists are of names alone: counting takes too long."""
_LONGEST = 200
"""Something that lasted longer is of its first and its last year."""
_counts: WeakKeyDictionary[Dataset, Mapping[str, int]] = WeakKeyDictionary()
_indexes: WeakKeyDictionary[Dataset, dict[str, Members]] = WeakKeyDictionary()


class Member(NamedTuple):
    """One thing of a list. ``first`` and ``last`` are years, ``claims`` is how many tell of it."""

    iri: ox.NamedNode
    label: str
    date: str
    first: str
    last: str
    claims: int


class Members:
    """The things of a class, and for each facet what has which value.

    A value is a year, a status, or the IRI of a kind, state or article. Where the dataset is large,
    there are only names: it ``has_facets`` no longer.
    """

    def __init__(self, dataset: Dataset, cls: str) -> None:
        self._dataset, self._class = dataset, cls
        self.facets: dict[str, defaultdict[str, set[ox.NamedNode]]] = {
            name: defaultdict(set) for name in FACETS
        }
        self.has_facets = class_counts(dataset).get(ent.Claim, 0) <= MOST
        self.members: list[Member] = []
        if self.has_facets:
            self._count()
        else:
            self._name()

    def _name(self) -> None:
        """Note what the things are called, once each."""
        labels = {
            thing: _text(label)
            for thing, label in self._rows("names")
            if isinstance(thing, ox.NamedNode)
        }
        self.members = [Member(thing, label, "", "", "", 0) for thing, label in labels.items()]

    def _count(self) -> None:
        """Note the things and all of their values."""
        claims = self._tellings()
        self.members = [
            Member(thing, label, date, first, last, len(claims.get(thing, ())))
            for thing, *rest in self._rows("members")
            for label, date, first, last in [map(_text, rest)]
            if isinstance(thing, ox.NamedNode) and "." not in thing.value.rpartition("/")[2]
        ]
        above = ontology().superclasses.get(self._class, frozenset()) | {self._class}
        self._add("kind", "kinds", above)
        self._add("state", "states", frozenset())
        for member in self.members:
            for year in _years(member.first, member.last):
                self.facets["year"][year].add(member.iri)

    @classmethod
    def of(cls, dataset: Dataset, iri: str) -> Members:
        """Return the things of a class in a dataset; they are kept as long as the dataset."""
        known = _indexes.setdefault(dataset, {})
        if iri not in known:
            known[iri] = cls(dataset, iri)
        return known[iri]

    def chosen(self, values: Mapping[str, str]) -> list[Member]:
        """Return the things that have all of these values, of ``FACETS``."""
        sets = [self.facets[name].get(value, set()) for name, value in values.items()]
        return [m for m in self.members if all(m.iri in each for each in sets)]

    def counts(self, name: str, values: Mapping[str, str]) -> list[tuple[str, int]]:
        """Return how many things each value of a facet would leave, the other choices kept.

        Years are in their order, others by how many there are.
        """
        others = {n: v for n, v in values.items() if n != name}
        left = {member.iri for member in self.chosen(others)}
        found = Counter({v: len(left & things) for v, things in self.facets[name].items()})
        pairs = [(value, count) for value, count in found.items() if count]
        return sorted(pairs, reverse=True) if name == "year" else sorted(pairs, key=_most)

    def _tellings(self) -> Mapping[ox.NamedNode, Set[RdfTerm]]:
        """Note statuses, articles and, of claims, years; return the claims that tell of each."""
        claims: defaultdict[ox.NamedNode, set[RdfTerm]] = defaultdict(set)
        for thing, claim, *rest in self._rows("tellings"):
            assert isinstance(thing, ox.NamedNode) and claim
            claims[thing].add(claim)
            status, source, year = (_text(term) for term in rest)
            self.facets["status"][status].add(thing)
            if source and source != thing.value:
                self.facets["source"][source].add(thing)
            if year and claim == thing:
                self.facets["year"][year].add(thing)
        return claims

    def _add(self, name: str, query: str, without: Set[str]) -> None:
        for thing, value in self._rows(query):
            if isinstance(thing, ox.NamedNode) and _text(value) not in without:
                self.facets[name][_text(value)].add(thing)

    def _rows(self, name: str) -> Iterator[Sequence[RdfTerm | None]]:
        query = catalogue.named(name, QUERIES)
        text = query.bound({"class": f"<{self._class}>"})
        solutions = evaluate(text, self._dataset.store, query.name)
        assert isinstance(solutions, ox.QuerySolutions)
        return (tuple(row) for row in solutions)


def class_counts(dataset: Dataset) -> Mapping[str, int]:
    """Return how many named things each class of the ontology has, by its IRI.

    They are kept as long as the dataset: every list and the pages above them ask.
    """
    if dataset not in _counts:
        _counts[dataset] = _counted(dataset)
    return _counts[dataset]


def _counted(dataset: Dataset) -> Mapping[str, int]:
    query = catalogue.named("class-counts", QUERIES)
    solutions = evaluate(query.text, dataset.store, query.name)
    assert isinstance(solutions, ox.QuerySolutions)
    return {row["class"].value: int(row["things"].value) for row in solutions}


def _text(term: RdfTerm | None) -> str:
    return str(getattr(term, "value", ""))


def _years(first: str, last: str) -> list[str]:
    """Return the years from one to another; with an open end, only the one that is told."""
    if first and last and 0 <= int(last) - int(first) <= _LONGEST:
        return [f"{year:04}" for year in range(int(first), int(last) + 1)]
    return [year for year in (first, last) if year]


def _most(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]

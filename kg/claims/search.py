"""Finding things by name: those that words match, ranked for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

import pyoxigraph as ox

from kg.errors import QueryError
from kg.vocabulary import iris
from kg.vocabulary.context import context
from kg.vocabulary.ontology import ent, ontology
from kg.vocabulary.ontology import name as short_name
from kg.vocabulary.spelling import Match, Search, nearest


class Name(NamedTuple):
    """One name of a thing: its label, or another."""

    text: str
    iri: ox.NamedNode
    is_label: bool


class Found(NamedTuple):
    """A thing that words match: its label, its kind (``Person``), the name that matched and how.

    ``rank`` is 0 of agents and places, 1 of other things, 2 of events.
    """

    iri: ox.NamedNode
    label: str
    kind: str
    match: Match
    name: str
    rank: int

    @property
    def key(self) -> str:
        """The key, or the IRI of what has none."""
        return iris.key(self.iri)

    @property
    def shown(self) -> str:
        """The label, and the other name that matched."""
        return self.label if self.name in (self.label, self.key) else f"{self.label} ({self.name})"

    @property
    def order(self) -> tuple[bool, bool, int, Match]:
        """What decides which comes first: those called just so, near ones last, then the rank."""
        return self.match > Match.EXACT, self.match is Match.NEAR, self.rank, self.match

    def to_json(self) -> dict[str, str]:
        """Return it as JSON has it."""
        texts = {"key": self.key, "label": self.label, "kind": self.kind}
        return {**texts, "match": str(self.match), "name": self.name, "iri": self.iri.value}


class Things(Protocol):
    """What is known of things besides their names."""

    def kinds(self, things: Collection[ox.NamedNode], /) -> Mapping[ox.NamedNode, str]:
        """Return the class of each."""

    def weights(self, things: Collection[ox.NamedNode], /) -> Mapping[ox.NamedNode, int]:
        """Return how much is said of each."""


def ranked(words: str, names: Iterable[Name], things: Things, kind: str = "") -> list[Found]:
    """Return the things that words match, as ``Names.find`` says."""
    labels: dict[ox.NamedNode, str] = {}
    best: dict[ox.NamedNode, tuple[Match, float, str]] = {}
    search = Search(words)
    for name in names:
        if name.is_label:
            labels[name.iri] = name.text
        for quality, text in _qualities(search, name):
            if name.iri not in best or quality < best[name.iri][:2]:
                best[name.iri] = *quality, text
    kinds, weights = things.kinds(best), things.weights(best)
    found = [
        Found(iri, labels.get(iri, name), short_name(kinds[iri]), match, name, _rank(kinds[iri]))
        for iri, (match, _, name) in best.items()
        if not kind or is_kind_of(kinds[iri], kind)
    ]

    def order(each: Found) -> tuple[tuple[bool, bool, int, Match], float, int, float, str]:
        likeness = best[each.iri][1]
        first = likeness if each.match is Match.NEAR else 0
        return each.order, first, -weights[each.iri], likeness, each.label

    return sorted(found, key=order)


def _qualities(search: Search, name: Name) -> Iterator[tuple[tuple[Match, float], str]]:
    """Yield how words match a name, and the key of what it names; how a key begins means little."""
    if found := search.match(name.text):
        yield (found[0], -found[1]), name.text
    key = iris.key(name.iri)
    if name.is_label and (found := search.match(key)):
        match = Match.WORD if found[0] is Match.PREFIX else found[0]
        yield (match, -found[1]), key


def is_kind_of(cls: str, kind: str) -> bool:
    """Tell whether a class, by its IRI, is another or a subclass of it."""
    return kind in ontology().superclasses.get(cls, {cls})


def most_specific(classes: Collection[str]) -> str:
    """Return the class that has no subclass among these; defined ones are left to reasoners.

    ``ent:Agent``, ``ent:Leader``, ``ent:Person`` → ``ent:Person``.
    """
    above = ontology().superclasses
    told = sorted(c for c in classes if c not in ontology().defined) or sorted(classes)
    ours = [c for c in told if c in above] or told
    return next((c for c in ours if not any(c in above.get(o, ()) for o in ours if o != c)), "")


def _rank(kind: str) -> int:
    above = ontology().superclasses.get(kind, frozenset())
    if above & {ent.Agent, ent.Place}:
        return 0
    return 2 if ent.Event in above else 1


def class_named(name: str) -> str:
    """Return the IRI of the class that is called so. Raises ``QueryError``."""
    names = {short_name(iri): iri for iri in ontology().superclasses}
    found = names.get(name) or context().expand(name if ":" in name else f"ent:{name}")
    if found not in ontology().superclasses:
        raise QueryError(f"the ontology has no class “{name}”; {nearest(name, names) or 'see it'}")
    return found

"""Whom the reader believes: a choice of claims, and the dataset that it makes.

Two choices. *Which claims are in the dataset*: all, or those of an article, on a speaker's word, or
published by a day. *Which of these are believed*: the reported ones, or the attributed and planned
ones too. The triples of the believed claims, and what follows from them alone, make the default
graph. The other claims stay as named graphs.

Believing ``attributed`` adds ``id:ina ent:metWith id:tam``, which only a spokesman says, to the
default graph; with ``article="herald"`` the claims of other articles are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg.errors import QueryError
from kg.vocabulary.context import context, named
from kg.vocabulary.iris import ONTOLOGY_IRI, is_inference
from kg.vocabulary.ontology import ent
from kg.vocabulary.statuses import LEVELS
from kg.vocabulary.terms import RDF_TYPE

if TYPE_CHECKING:
    from kg.claims.names import Names

PARAMETERS = ("believe", "article", "speaker", "as-of")
"""How options of the command and parameters of requests are called, in the order of the fields."""
_DEFAULT = ox.DefaultGraph()


class Belief(NamedTuple):
    """Which claims are heard, and which statuses are believed of them."""

    statuses: tuple[str, ...] = LEVELS["reported"]
    article: ox.NamedNode | None = None
    speaker: ox.NamedNode | None = None
    as_of: date | None = None

    @property
    def is_usual(self) -> bool:
        """Whether a store's own default graph is what is believed."""
        return self == Belief()

    @property
    def digest(self) -> str:
        """A name for the choice, the same in every process."""
        from hashlib import sha256

        return sha256(repr(self).encode()).hexdigest()[:16]

    def takes(self, status: ox.NamedNode) -> bool:
        """Tell whether claims of the status are believed."""
        return status.value in _iris(self.statuses)

    def __str__(self) -> str:
        parts = [" or ".join(status.lower() for status in self.statuses)]
        parts += [f"of {part.value}" for part in (self.article, self.speaker) if part]
        return ", ".join(parts + ([f"as of {self.as_of}"] if self.as_of else []))


class BeliefOptions(NamedTuple):
    """The choice in the reader's words; what is empty is not chosen.

    ``level`` is one of ``LEVELS``, ``article`` and ``speaker`` are keys, labels or IRIs,
    ``as_of`` is a day, a month or a year.
    """

    level: str = "reported"
    article: str = ""
    speaker: str = ""
    as_of: str = ""

    @classmethod
    def given(cls, values: Mapping[str, str]) -> BeliefOptions:
        """Return the choice of a request, by the names of ``PARAMETERS``."""
        level, *who = (values.get(name, "") for name in PARAMETERS)
        return cls(level or "reported", *who)

    @property
    def hears_everybody(self) -> bool:
        """Whether no claim is left out."""
        return not any(self[1:])

    def resolved(self, names: Names) -> Belief:
        """Return the choice with the things that the names stand for.

        On a speaker's word, what is attributed is believed. Raises ``QueryError`` where there is
        no such level, article, agent or day.
        """
        level = "attributed" if self.speaker and self.level == "reported" else self.level
        if level not in LEVELS:
            raise QueryError(f"“{level}” is none of {', '.join(LEVELS)}")
        return Belief(
            LEVELS[level],
            names.of_kind(self.article, ent.Article) if self.article else None,
            names.of_kind(self.speaker, ent.Agent) if self.speaker else None,
            _day(self.as_of) if self.as_of else None,
        )


def _day(text: str) -> date:
    from kg.vocabulary.dates import DateError, last_day

    try:
        return last_day(text)
    except DateError as error:
        raise QueryError(str(error)) from error


@cache
def _iris(statuses: tuple[str, ...]) -> frozenset[str]:
    return frozenset(getattr(ent, status) for status in statuses)


def heard(store: ox.Store, belief: Belief) -> set[ox.NamedNode]:
    """Return the claims that are heard; of one that was taken back, only that.

    It has no source any more: who chooses an article, a speaker or a day does not hear of it.
    """
    from kg.claims.sources import claims_quoting, subjects
    from kg.claims.supports import resting_on

    kinds = (ent.Claim, ent.RetractedClaim)
    claims = {claim for kind in kinds for claim in subjects(store, RDF_TYPE, ox.NamedNode(kind))}
    if belief.speaker:
        claims &= set(resting_on(store, belief.speaker))
    if belief.article:
        claims &= set(claims_quoting(store, belief.article))
    if belief.as_of:
        published = _published_by(store, belief.as_of)
        claims &= {claim for article in published for claim in claims_quoting(store, article)}
    return claims


def believed(store: ox.Store, belief: Belief) -> set[ox.NamedNode]:
    """Return the claims that are heard and believed."""
    from kg.claims.sources import subjects

    told = (
        claim
        for name in belief.statuses
        for claim in subjects(store, named("ent:status"), ox.NamedNode(getattr(ent, name)))
    )
    return heard(store, belief) & set(told)


def quads(store: ox.Store, belief: Belief) -> Iterator[ox.Quad]:
    """Yield the dataset that a choice makes of a whole one."""
    return selected(store, heard(store, belief), believed(store, belief))


def selected(
    store: ox.Store, known: Set[ox.NamedNode], taken: Set[ox.NamedNode]
) -> Iterator[ox.Quad]:
    """Yield the dataset in which the ``known`` claims are heard, the ``taken`` ones believed."""
    from kg.claims.supports import Supports

    supports = Supports(store)
    for name in store.named_graphs():
        support = supports.of_graph(name)
        if not support.claims <= known:
            continue
        everywhere = support.claims <= taken and name.value != ONTOLOGY_IRI
        for quad in store.quads_for_pattern(None, None, None, name):
            yield quad
            if everywhere and supports.stands(support, quad.triple):
                yield ox.Quad(quad.subject, quad.predicate, quad.object)
    for subject in _described(store):
        claims = set(supports.described(subject))
        inferred = is_inference(subject)
        if claims <= known if inferred else claims & known:
            yield from store.quads_for_pattern(subject, None, None, _DEFAULT)


def _described(store: ox.Store) -> Iterator[ox.NamedNode]:
    """Yield what the default graph only describes: claims, passages and inferences."""
    from kg.claims.sources import subjects

    selector = context().expand("oa:TextPositionSelector")
    kinds = (ent.Claim, ent.RetractedClaim, ent.Inference, ent.Passage, selector)
    for kind in kinds:
        yield from subjects(store, RDF_TYPE, ox.NamedNode(kind))


def _published_by(store: ox.Store, day: date) -> Iterator[ox.NamedNode]:
    """Yield the articles that were published by a day; of a month or year, by its last.

    What has no name, or no such date, cannot be told to have been.
    """
    from kg.vocabulary.dates import DateError, last_day

    for quad in store.quads_for_pattern(None, named("schema:datePublished"), None, _DEFAULT):
        if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
            with suppress(DateError):
                if last_day(quad.object.value) <= day:
                    yield quad.subject

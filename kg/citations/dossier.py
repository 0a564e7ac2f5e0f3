"""A dossier on one thing in Markdown: what happened when, what is disputed, and who says so.

The claims that tell of a person, a state or an event are put together by what they are about.
What some claim and others deny is shown with both sides. Each line has a footnote for its claim,
with the places in the articles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import pyoxigraph as ox

from kg.citations.why import Explainer
from kg.claims.names import Names
from kg.claims.sources import RETRACTED, Article, Claim, claims_quoting
from kg.errors import QueryError
from kg.sparql.presentation.terms import shown
from kg.vocabulary.context import named
from kg.vocabulary.dates import DateError, bounds
from kg.vocabulary.iris import key
from kg.vocabulary.ontology import name
from kg.vocabulary.statuses import Status
from kg.vocabulary.terms import OTHER_LABEL

_MARKS = re.compile(r"[\\`*_\[\]<>#|~&!$]|(?<=^\d)[.)]|^[-+=]")
"""What Markdown takes for more than text; a ``-`` or ``1.`` only where a line begins with it."""


class Happening(NamedTuple):
    """An event with the claims about it; ``dates`` are those told, each with the claims so."""

    label: str
    kind: str
    dates: dict[str, list[Claim]]
    bounds: tuple[date | None, date | None]
    claims: tuple[Claim, ...]

    @property
    def pro(self) -> list[Claim]:
        """The claims for it."""
        return [claim for claim in self.claims if not claim.is_denial]

    @property
    def contra(self) -> list[Claim]:
        """The claims against it."""
        return [claim for claim in self.claims if claim.is_denial]


class Dossier(NamedTuple):
    """What is claimed of a thing: its names, and what happened, in order of time."""

    iri: ox.NamedNode
    label: str
    kind: str
    other_names: tuple[str, ...]
    happenings: tuple[Happening, ...]

    def markdown(self) -> str:
        """Return the dossier as Markdown with footnotes, as GitHub and Pandoc read them."""
        return _Markdown(self).text()


def dossier(store: ox.Store, thing: ox.NamedNode) -> Dossier:
    """Return what is claimed of a thing, or in an article.

    Raises ``QueryError`` where no claim tells of it.
    """
    explainer, names = Explainer(store), Names(store)
    quoting = map(explainer.sources.claim, claims_quoting(store, thing))
    found_of = dict.fromkeys((*explainer.entity(thing).claims, *quoting))
    told = [claim for claim in found_of if claim.status != RETRACTED]
    if not told:
        raise QueryError(f"no claim tells of “{key(thing)}”: there is nothing to report")
    events = dict.fromkeys(ox.NamedNode(claim.about) for claim in told if claim.about)
    found = [_happening(explainer, names, event) for event in events]
    others = tuple(claim for claim in told if not claim.about)
    found += [Happening("", "", {}, (None, None), others)] if others else []
    called = store.quads_for_pattern(thing, OTHER_LABEL, None, None)
    return Dossier(
        thing,
        explainer.sources.label(thing),
        _kind(names, thing),
        tuple(sorted({str(getattr(quad.object, "value", "")) for quad in called})),
        tuple(sorted(found, key=_order)),
    )


def _happening(explainer: Explainer, names: Names, event: ox.NamedNode) -> Happening:
    told = explainer.entity(event).claims
    claims = tuple(c for c in told if c.about == event.value and c.status != RETRACTED)
    dates: dict[str, list[Claim]] = {}
    spans: list[tuple[date | None, date | None]] = []
    for claim in claims:
        for prop, before in (("ent:when", ""), ("ent:asOf", "as of ")):
            for quad in explainer.store.quads_for_pattern(event, named(prop), None, claim.iri):
                if isinstance(quad.object, ox.Literal):
                    dates.setdefault(before + shown(quad.object), []).append(claim)
                    spans += _span(quad.object.value)
    first = min((a for a, _ in spans if a), default=None)
    last = max((b for _, b in spans if b), default=None)
    label = explainer.sources.label(event)
    return Happening(label, _kind(names, event), dates, (first, last), claims)


def _span(text: str) -> Iterator[tuple[date | None, date | None]]:
    try:
        yield bounds(text)
    except DateError:  # of RDF that was not checked; the text is shown as it is
        return


def _kind(names: Names, thing: ox.NamedNode) -> str:
    """Return the class of a thing in words: ``ent:MilitaryActivity`` → “military activity”."""
    found = names.kinds([thing])[thing]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name(found)).lower() if found else ""


def _order(happening: Happening) -> tuple[date, date, str]:
    first, last = happening.bounds
    return first or last or date.max, last or date.max, happening.label


class _Markdown:
    """Writes a dossier, and numbers its claims as they come up."""

    def __init__(self, content: Dossier) -> None:
        self.content = content
        self.numbers: dict[Claim, int] = {}

    def text(self) -> str:
        happenings = self.content.happenings
        plain = [h for h in happenings if not h.contra]
        parts = [
            self.head(),
            self.section("By date", (h for h in plain if h.dates)),
            self.section("Without a date", (h for h in plain if not h.dates)),
            self.disputes([h for h in happenings if h.pro and h.contra]),
            self.section("Denied", (h for h in happenings if h.contra and not h.pro)),
        ]
        return "\n".join([*(part for part in parts if part), *self.footnotes()])

    def head(self) -> str:
        content = self.content
        claims = {claim for happening in content.happenings for claim in happening.claims}
        statuses = Counter(claim.status for claim in claims)
        articles = {passage.article for claim in claims for passage in claim.passages}
        counted = ", ".join(f"{statuses[s.word]} {s.word}" for s in Status if statuses[s.word])
        also = ", ".join(map(escaped, content.other_names))
        kind = f"{content.kind.capitalize()}, " if content.kind else ""
        return (
            f"# {escaped(content.label)}\n\n{kind}<{content.iri.value}>."
            + (f" Also called: {also}." if also else "")
            + f"\n\n{_counted(len(claims), 'claim')} of {_counted(len(articles), 'article')}:"
            f" {counted}.\n"
        )

    def section(self, title: str, happenings: Iterable[Happening]) -> str:
        lines = [line for happening in happenings for line in self.item(happening)]
        return "\n".join([f"## {title}\n", *lines, ""]) if lines else ""

    def item(self, happening: Happening) -> Iterator[str]:
        yield f"- {self.heading(happening)}"
        yield from (f"  {line}" for line in self.told(happening.claims))

    def disputes(self, happenings: list[Happening]) -> str:
        lines = ["## Disputed\n"] if happenings else []
        for each in happenings:
            lines += [f"### {self.heading(each)}\n", "Some say so:\n", *self.told(each.pro)]
            lines += ["\nIt is denied:\n", *self.told(each.contra), ""]
        return "\n".join(lines)

    def heading(self, happening: Happening) -> str:
        dates = "; ".join(f"{text}{self.refer(told)}" for text, told in happening.dates.items())
        what = escaped(happening.label or "Of no event")
        kind = f" ({happening.kind})" if happening.kind else ""
        return (f"**{dates}**: " if dates else "") + what + kind

    def told(self, claims: Iterable[Claim]) -> Iterator[str]:
        for claim in claims:
            is_plain = claim.standing == Status.REPORTED.word
            standing = "" if is_plain else f" ({escaped(claim.standing)})"
            yield f"- {escaped(claim.gist)}{standing}{self.refer([claim])}"

    def refer(self, claims: Iterable[Claim]) -> str:
        numbers = (self.numbers.setdefault(claim, len(self.numbers) + 1) for claim in claims)
        return "".join(f"[^{number}]" for number in numbers)

    def footnotes(self) -> Iterator[str]:
        for claim, number in self.numbers.items():
            told = f"{_places(claim)}: {claim.standing}"
            yield f"[^{number}]: {escaped(told)}. Claim `{claim.key}`.\n"


def _places(claim: Claim) -> str:
    """Return where a claim is said, article by article: “Lake Post, paragraph 2; paragraph 4”."""
    places: dict[Article, list[str]] = {}
    for passage in claim.passages:
        places.setdefault(passage.article, []).append(str(passage))
    return " · ".join(f"{article}, {'; '.join(told)}" for article, told in places.items())


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def escaped(text: str) -> str:
    """Return a text as Markdown shows it to the letter: ``a*b`` as ``a\\*b``."""
    return _MARKS.sub(lambda mark: f"\\{mark[0]}", " ".join(text.split()))

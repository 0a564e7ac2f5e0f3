"""What is left of an article: paragraph by paragraph claimed, omitted with a reason, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.claims.sources import Article, Sources, subjects
from kg.errors import ArticlesError
from kg.sparql.presentation.table import ranges
from kg.vocabulary.context import named
from kg.vocabulary.iris import key

CLAIMED, OMITTED, LEFT = "claimed", "omitted", "left"


class Paragraph(NamedTuple):
    """A paragraph of an article: the keys of the claims that quote it, and why it is omitted."""

    number: int
    claims: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Claimed, omitted or left; what is quoted and omitted is claimed."""
        return CLAIMED if self.claims else OMITTED if self.reasons else LEFT

    def to_json(self) -> dict[str, Any]:
        """Return the paragraph as JSON has it."""
        return {"paragraph": self.number, "state": self.state} | {
            word: list(told)
            for word, told in (("claims", self.claims), ("reasons", self.reasons))
            if told
        }


class Coverage(NamedTuple):
    """The paragraphs of an article, all of them, in order."""

    article: Article
    paragraphs: tuple[Paragraph, ...]

    @property
    def left(self) -> list[int]:
        """The numbers of the paragraphs that no claim quotes and no reason omits."""
        return [each.number for each in self.paragraphs if each.state == LEFT]

    @property
    def share(self) -> int:
        """Per cent of the paragraphs that are claimed or omitted; 100 only where all are."""
        return 100 * (len(self.paragraphs) - len(self.left)) // len(self.paragraphs)

    @property
    def summary(self) -> str:
        """One line: “covered: 6 of 7 paragraphs (85 %); 4 claimed, 2 omitted, 1 left: 3”."""
        states = [each.state for each in self.paragraphs]
        counts = ", ".join(f"{states.count(s)} {s}" for s in (CLAIMED, OMITTED, LEFT))
        total = len(self.paragraphs)
        left = f": {', '.join(ranges(self.left))}" if self.left else ""
        return (
            f"covered: {total - len(self.left)} of {total} paragraph{'s' * (total != 1)}"
            f" ({self.share} %); {counts}{left}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "article": self.article._asdict(),
            "share": self.share,
            "left": self.left,
            "paragraphs": [each.to_json() for each in self.paragraphs],
        }


def coverage(store: ox.Store, article: ox.NamedNode) -> Coverage:
    """Return what is claimed, omitted and left of an article, by the default graph of a store.

    A passage counts for the paragraph that it names, that in which it begins. Raises
    ``ArticlesError`` where the article's record does not say how many paragraphs there are, or a
    claim or an omission names one that is not there.
    """
    about = Sources(store).article(article)
    total = _paragraphs(store, article)
    if not total:
        raise ArticlesError(f"{about.key}: its record lacks “paragraphs”, how many there are")
    claims, reasons = _claimed(store, article), _omitted(store, article)
    if beyond := [number for number in {**claims, **reasons} if not 1 <= number <= total]:
        raise ArticlesError(
            f"{about.key}: its record has {total} paragraphs, yet its facts name paragraph"
            f" {beyond[0]}; “kg validate” says where"
        )
    numbers = range(1, total + 1)
    return Coverage(
        about,
        tuple(
            Paragraph(n, tuple(sorted(claims.get(n, ()))), tuple(sorted(reasons.get(n, ()))))
            for n in numbers
        ),
    )


def curated_articles(store: ox.Store) -> list[ox.NamedNode]:
    """Return the articles whose record says how many paragraphs there are, by date and key."""
    sources = Sources(store)
    found = store.quads_for_pattern(None, named("ent:paragraphs"), None, ox.DefaultGraph())
    articles = {quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)}

    def order(iri: ox.NamedNode) -> tuple[str, str]:
        return sources.article(iri).published, key(iri)

    return sorted(articles, key=order)


def _paragraphs(store: ox.Store, article: ox.NamedNode) -> int:
    return next(_numbers(store, article, "ent:paragraphs"), 0)


def _claimed(store: ox.Store, article: ox.NamedNode) -> dict[int, set[str]]:
    """Return the keys of the claims that quote each paragraph."""
    found: dict[int, set[str]] = {}
    for passage in subjects(store, named("oa:hasSource"), article):
        claims = {key(claim) for claim in subjects(store, named("prov:wasQuotedFrom"), passage)}
        for number in _numbers(store, passage, "ent:paragraph"):
            if claims:
                found.setdefault(number, set()).update(claims)
    return found


def _omitted(store: ox.Store, article: ox.NamedNode) -> dict[int, set[str]]:
    """Return why each paragraph is omitted."""
    found: dict[int, set[str]] = {}
    for omission in _values(store, article, "ent:omits"):
        if isinstance(omission, ox.NamedNode | ox.BlankNode):
            texts = {str(getattr(t, "value", "")) for t in _values(store, omission, "ent:gist")}
            for number in _numbers(store, omission, "ent:paragraph"):
                found.setdefault(number, set()).update(texts)
    return found


def _numbers(store: ox.Store, subject: ox.NamedNode | ox.BlankNode, name: str) -> Iterator[int]:
    for value in _values(store, subject, name):
        if isinstance(value, ox.Literal) and value.value.isdecimal():
            yield int(value.value)


def _values(
    store: ox.Store, subject: ox.NamedNode | ox.BlankNode, name: str
) -> Iterable[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]:
    for quad in store.quads_for_pattern(subject, named(name), None, ox.DefaultGraph()):
        yield quad.object

"""Claims with their sources, as a citation names them: publisher, headline, date, paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.vocabulary.context import named
from kg.vocabulary.iris import key
from kg.vocabulary.statuses import Status
from kg.vocabulary.terms import LABEL


class Article(NamedTuple):
    """What a store says of an article; what it does not say is empty."""

    key: str
    headline: str
    publisher: str
    published: str
    sha256: str

    def __str__(self) -> str:
        parts = [self.publisher, f"“{self.headline}”", self.published]
        return ", ".join(part for part in parts if part)


class Passage(NamedTuple):
    """A span of an article: its paragraph, its code points from start to end, its digest."""

    article: Article
    paragraph: int
    start: int
    end: int
    sha256: str

    def __str__(self) -> str:
        return f"paragraph {self.paragraph}, characters {self.start}–{self.end}"


class Claim(NamedTuple):
    """A claim: how far its source stands behind it, whose word it is, where it is said."""

    iri: ox.NamedNode
    gist: str
    status: str
    speakers: tuple[str, ...]
    passages: tuple[Passage, ...]
    about: str = ""

    @property
    def key(self) -> str:
        """The key of the claim."""
        return key(self.iri)

    @property
    def is_denial(self) -> bool:
        """Whether it says that something did not happen."""
        return self.status == Status.DENIED.word

    @property
    def order(self) -> tuple[str, str, int, str]:
        """Sort by the article's date, then by place in it; what was taken back comes last."""
        if not self.passages:
            return "9999", "", 0, self.iri.value
        first = self.passages[0]
        return first.article.published or "9999", first.article.key, first.start, self.iri.value

    @property
    def standing(self) -> str:
        """The status in a word, with whose word it is: “attributed to Ilsa Varga”."""
        if not self.speakers:
            return self.status
        link = " to " if self.status == Status.ATTRIBUTED.word else ", the word of "
        return self.status + link + " and ".join(self.speakers)

    def to_json(self) -> dict[str, Any]:
        """Return the claim as JSON has it."""
        return {
            "claim": self.iri.value,
            "status": self.status,
            "speakers": list(self.speakers),
            "gist": self.gist,
            "passages": [{**p._asdict(), "article": p.article._asdict()} for p in self.passages],
        }


RETRACTED = "retracted"
"""The standing of a claim that its curators took back; it has no status and no passages."""


@cache
def _parts() -> tuple[ox.NamedNode, ...]:
    """Return the properties that lead from a claim to where it is said, that of articles first."""
    return named("oa:hasSource"), named("oa:hasSelector"), named("prov:wasQuotedFrom")


def claims_quoting(store: ox.Store, part: ox.NamedNode) -> Iterator[ox.NamedNode]:
    """Yield the claims that quote a passage, by the passage, its selector or its article."""
    *above, quoted = _parts()
    for passage in (part, *(p for prop in above for p in subjects(store, prop, part))):
        yield from subjects(store, quoted, passage)


def subjects(
    store: ox.Store, prop: ox.NamedNode, value: ox.NamedNode | ox.Literal
) -> Iterator[ox.NamedNode]:
    """Yield what has a value for a property in the default graph."""
    for quad in store.quads_for_pattern(None, prop, value, ox.DefaultGraph()):
        assert isinstance(quad.subject, ox.NamedNode)
        yield quad.subject


class Sources:
    """The claims of a store with their sources."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.claim = lru_cache(maxsize=None)(self._claim)
        self.article = lru_cache(maxsize=None)(self._article)

    def _claim(self, iri: ox.NamedNode) -> Claim:
        passages = sorted(map(self._passage, self._values(iri, "prov:wasQuotedFrom")))
        status = self._text(iri, "ent:status") or RETRACTED
        return Claim(
            iri,
            self._text(iri, "ent:gist"),
            status.rpartition("#")[2].lower(),
            tuple(sorted(map(self.label, self._values(iri, "prov:wasAttributedTo")))),
            tuple(passages),
            self._text(iri, "ent:about"),
        )

    def _passage(self, iri: ox.NamedNode) -> Passage:
        (source,) = self._values(iri, "oa:hasSource")
        (selector,) = self._values(iri, "oa:hasSelector")
        start, end = (int(self._text(selector, name)) for name in ("oa:start", "oa:end"))
        paragraph = int(self._text(iri, "ent:paragraph"))
        return Passage(self.article(source), paragraph, start, end, self._text(iri, "ent:sha256"))

    def _article(self, iri: ox.NamedNode) -> Article:
        publisher = [self.label(agent) for agent in self._values(iri, "schema:publisher")]
        names = ("schema:headline", "schema:datePublished", "ent:sha256")
        headline, published, digest = (self._text(iri, name) for name in names)
        return Article(key(iri), headline, ", ".join(publisher), published, digest)

    def telling(self, iri: ox.NamedNode) -> Iterator[ox.NamedNode]:
        """Yield the claims in whose graphs a thing is, and of an article those that quote it."""
        found = chain(
            self.store.quads_for_pattern(iri, None, None, None),
            self.store.quads_for_pattern(None, None, iri, None),
        )
        graphs = (q.graph_name for q in found if isinstance(q.graph_name, ox.NamedNode))
        for name in dict.fromkeys(chain(graphs, claims_quoting(self.store, iri))):
            if next(self._values(name, "ent:status"), None) is not None:
                yield name

    def description(self, iri: ox.NamedNode, *, articles: bool = True) -> Iterator[ox.Triple]:
        """Yield what the default graph says of a claim, its passages and their articles."""
        known, waiting = {iri}, [iri]
        while waiting:
            for quad in self.store.quads_for_pattern(waiting.pop(), None, None, ox.DefaultGraph()):
                yield quad.triple
                leads = quad.predicate in _parts()[0 if articles else 1 :]
                if leads and quad.object not in known:
                    assert isinstance(quad.object, ox.NamedNode)
                    known.add(quad.object)
                    waiting.append(quad.object)

    def label(self, iri: ox.NamedNode) -> str:
        """Return what something is called; its key where it has no label."""
        quads = self.store.quads_for_pattern(iri, LABEL, None, ox.DefaultGraph())
        return next((str(getattr(q.object, "value", "")) for q in quads), key(iri))

    def _values(self, subject: ox.NamedNode, name: str) -> Iterator[Any]:
        for quad in self.store.quads_for_pattern(subject, named(name), None, ox.DefaultGraph()):
            yield quad.object

    def _text(self, subject: ox.NamedNode, name: str) -> str:
        return next((value.value for value in self._values(subject, name)), "")

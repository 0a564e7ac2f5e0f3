"""What ``kg verify`` tells: whether every passage is still in its article, by digest.

With the text at hand two things are told besides, as warnings: a gist that repeats the article's
words, and a claim of somebody's word whose passages do not name them.

A passage that has moved is looked for by its length and digest, and found or not at all: nothing is
attached to what is merely alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.claims.articles import Articles
from kg.claims.search import Name
from kg.claims.sources import Article, Claim, Passage
from kg.facts.locating import digest, paragraph
from kg.vocabulary.spelling import plain

_SEARCHED = 200_000
"""In a text of more characters no moved passage is looked for."""

_COPIED = 8
"""So many words in a row of the article make a gist a copy."""


@dataclass
class Verification:
    """What verifying found: passages that hold, what is wrong, what could not be checked."""

    held: int = 0
    unchecked: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 where everything holds, 1 where something does not, 2 where not all was checked."""
        return 1 if self.wrong else 2 if self.unchecked else 0

    def lines(self) -> Iterator[str]:
        """Yield the report for people."""
        yield from self.wrong
        yield from self.hints
        yield from self.missing
        yield from (f"warning: {warning}" for warning in self.warnings)
        parts = [f"{self.held} passages hold", f"{len(self.wrong)} do not" if self.wrong else ""]
        parts += [f"{self.unchecked} could not be checked" if self.unchecked else ""]
        yield ", ".join(part for part in parts if part)


def verify(
    claims: Iterable[Claim],
    articles: Articles | None,
    names: Iterable[Name] = (),
    only: Collection[Article] = (),
) -> Verification:
    """Compare every passage that claims quote with the text; without articles, count them.

    ``names`` are the names of all things: a speaker may be called by any of theirs. ``only`` are
    the articles that are asked for, if not all are.
    """
    report = Verification()
    quoted: dict[Article, dict[Passage, Claim]] = {}
    claims = list(claims)
    for claim in claims:
        for passage in claim.passages:
            quoted.setdefault(passage.article, {})[passage] = claim
    unknown = _unknown(articles, quoted) if articles else {}
    for article in sorted(each for each in quoted if not only or each in only):
        if articles and article.sha256 in articles.texts:
            _check(report, quoted[article], articles.texts[article.sha256][1])
        else:
            _miss(report, article, quoted[article], unknown)
    if articles:
        words = _words_by_label(names)
        if only:
            claims = [c for c in claims if any(p.article in only for p in c.passages)]
        report.warnings += [doubt for claim in claims for doubt in _doubts(claim, articles, words)]
    return report


def _check(report: Verification, passages: dict[Passage, Claim], text: str) -> None:
    for passage, claim in sorted(passages.items()):
        place = f"{claim.key}: {passage.article.key}, {passage}"
        if digest(text[passage.start : passage.end]) != passage.sha256:
            report.wrong.append(f"{place}: the text there has another digest")
            report.hints += _moved(passage, text)
        elif paragraph(text, passage.start) != passage.paragraph:
            report.wrong.append(f"{place}: it lies in paragraph {paragraph(text, passage.start)}")
        else:
            report.held += 1


def _words_by_label(names: Iterable[Name]) -> dict[str, set[str]]:
    """Return the words of all names of a thing, by its label: ``European Union``, ``EU``."""
    found: dict[ox.NamedNode, set[str]] = {}
    labels = []
    for name in names:
        found.setdefault(name.iri, set()).update(_words(name.text))
        labels += [name] if name.is_label else []
    return {name.text: found[name.iri] for name in labels}


def _doubts(claim: Claim, articles: Articles, words: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield what is to be looked at in a claim whose articles are all at hand."""
    sources = {passage.article for passage in claim.passages}
    if not sources or not all(article.sha256 in articles.texts for article in sources):
        return
    wholes = {article: articles.texts[article.sha256][1] for article in sorted(sources)}
    if any(not _runs(claim.gist).isdisjoint(_runs(text)) for text in wholes.values()):
        yield f"{claim.key}: its gist has {_COPIED} words in a row, or more, of the article"
    said_there = set(_words(" ".join(map(articles.text, claim.passages))))
    publishers = {article.publisher for article in sources}  # the articles' own voice
    for speaker in claim.speakers:
        called = words.get(speaker) or _words(speaker)
        if speaker not in publishers and said_there.isdisjoint(called):
            yield f"{claim.key}: no passage of it names {speaker}, whose word it is"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", plain(text))


def _runs(text: str) -> set[tuple[str, ...]]:
    """Return the words of a text, so many in a row as make a copy."""
    words = _words(text)
    return set(zip(*(words[n:] for n in range(_COPIED)), strict=False))


def _miss(
    report: Verification, article: Article, passages: dict[Passage, Claim], unknown: dict[Path, str]
) -> None:
    """Note an article that is not at hand, or that seems to have changed."""
    for path, text in unknown.items():
        found = {p: start for p in sorted(passages) if (start := _find(p, text)) >= 0}
        if found:
            kept = sum(start == p.start for p, start in found.items())
            report.wrong.append(
                f"{article.key} has changed: {path.name} has another digest, though {len(found)} "
                f"of {len(passages)} passages occur in it, {kept} at the same place"
            )
            report.hints += [_hint(p, s) for p, s in found.items() if s != p.start]
            lost = (f"  {passages[p].key}: {p} occurs no more" for p in passages if p not in found)
            report.hints += sorted(lost)
            report.unchecked += len(passages)
            return
    report.missing.append(f"{article.key}: no file has its digest; {len(passages)} passages")
    report.unchecked += len(passages)


def _unknown(articles: Articles, known: Iterable[Article]) -> dict[Path, str]:
    """Return the texts that are no article's."""
    digests = {article.sha256 for article in known}
    return {path: text for digest, (path, text) in articles.texts.items() if digest not in digests}


def _moved(passage: Passage, text: str) -> Iterator[str]:
    start = _find(passage, text)
    if start >= 0:
        yield _hint(passage, start)


def _hint(passage: Passage, start: int) -> str:
    end = start + passage.end - passage.start
    return f"  hint: {passage.article.key}, {passage} now stands at characters {start}–{end}"


def _find(passage: Passage, text: str) -> int:
    """Return where a text of the passage's length and digest starts; -1 where there is none."""
    length = passage.end - passage.start
    if digest(text[passage.start : passage.end]) == passage.sha256:
        return passage.start
    if len(text) > _SEARCHED:
        return -1
    starts = range(len(text) - length + 1)
    return next((s for s in starts if digest(text[s : s + length]) == passage.sha256), -1)

"""Whether every passage is still in its article, by digest: what ``kg verify`` tells.

A passage that has moved is looked for by its length and digest, and found or not at all: nothing is
attached to what is merely alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.claims.articles import Articles
from kg.claims.sources import Article, Claim, Passage
from kg.facts.locating import digest, paragraph

_SEARCHED = 200_000
"""In a text of more characters no moved passage is looked for."""


@dataclass
class Verification:
    """What verifying found: passages that hold, what is wrong, what could not be checked."""

    held: int = 0
    unchecked: int = 0
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 where everything holds, 1 where something does not, 2 where not all was checked."""
        return 1 if self.wrong else 2 if self.unchecked else 0

    def lines(self) -> Iterator[str]:
        """Yield the report for people."""
        yield from self.wrong
        yield from self.hints
        yield from self.missing
        parts = [f"{self.held} passages hold", f"{len(self.wrong)} do not" if self.wrong else ""]
        parts += [f"{self.unchecked} could not be checked" if self.unchecked else ""]
        yield ", ".join(part for part in parts if part)


def verify(claims: Iterable[Claim], articles: Articles | None) -> Verification:
    """Compare every passage that claims quote with the text; without articles, count them."""
    report = Verification()
    quoted: dict[Article, dict[Passage, Claim]] = {}
    for claim in claims:
        for passage in claim.passages:
            quoted.setdefault(passage.article, {})[passage] = claim
    unknown = _unknown(articles, quoted) if articles else {}
    for article in sorted(quoted):
        if articles and article.sha256 in articles.texts:
            _check(report, quoted[article], articles.texts[article.sha256][1])
        else:
            _miss(report, article, quoted[article], unknown)
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

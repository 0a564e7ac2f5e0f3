"""Articles at hand: found by their digest, passages cut out and compared, exactly or not at all.

The store knows an article by the SHA-256 of its file and a passage by its place and digest.
Whoever has the articles can check every citation. Their text is shown when asked for and never
kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from kg.claims.sources import Article, Claim, Passage
from kg.errors import AbsentError, ArticlesError

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LARGEST = 10_000_000
"""Files of more bytes are no articles."""
_SEARCHED = 200_000
"""In a text of more characters no moved passage is looked for."""


class Articles:
    """The texts in a folder, by digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def texts(self) -> dict[str, tuple[Path, str]]:
        """Digest of a file → the file and its text; what is not UTF-8 text is no article."""
        found = {}
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            try:
                if path.stat().st_size <= _LARGEST:
                    data = path.read_bytes()
                    found[sha256(data).hexdigest()] = (path, data.decode())
            except UnicodeDecodeError:
                continue
            except OSError as error:
                raise ArticlesError(f"{path} cannot be read: {error.strerror}") from error
        return found

    def text(self, passage: Passage) -> str:
        """Return the text of a passage; empty where its article is not at hand or differs."""
        _, text = self.texts.get(passage.article.sha256, (None, ""))
        span = text[passage.start : passage.end]
        return span if _digest(span) == passage.sha256 else ""

    def whole(self, article: Article) -> str:
        """Return the text of an article. Raises ``ArticlesError`` where it is not at hand."""
        if article.sha256 not in self.texts:
            raise ArticlesError(f"no file in {self.folder} has the digest of {article.key}")
        return self.texts[article.sha256][1]


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
        if _digest(text[passage.start : passage.end]) != passage.sha256:
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
    if _digest(text[passage.start : passage.end]) == passage.sha256:
        return passage.start
    if len(text) > _SEARCHED:
        return -1
    starts = range(len(text) - length + 1)
    return next((s for s in starts if _digest(text[s : s + length]) == passage.sha256), -1)


def paragraph(text: str, offset: int) -> int:
    """Return the number of the paragraph that an offset lies in, from 1.

    Paragraphs are the blocks of text between blank lines.
    """
    starts = [0, *(match.end() for match in _BLANK_LINE.finditer(text))]
    ends = [*(match.start() for match in _BLANK_LINE.finditer(text)), len(text)]
    blocks = [(s, e) for s, e in zip(starts, ends, strict=True) if text[s:e].strip()]
    return sum(start <= offset for start, _ in blocks)


def locate(text: str, wanted: str, occurrence: int = 0) -> str:
    """Return the YAML of a passage: where exactly this text stands.

    Raises ``ArticlesError`` where it does not, or stands in several places and ``occurrence``,
    counted from 1, does not say which.
    """
    if not wanted:
        raise ArticlesError("there is no text to locate")
    found = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", text)]
    if not found:
        raise AbsentError("the article does not have this text, to the letter")
    if len(found) > 1 and not occurrence:
        places = ", ".join(f"{n}: paragraph {paragraph(text, s)}" for n, s in enumerate(found, 1))
        raise AbsentError(f"the text stands {len(found)} times ({places}); choose --occurrence N")
    if not 0 <= occurrence <= len(found):
        raise AbsentError(f"the text stands {len(found)} times; there is no {occurrence}")
    start = found[max(occurrence, 1) - 1]
    end = start + len(wanted)
    place = f"paragraph: {paragraph(text, start)}, start: {start}, end: {end}"
    return f"- {{{place}, sha256: {_digest(wanted)}}}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

"""Articles at hand: found by their digest, passages cut out and compared, exactly or not at all.

The store knows an article by the SHA-256 of its file and a passage by its place and digest.
Whoever has the articles can check every citation. Their text is shown when asked for and never
kept.
"""

from __future__ import annotations

import re
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from kg.claims.sources import Article, Passage
from kg.errors import AbsentError, ArticlesError

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LARGEST = 10_000_000
"""Files of more bytes are no articles."""


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
        return span if digest(span) == passage.sha256 else ""

    def whole(self, article: Article) -> str:
        """Return the text of an article. Raises ``ArticlesError`` where it is not at hand."""
        if article.sha256 not in self.texts:
            raise ArticlesError(f"no file in {self.folder} has the digest of {article.key}")
        return self.texts[article.sha256][1]


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
    return f"- {{{place}, sha256: {digest(wanted)}}}"


def digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, as passages have it."""
    return sha256(text.encode()).hexdigest()

"""Where a text stands in an article: the passage that facts quote, or what comes nearest to it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from kg.errors import AbsentError, ArticlesError
from kg.facts.matching import nearest, spans

LARGEST = 10_000_000
"""Files of more bytes are no articles."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_SHOWN = 120
_AROUND = 30
_LISTED = 20


class Quotation(NamedTuple):
    """A passage of an article as facts have it, and its text."""

    paragraph: int
    start: int
    end: int
    text: str

    @property
    def fields(self) -> dict[str, str]:
        """The keys of the passage in a facts file, and their values."""
        numbers = {word: str(getattr(self, word)) for word in ("paragraph", "start", "end")}
        return {**numbers, "sha256": digest(self.text)}

    def __str__(self) -> str:
        return f"paragraph {self.paragraph}, characters {self.start}–{self.end}"


def text_of(file: Path) -> str:
    """Return the text of an article's file. Raises ``ArticlesError`` where it is none in UTF-8."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ArticlesError(f"{file} has more than {LARGEST // 1_000_000} MB: no article")
        return data.decode()
    except OSError as error:
        raise ArticlesError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start]
        raise ArticlesError(
            f"{file}:{line}: no UTF-8 (byte 0x{byte:02x}); save the article as UTF-8 first"
        ) from error


def locate(text: str, wanted: str, occurrence: int = 0) -> str:
    """Return the YAML of a passage: where this text stands, as ``placed`` finds it.

    ``locate("Ina met Tam.", "Tam")`` → ``- {paragraph: 1, start: 8, end: 11, sha256: 5f9c…}``.
    """
    return f"- {flow(placed(text, wanted, occurrence))}"


def flow(place: Quotation) -> str:
    """Return a passage in braces, as facts have it: ``{paragraph: 1, start: 8, …}``."""
    return "{" + ", ".join(f"{word}: {value}" for word, value in place.fields.items()) + "}"


def placed(
    text: str, wanted: str, occurrence: int = 0, *, within: int = 0, remedy: str = ""
) -> Quotation:
    """Return where a text stands, ``within`` a paragraph if that is given.

    Quotation marks, the length of spaces and normal forms may differ. Raises ``AbsentError`` where
    it does not stand there, with what comes nearest, or where it stands in several places and
    ``occurrence``, counted from 1, does not say which; ``remedy`` says what to do about that.
    """
    if not wanted:
        raise ArticlesError("there is no text to locate")
    places = quotations(text, spans(text, wanted))
    found = [place for place in places if within in (0, place.paragraph)]
    if not found:
        raise AbsentError(_absence(text, wanted, places, within))
    if len(found) > 1 and not occurrence:
        listed = [f"\n  {n}: {place}: {_shown(text, place)}" for n, place in enumerate(found, 1)]
        more = f"\n  … and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise AbsentError(
            f"“{_cut(wanted)}” stands {len(found)} times; {remedy or 'choose --occurrence N'}"
            + "".join(listed[:_LISTED])
            + more
        )
    if not 0 <= occurrence <= len(found):
        raise AbsentError(f"“{_cut(wanted)}” stands {len(found)} times; there is no {occurrence}")
    return found[max(occurrence, 1) - 1]


def difference(place: Quotation, wanted: str) -> str:
    """Say what was found where it is not the text that was wanted, to the letter; else nothing."""
    return f"“{_cut(wanted)}” is “{_cut(place.text)}” there" if place.text != wanted else ""


def quotations(text: str, spans: Iterable[tuple[int, int]]) -> list[Quotation]:
    """Return the passages between offsets, each with its paragraph, counted once for all."""
    starts = [start for start, _ in blocks(text)]
    return [Quotation(bisect_right(starts, a), a, b, text[a:b]) for a, b in spans]


def _absence(text: str, wanted: str, elsewhere: list[Quotation], within: int) -> str:
    """Say that a text does not stand there, and where it, or what is nearest to it, does."""
    if elsewhere:
        numbers = ", ".join(str(n) for n in sorted({place.paragraph for place in elsewhere}))
        return f"“{_cut(wanted)}” does not stand in paragraph {within}, but in {numbers}"
    message = f"the article does not have “{_cut(wanted)}”"
    if near := nearest(text, wanted):
        [found] = quotations(text, [near])
        message += f"; paragraph {found.paragraph} has “{_cut(' '.join(found.text.split()))}”"
    return message


def _shown(text: str, place: Quotation) -> str:
    """Return a passage with what stands around it, in one line."""
    around = text[max(0, place.start - _AROUND) : place.end + _AROUND]
    return f"… {_cut(' '.join(around.split()))} …"


def paragraph(text: str, offset: int) -> int:
    """Return the number of the paragraph that an offset lies in, from 1.

    Example: in ``"Ina\\n\\nTam"`` the offset 5 lies in the second.

    Paragraphs are the blocks of text between blank lines.
    """
    return quotations(text, [(offset, offset)])[0].paragraph


def blocks(text: str) -> list[tuple[int, int]]:
    """Return the start and the end of each paragraph."""
    starts = [0, *(match.end() for match in _BLANK_LINE.finditer(text))]
    ends = [*(match.start() for match in _BLANK_LINE.finditer(text)), len(text)]
    return [(s, e) for s, e in zip(starts, ends, strict=True) if text[s:e].strip()]


def digest(text: str) -> str:
    """Return the digest of a passage: of its text in UTF-8."""
    return sha256(text.encode()).hexdigest()


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

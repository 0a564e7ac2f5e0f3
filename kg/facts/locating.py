"""Where a text stands in an article: the passage, to the letter, or what comes nearest to it."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from kg.errors import AbsentError, ArticlesError

LARGEST = 10_000_000
"""Files of more bytes are no articles."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_SEARCHED = 200_000
"""In an article of more characters nothing near is looked for."""
_LIKE_ENOUGH = 0.5
"""So much of a text has to stand in the article in one piece for its place to be named."""
_TRIED = 50
_SHOWN = 120
_MARKS = str.maketrans("‘’ʼ‚`´“”„«»‐‑‒–—−", "''''''\"\"\"\"\"------")


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
    """Return the YAML of a passage: where exactly this text stands.

    ``locate("Ina met Tam.", "Tam")`` → ``- {paragraph: 1, start: 8, end: 11, sha256: 5f9c…}``.
    Raises ``AbsentError`` where it does not, with what comes nearest, or where it stands in several
    places and ``occurrence``, counted from 1, does not say which.
    """
    if not wanted:
        raise ArticlesError("there is no text to locate")
    found = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", text)]
    if not found:
        near = nearest(text, wanted)
        raise AbsentError(
            f"the article does not have “{_cut(wanted)}”, to the letter"
            + (f"; paragraph {near.paragraph} has “{_cut(near.text)}”" if near else "")
        )
    if len(found) > 1 and not occurrence:
        places = ", ".join(f"{n}: paragraph {paragraph(text, s)}" for n, s in enumerate(found, 1))
        raise AbsentError(
            f"“{_cut(wanted)}” stands {len(found)} times ({places}); choose --occurrence N"
        )
    if not 0 <= occurrence <= len(found):
        raise AbsentError(f"“{_cut(wanted)}” stands {len(found)} times; there is no {occurrence}")
    start = found[max(occurrence, 1) - 1]
    place = f"paragraph: {paragraph(text, start)}, start: {start}, end: {start + len(wanted)}"
    return f"- {{{place}, sha256: {digest(wanted)}}}"


def paragraph(text: str, offset: int) -> int:
    """Return the number of the paragraph that an offset lies in, from 1.

    Example: in ``"Ina\\n\\nTam"`` the offset 5 lies in the second.

    Paragraphs are the blocks of text between blank lines.
    """
    starts = [0, *(match.end() for match in _BLANK_LINE.finditer(text))]
    ends = [*(match.start() for match in _BLANK_LINE.finditer(text)), len(text)]
    blocks = [(s, e) for s, e in zip(starts, ends, strict=True) if text[s:e].strip()]
    return sum(start <= offset for start, _ in blocks)


def digest(text: str) -> str:
    """Return the digest of a passage: of its text in UTF-8."""
    return sha256(text.encode()).hexdigest()


class Near(NamedTuple):
    """A text of the article that is nearly the wanted one, and the paragraph that it is in."""

    text: str
    paragraph: int


def nearest(text: str, wanted: str) -> Near | None:
    """Return what comes nearest to a text: other marks or letters, or a large part of it.

    In ``the mill’s wheel`` the text nearest to ``mill's Wheel`` is ``mill’s wheel``.
    """
    letters, places = _folded(text)
    sought = _folded(wanted)[0].strip()
    if not sought or len(text) > _SEARCHED:
        return None
    start = letters.find(sought)
    if start < 0:
        start = _most_alike(letters, sought)
    if start < 0:
        return None
    start, end = _whole_words(letters, start, min(start + len(sought), len(letters)) - 1)
    found = text[places[start] : places[end] + 1]
    return Near(" ".join(found.split()), paragraph(text, places[start]))


def _most_alike(letters: str, sought: str) -> int:
    """Return where the text begins that is most like another; -1 where none is like enough.

    Looked at is every place that has the longest part of it that stands there at all.
    """
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, letters, sought, autojunk=False)
    first, inner, size = matcher.find_longest_match()
    if size < _LIKE_ENOUGH * len(sought):
        return -1
    matcher = SequenceMatcher(None, b=sought, autojunk=False)
    best = (0.0, -1)
    for found in islice(re.finditer(re.escape(letters[first : first + size]), letters), _TRIED):
        start = max(0, found.start() - inner)
        matcher.set_seq1(letters[start : start + len(sought)])
        best = max(best, (matcher.ratio(), start))
    return best[1]


def _whole_words(letters: str, start: int, end: int) -> tuple[int, int]:
    """Return the first and the last letter of a text with the words in which it begins and ends."""
    while start and letters[start - 1].isalnum() and letters[start].isalnum():
        start -= 1
    while end + 1 < len(letters) and letters[end].isalnum() and letters[end + 1].isalnum():
        end += 1
    return start, end


def _folded(text: str) -> tuple[str, list[int]]:
    """Return a text without regard to case, accents, marks and breaks; where each letter was.

    ``“Zoë —\\n Ina”`` → ``"zoe - ina"``.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char.isspace():
            kept = "" if letters and letters[-1] == " " else " "
        else:
            folded = unicodedata.normalize("NFKD", char).translate(_MARKS).casefold()
            kept = "".join(c for c in folded if not unicodedata.combining(c))
        letters += kept
        places += [place] * len(kept)
    return "".join(letters), places


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

"""Where an article has certain words: written so, or with other quotation marks, spaces and forms.

Nothing else is forgiven: no passage is attached to words that are merely alike. Those are named
as what comes nearest, for whoever copied them wrong.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

_SEARCHED = 200_000
"""In an article of more characters nothing near is looked for."""
_LIKE_ENOUGH = 0.5
"""So much of a text has to stand in the article in one piece for its place to be named."""
_TRIED = 50
_QUOTES = str.maketrans("‘’ʼ‚‛′“”„‟″«»", '\'\'\'\'\'\'"""""""')
_MARKS = _QUOTES | str.maketrans("`´‐‑‒–—−", "''------")
_PIECE = re.compile(r"\s*\n[^\S\n]*\n\s*|\s+|\S")


def spans(text: str, wanted: str) -> list[tuple[int, int]]:
    """Return where a text has the wanted one, each time by its start and its end.

    Where it does not have it to the letter, quotation marks, the length of spaces and Unicode
    normal forms are forgiven: in ``The mill’s  wheel`` the text ``mill's wheel`` is found at
    4–17. A space is not taken for the end of a paragraph.
    """
    exact = [match.start() for match in re.finditer(f"(?={re.escape(wanted)})", text)]
    if exact:
        return [(start, start + len(wanted)) for start in exact]
    letters, starts = _levelled(text)
    sought = _levelled(wanted.strip())[0]
    if not sought:
        return []
    found = [match.start() for match in re.finditer(f"(?={re.escape(sought)})", letters)]
    edges = [(n, n + len(sought)) for n in found]
    return [
        (starts[first], starts[last])
        for first, last in edges
        # Not from or to the middle of a character: “e” is no part of “é”.
        if (not first or starts[first] != starts[first - 1]) and starts[last] != starts[last - 1]
    ]


def _levelled(text: str) -> tuple[str, list[int]]:
    """Return a text with one form of marks, spaces and letters; where each came from, and the end.

    A letter and the accents on it came from one place, the first of its run.
    """
    letters: list[str] = []
    starts: list[int] = []
    place = 0
    while place < len(text):
        piece = _PIECE.match(text, place)
        assert piece
        end = piece.end()
        if piece[0].isspace():
            kept = "\n\n" if len(piece[0].split("\n")) > 2 else " "
        else:
            while end < len(text) and unicodedata.combining(text[end]):
                end += 1
            kept = unicodedata.normalize("NFKD", text[place:end].translate(_QUOTES))
        letters += kept
        starts += [place] * len(kept)
        place = end
    return "".join(letters), [*starts, len(text)]


def nearest(text: str, wanted: str) -> tuple[int, int] | None:
    """Return where what comes nearest to a text stands: other marks or letters, or most of it.

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
    return places[start], places[end] + 1


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

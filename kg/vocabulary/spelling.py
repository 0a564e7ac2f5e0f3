"""How alike two words are: one ranking for finding by name and for every “did you mean”.

Words are compared without regard to case, accents, Unicode normal form, kinds of dashes and
quotation marks: ``Zoë``, ``zoe`` and ``Zoe`` with a combining mark are one word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum

_LIKE_ENOUGH = 0.65
"""How alike two words are that may be one misspelt, from 0 to 1 (``difflib``'s ratio)."""

_LONG_ENOUGH, _ONE_WORD = 4, 0.75
"""Of so many letters, and so alike, a word may be one of a name: ``putn``, ``Vladimir Putin``."""
_SEPARATOR = re.compile(r"[-\s]+")
_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
        "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    }
)  # fmt: skip


class Match(IntEnum):
    """How well words match a name, best first."""

    EXACT = 0
    PREFIX = 1
    WORD = 2
    NEAR = 3

    def __str__(self) -> str:
        return self.name.lower()


def plain(text: str) -> str:
    """Return a text as it is compared: ``“Kim–Putin talks”`` as ``kim-putin talks``."""
    if text.isascii():
        return " ".join(text.lower().split())
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = letters.translate(_LETTERS)
    kept = (c for c in letters if unicodedata.category(c) not in ("Mn", "Cf", "Cc") or c.isspace())
    return " ".join("".join(kept).split())


def has_words(words: str, name: str) -> bool:
    """Tell whether a name has all of these words, whole: ``putin`` is in ``Vladimir Putin``."""
    return set(_SEPARATOR.split(plain(words))) <= set(_SEPARATOR.split(plain(name)))


class Search:
    """Words that are looked for, held against names one by one."""

    def __init__(self, words: str) -> None:
        from difflib import SequenceMatcher

        self.words = plain(words)
        self._matcher = SequenceMatcher(None, "", self.words, autojunk=False)

    def match(self, name: str) -> tuple[Match, float] | None:
        """Tell how the words match a name, and how alike they are, from 0 to 1.

        ``kim`` matches ``Kim Jong Un`` as a prefix; ``jong un`` and ``un kim`` match it as
        words; ``Kim Jong Uno`` and ``Jnog`` are near.
        """
        known = plain(name)
        if not self.words or not known:
            return None
        if self.words == known:
            return Match.EXACT, 1.0
        self._matcher.set_seq1(known)
        if known.startswith(self.words):
            return Match.PREFIX, self._matcher.ratio()
        parts = _SEPARATOR.split(known)
        if all(any(p.startswith(w) for p in parts) for w in _SEPARATOR.split(self.words)):
            return Match.WORD, self._matcher.ratio()
        return self._near(known, parts)

    def _near(self, known: str, parts: list[str]) -> tuple[Match, float] | None:
        if 2 * len(known) <= len(self.words):
            return None  # an abbreviation is no misspelt word: “UN” and “putn”
        is_long = len(self.words) >= _LONG_ENOUGH
        if not is_long and len(known) > len(self.words) + 1:
            return None  # of “age”, two letters are in “target”
        if likeness := self._likeness(known, _LIKE_ENOUGH):
            return Match.NEAR, likeness
        if not is_long:
            return None
        near = [self._likeness(p, _ONE_WORD) for p in parts if len(p) >= _LONG_ENOUGH]
        return (Match.NEAR, max(near) / 2) if any(near) else None

    def _likeness(self, known: str, least: float) -> float:
        """Return how alike the words and a name are; 0 where less than that."""
        self._matcher.set_seq1(known)
        ratios = (self._matcher.real_quick_ratio, self._matcher.quick_ratio, self._matcher.ratio)
        return self._matcher.ratio() if all(ratio() >= least for ratio in ratios) else 0.0


def ranked(words: str, known: Iterable[str]) -> list[str]:
    """Return the names that words match, the best first; equals as they came."""
    search = Search(words)
    found = [(*quality, name) for name in known if (quality := search.match(name))]
    return [name for _, _, name in sorted(found, key=lambda each: (each[0], -each[1]))]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the remedy ``did you mean “…”?`` for a misspelt word, or an empty string."""
    found = ranked(word, known)
    return f"did you mean “{found[0]}”?" if found else ""

"""Whether a word in a text is a keyword to the engine: the engine itself is asked.

No second reading of the text decides, for where two readers differ a guard has a hole. A word
that is respelt (``SERVICE`` as ``qERVICE``) is the same to the parser as before in a string, an
IRI, a comment, a variable or a name; as a keyword it is none any more, and the text is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache

from kg.errors import QueryError
from kg.sparql.tokens import tokens

Parses = Callable[[str], bool]
"""Tells whether the engine's parser takes a text; nothing is evaluated."""

_MOST = 100
"""So many occurrences of a word are looked at one by one."""
_LETTERS = "qjxzkvwy"


@cache
def _spellings(word: str) -> re.Pattern[str]:
    """Return what finds a word in any case, each letter as it is or as a code point escape."""
    letters = []
    for letter in word:
        codes = "|".join(f"{ord(c):02x}" for c in (letter.upper(), letter.lower()))
        letters.append(rf"(?:{letter}|\\u00(?:{codes})|\\U000000(?:{codes}))")
    return re.compile("".join([f"({letters[0]})", *letters[1:]]), re.IGNORECASE)


def occurrences(text: str, word: str) -> list[re.Match[str]]:
    """Return where the letters of a word stand, be it a keyword or not; group 1 is the first."""
    if word.lower() not in text.lower() and "\\" not in text:
        return []
    return list(_spellings(word).finditer(text))


def is_keyword(text: str, found: Collection[re.Match[str]], parses: Parses) -> bool:
    """Tell whether any of these occurrences is a keyword of a text that the engine takes."""
    return bool(found) and not parses(_respelt(text, found))


def keywords(text: str, word: str, parses: Parses) -> list[re.Match[str]]:
    """Return where a word is a keyword of a text that the engine takes.

    Raises ``QueryError`` where there are too many to ask for, or where our tokens have one as part
    of a name or a string that the engine does not.
    """
    found = occurrences(text, word)
    bare = _bare(text, found)
    if len(bare) > _MOST:
        raise QueryError(f"the query has the word {word} more than {_MOST} times")
    if is_keyword(text, [match for match in found if match not in bare], parses):
        raise QueryError(f"{word} is understood only where it stands between spaces")
    return [match for match in bare if is_keyword(text, [match], parses)]


def _bare(text: str, found: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the occurrences that begin in a token that is no string, name or the like."""
    within = set[int]()
    for kind, word, offset in tokens(text):
        if kind in ("word", "other"):
            within.update(range(offset, offset + len(word)))
    return [match for match in found if match.start() in within]


def _respelt(text: str, found: Collection[re.Match[str]]) -> str:
    rest = {text[match.end(1) : match.end()].lower() for match in found}
    whole = text.lower()
    letter = next((c for c in _LETTERS if not any(c + r in whole for r in rest)), _LETTERS)
    pieces, end = [], 0
    for match in found:
        pieces += [text[end : match.start(1)], letter]
        end = match.end(1)
    return "".join([*pieces, text[end:]])

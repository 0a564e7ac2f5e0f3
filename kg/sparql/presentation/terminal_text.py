"""Lines of text as a terminal shows them: without what steers it, and folded to its width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Control characters but line breaks and tabs; marks that turn the direction of text around; what
# breaks lines. Joiners (U+200C, U+200D) spell words and stay.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_HEAD = re.compile(r"\[\w+\] | *")


def harmless(text: str) -> str:
    r"""Return a text without what would steer a terminal.

    ``"Ina\x1b[31m Orvik\u202Eevil"`` becomes ``"Ina[31m Orvikevil"``.
    """
    return text if text.isascii() and text.isprintable() else _STEERING.sub("", text)


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes (Unicode Standard Annex 11)."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def folded(text: str, width: int) -> list[str]:
    """Return the words of a text in lines of at most so many columns; a longer word is cut.

    Example: ``Ina met Tam`` in 7 columns is ``["Ina met", "Tam"]``.
    """
    lines, line = [], ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _cut(word, width)
        lines += full
    return [*lines, line]


def hanging(text: str, width: int | None, hang: int = 0) -> str:
    """Return lines folded to a width, each going on under where its text begins.

    That is after ``hang`` characters; where it is 0, after the ``[1] `` or the blanks that the
    line begins with.
    """
    if not width:
        return text
    return "\n".join(part for line in text.split("\n") for part in _hanging(line, width, hang))


def _hanging(line: str, width: int, hang: int) -> Iterator[str]:
    head = _HEAD.match(line)
    if cells(line) <= width or head is None:
        yield line
        return
    begin = line[:hang] or head.group()
    indent = " " * min(len(begin), width // 2)
    first, *rest = folded(line[len(begin) :], max(1, width - len(indent)))
    yield begin[: width // 2].ljust(len(indent)) + first
    for part in rest:
        yield indent + part


def _cut(word: str, width: int) -> list[str]:
    parts = [""]
    for character in word:
        if parts[-1] and cells(parts[-1]) + _cells(character) > width:
            parts.append("")
        parts[-1] += character
    return parts

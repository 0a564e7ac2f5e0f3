"""A table for people: columns aligned by what a terminal shows, cells folded to its width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

_GAP = "  "
_NARROWEST = 12


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> str:
    """Lay out rows under headings, folding the widest columns to fit ``width`` if one is given."""
    widths = [max(map(_cells, column)) for column in zip(headings, *rows, strict=True)]
    if width:
        widths = _fitted(widths, width - len(_GAP) * (len(widths) - 1))
    lines = [*_lines(headings, widths), _GAP.join("─" * w for w in widths).rstrip()]
    for row in rows:
        lines += _lines(row, widths)
    return "\n".join([*lines, f"({len(rows)} solution{'s' * (len(rows) != 1)})"]) + "\n"


def _fitted(widths: list[int], room: int) -> list[int]:
    """Take from the widest column, again and again, until all fit or none is wide any more."""
    widths = list(widths)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    folded = [_folded(cell, width) for cell, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, folded), default=0)):
        cells = [cell[number] if number < len(cell) else "" for cell in folded]
        padded = (c + " " * (w - _cells(c)) for c, w in zip(cells, widths, strict=True))
        yield _GAP.join(padded).rstrip()


def _folded(cell: str, width: int) -> list[str]:
    # No control characters: what is printed must not steer the terminal.
    clean = " ".join(cell.split())
    clean = "".join(c for c in clean if c.isprintable())
    if _cells(clean) <= width:
        return [clean]
    from textwrap import wrap

    return wrap(clean, width) or [""]


def _cells(text: str) -> int:
    """Return how many columns of a terminal a text takes (Unicode Standard Annex 11)."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)

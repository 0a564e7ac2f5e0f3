"""A table for people: columns aligned by what a terminal shows, cells folded to its width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.sparql.presentation.terminal_text import cells, folded, harmless

_GAP = "  "
_NARROWEST = 6
"""Columns that would have to be narrower are shown one under another."""


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int | None,
    row: str = "solution",
) -> str:
    """Lay out rows under headings, folding the widest columns to fit ``width`` if one is given.

    Where not even narrow columns fit, each row is shown as a list of its values. ``row`` is what
    a row is called where they are counted.
    """
    clean = [[" ".join(harmless(cell).split()) for cell in line] for line in (headings, *rows)]
    counted = f"({len(rows)} {row}{'s' * (len(rows) != 1)})"
    widths = [max(map(cells, column)) for column in zip(*clean, strict=True)]
    room = width - len(_GAP) * (len(widths) - 1) if width else sum(widths)
    narrow = sum(min(w, _NARROWEST) for w in widths)
    if width and narrow > room:
        return "".join(f"{line}\n" for line in [*_records(clean, width), counted])
    widths = _fitted(widths, room)
    rule = _GAP.join("─" * w for w in widths).rstrip()
    lines = [*_lines(clean[0], widths), rule]
    for values in clean[1:]:
        lines += _lines(values, widths)
    return "".join(f"{line}\n" for line in [*lines, counted])


def ranges(numbers: Sequence[int]) -> list[str]:
    """Return sorted numbers as a cell has them: 1, 2, 3, 5 as ``["1–3", "5"]``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    short = (", ".join(map(str, r)) if len(r) < 3 else f"{r[0]}–{r[-1]}" for r in runs)
    return list(short)


def _fitted(widths: list[int], room: int) -> list[int]:
    """Take from the widest columns, until all fit."""
    widths = list(widths)
    while (excess := sum(widths) - room) > 0:
        widest = max(widths)
        among = [n for n, w in enumerate(widths) if w == widest]
        next_widest = max((w for w in widths if w < widest), default=0)
        step = max(1, min(widest - next_widest, excess // len(among)))
        for n in among[: max(1, excess // step)]:
            widths[n] -= step
    return widths


def _records(rows: list[list[str]], width: int) -> Iterator[str]:
    """Yield each row as lines of a heading and its value, and a blank line."""
    headings, *values = rows
    room = min(max(map(cells, headings)), width // 3)
    for row in values:
        for heading, value in zip(headings, row, strict=True):
            yield from _lines([heading, value], [room, max(1, width - room - len(_GAP))])
        yield ""


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    parts = [
        [cell] if cells(cell) <= w else folded(cell, w) for cell, w in zip(row, widths, strict=True)
    ]
    for number in range(max(map(len, parts), default=0)):
        line = [part[number] if number < len(part) else "" for part in parts]
        padded = (c + " " * (w - cells(c)) for c, w in zip(line, widths, strict=True))
        yield _GAP.join(padded).rstrip()

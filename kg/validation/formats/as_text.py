"""For people: each violation with its line, what the ontology says, and where else to look."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from kg.errors import Mark
from kg.facts.files import is_packed, is_regular
from kg.validation.report import Report, Violation
from kg.vocabulary.context import context

_COLOURS = {"violation": "31", "warning": "33", "info": "36"}
_BOLD, _DIM = "1", "2"
_WIDTH = 160


def formatted(report: Report, colour: bool) -> str:
    """Return the text of a report; ``colour`` with escape sequences for a terminal."""
    lines = [line for violation in report for line in _violation(violation, colour)]
    notes = [f"note: {note}" for note in report.notes]
    return "\n".join([*lines, *notes, report.summary]) + "\n"


def _violation(violation: Violation, colour: bool) -> Iterator[str]:
    severity = _painted(violation.severity, _COLOURS[violation.severity], colour)
    about = context().compact(violation.focus) if not violation.mark.line else ""
    place = _painted(f"{violation.place}:", _BOLD, colour)
    code = _painted(f"[{violation.code}]", _DIM, colour)
    said = _printable(violation.text)
    yield f"{place} {severity}: {f'{about}: ' if about else ''}{said} {code}"
    line, column = _line(violation.mark)
    if line:
        # The caret stands where the line's own tabs put it: repeat its blanks.
        before = "".join(c if c == "\t" else " " for c in line[:column])
        yield f"    {line}"
        yield f"    {before}{_painted('^', _COLOURS[violation.severity], colour)}"
    if violation.reason:
        yield _painted(f"    {violation.reason}", _DIM, colour)
    for related in violation.related:
        yield f"    see {related.mark}: {related.message}"


def _line(mark: Mark) -> tuple[str, int]:
    """Return the line of a place, or the part of a long one about it, and where in this it is."""
    line = _lines(mark.path).get(mark.line, "") if mark.line else ""
    column = mark.column - 1
    start = max(0, column - _WIDTH // 2) if len(line) > _WIDTH else 0
    part = line[start : start + _WIDTH]
    begun, ended = "…" * (start > 0), "…" * (start + _WIDTH < len(line))
    return _printable(f"{begun}{part}{ended}"), column - start + len(begun)


def _printable(text: str) -> str:
    """Return a text without what would steer a terminal; tabs stay."""
    return "".join(c if c == "\t" or c.isprintable() else "\ufffd" for c in text)


@lru_cache(maxsize=8)
def _lines(path: str) -> dict[int, str]:
    """Return the lines of a file by number, of the first so many as anybody reads about.

    A pipe has been read, and what is packed has other lines: they have none.
    """
    if not is_regular(Path(path)) or is_packed(Path(path)):
        return {}
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            lines = (line.rstrip("\n") for line in islice(file, 1_000_000))
            return dict(enumerate(lines, 1))
    except OSError:
        return {}


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\033[{code}m{text}\033[0m" if colour else text

"""Answers as HTML for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

MOST = 100
"""So many rows are shown."""


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of the first rows; what facts say is escaped."""
    lines = [_row("th", headings), *(_row("td", row) for row in rows[:MOST])]
    more = f", the first {MOST} shown" if len(rows) > MOST else ""
    counted = f"<caption>{len(rows)} row{'s' * (len(rows) != 1)}{more}</caption>"
    return f"<table>{counted}{''.join(lines)}</table>"


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"

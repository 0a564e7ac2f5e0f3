"""Tables for people: whatever the cells and the width, nothing is lost and nothing sticks out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sparql.presentation.table import table
from kg.sparql.presentation.terminal_text import cells, harmless

# Letters that take no column, one and two; blanks, breaks, and what would steer a terminal.
characters = st.sampled_from("abcdefé̈漢字 \n\t\x1b\u202e—")
texts = st.text(characters, max_size=60)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    width = draw(st.integers(1, 7))
    row = st.lists(texts, min_size=width, max_size=width)
    headings = draw(
        st.lists(st.text("abcdef", min_size=1, max_size=12), min_size=width, max_size=width)
    )
    return headings, draw(st.lists(row, max_size=5))


def letters(text: str) -> str:
    return "".join(harmless(text).split())


@given(tables(), st.integers(20, 200))
def test_no_line_is_wider_than_the_terminal(made: tuple[list[str], list[list[str]]], width: int):
    for line in table(*made, width).splitlines():
        assert cells(line) <= width


@given(tables(), st.integers(20, 200) | st.none())
def test_every_letter_of_every_cell_is_there(
    made: tuple[list[str], list[list[str]]], width: int | None
):
    headings, rows = made
    laid_out = table(headings, rows, width)
    *lines, count = laid_out.splitlines()
    told = [cell for row in ([headings, *rows]) for cell in row]
    repeated = len(rows) if "─" not in laid_out else 1  # headings stand beside each value
    wanted = letters("".join(headings)) * (repeated - 1) + letters("".join(told))
    if "─" not in laid_out and not rows:
        wanted = ""
    assert sorted("".join(lines).replace("─", "").replace(" ", "")) == sorted(wanted)
    assert count == f"({len(rows)} solution{'s' * (len(rows) != 1)})"


@pytest.mark.parametrize("width", [None, 200])
def test_where_there_is_room_each_row_is_a_line(width: int | None):
    laid_out = table(["who", "whom"], [["Ina", "Tam"], ["Tam", "Bero Brell"]], width)
    assert laid_out == ("who  whom\n───  ──────────\nIna  Tam\nTam  Bero Brell\n(2 solutions)\n")

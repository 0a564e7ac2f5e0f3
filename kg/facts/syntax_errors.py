"""What is wrong with text that is not YAML, in words for whoever typed it.

The parser tells where it gave up, often on the line after, and in its own terms. Here the lines
themselves are looked at, only where there is such a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml


class Explanation(NamedTuple):
    """Line and column, counted from 1, what is wrong there, and what to type instead."""

    line: int
    column: int
    message: str
    remedy: str = ""


class _Place(NamedTuple):
    """A line by its number, counted from 1, its text, and a column in it, counted from 0."""

    number: int
    text: str
    column: int

    @property
    def before(self) -> str:
        return self.text[: self.column]

    @property
    def here(self) -> str:
        return self.text[self.column : self.column + 1]

    def told(self, column: int, message: str, remedy: str = "") -> Explanation:
        return Explanation(self.number, column + 1, message, remedy)


_QUOTE = "put it in quotation marks"
_COLON = ("a text holds “: ”", _QUOTE)
_DASH = "begin each item of a list with “- ”"
_BELOW = "begin it below the key above"


def explain(path: Path, error: yaml.MarkedYAMLError) -> Explanation:
    """Say what is wrong where the parser gave up; in its own words where nothing better is known.

    ``\\tgist: …`` → a tab indents (indent with blanks).
    """
    mark: Any = error.problem_mark or error.context_mark
    opened: Any = error.context_mark or mark
    lines = _lines(path, opened.line, mark.line)
    end = _Place(mark.line + 1, lines.get(mark.line, ""), mark.column)
    start = _Place(opened.line + 1, lines.get(opened.line, ""), opened.column)
    found = [*_blanks(start), *_blanks(end)]
    if found:
        return found[0]
    problem = str(error.problem)
    for words, told in _PROBLEMS.items():
        if re.search(words, problem) and (said := told(start, end, lines.get(mark.line - 1, ""))):
            return said
    return end.told(end.column, problem)


def _lines(path: Path, first: int, last: int) -> dict[int, str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        wanted = {first, last - 1, last}
        return {
            n: line.rstrip("\n")
            for n, line in zip(range(last + 1), file, strict=False)
            if n in wanted
        }


def _blanks(place: _Place) -> Iterator[Explanation]:
    """Yield the blanks of a line that are none to YAML."""
    if found := re.match(r" *\t", place.text):
        yield place.told(found.end() - 1, "a tab indents", "indent with blanks")
    if found := re.search(r"(?:^[ -]*|[:-] ?)([\u00a0\u2000-\u200b\u202f\u3000])", place.text):
        message = f"a blank that is none to YAML (U+{ord(found[1]):04X})"
        yield place.told(found.start(1), message, "type an ordinary one")


def _after_quotation(end: _Place) -> Explanation | None:
    if not end.before.rstrip().endswith(("'", '"')):
        return None
    return end.told(
        end.column, "a text goes on after its quotation mark", "put all of it in quotation marks"
    )


def _in_flow(start: _Place, end: _Place, _above: str) -> Explanation | None:
    if end.number == start.number and end.here == ":":
        return end.told(end.column, *_COLON)
    if end.number == start.number and (said := _after_quotation(end)):
        return said
    closing = {"{": "}", "[": "]"}.get(start.here, "")
    return start.told(
        start.column,
        f"the “{start.here}” that opens here is not closed",
        f"close it with “{closing}”",
    )


def _in_block(start: _Place, end: _Place, _above: str) -> Explanation | None:
    if end.here in ("}", "]"):
        return end.told(end.column, f"the “{end.here}” closes nothing", "remove it")
    if said := _after_quotation(end):
        return said
    if end.here == "-":
        return end.told(
            end.column, "an item of a list stands among keys", "begin each item with “- ”"
        )
    if end.column == start.column:
        return end.told(end.column, "a dash is missing", "begin each item of a list with “- ”")
    return end.told(
        end.column, "the line begins where none above does", "begin it below the key above"
    )


def _second_colon(_start: _Place, end: _Place, above: str) -> Explanation | None:
    if found := re.match(r"( *(?:- )?)(\w+):(?=\S)", above):
        return Explanation(
            end.number - 1, found.end(), f"no blank after “{found[2]}:”", f"write “{found[2]}: …”"
        )
    if re.fullmatch(r" *[\w-]+", end.before):
        return end.told(
            len(end.before) - len(end.before.lstrip()),
            "the line is indented too far",
            "begin it below the key above",
        )
    return end.told(end.column, *_COLON)


def _no_colon(start: _Place, _end: _Place, _above: str) -> Explanation | None:
    word = start.text[start.column :].strip()
    return start.told(start.column, f"“{word[:40]}” is no key with a value", "write “key: value”")


def _not_closed(start: _Place, _end: _Place, _above: str) -> Explanation | None:
    return start.told(start.column, "the quotation mark that opens here is not closed")


def _no_start(_start: _Place, end: _Place, _above: str) -> Explanation | None:
    return end.told(end.column, f"no text begins with “{end.here}”", _QUOTE)


def _no_escape(_start: _Place, end: _Place, _above: str) -> Explanation | None:
    escape = end.text[end.column : end.column + 2]
    return end.told(end.column, f"“{escape}” stands for nothing", "write “\\\\” for a backslash")


def _open_question(start: _Place, end: _Place, _above: str) -> Explanation | None:
    if end.here == "?":
        return end.told(end.column, "“?” is not decided yet", "write the word that fits")
    return None


def _no_end(_start: _Place, end: _Place, _above: str) -> Explanation | None:
    return end.told(end.column, "brackets without end", "facts nest less than 8 deep")


_PROBLEMS: dict[str, Callable[[_Place, _Place, str], Explanation | None]] = {
    r"expected ',' or": _in_flow,
    r"expected '-' indicator|expected key": _in_block,
    r"mapping values are not allowed": _second_colon,
    r"mapping keys are not allowed": _open_question,
    r"could not find expected ':'": _no_colon,
    r"unexpected end of stream": _not_closed,
    r"cannot start any token": _no_start,
    r"unknown escape": _no_escape,
    r"nesting depth": _no_end,
}  # fmt: skip

"""What the user asks: a query by its name, file or text, its parameters, and the articles."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import QueryError
from kg.sparql import catalogue

if TYPE_CHECKING:
    from kg.citations.footnotes import Text

_ENDINGS = (".rq", ".sparql")


def read(query: str | None, expression: str | None) -> catalogue.Query:
    """Return the query that is named, or read from a file, or given as text.

    Raises ``QueryError`` where there is none.
    """
    if (query is None) == (expression is None):
        raise click.UsageError("give a query by its name or file, or its text with -e")
    if query is not None and ("{" in query or len(query.split()) > 1) and not _is_file(query):
        expression = query
    if expression is not None:
        return catalogue.parse(expression)
    assert query is not None
    if query == "-":
        return _decoded(_input(), "standard input")
    if not query.endswith(_ENDINGS):
        if _is_file(query):
            raise QueryError(
                f"{query}: a file with a query ends in {' or '.join(_ENDINGS)}; “-” takes any, "
                "as input"
            )
        return catalogue.named(query)
    try:
        return _decoded(Path(query).read_bytes(), query)
    except OSError as error:
        raise QueryError(f"{query}: {error.strerror}") from error


def _is_file(query: str) -> bool:
    try:
        return Path(query).is_file()
    except (OSError, ValueError):  # too long for a name, or with a null character
        return False


def _input() -> bytes:
    if sys.stdin is None:
        raise QueryError("standard input is closed")
    return sys.stdin.buffer.read()


def _decoded(data: bytes, name: str) -> catalogue.Query:
    try:
        return catalogue.parse(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: not UTF-8 text, at byte {error.start}") from error


def pairs(params: tuple[str, ...]) -> dict[str, str]:
    """Return the names and values of parameters: ``("place=China",)`` is ``{"place": "China"}``."""
    pairs: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise click.UsageError(f"“{param}” is no NAME=VALUE")
        if name in pairs:
            raise click.UsageError(f"the parameter “{name}” is given twice")
        pairs[name] = value
    return pairs


def texts(articles: Path | None) -> Text:
    """Return what gives the text of a passage, if there are articles."""
    from kg.citations.footnotes import no_text

    if articles is None:
        return no_text
    from kg.claims.articles import Articles

    return Articles(articles).text

"""Solutions as data frames: numbers are numbers, days are days, and what is mixed is text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.sparql.presentation.terms import python_value
from kg.vocabulary.terms import RdfTerm

if TYPE_CHECKING:
    import pandas
    import polars

_MOST = (1 << 63) - 1


class Column(NamedTuple):
    """The values of a variable, ``None`` where it is unbound, all of one kind.

    ``kind`` is ``integer`` (of 64 bits), ``number``, ``boolean``, ``day``, ``moment`` (in UTC),
    ``local`` (a moment that has no zone) or ``text``.
    """

    kind: str
    values: list[Any]


def column(terms: Sequence[RdfTerm | None]) -> Column:
    """Return terms as a column: of values where all are of one kind, else of their texts.

    ``"2025-09"^^xsd:gYearMonth`` and ``"2025-09-03"^^xsd:date`` make a column of texts.
    """
    values = [python_value(term) for term in terms]
    kind = _kind([value for value in values if value is not None])
    if kind == "text":
        return Column(kind, [None if term is None else _text(term) for term in terms])
    if kind == "number":
        values = [None if value is None else float(value) for value in values]
    elif kind == "moment":
        values = [value and value.astimezone(UTC) for value in values]
    return Column(kind, values)


def _kind(values: list[Any]) -> str:
    types = {type(value) for value in values}
    if types == {int}:
        return "integer" if all(abs(value) <= _MOST for value in values) else "text"
    if types and types <= {int, float, Decimal}:
        return "number"
    if types == {datetime}:
        zones = {value.tzinfo is not None for value in values}
        return {frozenset({True}): "moment", frozenset({False}): "local"}.get(
            frozenset(zones), "text"
        )
    return {frozenset({bool}): "boolean", frozenset({date}): "day"}.get(frozenset(types), "text")


def _text(term: RdfTerm) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


_PANDAS = {
    "integer": "Int64", "number": "float64", "boolean": "boolean", "day": "datetime64[s]",
    "moment": "datetime64[us, UTC]", "local": "datetime64[us]", "text": "object",
}  # fmt: skip


def to_pandas(columns: dict[str, Column]) -> pandas.DataFrame:
    """Return columns as a pandas data frame. Raises ``ImportError`` without pandas."""
    import pandas

    series = {n: pandas.Series(c.values, dtype=_PANDAS[c.kind]) for n, c in columns.items()}
    return pandas.DataFrame(series, columns=list(columns))


def to_polars(columns: dict[str, Column]) -> polars.DataFrame:
    """Return columns as a polars data frame. Raises ``ImportError`` without polars."""
    import polars

    kinds = {
        "integer": polars.Int64, "number": polars.Float64, "boolean": polars.Boolean,
        "day": polars.Date, "moment": polars.Datetime("us", "UTC"),
        "local": polars.Datetime("us"), "text": polars.String,
    }  # fmt: skip
    return polars.DataFrame(
        {n: polars.Series(n, c.values, dtype=kinds[c.kind]) for n, c in columns.items()}
    )

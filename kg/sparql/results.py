"""Answers to queries: solutions, a boolean or triples, and each in every format.

Solutions and booleans follow the SPARQL 1.1 results formats (JSON, XML, CSV and TSV); triples
any RDF 1.1 format. ``table`` is for people.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from kg.errors import OutputError
from kg.sparql.formats import RESULTS_FORMATS, misfit
from kg.sparql.presentation.rdf import serialize_rdf, triple_order
from kg.sparql.presentation.terms import json_term, python_value, shown

if TYPE_CHECKING:
    import pandas
    import polars

    from kg.sparql.presentation.frames import Column


class Boolean:
    """The answer to an ASK."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return self.value

    def __repr__(self) -> str:
        return f"Boolean({self.value})"

    def serialize(self, output: IO[bytes], format_name: str) -> None:
        """Write the boolean as json, xml, csv, tsv or table. Raises ``OutputError``."""
        if format_name == "table":
            output.write(f"{str(self.value).lower()}\n".encode())
            return
        # The serializer takes what a query returned, so let one return it.
        answer = ox.Store().query(f"ASK {{ FILTER ({str(self.value).lower()}) }}")
        _serialize_results(answer, output, format_name, "a boolean")


class Solutions:
    """The answer to a SELECT: solutions, read when they are needed and kept to be read again."""

    def __init__(self, solutions: ox.QuerySolutions) -> None:
        self.variables: list[str] = [variable.value for variable in solutions.variables]
        self._rest: ox.QuerySolutions | None = solutions
        self._read: list[ox.QuerySolution] = []
        self._is_gone = False

    def __iter__(self) -> Iterator[ox.QuerySolution]:
        """Yield each solution; ``row["who"]`` is a term or ``None``, and so is ``row[0]``."""
        if self._is_gone:
            raise OutputError("the solutions were written without being kept; ask again")
        at = 0
        while at < len(self._read) or self._more():
            yield self._read[at]
            at += 1

    def _more(self) -> bool:
        """Read one more solution, if there is one."""
        row = next(self._rest, None) if self._rest else None
        if row is None:
            self._rest = None
            return False
        self._read.append(row)
        return True

    def __len__(self) -> int:
        """Return the number of solutions, all of which are read for it."""
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        """Tell whether there is a solution."""
        return any(True for _ in self)

    def __repr__(self) -> str:
        return f"Solutions({', '.join(self.variables)}: {len(self)})"

    def _repr_html_(self) -> str:
        """Return the first solutions as a table, for a notebook."""
        from kg.sparql.presentation.notebook import table

        return table(self.variables, [[shown(term) for term in row] for row in self])

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each solution as a dict from variable to Python value, ``None`` where unbound.

        Numbers, booleans and dates become Python's; every other literal its text, an IRI a
        ``str``.
        """
        return [
            {name: python_value(term) for name, term in zip(self.variables, row, strict=True)}
            for row in self
        ]

    def to_pandas(self) -> pandas.DataFrame:
        """Return the solutions as a pandas data frame. Raises ``ImportError`` without pandas.

        A column of numbers, days, moments or booleans is one of pandas; a mixed one is text.
        """
        from kg.sparql.presentation import frames

        return frames.to_pandas(self._columns())

    def to_polars(self) -> polars.DataFrame:
        """Return the solutions as a polars data frame. Raises ``ImportError`` without polars.

        A column of numbers, days, moments or booleans is one of polars; a mixed one is text.
        """
        from kg.sparql.presentation import frames

        return frames.to_polars(self._columns())

    def _columns(self) -> dict[str, Column]:
        from kg.sparql.presentation.frames import column

        rows = list(self)
        return {name: column([row[n] for row in rows]) for n, name in enumerate(self.variables)}

    def serialize(
        self,
        output: IO[bytes],
        format_name: str,
        width: int | None = None,
        *,
        keep: bool = True,
    ) -> None:
        """Write the solutions as json, xml, csv, tsv or table. Raises ``OutputError``.

        ``width`` is the number of columns that a table has room for; ``None`` for any. Solutions
        that are not to be kept are written as the engine finds them: faster, and only once.
        """
        if format_name == "table":
            from kg.sparql.presentation.table import table

            rows = [[shown(term) for term in row] for row in self]
            output.write(table(self.variables, rows, width).encode())
        elif keep or self._read or not self._rest:
            _serialize_results(self._again(), output, format_name, "solutions")
        else:
            self._is_gone = True
            _serialize_results(self._rest, output, format_name, "solutions")

    def _again(self) -> ox.QuerySolutions:
        """Return the solutions as the engine's serializer takes them."""
        bindings = [
            {name: json_term(term) for name, term in zip(self.variables, row, strict=True) if term}
            for row in self
        ]
        whole = {"head": {"vars": self.variables}, "results": {"bindings": bindings}}
        again = ox.parse_query_results(json.dumps(whole), format=ox.QueryResultsFormat.JSON)
        assert isinstance(again, ox.QuerySolutions)
        return again


class Triples:
    """The answer to a CONSTRUCT or DESCRIBE: triples, each once, sorted."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._triples = triples

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """The triples in the order of a dump."""
        return sorted(set(self._triples), key=triple_order)

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.triples)

    def __len__(self) -> int:
        return len(self.triples)

    def __repr__(self) -> str:
        return f"Triples({len(self)})"

    def _repr_html_(self) -> str:
        """Return the first triples as a table, for a notebook."""
        from kg.sparql.presentation.notebook import table

        rows = [[shown(term) for term in triple] for triple in self.triples]
        return table(["subject", "predicate", "object"], rows)

    def serialize(self, output: IO[bytes], format_name: str) -> None:
        """Write the triples in an RDF format. Raises ``OutputError`` for any other."""
        if format_name == "table":
            format_name = "turtle"
        serialize_rdf(self.triples, output, format_name)


Answer: TypeAlias = Solutions | Boolean | Triples


def answer(raw: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    """Wrap what the engine answers."""
    if isinstance(raw, ox.QueryBoolean):
        return Boolean(bool(raw))
    return Solutions(raw) if isinstance(raw, ox.QuerySolutions) else Triples(raw)


def _serialize_results(
    raw: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    output: IO[bytes],
    format_name: str,
    what: str,
) -> None:
    if format_name not in RESULTS_FORMATS:
        raise OutputError(misfit(format_name, what, RESULTS_FORMATS))
    assert not isinstance(raw, ox.QueryTriples)
    if format_name == "xml":
        from kg.sparql.presentation.xml import XmlOutput

        output = XmlOutput(output)  # type: ignore[assignment]
    raw.serialize(output, format=RESULTS_FORMATS[format_name])

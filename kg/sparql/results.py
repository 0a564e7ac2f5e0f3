"""Answers to queries: solutions, a boolean or triples, and each in every format.

Solutions and booleans follow the SPARQL 1.1 results formats (JSON, XML, CSV and TSV); triples
any RDF 1.1 format. ``table`` is for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from kg.errors import OutputError
from kg.sparql.formats import RDF_FORMATS, RESULTS_FORMATS
from kg.vocabulary.context import context
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

if TYPE_CHECKING:
    import pandas
    import polars


class Boolean:
    """The answer to an ASK."""

    def __init__(self, value: bool) -> None:
        self.value = value

    def __bool__(self) -> bool:
        return self.value

    def serialize(self, output: IO[bytes], format_name: str) -> None:
        """Write the boolean as json, xml, csv, tsv or table. Raises ``OutputError``."""
        if format_name == "table":
            output.write(f"{str(self.value).lower()}\n".encode())
            return
        # The serializer takes what a query returned, so let one return it.
        answer = ox.Store().query(f"ASK {{ FILTER ({str(self.value).lower()}) }}")
        _serialize_results(answer, output, format_name, "a boolean")


class Solutions:
    """The answer to a SELECT: iterate once over its solutions, or turn it into something."""

    def __init__(self, solutions: ox.QuerySolutions) -> None:
        self._solutions = solutions
        self.variables: list[str] = [variable.value for variable in solutions.variables]

    def __iter__(self) -> Iterator[ox.QuerySolution]:
        return iter(self._solutions)

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
        """Return the solutions as a pandas data frame. Raises ``ImportError`` without pandas."""
        import pandas

        return pandas.DataFrame(self.to_dicts(), columns=self.variables)

    def to_polars(self) -> polars.DataFrame:
        """Return the solutions as a polars data frame. Raises ``ImportError`` without polars."""
        import polars

        return polars.DataFrame(self.to_dicts(), schema=self.variables, infer_schema_length=None)

    def serialize(self, output: IO[bytes], format_name: str, width: int | None = None) -> None:
        """Write the solutions as json, xml, csv, tsv or table. Raises ``OutputError``.

        ``width`` is the number of columns that a table has room for; ``None`` for any.
        """
        if format_name == "table":
            from kg.sparql.table import table

            rows = [[shown(term) for term in row] for row in self]
            output.write(table(self.variables, rows, width).encode())
        else:
            _serialize_results(self._solutions, output, format_name, "solutions")


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

    def serialize(self, output: IO[bytes], format_name: str) -> None:
        """Write the triples in an RDF format. Raises ``OutputError`` for any other."""
        if format_name == "table":
            format_name = "turtle"
        serialize_rdf(self.triples, output, format_name)


# Where a subject begins in Turtle as the engine writes it: a line of its own, not indented.
_SUBJECT = re.compile(rb"^(?![\t@])", re.MULTILINE)

Answer: TypeAlias = Solutions | Boolean | Triples


def answer(raw: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Answer:
    """Wrap what the engine answers."""
    if isinstance(raw, ox.QueryBoolean):
        return Boolean(bool(raw))
    return Solutions(raw) if isinstance(raw, ox.QuerySolutions) else Triples(raw)


def serialize_rdf(
    statements: list[ox.Triple] | list[ox.Quad], output: IO[bytes], format_name: str
) -> None:
    """Write triples or quads in an RDF format, with the prefixes that they use.

    Raises ``OutputError`` where the format is none of RDF.
    """
    if format_name not in RDF_FORMATS:
        raise OutputError(_misfit(format_name, "triples", RDF_FORMATS))
    iris = {term.value for term in _named_nodes(statements)}
    used = {context().compact(iri).partition(":")[0] for iri in iris}
    prefixes = {k: v for k, v in sorted(context().prefixes.items()) if k in used}
    data = ox.serialize(statements, format=RDF_FORMATS[format_name], prefixes=prefixes)
    assert data is not None
    if format_name == "turtle":
        data = _SUBJECT.sub(b"\n", data)
    output.write(data)


def triple_order(statement: ox.Triple | ox.Quad) -> tuple[str, bool, str, str]:
    """Sort by subject, its class first, then by predicate and object."""
    s, p, o = statement[0], statement[1], statement[2]
    assert not isinstance(s, ox.Triple)
    return s.value, p != RDF_TYPE, p.value, str(o)


def quad_order(quad: ox.Quad) -> tuple[str, tuple[str, bool, str, str]]:
    """Sort by graph, the default graph first, then as triples."""
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
    return graph, triple_order(quad)


def shown(term: RdfTerm | None) -> str:
    """Return a term as people read it: a literal's text, an IRI with its prefix."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return context().compact(term.value)
    return term.value if isinstance(term, ox.Literal) else str(term)


def python_value(term: RdfTerm | None) -> Any:  # noqa: ANN401
    """Return a term as a Python value; an ill-typed literal stays text."""
    if not isinstance(term, ox.Literal):
        return None if term is None else getattr(term, "value", str(term))
    from kg.vocabulary import datatypes

    return datatypes.value(term.value, term.datatype.value)


def _serialize_results(
    raw: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    output: IO[bytes],
    format_name: str,
    what: str,
) -> None:
    if format_name not in RESULTS_FORMATS:
        raise OutputError(_misfit(format_name, what, RESULTS_FORMATS))
    assert not isinstance(raw, ox.QueryTriples)
    raw.serialize(output, format=RESULTS_FORMATS[format_name])


def _misfit(format_name: str, what: str, formats: dict[str, Any]) -> str:
    return f"{what} cannot be written as {format_name}; choose one of {', '.join(formats)}"


def _named_nodes(statements: list[ox.Triple] | list[ox.Quad]) -> Iterator[ox.NamedNode]:
    for statement in statements:
        for term in statement:
            if isinstance(term, ox.NamedNode):
                yield term
            elif isinstance(term, ox.Literal):
                yield term.datatype

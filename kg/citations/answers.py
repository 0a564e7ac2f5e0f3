"""Cited answers: solutions, a boolean or triples with their citations, in every format.

A table has numbered footnotes for claims and lettered ones for the rest; JSON a ``citations``
member with one entry for each binding set, in their order; CSV a column; RDF what PROV says of
each triple.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import pyoxigraph as ox

from kg.citations.citer import Citation, QueryCiter
from kg.citations.footnotes import Footnotes, Text, in_line, members, no_text, notes
from kg.claims.sources import Claim, Sources
from kg.errors import OutputError
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.presentation.rdf import serialize_rdf
from kg.sparql.presentation.terms import json_term, shown
from kg.vocabulary.context import named
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

_FORMATS = ("table", "json", "csv")


class CitedSolutions:
    """The solutions of a SELECT, each with its citation."""

    def __init__(
        self, variables: list[str], rows: list[tuple[RdfTerm | None, ...]], cited: list[Citation]
    ) -> None:
        self.variables = variables
        self.rows = rows
        self.citations = cited

    def serialize(
        self, output: IO[bytes], format_name: str, width: int | None = None, text: Text = no_text
    ) -> None:
        """Write them as table, json or csv. Raises ``OutputError`` for any other format."""
        writers = {"table": self._table, "json": self._json, "csv": self._csv}
        if format_name not in writers:
            raise OutputError(_misfit(format_name, "solutions", _FORMATS))
        output.write(writers[format_name](width, text).encode())

    def _table(self, width: int | None, text: Text) -> str:
        from kg.sparql.presentation.table import table

        footnotes = Footnotes(text)
        rows = [
            [*map(shown, row), footnotes.refer(citation)]
            for row, citation in zip(self.rows, self.citations, strict=True)
        ]
        lines = "".join(f"{line}\n" for line in footnotes.folded(width))
        head = [*self.variables, self._column("cites")]
        return table(head, rows, width) + ("\n" + lines if lines else "")

    def _json(self, _: int | None, text: Text) -> str:
        bindings = [
            {name: json_term(term) for name, term in zip(self.variables, row, strict=True) if term}
            for row in self.rows
        ]
        whole = {
            "head": {"vars": self.variables},
            "results": {"bindings": bindings},
            **members(self.citations, text),
        }
        return json.dumps(whole, ensure_ascii=False) + "\n"

    def _csv(self, _: int | None, text: Text) -> str:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow([*self.variables, self._column("citations")])
        for row, citation in zip(self.rows, self.citations, strict=True):
            writer.writerow([*map(_csv_term, row), in_line(citation, text)])
        return buffer.getvalue()

    def _column(self, name: str) -> str:
        """Return the name of the column of citations: none that the query has."""
        while name in self.variables:
            name += "_"
        return name


class CitedBoolean:
    """The answer to an ASK with its citation."""

    def __init__(self, value: bool, citation: Citation) -> None:
        self.value = value
        self.citation = citation

    def __bool__(self) -> bool:
        return self.value

    def serialize(
        self, output: IO[bytes], format_name: str, width: int | None = None, text: Text = no_text
    ) -> None:
        """Write it as table or json. Raises ``OutputError`` for any other format."""
        if format_name == "json":
            whole = {"head": {}, "boolean": self.value, **members([self.citation], text)}
            output.write((json.dumps(whole, ensure_ascii=False) + "\n").encode())
        elif format_name == "table":
            footnotes = Footnotes(text)
            footnotes.refer(self.citation)
            lines = [str(self.value).lower(), "", *footnotes.folded(width)]
            output.write("".join(f"{line}\n" for line in lines).encode())
        else:
            raise OutputError(_misfit(format_name, "a boolean", ("table", "json")))


class CitedTriples:
    """The triples of a CONSTRUCT or DESCRIBE, each with its citation."""

    def __init__(self, triples: list[ox.Triple], cited: list[Citation], sources: Sources) -> None:
        self.triples = triples
        self.citations = cited
        self._sources = sources

    def serialize(
        self, output: IO[bytes], format_name: str, width: int | None = None, text: Text = no_text
    ) -> None:
        """Write them in an RDF format, with an ``rdf:Statement`` of each that says its claims.

        Raises ``OutputError`` for any other format. Texts of passages are never part of RDF.
        """
        format_name = "turtle" if format_name == "table" else format_name
        if format_name not in RDF_FORMATS:
            raise OutputError(_misfit(format_name, "triples", tuple(RDF_FORMATS)))
        said: list[ox.Triple] = [*self.triples]
        claims: dict[Claim, None] = {}
        for number, (triple, citation) in enumerate(zip(self.triples, self.citations, strict=True)):
            said += _statement(ox.BlankNode(f"statement{number + 1}"), triple, citation)
            claims.update(dict.fromkeys(citation.claims))
        for claim in claims:
            said += self._sources.description(claim.iri)
        serialize_rdf(list(dict.fromkeys(said)), output, format_name)


def _statement(node: ox.BlankNode, triple: ox.Triple, citation: Citation) -> Iterator[ox.Triple]:
    """Yield what PROV says of a triple: from which claims it was derived."""
    yield ox.Triple(node, RDF_TYPE, named("rdf:Statement"))
    for name, term in zip(("subject", "predicate", "object"), triple, strict=True):
        yield ox.Triple(node, named(f"rdf:{name}"), term)
    for claim in citation.claims:
        yield ox.Triple(node, named("prov:wasDerivedFrom"), claim.iri)
    for note in notes(citation):
        yield ox.Triple(node, named("rdfs:comment"), ox.Literal(note, language="en"))


def _csv_term(term: RdfTerm | None) -> str:
    """Return a term as the SPARQL 1.1 Query Results CSV Format has it (section 3.2)."""
    if isinstance(term, ox.BlankNode):
        return str(term)
    return "" if term is None else str(getattr(term, "value", term))


def _misfit(format_name: str, what: str, formats: Sequence[str]) -> str:
    return (
        f"{what} with citations cannot be written as {format_name}; choose {' or '.join(formats)}"
    )


CitedAnswer = CitedSolutions | CitedBoolean | CitedTriples


def answer(form: object, ask: Callable[[], Any], citer: QueryCiter) -> CitedAnswer:
    """Cite the answer to a query; ``ask`` has the engine give it, ``form`` is one of its form."""
    if isinstance(form, ox.QueryBoolean):
        value = bool(ask())
        return CitedBoolean(value, citer.boolean(value))
    if isinstance(form, ox.QueryTriples):
        return CitedTriples(*citer.triples(ask), citer.citer.sources)
    assert isinstance(form, ox.QuerySolutions)
    variables = [variable.value for variable in form.variables]
    return CitedSolutions(variables, *citer.solutions(variables, ask))

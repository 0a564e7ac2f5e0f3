"""The dataset that a request gives for an update (SPARQL 1.1 Protocol, section 2.2.3).

The engine takes it only as part of the text, so it is written there: as ``USING`` before each
``WHERE`` of an operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.errors import QueryError, RequestError
from kg.sparql.tokens import tokens


def using(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """Return an update over the dataset of some graphs; as it is where none are given.

    Raises ``RequestError`` where the text says itself which graphs, with USING or WITH.
    """
    if not default and not named:
        return text
    clauses = [f"USING <{iri}>" for iri in default] + [f"USING NAMED <{iri}>" for iri in named]
    if any(set(iri) & set('<>"{}|\\^` \n') for iri in (*default, *named)):
        raise RequestError(400, "a graph is named by an absolute IRI")
    pieces, end = [], 0
    for offset, insertion in _insertions(text, f" {' '.join(clauses)} "):
        pieces += [text[end:offset], insertion]
        end = offset
    return "".join([*pieces, text[end:]])


def _insertions(text: str, clauses: str) -> Iterator[tuple[int, str]]:
    """Yield what is to be inserted, and where."""
    depth, previous = 0, ""
    for kind, word, offset in tokens(text):
        depth += (word == "{") - (word == "}")
        keyword = word.upper() if kind == "word" and not depth else ""
        if keyword in ("USING", "WITH"):
            raise RequestError(400, f"the update has {keyword}, and the request a dataset too")
        if keyword == "WHERE" and previous == "DELETE":
            # The short form has a pattern that is the template too: DELETE {…} USING … WHERE {…}.
            yield offset, _block(text, offset) + clauses
        elif keyword == "WHERE":
            yield offset, clauses
        previous = word.upper()


def _block(text: str, offset: int) -> str:
    """Return the first group in braces from an offset on."""
    depth, start = 0, -1
    for _, word, here in tokens(text[offset:]):
        if word == "{" and start < 0:
            start = here
        depth += (word == "{") - (word == "}")
        if start >= 0 and not depth:
            return text[offset + start : offset + here + 1]
    raise QueryError("DELETE WHERE without a pattern")

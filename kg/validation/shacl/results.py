"""What in a graph violates shapes (W3C SHACL, 3.6): each result with all that its query found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kg.validation.shacl.shapes import Constraint, Question, Shapes
from kg.vocabulary.context import context
from kg.vocabulary.terms import RdfTerm


class Result(NamedTuple):
    """A validation result (SHACL, 3.6): ``bindings`` are all that its query found."""

    constraint: Constraint
    focus: RdfTerm
    value: RdfTerm | None
    bindings: dict[str, RdfTerm]

    @property
    def message(self) -> str:
        """The message, with what was found in the place of ``{?name}``."""

        def found(match: re.Match[str]) -> str:
            term = self.bindings.get(match[1])
            return shown(term) if term else match[0]

        return re.sub(r"\{[?$](\w+)\}", found, self.constraint.message)


def results(store: ox.Store, shapes: Shapes) -> Iterator[Result]:
    """Yield what in the default graph of a store violates shapes, each result once."""
    seen = set()
    for question in shapes.questions:
        for result in _answers(store, question):
            key = (result.constraint, result.focus, result.value, result.message)
            if key not in seen:
                seen.add(key)
                yield result


def _answers(store: ox.Store, question: Question) -> Iterator[Result]:
    solutions = store.query(question.query)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        bound = {name: term for name, term in zip(names, solution, strict=True) if term is not None}
        row = bound.pop("row", None)
        constraint = question.constraints[int(row.value) if row else 0]
        focus = bound["this"]
        value = bound.get("value", focus if not constraint.shape.path else None)
        yield Result(constraint, focus, value, bound)


def shown(term: RdfTerm) -> str:
    """Return a term as people write it."""
    return context().compact(term.value) if isinstance(term, ox.NamedNode) else str(term.value)  # type: ignore[union-attr]

"""What a question names: the classes, properties, things and values in the text of an ASK query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, cached_property

import pyoxigraph as ox

from kg.sparql.engine import evaluate
from kg.sparql.tokens import tokens
from kg.vocabulary.ontology import ontology, rows
from kg.vocabulary.terms import LABEL, RdfTerm

_DAY = re.compile(r"(?<!\d)\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?(?!\d)", re.ASCII)
_PROPERTIES = """SELECT DISTINCT ?p { ?p a ?kind
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty } }"""
_TERMS = ("iri", "name", "number")
_SUFFIX = re.compile(r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(?:<[^<>\s]*>|[\w-]*:[\w.-]*\w)")
_NEGATIONS = ("NOT EXISTS", "MINUS")


@cache
def properties() -> frozenset[str]:
    """Return the properties of the ontology, and that of names."""
    return frozenset({LABEL.value, *(name for (name,) in rows(_PROPERTIES))})


class Question:
    """An ASK query by what it names outside of what it negates.

    ``ASK { ?m a ent:Meeting ; ent:participant id:ina MINUS { ?m ent:place id:sel } }`` names the
    class ``ent:Meeting``, the property ``ent:participant`` and the thing ``id:ina``.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def is_monotone(self) -> bool:
        """Whether more data never makes a no of a yes, as far as its keywords tell."""
        words = {word.upper() for kind, word, _ in tokens(self.text) if kind == "word"}
        return words.isdisjoint({"EXISTS", "MINUS", "OPTIONAL", "SELECT", "FROM"})

    @cached_property
    def terms(self) -> list[RdfTerm]:
        """The IRIs and literals, as the engine reads them."""
        start = next(at for kind, word, at in tokens(self.text) if word.upper() == "ASK")
        words = " ".join(_words(self.text[start:]))
        found = evaluate(
            f"{self.text[:start]} SELECT DISTINCT ?term {{ VALUES ?term {{ {words} }} }}",
            ox.Store(),
        )
        assert isinstance(found, ox.QuerySolutions)
        return [solution["term"] for solution in found]

    @cached_property
    def classes(self) -> list[ox.NamedNode]:
        """The classes of the ontology."""
        known = ontology().superclasses
        return [t for t in self.terms if isinstance(t, ox.NamedNode) and t.value in known]

    @cached_property
    def properties(self) -> list[ox.NamedNode]:
        """The properties of the ontology."""
        return [t for t in self.terms if isinstance(t, ox.NamedNode) and t.value in properties()]

    @cached_property
    def things(self) -> list[ox.NamedNode]:
        """The IRIs that are no terms of the ontology."""
        known = ontology().declared
        return [t for t in self.terms if isinstance(t, ox.NamedNode) and t.value not in known]

    @cached_property
    def literals(self) -> list[ox.Literal]:
        """The literals, with the next smaller and the next larger of each whole number."""
        found = [term for term in self.terms if isinstance(term, ox.Literal)]
        numbers = [term for term in found if re.fullmatch(r"[+-]?\d{1,15}", term.value)]
        beside = (ox.Literal(int(n.value) + step) for n in numbers for step in (-1, 1))
        return [*found, *beside]

    @cached_property
    def days(self) -> list[date]:
        """The first and last days of the dates, with the day before and the day after."""
        found: set[date] = set()
        for literal in self.literals:
            for match in _DAY.finditer(literal.value):
                found.update(_around(match.group()))
        return sorted(found)


def _words(text: str) -> Iterator[str]:
    """Yield the terms of a text, but of groups after NOT EXISTS and MINUS."""
    for kind, word, at in _positive(text):
        if kind == "string":
            suffix = _SUFFIX.match(text, at + len(word))
            yield word + (suffix.group() if suffix else "")
        elif kind in _TERMS and text[at - 2 : at] != "^^":
            yield word


def _positive(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the tokens of a text, but of groups after NOT EXISTS and MINUS."""
    depth, negated, previous = 0, 0, ""
    for kind, token, at in tokens(text):
        word = token.upper()
        depth += {"{": 1, "}": -1}.get(word, 0)
        if word == "{" and previous in _NEGATIONS and not negated:
            negated = depth
        if not negated:
            yield kind, token, at
        elif depth < negated:
            negated = 0
        previous = f"NOT {word}" if previous == "NOT" else word


def _around(text: str) -> Iterator[date]:
    from kg.vocabulary.dates import DateError, bounds

    try:
        for day in bounds(text):
            if day and date.min < day < date.max:
                yield from (day - timedelta(1), day, day + timedelta(1))
    except DateError:
        return

"""What a query text asks for: its triple patterns, and the values that variables are held against.

Sub-queries and the groups of EXISTS count, wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple, TypeAlias

from kg.lineage import syntax
from kg.lineage.syntax import Element, Expression, Path, Triple
from kg.sparql.tokens import tokens

_SIGNS = {"=", "!=", "<", ">", "<=", ">="}


Branch: TypeAlias = tuple[tuple[syntax.Union, int], ...]
"""In which group of which UNIONs an element stands, from the outermost on."""


class Pattern(NamedTuple):
    """A triple pattern or path pattern, and where it stands."""

    triple: Triple
    branch: Branch


class Comparison(NamedTuple):
    """A variable, with ``?``, and a term that it is compared with, as the text writes it.

    ``by_value`` where numbers of another datatype may be equal: by ``=``, but not in VALUES.
    """

    variable: str
    value: str
    by_value: bool
    branch: Branch

    def concerns(self, pattern: Pattern) -> bool:
        """Tell whether both may hold of one solution: not in two groups of one UNION."""
        here = {id(union): number for union, number in self.branch}
        return all(here.get(id(union), number) == number for union, number in pattern.branch)


def patterns(query: syntax.Select) -> Iterator[Pattern]:
    """Yield the triple patterns of a query."""
    for element, branch in _elements([query], ()):
        if isinstance(element, Triple):
            yield Pattern(element, branch)


def comparisons(query: syntax.Select) -> Iterator[Comparison]:
    """Yield what variables are compared with.

    ``FILTER (?l = "Beijing")``, ``?l IN ("Beijing")`` and ``VALUES ?l { "Beijing" }`` all hold
    ``?l`` against ``"Beijing"``.
    """
    for element, branch in _elements([query], ()):
        if isinstance(element, syntax.InlineData):
            for variable, value in _listed(element):
                yield Comparison(variable, value, by_value=False, branch=branch)
        for expression in expressions(element):
            for variable, value in _compared(expression.text):
                yield Comparison(variable, value, by_value=True, branch=branch)


def last_steps(path: Path | str) -> Iterator[str]:
    """Yield the properties by which a path may come to its end.

    ``ent:place/rdfs:label`` ends with ``rdfs:label``; an inverted property ends with none.
    """
    if isinstance(path, str):
        yield path
    elif path.op == "/":
        yield from last_steps(path.parts[-1])
    elif path.op not in "^!":
        for part in path.parts:
            yield from last_steps(part)


def _elements(elements: Iterable[Element], branch: Branch) -> Iterator[tuple[Element, Branch]]:
    for element in elements:
        yield element, branch
        for group, inner in _groups(element, branch):
            yield from _elements(group.elements, inner)
        if isinstance(element, syntax.Select) and element.values:
            yield element.values, branch


def _groups(element: Element, branch: Branch) -> Iterator[tuple[syntax.Group, Branch]]:
    if isinstance(element, syntax.Union):
        for number, group in enumerate(element.groups):
            yield group, (*branch, (element, number))
    elif isinstance(element, syntax.Optional | syntax.Minus | syntax.GraphPattern | syntax.Select):
        yield element.group, branch
    for expression in expressions(element):
        for exists in expression.exists:
            yield exists.group, branch


def expressions(element: Element) -> Iterator[Expression]:
    """Yield the expressions of an element itself, not those of what it holds.

    Example: of ``BIND (STR(?x) AS ?s)`` that is ``STR(?x)``; of a group in brackets, none.
    """
    if isinstance(element, syntax.Filter | syntax.Bind):
        yield element.expression
    elif isinstance(element, syntax.Select):
        named = (*element.items, *(element.grouping or ()))
        yield from (item.expression for item in named if isinstance(item, syntax.Bind))
        yield from (*element.having, *element.order)


def _listed(values: syntax.InlineData) -> Iterator[tuple[str, str]]:
    """Yield the terms of VALUES with the variables of their columns."""
    begun = values.text.index("{")
    names = [name.replace("$", "?") for name in values.variables]
    terms = [term for term in _terms(values.text[begun:]) if term not in ("{", "}", "(", ")")]
    for number, term in enumerate(terms):
        if term.upper() != "UNDEF":
            yield names[number % len(names)], term


def _compared(text: str) -> Iterator[tuple[str, str]]:
    """Yield ``?v = term``, ``term < ?v`` and the terms of ``?v IN (…)``."""
    terms = list(_terms(text))
    for before, sign, after in zip(terms, terms[1:], terms[2:], strict=False):
        if sign in _SIGNS:
            for one, other in ((before, after), (after, before)):
                if one[0] in "?$":
                    yield one.replace("$", "?"), other
    for at, word in enumerate(terms):
        if word.upper() == "IN" and at:
            yield from _members(terms[:at], terms[at + 2 :])


def _members(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the terms of a list up to its bracket, if a variable stands before IN or NOT IN."""
    *_, variable = (word for word in before if word.upper() != "NOT")
    if variable[0] in "?$":
        for term in takewhile(lambda word: word != ")", after):
            if term != ",":
                yield variable.replace("$", "?"), term


def _terms(text: str) -> Iterator[str]:
    """Yield words, signs and whole literals: ``"4"^^xsd:integer`` is one."""
    found = list(tokens(text))
    at = 0
    while at < len(found):
        kind, word, _ = found[at]
        at += 1
        if word in ("!", "<", ">") and at < len(found) and found[at][1] == "=":
            word, at = f"{word}=", at + 1
        if kind == "string" and at < len(found):
            if found[at][0] == "language":
                word, at = word + found[at][1], at + 1
            elif [t[1] for t in found[at : at + 2]] == ["^", "^"] and at + 2 < len(found):
                word, at = f"{word}^^{found[at + 2][1]}", at + 3
        yield word

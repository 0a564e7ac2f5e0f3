"""From a query to its witness queries: what to ask for all bindings behind each solution.

A *scope* is a query, a sub-query or the group of an EXISTS. Its *witness query* asks for every
variable of its pattern, so that each row, a *witness*, is one way in which the pattern was
matched (SPARQL 1.1 Query, section 18: a solution before projection, grouping and DISTINCT).
Markers are bound where a branch of a UNION or an OPTIONAL took part, copies keep what a
sub-query or an EXISTS was given. Paths are taken apart as section 18.2.2.4 says, but for those of
any length; their triples are looked for afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.lineage import syntax as patterns
from kg.lineage.syntax import (
    Bind,
    Filter,
    Graph,
    Group,
    Minus,
    Optional,
    Path,
    Select,
    Triple,
    Union,
    Values,
)
from kg.sparql import text as sparql


@dataclass(frozen=True)
class Used:
    """What a witness used where its ``guard`` is bound (always, where that is empty)."""

    guard: str

    def names(self) -> tuple[str, ...]:
        """Return the variables and other terms that say what it is."""
        return (self.guard,)


@dataclass(frozen=True)
class TripleUsed(Used):
    """A triple, in a graph (empty: the default graph); terms as the text writes them."""

    subject: str
    predicate: str
    object: str
    graph: str

    def names(self) -> tuple[str, ...]:  # noqa: D102
        return (self.guard, self.subject, self.predicate, self.object, self.graph)


@dataclass(frozen=True)
class PathUsed(Used):
    """A path of any length between two terms.

    ``loose`` where nothing else says which terms: then a path without a step needs some triple
    in which the term occurs (section 9.3: the terms of the graph).
    """

    subject: str
    path: Path
    object: str
    graph: str
    loose: bool

    def names(self) -> tuple[str, ...]:  # noqa: D102
        properties = patterns.steps(self.path)
        return (self.guard, self.subject, self.object, self.graph, *properties)


@dataclass(frozen=True)
class ScopeUsed(Used):
    """A solution of another scope: ``given`` are the variables that hold its key.

    Where the variable ``spared`` is true, it was not needed.
    """

    scope: Scope
    given: tuple[str, ...]
    spared: str = ""

    def names(self) -> tuple[str, ...]:  # noqa: D102
        return (self.guard, *self.given, self.spared)


@dataclass(frozen=True)
class GraphUsed(Used):
    """That there is a named graph, though none of its triples may be asked for."""

    name: str

    def names(self) -> tuple[str, ...]:  # noqa: D102
        return (self.guard, self.name)


@dataclass(frozen=True)
class AbsenceUsed(Used):
    """Nothing was found: the text of the pattern."""

    text: str


@dataclass
class Scope:
    """A witness query, the variables that are the key of its rows, and what rows use.

    ``keyed`` is, for a scope whose solutions are made of groups, a query for the solutions
    with the keys of their groups; ``projected`` are its variables without those keys.
    ``exists`` is the text of the group of an EXISTS; ``flat`` tells whether joining it with what
    it is given is the same as putting that in its place. ``gap`` says what is not itemised.
    """

    text: str
    key: tuple[str, ...]
    projected: tuple[str, ...] = ()
    keyed: str = ""
    exists: str = ""
    flat: bool = True
    gap: str = ""
    uses: list[Used] = field(default_factory=list)

    def columns(self) -> list[str]:
        """Return the variables to ask for: those of the key first, then what uses name."""
        named = [*self.key, *(v for use in self.uses for v in use.names() if is_variable(v))]
        return list(dict.fromkeys(named))

    def constants(self) -> Iterator[str]:
        """Yield the terms that uses name and that are no variables, here and in other scopes."""
        for use in self.uses:
            yield from (term for term in use.names() if term and not is_variable(term))
            if isinstance(use, ScopeUsed):
                yield from use.scope.constants()


def visible(group: Group) -> list[str]:
    """Return the variables in scope in a group (SPARQL 1.1 Query, section 18.2.1), in order."""
    return list(dict.fromkeys(v for element in group.elements for v in of(element)))


def of(element: patterns.Element) -> Iterable[str]:
    """Return the variables in scope after an element, those of it."""
    if isinstance(element, Triple):
        return [t for t in element if isinstance(t, str) and is_variable(t)]
    if isinstance(element, Bind):
        return [element.variable]
    if isinstance(element, Values):
        return element.variables
    if isinstance(element, Graph):
        name = [element.name] if is_variable(element.name) else []
        return [*name, *visible(element.group)]
    if isinstance(element, Union):
        return [v for group in element.groups for v in visible(group)]
    if isinstance(element, Select):
        return projected(element)
    return visible(element.group) if isinstance(element, Optional) else []


def certain(group: Group) -> set[str]:
    """Return variables that every solution of a group binds; there may be more."""
    return {v for element in group.elements for v in _certain(element)}


def _certain(element: patterns.Element) -> Iterable[str]:
    if isinstance(element, Triple):
        path = element.predicate
        return () if isinstance(path, Path) and path.may_be_empty else of(element)
    if isinstance(element, Values):
        return () if "UNDEF" in element.text.upper() else element.variables
    if isinstance(element, Graph):
        return {element.name} | certain(element.group)
    if isinstance(element, Union):
        return set.intersection(*map(certain, element.groups))
    if isinstance(element, Select) and not element.is_aggregate:
        return certain(element.group) & set(projected(element))
    return ()


def projected(select: Select) -> list[str]:
    """Return the variables that a query projects."""
    if select.everything:
        return visible(select.group)
    return [item.variable if isinstance(item, Bind) else item for item in select.items]


def template_variables(select: Select) -> tuple[str, ...]:
    """Return the variables of a CONSTRUCT's template that its pattern may bind."""
    known = set(visible(select.group))
    terms = (str(term) for triple in select.template for term in triple)
    return tuple(dict.fromkeys(term for term in terms if term in known))


def is_ground(select: Select) -> bool:
    """Tell whether a CONSTRUCT's template makes no blank nodes."""
    terms = (str(term) for triple in select.template for term in triple)
    known = template_variables(select)
    return all(term in known for term in terms if is_variable(term))


def is_variable(term: str) -> bool:
    """Tell whether a term as text is a variable."""
    return term[:1] in ("?", "$")


def is_flat(group: Group, given: set[str]) -> bool:
    """Tell whether nothing but joins below the top of a group mentions what it is given."""
    for element in group.elements:
        if isinstance(element, Minus | Select) and _mentions(element, given):
            return False
        nested = element.groups if isinstance(element, Union) else ()
        if isinstance(element, Graph | Optional):
            nested = (element.group,)
        for inner in nested:
            direct = [] if isinstance(element, Optional) else inner.elements
            if any(isinstance(e, Filter | Bind) and _mentions(e, given) for e in direct):
                return False
            if not is_flat(inner, given):
                return False
    return True


def _mentions(element: Minus | Select | Filter | Bind, names: set[str]) -> bool:
    if isinstance(element, Minus):
        text = element.group.text
    else:
        text = element.text if isinstance(element, Select) else element.expression.text
    return any(kind == "variable" and word in names for kind, word, _ in sparql.tokens(text))

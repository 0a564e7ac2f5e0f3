"""Which variables patterns bind, project and mention (SPARQL 1.1 Query, section 18.2.1).

In ``{ ?a ent:host ?b OPTIONAL { ?a ent:place ?c } }`` all three are *visible*, and ``?a`` and
``?b`` are *certain*: every solution binds them.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.lineage.syntax import (
    Bind,
    Element,
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


def visible(group: Group) -> list[str]:
    """Return the variables in block in a group (SPARQL 1.1 Query, section 18.2.1), in order."""
    return list(dict.fromkeys(v for element in group.elements for v in bound_by(element)))


def bound_by(element: Element) -> Iterable[str]:
    """Return the variables in block after an element, those of it."""
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


def _certain(element: Element) -> Iterable[str]:
    if isinstance(element, Triple):
        path = element.predicate
        return () if isinstance(path, Path) and path.may_be_empty else bound_by(element)
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


def is_decorrelatable(group: Group, correlated: set[str]) -> bool:
    """Tell whether joining a group with values of its variables is the same as putting them in.

    So it is of ``{ ?a ent:host ?b }`` with ``?a``, and not of ``{ ?b ent:host ?c MINUS { ?a
    ent:host ?c } }``, whose MINUS does not see the value of a join.
    """
    for element in group.elements:
        if isinstance(element, Minus | Select) and _mentions(element, correlated):
            return False
        nested = element.groups if isinstance(element, Union) else ()
        if isinstance(element, Graph | Optional):
            nested = (element.group,)
        for inner in nested:
            direct = [] if isinstance(element, Optional) else inner.elements
            if any(isinstance(e, Filter | Bind) and _mentions(e, correlated) for e in direct):
                return False
            if not is_decorrelatable(inner, correlated):
                return False
    return True


def _mentions(element: Minus | Select | Filter | Bind, names: set[str]) -> bool:
    if isinstance(element, Minus):
        text = element.group.text
    else:
        text = element.text if isinstance(element, Select) else element.expression.text
    return any(kind == "variable" and word in names for kind, word, _ in sparql.tokens(text))

"""Which variables patterns bind, project and mention (SPARQL 1.1 Query, section 18.2.1).

In ``{ ?a ent:host ?b OPTIONAL { ?a ent:place ?c } MINUS { ?a ent:reason ?d } }`` the first three
are *visible*; the pattern *mentions* all four.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.lineage.syntax import (
    Bind,
    Blank,
    Element,
    Filter,
    GraphPattern,
    Group,
    InlineData,
    Minus,
    Optional,
    Select,
    Triple,
    Union,
)


def visible(group: Group) -> list[str]:
    """Return the variables that a group may bind, in order."""
    return list(dict.fromkeys(v for element in group.elements for v in bound_by(element)))


def bound_by(element: Element) -> Iterable[str]:
    """Return the variables that what stands in a group may bind.

    Example: ``OPTIONAL { ?x ent:host ?y }`` may bind ``?x`` and ``?y``; a FILTER, none.
    """
    if isinstance(element, Triple):
        terms = (term for term in element if isinstance(term, str) and is_variable(term))
        return [term for term in terms if not isinstance(term, Blank)]
    if isinstance(element, Bind):
        return [element.variable]
    if isinstance(element, InlineData):
        return element.variables
    if isinstance(element, GraphPattern):
        name = [element.name] if is_variable(element.name) else []
        return [*name, *visible(element.group)]
    if isinstance(element, Union):
        return [v for group in element.groups for v in visible(group)]
    if isinstance(element, Select):
        return projected(element)
    return visible(element.group) if isinstance(element, Optional) else []


def projected(select: Select) -> list[str]:
    """Return the variables that a query projects."""
    return [item.variable if isinstance(item, Bind) else item for item in select.items]


def template_variables(select: Select) -> tuple[str, ...]:
    """Return the variables of a CONSTRUCT's template that its pattern may bind."""
    known = set(visible(select.group)) | set(select.values.variables if select.values else ())
    terms = (term for triple in select.template for term in triple)
    return tuple(dict.fromkeys(t for t in terms if isinstance(t, str) and t in known))


def is_variable(term: object) -> bool:
    """Tell whether a term as text is a variable."""
    return isinstance(term, str) and term[:1] == "?"


def is_decorrelatable(group: Group, correlated: set[str]) -> bool:
    """Tell whether joining a group with values of its variables is the same as putting them in.

    So it is of ``{ ?a ent:host ?b }`` with ``?a``, and not of ``{ ?b ent:host ?c MINUS { ?a
    ent:host ?c } }``, whose MINUS does not see the value of a join.
    """
    for element in group.elements:
        if isinstance(element, Bind) and element.variable in correlated:
            return False
        if isinstance(element, Minus | Select) and _mentions(element, correlated):
            return False
        nested = element.groups if isinstance(element, Union) else ()
        if isinstance(element, GraphPattern | Optional):
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
        return not names.isdisjoint(element.group.mentions)
    if isinstance(element, Select):
        return not names.isdisjoint(element.mentions)
    return not names.isdisjoint(element.expression.mentions)


def column(item: str | Bind) -> str:
    """Return an item of a SELECT as the text has it: ``?a`` or ``(?n + 1 AS ?m)``."""
    if isinstance(item, Bind):
        return f"({item.expression.text} AS {item.variable})"
    return item

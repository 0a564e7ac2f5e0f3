"""The core constraint components of SHACL (section 4) as SPARQL: when a value conforms.

An entry of ``TESTS`` makes an expression over ``?value`` (and ``?this``, the focus node) from the
component's parameter, one of ``LISTS`` from the members of its list; one of ``COUNTS`` makes a
search of a path and the number that limits its values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import ShapesError
from kg.vocabulary.context import context, named
from kg.vocabulary.terms import RdfTerm


class Search(NamedTuple):
    """A query for what violates a component, but for the target of its shape.

    ``pattern`` goes on where ``?this`` is a focus node; ``grouped`` stands after the whole pattern.
    """

    variables: str
    pattern: str
    grouped: str = ""


def unlike(path: str, test: str) -> Search:
    """Search for values of a path, or for focus nodes where it is empty, that fail a test."""
    values = f"?this {path} ?value" if path else "BIND (?this AS ?value)"
    return Search("?this ?value", f"{values} FILTER (!({test}))")


def too_many(path: str, most: str) -> Search:
    """Search for focus nodes with more than so many values of a path."""
    if most == "1":
        return Search("?this", f"?this {path} ?v, ?w FILTER (!SAMETERM(?v, ?w))")
    grouped = f"GROUP BY ?row ?this HAVING (COUNT(DISTINCT ?v) > {most})"
    return Search("?this", f"?this {path} ?v", grouped)


def too_few(path: str, least: str) -> Search:
    """Search for focus nodes with fewer than so many values of a path."""
    if least == "1":
        return Search("?this", f"FILTER NOT EXISTS {{ ?this {path} ?v }}")
    grouped = f"GROUP BY ?row ?this HAVING (COUNT(DISTINCT ?v) < {least})"
    return Search("?this", f"OPTIONAL {{ ?this {path} ?v }}", grouped)


COUNTS: Mapping[str, Callable[[str, str], Search]] = {
    "sh:minCount": too_few,
    "sh:maxCount": too_many,
}

# Datatypes whose lexical form SPARQL checks by casting; others take any.
_CAST = frozenset(
    named(f"xsd:{name}") for name in ("date", "gYear", "gYearMonth", "integer", "decimal")
)
_KINDS = {
    named("sh:IRI"): "isIRI(?value)",
    named("sh:Literal"): "isLiteral(?value)",
    named("sh:BlankNodeOrIRI"): "!isLiteral(?value)",
}


def _datatype(datatype: RdfTerm) -> str:
    formed = f" && BOUND(?value) && COALESCE({datatype}(STR(?value)) = ?value, false)"
    cast = formed if datatype in _CAST else ""
    return f"isLiteral(?value) && DATATYPE(?value) = {datatype}{cast}"


def _kind(kind: RdfTerm) -> str:
    if not isinstance(kind, ox.NamedNode) or kind not in _KINDS:
        raise ShapesError(f"the node kind {kind} is not supported in shapes")
    return _KINDS[kind]


def _compared(operator: str) -> Callable[[RdfTerm], str]:
    return lambda prop: (
        f"NOT EXISTS {{ ?this {prop} ?limit FILTER (!COALESCE(?value {operator} ?limit, false)) }}"
    )


TESTS: Mapping[str, Callable[[RdfTerm], str]] = {
    "sh:class": lambda cls: f"EXISTS {{ ?value a {cls} }}",
    "sh:datatype": _datatype,
    "sh:nodeKind": _kind,
    "sh:pattern": lambda text: f"!isBlank(?value) && REGEX(STR(?value), {text})",
    "sh:minLength": lambda n: f"!isBlank(?value) && STRLEN(STR(?value)) >= {n}",
    "sh:minInclusive": lambda limit: f"COALESCE(?value >= {limit}, false)",
    "sh:disjoint": lambda prop: f"NOT EXISTS {{ ?this {prop} ?value }}",
    "sh:lessThan": _compared("<"),
    "sh:lessThanOrEquals": _compared("<="),
}
LISTS: Mapping[str, Callable[[Sequence[RdfTerm]], str]] = {
    "sh:in": lambda members: f"?value IN ({', '.join(map(str, members))})",
    "sh:languageIn": lambda tags: " || ".join(f"LANGMATCHES(LANG(?value), {tag})" for tag in tags),
}


def component(parameter: ox.NamedNode) -> str:
    """Return the IRI of a parameter's component: of sh:class, sh:ClassConstraintComponent."""
    word = context().compact(parameter.value).partition(":")[2]
    return named(f"sh:{word[0].upper()}{word[1:]}ConstraintComponent").value

"""The core constraint components of SHACL (section 4) as SPARQL: when a value conforms.

An entry of ``TESTS`` makes an expression over ``?value`` (and ``?this``, the focus node) from the
component's parameter, one of ``LISTS`` from the members of its list; ``COUNTS`` are whole queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyoxigraph as ox

from kg.errors import ShapesError
from kg.vocabulary import RdfTerm, context, named


def count(word: str, target: str, path: str, limit: str) -> str:
    """Return the query for focus nodes with too few (sh:minCount) or too many values of a path."""
    if word == "sh:maxCount":
        counted = f"{{ {target} ?this {path} ?v }} GROUP BY ?this"
        return f"SELECT ?this {counted} HAVING (COUNT(DISTINCT ?v) > {limit})"
    if limit == "1":  # as most are, and this takes a third of the time
        return f"SELECT ?this {{ {target} FILTER NOT EXISTS {{ ?this {path} ?v }} }}"
    counted = f"{{ {target} OPTIONAL {{ ?this {path} ?v }} }} GROUP BY ?this"
    return f"SELECT ?this {counted} HAVING (COUNT(DISTINCT ?v) < {limit})"


COUNTS = ("sh:minCount", "sh:maxCount")

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

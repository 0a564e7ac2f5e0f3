"""The core constraint components of SHACL (section 4) in SPARQL.

``TESTS`` and ``LISTS`` make an expression that is true of a ``?value`` that conforms, from the
parameter or the members of its list; it is false, and no error, of any other. ``SEARCHES`` make
searches for what violates a component, where that is no question of one value. Each holds what it
may be given (``Parameter``), for an ill-formed parameter is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox

from kg.vocabulary import datatypes
from kg.vocabulary.context import compact, named
from kg.vocabulary.terms import RdfTerm


class Violating(NamedTuple):
    """A query for what violates a component, but for the target of its shape.

    ``pattern`` goes on where ``?this`` is a focus node; ``grouped`` stands after the whole pattern.
    """

    variables: str
    pattern: str
    grouped: str = ""


MEMBER = "<urn:entente:member>"
"""Stands for ``a``, or for ``a/rdfs:subClassOf*`` where the data has subclasses."""


def values(path: str) -> str:
    """Return the pattern that makes ``?value`` a value node of the focus node (SHACL, 2.1.3)."""
    return f"?this {path} ?value" if path else "BIND (?this AS ?value)"


def unlike(path: str, test: str) -> Violating:
    """Search for values of a path, or for focus nodes where it is empty, that fail a test."""
    return Violating("?this ?value", f"{values(path)} FILTER (!({test}))")


# ── Searches by path and parameter ───────────────────────────────────────────


def _too_many(path: str, most: RdfTerm) -> list[Violating]:
    number = int(most.value)  # type: ignore[union-attr]
    if number == 1:
        return [Violating("?this", f"?this {path} ?v, ?w FILTER (!SAMETERM(?v, ?w))")]
    grouped = f"GROUP BY ?row ?this HAVING (COUNT(DISTINCT ?v) > {number})"
    return [Violating("?this", f"?this {path} ?v", grouped)]


def _too_few(path: str, least: RdfTerm) -> list[Violating]:
    number = int(least.value)  # type: ignore[union-attr]
    if number == 1:
        return [Violating("?this", f"FILTER NOT EXISTS {{ ?this {path} ?v }}")]
    grouped = f"GROUP BY ?row ?this HAVING (COUNT(DISTINCT ?v) < {number})"
    return [Violating("?this", f"OPTIONAL {{ ?this {path} ?v }}", grouped)]


def _equals(path: str, prop: RdfTerm) -> list[Violating]:
    lacking = f"FILTER NOT EXISTS {{ ?this {prop} ?value }}"
    there = f"NOT EXISTS {{ ?this {path} ?value }}" if path else "!SAMETERM(?this, ?value)"
    return [
        Violating("?this ?value", f"{values(path)} {lacking}"),
        Violating("?this ?value", f"?this {prop} ?value FILTER ({there})"),
    ]


def _compared(operator: str) -> Callable[[str, RdfTerm], list[Violating]]:
    def searches(path: str, prop: RdfTerm) -> list[Violating]:
        unequal = f"FILTER (!COALESCE(?value {operator} ?limit, false))"
        return [Violating("?this ?value ?limit", f"{values(path)} . ?this {prop} ?limit {unequal}")]

    return searches


def _unique_languages(path: str, wanted: RdfTerm) -> list[Violating]:
    twice = "FILTER (!SAMETERM(?v, ?w) && ?language != '' && ?language = LCASE(LANG(?w)))"
    once = f"?this {path} ?v, ?w FILTER (isLiteral(?v) && isLiteral(?w))"
    return [Violating("?this ?language", f"{once} BIND (LCASE(LANG(?v)) AS ?language) {twice}")]


def _has_value(path: str, value: RdfTerm) -> list[Violating]:
    if isinstance(value, ox.BlankNode):  # another than any of the data
        return [Violating("?this", "")]
    there = f"EXISTS {{ ?this {path} {value} }}" if path else f"SAMETERM(?this, {value})"
    return [Violating("?this", f"FILTER (!{there})")]


def closed(path: str, allowed: Sequence[RdfTerm]) -> Violating:
    """Search for values of other properties than those allowed (SHACL, 4.8.1)."""
    node = "?node" if path else "?this"
    nodes = f"?this {path} ?node ." if path else ""
    others = f"FILTER (?by NOT IN ({', '.join(map(str, allowed))}))" if allowed else ""
    return Violating("?this ?by ?value", f"{nodes} {node} ?by ?value {others}")


SEARCHES: Mapping[str, Callable[[str, RdfTerm], list[Violating]]] = {
    "sh:minCount": _too_few,
    "sh:maxCount": _too_many,
    "sh:equals": _equals,
    "sh:lessThan": _compared("<"),
    "sh:lessThanOrEquals": _compared("<="),
    "sh:uniqueLang": _unique_languages,
    "sh:hasValue": _has_value,
}

# ── Tests of a value ─────────────────────────────────────────────────────────

# Datatypes whose lexical form the engine checks by casting.
_CAST = frozenset(
    named(f"xsd:{name}")
    for name in (
        "date", "time", "dateTime", "gYear", "gMonth", "gDay", "gYearMonth", "gMonthDay",
        "duration", "yearMonthDuration", "dayTimeDuration",
    )
)  # fmt: skip
# Those of which the engine computes with some values only; their forms are in the table.
_FORMED = frozenset(
    named(f"xsd:{name}") for name in ("boolean", "integer", "decimal", "double", "float")
)
_UNCHECKED = frozenset(
    {
        *(
            ox.NamedNode(f"{named('xsd:string').value[:-6]}{name}")
            for name in ("hexBinary", "base64Binary")
        ),
        *(
            ox.NamedNode(f"{named('rdf:type').value[:-4]}{name}")
            for name in ("XMLLiteral", "HTML", "JSON")
        ),
    }
)
_KINDS: Mapping[RdfTerm, str] = {
    named("sh:IRI"): "isIRI(?value)",
    named("sh:Literal"): "isLiteral(?value)",
    named("sh:BlankNode"): "isBlank(?value)",
    named("sh:BlankNodeOrIRI"): "!isLiteral(?value)",
    named("sh:BlankNodeOrLiteral"): "!isIRI(?value)",
    named("sh:IRIOrLiteral"): "!isBlank(?value)",
}


def _datatype(datatype: RdfTerm) -> str:
    formed = ""
    if datatype in _CAST:
        formed = f" && COALESCE(isLiteral({datatype}(STR(?value))), false)"
    elif datatype in _FORMED:
        form = ox.Literal(f"^({datatypes.of(datatype.value).form})$")  # type: ignore[union-attr]
        formed = f" && REGEX(STR(?value), {form})"
    return f"isLiteral(?value) && DATATYPE(?value) = {datatype}{formed}"


def _ordered(operator: str) -> Callable[[RdfTerm], str]:
    return lambda limit: f"COALESCE(?value {operator} {limit}, false)"


def _language(tags: Sequence[RdfTerm]) -> str:
    tests = [f"LANGMATCHES(LANG(?value), {tag})" for tag in tags]
    return f"isLiteral(?value) && ({' || '.join(tests) or 'false'})"


def _in(members: Sequence[RdfTerm]) -> str:
    named_ones = [str(m) for m in members if isinstance(m, ox.NamedNode)]
    texts = [f"SAMETERM(?value, {m})" for m in members if isinstance(m, ox.Literal)]
    names = [f"(isIRI(?value) && ?value IN ({', '.join(named_ones)}))"] if named_ones else []
    return " || ".join([*names, *texts]) or "false"


def pattern(text: RdfTerm, flags: RdfTerm | None) -> str:
    """Return the test whether a text matches a regular expression."""
    arguments = ", ".join(map(str, filter(None, (text, flags))))
    return f"!isBlank(?value) && REGEX(STR(?value), {arguments})"


TESTS: Mapping[str, Callable[[RdfTerm], str]] = {
    "sh:class": lambda cls: f"EXISTS {{ ?value {MEMBER} {cls} }}",
    "sh:datatype": _datatype,
    "sh:nodeKind": lambda kind: _KINDS[kind],
    "sh:minLength": lambda n: f"!isBlank(?value) && STRLEN(STR(?value)) >= {n}",
    "sh:maxLength": lambda n: f"!isBlank(?value) && STRLEN(STR(?value)) <= {n}",
    "sh:minInclusive": _ordered(">="),
    "sh:minExclusive": _ordered(">"),
    "sh:maxInclusive": _ordered("<="),
    "sh:maxExclusive": _ordered("<"),
    "sh:disjoint": lambda prop: f"NOT EXISTS {{ ?this {prop} ?value }}",
}
LISTS: Mapping[str, Callable[[Sequence[RdfTerm]], str]] = {
    "sh:in": _in,
    "sh:languageIn": _language,
}

# ── What a parameter may be ──────────────────────────────────────────────────

ONCE = frozenset({
    "sh:datatype", "sh:nodeKind", "sh:minCount", "sh:maxCount", "sh:minLength", "sh:maxLength",
    "sh:minInclusive", "sh:minExclusive", "sh:maxInclusive", "sh:maxExclusive", "sh:uniqueLang",
    "sh:in", "sh:languageIn", "sh:closed", "sh:ignoredProperties",
})  # fmt: skip
OF_PATHS = frozenset({
    "sh:minCount", "sh:maxCount", "sh:uniqueLang", "sh:lessThan", "sh:lessThanOrEquals",
    "sh:qualifiedValueShape", "sh:qualifiedMinCount", "sh:qualifiedMaxCount",
})  # fmt: skip
"""Components that only a shape with a path has."""


def complaint(word: str, value: RdfTerm) -> str:
    """Return what is wrong with the parameter of a component; empty if nothing."""
    if word == "sh:nodeKind":
        return "" if value in _KINDS else f"{compact(value)} is no node kind"
    if word in ("sh:class", "sh:datatype", "sh:equals", "sh:disjoint") or "lessThan" in word:
        if not isinstance(value, ox.NamedNode):
            return f"the value of {word} is no IRI"
        return _datatype_complaint(value) if word == "sh:datatype" else ""
    if word.endswith(("Count", "Length")):
        is_number = isinstance(value, ox.Literal) and value.datatype == named("xsd:integer")
        if not is_number or not str(value.value).isdecimal():  # type: ignore[union-attr]
            return f"the value of {word} is no whole number"
    if word.endswith(("clusive", "pattern")) and not isinstance(value, ox.Literal):
        return f"the value of {word} is no literal"
    return ""


@cache
def _datatype_complaint(datatype: ox.NamedNode) -> str:
    """Return why it cannot be asked whether literals are of a datatype."""
    if datatype in _CAST | _FORMED:
        return ""
    if datatype in map(named, ("rdfs:Literal", "rdfs:Datatype")):
        return f"{compact(datatype)} is the datatype of no literal; sh:nodeKind sh:Literal is meant"
    if datatype in _UNCHECKED:
        return f"the engine does not know which literals of {compact(datatype)} are well-formed"
    for text in ("1", "-1", "2020-01-01T00:00:00Z"):
        literal = ox.Literal(text, datatype=datatype)
        [row] = ox.Store().query(f"SELECT (DATATYPE({literal}) AS ?is) {{}}")  # type: ignore[misc]
        if row["is"] != datatype:
            held = compact(row["is"])
            return f"the engine holds literals of {compact(datatype)} as {held}"
    return ""


def component(word: str) -> str:
    """Return the IRI of a parameter's component: of sh:class, sh:ClassConstraintComponent."""
    local = word.partition(":")[2]
    return named(f"sh:{local[0].upper()}{local[1:]}ConstraintComponent").value

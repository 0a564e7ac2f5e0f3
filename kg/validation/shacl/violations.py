"""Results of the shapes as violations: each with its claim and place, in its own words.

Two rules avoid false reports of missing values. A value is missing only if the node lacks it both
among the believed claims and in each isolated claim: a meeting that one claim introduces and
another gives a place has a place. And if an item could not be read, no value is reported missing,
because the item may have had it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import cache
from itertools import islice

import pyoxigraph as ox

from kg.errors import Mark
from kg.validation.locations import Location, Locations, Pattern
from kg.validation.report import Related, Violation
from kg.validation.shacl.datagraph import DataGraph
from kg.validation.shacl.model import Constraint
from kg.validation.shacl.results import Result
from kg.validation.violations import name
from kg.vocabulary.context import context, named
from kg.vocabulary.ontology import ent, ontology_triples
from kg.vocabulary.terms import RdfTerm

_MISSING = named("sh:MinCountConstraintComponent").value
_TOO_MANY = named("sh:MaxCountConstraintComponent").value
_SAID_IN_MESSAGE = {_MISSING, _TOO_MANY}
# What may be wanting in one world, and there in another.
_WANTING = {
    named(f"sh:{word}ConstraintComponent").value
    for word in ("HasValue", "Equals", "QualifiedMinCount")
}
_SELECT = named("sh:SPARQLConstraintComponent").value


def mentioned(results: Iterable[Result], data: DataGraph) -> set[RdfTerm]:
    """Return the nodes whose places the violations need."""
    return {data.origin(term)[0] for r in results for term in (r.focus, *r.bindings.values())}


def standing(results: Iterable[Result], data: DataGraph, *, whole: bool) -> Iterator[Result]:
    """Yield the results that stand: of one world, and not of what is told in another.

    Unless the data is ``whole``, also not what something that is absent could have told.
    """
    found = [r for r in results if data.is_of_one_world(r.bindings.values())]
    violating = {(result.constraint, result.focus) for result in found}
    for result in found:
        constraint = result.constraint
        if constraint.component == _MISSING:
            least = int(constraint.parameter.value)  # type: ignore[union-attr]
            stands = whole and data.lacks(result.focus, constraint.shape.path, least)
        elif constraint.inner or constraint.component in _WANTING:
            stands = whole and _is_everywhere(result, data, violating)
        else:
            elsewhere = result.value is not None and data.is_elsewhere(result.value)
            stands = not elsewhere and (whole or not _rests_on_absence(result, data))
        if stands:
            yield result


def _is_everywhere(
    result: Result, data: DataGraph, violating: Set[tuple[Constraint, RdfTerm]]
) -> bool:
    """Tell whether a node violates a constraint in every world in which it has a class."""
    nodes = filter(data.is_known, data.everywhere(result.focus))
    return all((result.constraint, node) in violating for node in nodes)


def _rests_on_absence(result: Result, data: DataGraph) -> bool:
    if result.constraint.component == _SELECT:
        return "NOT EXISTS" in result.constraint.select
    value = result.value
    return isinstance(value, ox.NamedNode) and not data.is_known(value)


def of_result(result: Result, data: DataGraph, locations: Locations) -> Violation:
    """Return a result of the shapes as a violation at its place."""
    shape = result.constraint.shape
    focus, world = data.origin(result.focus)
    told = locations.of(_patterns(result, data), world)
    mark = told.mark if told else locations.nowhere
    claim = told.claim if told else None
    value = data.origin(result.value)[0] if result.value is not None else None
    is_told = result.constraint.component in {*_SAID_IN_MESSAGE, _SELECT} or value is None
    more = [*([] if is_told else [f"found: {name(value)}"]), *_owner(focus, data)]  # type: ignore[arg-type]
    rule = shape.iri.value if isinstance(shape.iri, ox.NamedNode) else ""
    return Violation(
        mark,
        result.worded(lambda term: name(data.origin(term)[0])),
        context().compact(shape.severity).partition(":")[2].lower(),
        "shapes",
        _code(result, rule),
        rule,
        focus.value if isinstance(focus, ox.NamedNode) else "",
        _claim(focus, world or claim, data),
        result.path,
        str(value) if value is not None else "",
        result.constraint.component,
        "; ".join(more),
        _reason(result),
        tuple(_related(result, data, locations, mark)),
        shape.message or result.constraint.message,
    )


def _code(result: Result, rule: str) -> str:
    """Return the stable name of what is wrong: that of the shape, or of its component."""
    component = result.constraint.component.rpartition("#")[2]
    return re.split("[#/]", rule)[-1] or component.removesuffix("ConstraintComponent")


def _owner(node: RdfTerm, data: DataGraph) -> Iterator[str]:
    """Say of what a blank node is a part, for it has no name of its own."""
    if isinstance(node, ox.BlankNode):
        for quad in islice(data.store.quads_for_pattern(None, None, node), 1):
            yield f"it is the {name(quad.predicate)} of {name(quad.subject)}"


def _claim(focus: RdfTerm, claim: RdfTerm | None, data: DataGraph) -> str:
    """Return the key of the claim that tells what is wrong, or is itself what is wrong."""
    if claim is None and data.is_a(focus, ox.NamedNode(ent.Claim)):
        claim = focus
    return name(claim) if claim is not None else ""


def _patterns(result: Result, data: DataGraph) -> Iterator[Pattern]:
    """Yield what may tell a result, the most telling first."""
    focus, _ = data.origin(result.focus)
    value = data.origin(result.value)[0] if result.value is not None else None
    shape = result.constraint.shape
    props = shape.about
    if value is not None and value != focus:
        for prop in props:
            yield focus, prop, value
            yield value, prop, focus
        yield focus, None, value
        yield value, None, focus
    for prop in props:
        yield focus, prop, None
    yield focus, None, None


def _related(
    result: Result, data: DataGraph, locations: Locations, mark: Mark
) -> Iterator[Related]:
    """Yield other places that belong to a result, each once."""
    seen = {mark}
    for told, term in _told_besides(result, data, locations):
        if told and told.mark not in seen:
            seen.add(told.mark)
            yield Related(told.mark, name(term))


def _told_besides(
    result: Result, data: DataGraph, locations: Locations
) -> Iterator[tuple[Location | None, RdfTerm]]:
    """Yield where each value is told of which there are too many, and what else a SELECT found."""
    focus, world = data.origin(result.focus)
    if result.constraint.component == _TOO_MANY:
        for prop in result.constraint.shape.properties:
            for told in locations.all((focus, prop, None), world):
                yield told, told.triple[2]  # type: ignore[misc]
    for variable, term in result.bindings.items():
        if variable in ("this", "value"):
            continue
        original, _ = data.origin(term)
        if not isinstance(term, ox.Literal):
            yield locations.of([(original, None, None)], world), original
        elif key := context().terms.get(variable):
            yield locations.of([(focus, ox.NamedNode(key.iri), term)], world), original


def _reason(result: Result) -> str:
    """Return what the ontology says of the property that a shape is about, or of its one class."""
    shape = result.constraint.shape
    for term in shape.about if len(shape.targets) == 1 else shape.properties:
        if term in _definitions():
            return f"{name(term)}: {_definitions()[term]}"
    return ""


@cache
def _definitions() -> dict[RdfTerm, str]:
    words = named("skos:definition")
    return {s: o.value for s, p, o in ontology_triples() if p == words}

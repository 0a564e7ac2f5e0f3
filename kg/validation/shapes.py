"""The shapes of ``ontology/shapes.ttl``, held against a graph (W3C SHACL and SHACL-SPARQL, 2017).

Each constraint component becomes one SPARQL query whose solutions are the results. What of SHACL
our shapes use is supported, and everything else refused: targets by class and by subjects of a
property, paths, the core components in ``kg.validation.components``, and SELECT constraints.
``rdf:type`` is taken as it stands: the graph is to hold what its subclasses entail.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from kg.errors import ShapesError
from kg.resources import ONTOLOGY
from kg.validation import components
from kg.vocabulary import RDF_TYPE, RdfTerm, context, named

SHAPES = ONTOLOGY / "shapes.ttl"

# What a shape says besides its constraints.
_DESCRIPTIVE = frozenset(
    named(f"sh:{word}")
    for word in (
        "path", "targetClass", "targetSubjectsOf", "property", "message", "severity", "sparql",
    )
) | {RDF_TYPE}  # fmt: skip


class Shape(NamedTuple):
    """What the results of a shape have in common; ``path`` is empty for a node shape.

    ``about`` are the properties of the path and the class or property of the target.
    """

    iri: RdfTerm
    target: str
    path: str
    about: tuple[RdfTerm, ...]
    severity: str
    message: str


class Constraint(NamedTuple):
    """One component of one shape, as a query for what violates it."""

    shape: Shape
    component: str
    query: str
    message: str
    parameter: RdfTerm


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


Index: TypeAlias = dict[RdfTerm, dict[RdfTerm, list[RdfTerm]]]


class Shapes:
    """A shapes graph, compiled; ours where no path is given. Raises ``ShapesError``."""

    def __init__(self, path: Path = SHAPES) -> None:
        self._index: Index = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value, _ in ox.parse(path=path):
            self._index[subject][predicate].append(value)

    @cached_property
    def constraints(self) -> dict[str, list[Constraint]]:
        """The constraints by the target that they are for, a pattern of ``?this``."""
        found: dict[str, list[Constraint]] = {}
        for node, said in list(self._index.items()):
            if _OTHER_TARGETS.intersection(said):
                raise ShapesError(f"{SHAPES.name}: a target of a kind that is not supported")
            for word, pattern in _TARGETS.items():
                for value in said.get(named(word), ()):
                    target = pattern.format(value)
                    found.setdefault(target, []).extend(self._shape(node, target, value))
        return found

    def results(self, store: ox.Store) -> Iterator[Result]:
        """Yield what in the default graph of a store violates the shapes, each result once."""
        for target, constraints in self.constraints.items():
            if len(constraints) > 1 and not store.query(f"ASK {{ {target} }}"):
                continue  # one question for many that nothing could answer
            for constraint in constraints:
                seen = set()
                for result in _results(store, constraint):
                    key = (result.focus, result.value, result.message)
                    if key not in seen:
                        seen.add(key)
                        yield result

    def _shape(self, node: RdfTerm, target: str, of: RdfTerm) -> Iterator[Constraint]:
        """Yield the constraints of a shape and of the property shapes that it has."""
        said = self._index[node]
        [path] = said.get(named("sh:path"), [None])
        [message] = said.get(named("sh:message"), [ox.Literal("")])
        [severity] = said.get(named("sh:severity"), [named("sh:Violation")])
        text = self._path(path) if path else ""
        about = (*map(ox.NamedNode, re.findall("<(.*?)>", text)), of)
        shape = Shape(node, target, text, about, severity.value, message.value)  # type: ignore[union-attr]
        for parameter, values in said.items():
            if parameter == named("sh:sparql"):
                yield from (self._select(shape, value) for value in values)
            elif parameter not in _DESCRIPTIVE:
                for value in values:
                    query = self._query(shape, parameter, value)
                    name = components.component(parameter)  # type: ignore[arg-type]
                    yield Constraint(shape, name, query, shape.message, value)
        for prop in said.get(named("sh:property"), ()):
            yield from self._shape(prop, target, of)

    def _query(self, shape: Shape, parameter: RdfTerm, value: RdfTerm) -> str:
        values = f"?this {shape.path} ?value" if shape.path else "BIND (?this AS ?value)"
        pattern = f"{shape.target} {values}"
        if _short(parameter) in components.COUNTS:
            return components.count(_short(parameter), shape.target, shape.path, value.value)  # type: ignore[union-attr]
        return f"SELECT ?this ?value {{ {pattern} FILTER (!({self._test(parameter, value)})) }}"

    def _test(self, parameter: RdfTerm, value: RdfTerm) -> str:
        """Return the expression that is true of a ``?value`` that conforms."""
        word = _short(parameter)
        if word == "sh:or":
            return " || ".join(f"({self._tests(member)})" for member in self._list(value))
        if word == "sh:not":
            return f"!({self._tests(value)})"
        if word in components.LISTS:
            return components.LISTS[word](self._list(value))
        if word in components.TESTS:
            return components.TESTS[word](value)
        raise ShapesError(f"{SHAPES.name}: {word} is not supported")

    def _tests(self, node: RdfTerm) -> str:
        """Return the expression that is true of a ``?value`` that conforms to an inner shape."""
        return " && ".join(
            self._test(parameter, value)
            for parameter, values in self._index[node].items()
            for value in values
        )

    def _select(self, shape: Shape, node: RdfTerm) -> Constraint:
        """Return a SELECT constraint, its pattern held to the shape's target (SHACL, 5.3.1)."""
        said = self._index[node]
        [text], [message] = said[named("sh:select")], said[named("sh:message")]
        query = text.value.replace("SELECT", "SELECT DISTINCT", 1)  # type: ignore[union-attr]
        query = query.replace("{", f"{{ {shape.target} ", 1)
        component = named("sh:SPARQLConstraintComponent").value
        return Constraint(shape, component, query, message.value, node)  # type: ignore[union-attr]

    def _path(self, node: RdfTerm) -> str:
        """Return a property path in SPARQL (SHACL, 2.3.1)."""
        if isinstance(node, ox.NamedNode):
            return str(node)
        said = self._index[node]
        if named("sh:inversePath") in said:
            return f"^{self._path(said[named('sh:inversePath')][0])}"
        if named("sh:alternativePath") in said:
            members = self._list(said[named("sh:alternativePath")][0])
            return f"({'|'.join(map(self._path, members))})"
        if named("rdf:first") in said:
            return f"({'/'.join(map(self._path, self._list(node)))})"
        raise ShapesError(f"{SHAPES.name}: a path of a kind that is not supported")

    def _list(self, node: RdfTerm) -> list[RdfTerm]:
        members = []
        while node != named("rdf:nil"):
            members.append(self._index[node][named("rdf:first")][0])
            [node] = self._index[node][named("rdf:rest")]
        return members


_OTHER_TARGETS = {named("sh:targetNode"), named("sh:targetObjectsOf")}
_TARGETS = {
    "sh:targetClass": "?this a {} .",
    "sh:targetSubjectsOf": "?this {} ?any .",
}


def _short(term: RdfTerm) -> str:
    assert isinstance(term, ox.NamedNode)
    return context().compact(term.value)


def shown(term: RdfTerm) -> str:
    """Return a term as people write it."""
    return context().compact(term.value) if isinstance(term, ox.NamedNode) else str(term.value)  # type: ignore[union-attr]


def _results(store: ox.Store, constraint: Constraint) -> Iterable[Result]:
    solutions = store.query(constraint.query, prefixes=dict(context().prefixes))
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        bound = {name: term for name, term in zip(names, solution, strict=True) if term is not None}
        focus = bound["this"]
        value = bound.get("value", focus if not constraint.shape.path else None)
        yield Result(constraint, focus, value, bound)

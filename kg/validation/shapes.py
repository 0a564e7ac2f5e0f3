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

    ``about`` are the properties of the path and the classes or properties of the target.
    """

    iri: RdfTerm
    target: str
    path: str
    about: tuple[RdfTerm, ...]
    severity: str
    message: str


class Constraint(NamedTuple):
    """One component of one shape, as a query for what violates it.

    ``screen``, where there is one, asks whether any value violates any component of the shape.
    """

    shape: Shape
    component: str
    query: str
    message: str
    parameter: RdfTerm
    screen: str = ""


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
        self._prologues: dict[RdfTerm, str] = {}
        for subject, predicate, value, _ in ox.parse(path=path):
            self._index[subject][predicate].append(value)

    @cached_property
    def constraints(self) -> dict[str, list[Constraint]]:
        """The constraints by the target that they are for, a pattern of ``?this``.

        A property shape that several shapes have is asked once, of all their targets.
        """
        targets: dict[RdfTerm, dict[str, RdfTerm]] = defaultdict(dict)
        for node, said in list(self._index.items()):
            if _OTHER_TARGETS.intersection(said):
                raise ShapesError(f"{SHAPES.name}: a target of a kind that is not supported")
            for word, pattern in _TARGETS.items():
                for value in said.get(named(word), ()):
                    for shape in self._with_properties(node):
                        targets[shape][pattern.format(value)] = value
        found: dict[str, list[Constraint]] = defaultdict(list)
        for node, of in targets.items():
            target = (
                " UNION ".join(f"{{ {pattern} }}" for pattern in of) if len(of) > 1 else "".join(of)
            )
            found[target] += self._shape(node, target, tuple(of.values()))
        return found

    def results(self, store: ox.Store) -> Iterator[Result]:
        """Yield what in the default graph of a store violates the shapes, each result once."""
        for target, constraints in self.constraints.items():
            if len(constraints) > 1 and not store.query(f"ASK {{ {target} }}"):
                continue  # one question for many that nothing could answer
            for constraint in _suspect(store, constraints):
                seen = set()
                for result in _results(store, constraint):
                    key = (result.focus, result.value, result.message)
                    if key not in seen:
                        seen.add(key)
                        yield result

    def _with_properties(self, node: RdfTerm) -> Iterator[RdfTerm]:
        """Yield a shape and the property shapes that it has."""
        yield node
        for prop in self._index[node].get(named("sh:property"), ()):
            yield from self._with_properties(prop)

    def _shape(self, node: RdfTerm, target: str, of: tuple[RdfTerm, ...]) -> Iterator[Constraint]:
        """Yield the constraints of a shape; ``of`` are the classes or properties of its target."""
        said = self._index[node]
        [path] = said.get(named("sh:path"), [None])
        [message] = said.get(named("sh:message"), [ox.Literal("")])
        [severity] = said.get(named("sh:severity"), [named("sh:Violation")])
        text = self._path(path) if path else ""
        about = (*map(ox.NamedNode, re.findall("<(.*?)>", text)), *of)
        shape = Shape(node, target, text, about, severity.value, message.value)  # type: ignore[union-attr]
        tests = {
            (parameter, value): self._test(parameter, value)
            for parameter, values in said.items()
            if parameter not in _DESCRIPTIVE and _short(parameter) not in components.COUNTS
            for value in values
        }
        screen = _unlike("ASK", shape, tests.values()) if len(tests) > 1 else ""
        for (parameter, value), test in tests.items():
            query = _unlike("SELECT ?this ?value", shape, [test])
            name = components.component(parameter)  # type: ignore[arg-type]
            yield Constraint(shape, name, query, shape.message, value, screen)
        for word in components.COUNTS:
            for value in said.get(named(word), ()):
                query = components.count(word, target, text, value.value)  # type: ignore[union-attr]
                yield Constraint(
                    shape, components.component(named(word)), query, shape.message, value
                )
        for value in said.get(named("sh:sparql"), ()):
            yield self._select(shape, value)

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
        prologue = "".join(map(self._prologue, said.get(named("sh:prefixes"), ())))
        [text], [message] = said[named("sh:select")], said[named("sh:message")]
        query = text.value.replace("SELECT", "SELECT DISTINCT", 1)  # type: ignore[union-attr]
        query = query.replace("{", f"{{ {shape.target} ", 1)
        component = named("sh:SPARQLConstraintComponent").value
        return Constraint(shape, component, prologue + query, message.value, node)  # type: ignore[union-attr]

    def _prologue(self, ontology: RdfTerm) -> str:
        """Return the prefixes that an ontology declares for constraints (SHACL, 5.2.1)."""
        if ontology not in self._prologues:
            self._prologues[ontology] = "".join(
                f"PREFIX {prefix.value}: <{namespace.value}> "  # type: ignore[union-attr]
                for node in self._index[ontology][named("sh:declare")]
                for prefix in self._index[node][named("sh:prefix")]
                for namespace in self._index[node][named("sh:namespace")]
            )
        return self._prologues[ontology]

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


def _unlike(form: str, shape: Shape, tests: Iterable[str]) -> str:
    """Return the query for values of a shape's path that do not pass all tests."""
    values = f"?this {shape.path} ?value" if shape.path else "BIND (?this AS ?value)"
    passed = " && ".join(f"({test})" for test in tests)
    return f"{form} {{ {shape.target} {values} FILTER (!({passed})) }}"


def _suspect(store: ox.Store, constraints: Iterable[Constraint]) -> Iterator[Constraint]:
    """Yield the constraints that may be violated: those that share a screen only if it says so."""
    answers = {"": True}
    for constraint in constraints:
        screen = constraint.screen
        if screen not in answers:
            answers[screen] = bool(store.query(screen))
        if answers[screen]:
            yield constraint


def _results(store: ox.Store, constraint: Constraint) -> Iterable[Result]:
    solutions = store.query(constraint.query)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        bound = {name: term for name, term in zip(names, solution, strict=True) if term is not None}
        focus = bound["this"]
        value = bound.get("value", focus if not constraint.shape.path else None)
        yield Result(constraint, focus, value, bound)

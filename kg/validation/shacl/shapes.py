"""The shapes of ``ontology/shapes.ttl``, held against a graph (W3C SHACL and SHACL-SPARQL, 2017).

They are compiled to SPARQL queries whose solutions are the results; constraints that ask the same
of different targets and paths share a query. What of SHACL our shapes use is supported, and
everything else refused: targets by class and by subjects of a property, paths, the core components
in ``kg.validation.components``, and SELECT constraints. ``rdf:type`` is taken as it stands: the
graph is to hold what its subclasses entail.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from kg.errors import ShapesError
from kg.resources import ONTOLOGY
from kg.validation.shacl import components
from kg.validation.shacl.components import Search
from kg.vocabulary.context import context, named
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

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

    ``properties`` are those of the path, ``targets`` the classes or properties of its targets.
    """

    iri: RdfTerm
    path: str
    properties: tuple[RdfTerm, ...]
    targets: tuple[RdfTerm, ...]
    severity: str
    message: str

    @property
    def about(self) -> tuple[RdfTerm, ...]:
        """What it is about: the properties of its path, then its targets."""
        return self.properties + self.targets


class Constraint(NamedTuple):
    """One component of one shape; ``select`` is the text of a SELECT constraint."""

    shape: Shape
    component: str
    message: str
    parameter: RdfTerm
    select: str = ""


class Question(NamedTuple):
    """A query for what violates constraints; the ``?row`` of a solution tells which of them."""

    query: str
    constraints: list[Constraint]


Target: TypeAlias = tuple[str, RdfTerm]
"""A property of SHACL such as sh:targetClass, and its value."""
Index: TypeAlias = dict[RdfTerm, dict[RdfTerm, list[RdfTerm]]]


class Shapes:
    """A shapes graph; ours where no path is given. Raises ``ShapesError``."""

    def __init__(self, path: Path = SHAPES) -> None:
        self._index: Index = defaultdict(lambda: defaultdict(list))
        self._prologues: dict[RdfTerm, str] = {}
        for subject, predicate, value, _ in ox.parse(path=path):
            self._index[subject][predicate].append(value)

    @cached_property
    def questions(self) -> list[Question]:
        """The queries that find all results."""
        selects: list[Question] = []
        # Constraints with their rows, by what stands before and after the rows of their query.
        shared: dict[tuple[str, str], list[tuple[Constraint, str]]] = defaultdict(list)
        for node, targets in self._targets().items():
            shape = self._shape(node, targets)
            selects += self._selects(node, shape, targets)
            for constraint, search, path in self._searches(node, shape):
                names = "?row ?target ?path" if path else "?row ?target"
                begin = f"SELECT ?row {search.variables} {{ VALUES ({names}) {{"
                for kind, focus in _TARGETS.items():
                    end = f"}} {focus.format('?target')} {search.pattern} }} {search.grouped}"
                    rows = [(constraint, f"{term} {path}") for of, term in targets if of == kind]
                    if rows:
                        shared[begin, end] += rows
        return selects + [
            Question(
                begin + " ".join(f"({n} {row})" for n, (_, row) in enumerate(rows)) + end,
                [constraint for constraint, _ in rows],
            )
            for (begin, end), rows in shared.items()
        ]

    def _targets(self) -> dict[RdfTerm, list[Target]]:
        """Return the targets of each shape that has any, and of the property shapes within."""
        found: dict[RdfTerm, list[Target]] = defaultdict(list)
        for node, said in list(self._index.items()):
            if _OTHER_TARGETS.intersection(said):
                raise ShapesError(f"{SHAPES.name}: a target of a kind that is not supported")
            for kind in _TARGETS:
                for term in said.get(named(kind), ()):
                    for shape in self._with_properties(node):
                        found[shape].append((kind, term))
        return found

    def _with_properties(self, node: RdfTerm) -> Iterator[RdfTerm]:
        yield node
        for prop in self._index[node].get(named("sh:property"), ()):
            yield from self._with_properties(prop)

    def _shape(self, node: RdfTerm, targets: Iterable[Target]) -> Shape:
        said = self._index[node]
        [path] = said.get(named("sh:path"), [None])
        [message] = said.get(named("sh:message"), [ox.Literal("")])
        [severity] = said.get(named("sh:severity"), [named("sh:Violation")])
        text = self._path(path) if path else ""
        properties = tuple(map(ox.NamedNode, re.findall("<(.*?)>", text)))
        of = tuple(term for _, term in targets)
        return Shape(node, text, properties, of, severity.value, message.value)  # type: ignore[union-attr]

    def _searches(self, node: RdfTerm, shape: Shape) -> Iterator[tuple[Constraint, Search, str]]:
        """Yield the core constraints of a shape, and how to search for what violates them.

        Where the path is a single property, it is for a row to give, and comes with them.
        """
        given = shape.path if re.fullmatch("<[^<>]+>", shape.path) else ""
        path = "?path" if given else shape.path
        for parameter, values in self._index[node].items():
            if parameter in _DESCRIPTIVE:
                continue
            word = _short(parameter)
            for value in values:
                if word in components.COUNTS:
                    search = components.COUNTS[word](path, value.value)  # type: ignore[union-attr]
                else:
                    search = components.unlike(path, self._test(word, value))
                component = components.component(parameter)  # type: ignore[arg-type]
                yield Constraint(shape, component, shape.message, value), search, given

    def _test(self, word: str, value: RdfTerm) -> str:
        """Return the expression that is true of a ``?value`` that conforms to a component."""
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
            self._test(_short(parameter), value)
            for parameter, values in self._index[node].items()
            for value in values
        )

    def _selects(
        self, node: RdfTerm, shape: Shape, targets: Iterable[Target]
    ) -> Iterator[Question]:
        """Yield the SELECT constraints, each pattern held to the targets (SHACL, 5.3.1)."""
        focus = " UNION ".join(f"{{ {_TARGETS[kind].format(term)} }}" for kind, term in targets)
        component = named("sh:SPARQLConstraintComponent").value
        for value in self._index[node].get(named("sh:sparql"), ()):
            said = self._index[value]
            [text], [message] = said[named("sh:select")], said[named("sh:message")]
            select: str = text.value  # type: ignore[union-attr]
            constraint = Constraint(shape, component, message.value, value, select)  # type: ignore[union-attr]
            prologue = "".join(map(self._prologue, said.get(named("sh:prefixes"), ())))
            query = select.replace("SELECT", "SELECT DISTINCT", 1).replace("{", f"{{ {focus} ", 1)
            yield Question(prologue + query, [constraint])

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


@cache
def _short(term: RdfTerm) -> str:
    assert isinstance(term, ox.NamedNode)
    return context().compact(term.value)

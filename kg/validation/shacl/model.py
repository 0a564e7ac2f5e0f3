"""Shapes and constraints as they are read."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from kg.validation.shacl.components import Violating
from kg.validation.shacl.graph import ShapesGraph
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

Target: TypeAlias = tuple[str, RdfTerm]
"""A property of SHACL such as sh:targetClass, and its value."""


class Shape(NamedTuple):
    """What the results of a shape have in common; ``path`` is empty for a node shape.

    ``properties`` are those of the path, ``targets`` the terms of its targets.
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

    @property
    def is_single(self) -> bool:
        """Tell whether the path is one property."""
        return re.fullmatch("<[^<>]+>", self.path) is not None

    @property
    def may_be_empty(self) -> bool:
        """Tell whether the path may have no steps."""
        return ")*" in self.path or ")?" in self.path

    @property
    def way(self) -> str:
        """The path as a query has it: a variable where it is one property, for a row to give."""
        return "?path" if self.is_single else self.path


class Constraint(NamedTuple):
    """One component of one shape, and how to find what violates it.

    By ``searches``, or by the text of a ``select``; where neither is there, each value node is
    looked at: whether it conforms to the ``inner`` shapes. ``test`` is the
    expression that is true of a ``?value`` that conforms, if there is one. ``limit`` is the count
    of a qualified shape, ``siblings`` the shapes to which its values are not to conform.
    """

    shape: Shape
    component: str
    message: str
    parameter: RdfTerm
    select: str = ""
    searches: tuple[Violating, ...] = ()
    test: str = ""
    inner: tuple[RdfTerm, ...] = ()
    limit: int = 0
    siblings: tuple[RdfTerm, ...] = ()


class Model:
    """What has been read of a shapes graph, by the node of each shape.

    ``constraints`` are what a shape asks of its value nodes itself, ``properties`` the property
    shapes that it has. ``known`` are the nodes whose meaning is known.
    """

    def __init__(self, graph: ShapesGraph) -> None:
        self.graph = graph
        self.shapes: dict[RdfTerm, Shape] = {}
        self.constraints: dict[RdfTerm, list[Constraint]] = {}
        self.properties: dict[RdfTerm, list[RdfTerm]] = {}
        self.known: set[RdfTerm] = set()

    def know_all(self, node: RdfTerm) -> None:
        """Count a node as known, and all to which it leads."""
        waiting = [node]
        while waiting:
            if (here := waiting.pop()) not in self.known:
                self.known.add(here)
                said = self.graph.said.get(here, {})
                waiting += [o for p, some in said.items() if p != RDF_TYPE for o in some]

    def test(self, node: RdfTerm) -> str:
        """Return the expression that is true of a ``?value`` that conforms to a shape.

        Empty where the shape asks for more than tests of the value itself.
        """
        if self.graph.is_true(node, "sh:deactivated"):
            return "true"
        tests = [constraint.test for constraint in self.constraints[node]]
        is_plain = not self.shapes[node].path and not self.properties[node] and all(tests)
        return (" && ".join(f"({test})" for test in tests) or "true") if is_plain else ""

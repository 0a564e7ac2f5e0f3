"""The shapes of files, read (W3C SHACL and SHACL-SPARQL, 2017).

All of SHACL core and the SELECT constraints of SHACL-SPARQL are read. Whatever else a shape says
in the words of SHACL is refused, with shape, file and line, and so are ill-formed parameters, a
shape that refers to itself, and one that no target reaches: it would be ignored in silence.
``rdf:type`` is taken as it stands, and with what ``rdfs:subClassOf`` in the data adds to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.validation.shacl import paths
from kg.validation.shacl.constraints import ConstraintReader
from kg.validation.shacl.graph import SH, SHAPES, ShapesGraph
from kg.validation.shacl.messages import worded
from kg.validation.shacl.model import Model, Shape, Target
from kg.vocabulary.context import named
from kg.vocabulary.terms import RdfTerm

TARGETS = ("sh:targetClass", "sh:targetNode", "sh:targetSubjectsOf", "sh:targetObjectsOf")
MAX_DEPTH = 50
"""Shapes that are nested deeper are refused."""
_SEVERITIES = tuple(map(named, ("sh:Violation", "sh:Warning", "sh:Info")))
# Words of paths, prefixes, ontologies and reports, which make no shape of what says them.
_NO_SHAPE = frozenset({
    "sh:declare", "sh:prefix", "sh:namespace", "sh:suggestedShapesGraph", "sh:shapesGraph",
    "sh:conforms", "sh:result", "sh:resultPath", "sh:resultMessage", "sh:resultSeverity",
    "sh:focusNode", "sh:value", "sh:sourceShape", "sh:sourceConstraint", "sh:detail",
    "sh:sourceConstraintComponent", "sh:inversePath", "sh:alternativePath", "sh:zeroOrMorePath",
    "sh:oneOrMorePath", "sh:zeroOrOnePath",
})  # fmt: skip


class Shapes:
    """The shapes of files; ours where none is given. Raises ``ShapesError``.

    ``roots`` are the targets of those that have any, ``model`` what is asked of what they reach.
    """

    def __init__(self, files: Path | Sequence[Path] = SHAPES) -> None:
        self.graph = ShapesGraph([files] if isinstance(files, Path) else files)
        self.model = Model(self.graph)
        self.roots: dict[RdfTerm, list[Target]] = {}
        self._reader = ConstraintReader(self.model, self._read)
        self._reading: list[RdfTerm] = []
        self._about: dict[RdfTerm, list[RdfTerm]] = {}
        for node in [*self.graph.said]:
            if targets := list(self._targets(node)):
                self.roots[node] = targets
                self._pass_on(node, [term for _, term in targets], set())
        for node in self.roots:
            self._read(node)
        if not self.graph.is_ours:
            self._refuse_what_is_not_reached()

    def names(self, term: RdfTerm) -> bool:
        """Tell whether the shapes, or a text in them, may name an individual."""
        return term in self._named or re.split("[#/:]", str(term.value))[-1] in self._words  # type: ignore[union-attr]

    @cached_property
    def _named(self) -> set[RdfTerm]:
        objects = (said.values() for said in self.graph.said.values())
        return {o for values in objects for some in values for o in some}

    @cached_property
    def _words(self) -> set[str]:
        """The words of all SELECT constraints."""
        constraints = self.model.constraints.values()
        texts = (constraint.select for some in constraints for constraint in some)
        return {word for text in texts for word in re.findall(r"[\w.%-]+", text)}

    def _targets(self, node: RdfTerm) -> Iterator[Target]:
        for kind in TARGETS:
            for term in self.graph.values(node, kind):
                kinds = ox.NamedNode | ox.Literal if kind == "sh:targetNode" else ox.NamedNode
                if not isinstance(term, kinds):
                    raise self.graph.refusal(node, f"{kind} cannot be {term}", kind)
                yield kind, term
        types = self.graph.values(node, "rdf:type")
        above = named("rdfs:subClassOf")
        if any(self._is_class_of_classes(cls, above) for cls in types) and self._is_shape(node):
            if not isinstance(node, ox.NamedNode):
                raise self.graph.refusal(node, "a class without a name is no target")
            yield "sh:targetClass", node

    def _is_class_of_classes(self, cls: RdfTerm, above: RdfTerm) -> bool:
        classes = named("rdfs:Class"), named("owl:Class")
        return cls in classes or classes[0] in self.graph.said.get(cls, {}).get(above, ())

    def _is_shape(self, node: RdfTerm) -> bool:
        """Tell whether a node is a shape: by its class, or by what it says in words of SHACL."""
        types = self.graph.values(node, "rdf:type")
        if named("sh:NodeShape") in types or named("sh:PropertyShape") in types:
            return True
        predicates = (p.value for p in self.graph.said[node])  # type: ignore[union-attr]
        words = {f"sh:{p.removeprefix(SH)}" for p in predicates if p.startswith(SH)}
        return not words <= _NO_SHAPE

    def _pass_on(self, node: RdfTerm, terms: list[RdfTerm], seen: set[RdfTerm]) -> None:
        """Note that a shape and the property shapes within are about the terms of its targets."""
        if node not in seen and len(seen) <= MAX_DEPTH:
            self._about.setdefault(node, []).extend(terms)
            for prop in self.graph.values(node, "sh:property"):
                self._pass_on(prop, terms, {*seen, node})

    def _refuse_what_is_not_reached(self) -> None:
        left = [n for n in self.graph.said if n not in self.model.known and self._is_shape(n)]
        for node in left:
            if self.graph.is_true(node, "sh:deactivated"):
                self.model.know_all(node)
        for node in left:
            if node not in self.model.known:
                if named("sh:parameter") in self.graph.said[node]:
                    raise self.graph.refusal(node, "components of one's own are not supported")
                self._read(node)  # a word that is not known is the better reason
                why = "it would be ignored: no target, and no shape with a target refers to it"
                raise self.graph.refusal(node, why)

    # ── One shape ────────────────────────────────────────────────────────────

    def _read(self, node: RdfTerm) -> None:
        """Read a shape and all that it refers to."""
        if node in self._reading:
            raise self.graph.refusal(node, "a shape that refers to itself is not supported")
        if node in self.model.shapes:
            return
        if len(self._reading) > MAX_DEPTH:
            raise self.graph.refusal(node, f"shapes are nested more than {MAX_DEPTH} deep")
        if node not in self.graph.said:
            raise self.graph.refusal(self._reading[-1], f"{node} is referred to, and not described")
        self._reading.append(node)
        shape = self._shape(node)
        self.model.shapes[node] = shape
        self.model.constraints[node], self.model.properties[node] = [], []
        if not self.graph.is_true(node, "sh:deactivated"):
            self._read_properties(node)
            self.model.constraints[node] = list(self._reader.constraints(shape))
        self._reading.pop()
        self.model.know_all(node)

    def _read_properties(self, node: RdfTerm) -> None:
        for prop in self.graph.values(node, "sh:property"):
            self._read(prop)
            if not self.model.shapes[prop].path:
                raise self.graph.refusal(node, "sh:property is no property shape", "sh:property")
            self.model.properties[node].append(prop)

    def _shape(self, node: RdfTerm) -> Shape:
        way = self.graph.one(node, "sh:path")
        text = paths.path(self.graph, node, way) if way else ""
        if not way and named("sh:PropertyShape") in self.graph.values(node, "rdf:type"):
            raise self.graph.refusal(node, "a property shape needs a sh:path")
        severity = self.graph.one(node, "sh:severity") or _SEVERITIES[0]
        if severity not in _SEVERITIES:
            why = "sh:severity is none of sh:Violation, sh:Warning and sh:Info"
            raise self.graph.refusal(node, why, "sh:severity")
        return Shape(
            node,
            text,
            tuple(dict.fromkeys(map(ox.NamedNode, re.findall("<(.*?)>", text)))),
            tuple(dict.fromkeys(self._about.get(node, ()))),
            severity.value,  # type: ignore[union-attr]
            worded(self.graph.values(node, "sh:message")),
        )

"""The constraints of a shape: what each parameter of a core component or SELECT asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from kg.validation.shacl import components, selects
from kg.validation.shacl.components import Violating
from kg.validation.shacl.graph import SH
from kg.validation.shacl.messages import default, worded
from kg.validation.shacl.model import Constraint, Model, Shape
from kg.vocabulary.context import named
from kg.vocabulary.spelling import ranked
from kg.vocabulary.terms import RdfTerm

# What a shape says besides its constraints; what is no word of SHACL is a comment.
_DESCRIPTIVE = frozenset({
    "sh:targetClass", "sh:targetNode", "sh:targetSubjectsOf", "sh:targetObjectsOf", "sh:path",
    "sh:message", "sh:severity", "sh:deactivated", "sh:flags", "sh:ignoredProperties", "sh:name",
    "sh:description", "sh:order", "sh:group", "sh:defaultValue", "sh:qualifiedMinCount",
    "sh:qualifiedMaxCount", "sh:qualifiedValueShapesDisjoint", "sh:property",
})  # fmt: skip
# A parameter that means nothing without another.
_BESIDE = {
    "sh:flags": "sh:pattern",
    "sh:ignoredProperties": "sh:closed",
    "sh:qualifiedMinCount": "sh:qualifiedValueShape",
    "sh:qualifiedMaxCount": "sh:qualifiedValueShape",
    "sh:qualifiedValueShapesDisjoint": "sh:qualifiedValueShape",
}
_LISTED = ("sh:and", "sh:or", "sh:xone")
_JOINED = {"sh:or": " || ", "sh:and": " && ", "sh:node": " && ", "sh:not": " && "}
_WORDS = (
    *_DESCRIPTIVE, *_BESIDE, *_JOINED, *components.SEARCHES, *components.LISTS, *components.TESTS
)  # fmt: skip
_COUNTS = ("sh:qualifiedMinCount", "sh:qualifiedMaxCount")


class ConstraintReader(NamedTuple):
    """Reads constraints into a model; ``read`` reads a shape that one of them refers to."""

    model: Model
    read: Callable[[RdfTerm], None]

    def constraints(self, shape: Shape) -> Iterator[Constraint]:
        """Yield the constraints of a shape. Raises ``ShapesError`` for what is not supported."""
        graph, node = self.model.graph, shape.iri
        for predicate, values in graph.said[node].items():
            if not predicate.value.startswith(SH):  # type: ignore[union-attr]
                continue
            word = f"sh:{predicate.value.removeprefix(SH)}"  # type: ignore[union-attr]
            if wrong := self._complaint(shape, word, values):
                raise graph.refusal(node, wrong, word)
            for value in values if word not in _DESCRIPTIVE else ():
                yield from self._constraints(shape, word, value)

    def _complaint(self, shape: Shape, word: str, values: Sequence[RdfTerm]) -> str:
        """Return what is wrong with a parameter and its values."""
        if word in _BESIDE and not self.model.graph.values(shape.iri, _BESIDE[word]):
            return f"{word} stands without {_BESIDE[word]}"
        if word in components.OF_PATHS and not shape.path:
            return f"{word} is only for a shape with sh:path"
        if word in components.ONCE and len(values) > 1:
            return f"{word} has more than one value"
        return next((wrong for v in values if (wrong := components.complaint(word, v))), "")

    def _constraints(self, shape: Shape, word: str, value: RdfTerm) -> Iterator[Constraint]:
        """Yield the constraints that one value of one parameter makes."""
        message = shape.message or default(word, value)
        plain = Constraint(shape, components.component(word), message, value)
        if word == "sh:sparql":
            yield from self._select(plain)
        elif word == "sh:qualifiedValueShape":
            yield from self._qualified(plain)
        elif word in ("sh:closed", "sh:uniqueLang"):
            # “1” is true as well, yet only “true” is the literal that sh:uniqueLang asks for.
            is_true = self.model.graph.is_true(shape.iri, word)
            if is_true and (word != "sh:uniqueLang" or value.value == "true"):  # type: ignore[union-attr]
                yield plain._replace(searches=self._searches(shape, word, value))
        elif word in _JOINED or word == "sh:xone":
            yield self._logical(plain, word)
        elif word in components.SEARCHES:
            yield plain._replace(searches=self._searches(shape, word, value))
        else:
            yield self._tested(plain, self._test(shape.iri, word, value))

    def _tested(self, plain: Constraint, test: str) -> Constraint:
        search = components.unlike(plain.shape.way, test)
        # A test that speaks of the focus node cannot be asked of another shape's value.
        return plain._replace(searches=(search,), test="" if "?this" in test else test)

    def _searches(self, shape: Shape, word: str, value: RdfTerm) -> tuple[Violating, ...]:
        if word != "sh:closed":
            return tuple(components.SEARCHES[word](shape.way, value))
        graph, node = self.model.graph, shape.iri
        own = [graph.one(prop, "sh:path") for prop in graph.values(node, "sh:property")]
        head = graph.one(node, "sh:ignoredProperties")
        others = graph.members(node, head, "sh:ignoredProperties") if head else []
        allowed = [term for term in [*own, *others] if isinstance(term, ox.NamedNode)]
        return (components.closed(shape.way, allowed),)

    def _test(self, node: RdfTerm, word: str, value: RdfTerm) -> str:
        """Return the expression that is true of a ``?value`` that conforms."""
        graph = self.model.graph
        if word == "sh:pattern":
            flags = graph.one(node, "sh:flags")
            if not graph.is_ours and (wrong := selects.pattern_complaint(value, flags)):
                raise graph.refusal(node, wrong, word)
            return components.pattern(value, flags)
        if word in components.LISTS:
            members = graph.members(node, value, word)
            if word == "sh:languageIn" and not all(isinstance(m, ox.Literal) for m in members):
                raise graph.refusal(node, "sh:languageIn holds what is no language tag", word)
            return components.LISTS[word](members)
        if word in components.TESTS:
            return components.TESTS[word](value)
        near = next(iter(ranked(word, _WORDS)), "")
        meant = f"; did you mean {near}?" if near else ""
        raise graph.refusal(node, f"{word} is not supported{meant}", word)

    def _logical(self, plain: Constraint, word: str) -> Constraint:
        inner = [plain.parameter]
        if word in _LISTED:
            inner = self.model.graph.members(plain.shape.iri, plain.parameter, word)
        for shape in inner:
            self.read(shape)
        tests = [self.model.test(shape) for shape in inner]
        if word == "sh:xone" or not inner or not all(tests):
            return plain._replace(inner=tuple(inner))
        joined = _JOINED[word].join(f"({test})" for test in tests)
        return self._tested(plain, f"!({joined})" if word == "sh:not" else joined)

    def _qualified(self, plain: Constraint) -> Iterator[Constraint]:
        graph, node, inner = self.model.graph, plain.shape.iri, plain.parameter
        siblings = self._siblings(node) if self._is_disjoint(node) else set()
        for shape in (inner, *siblings):
            self.read(shape)
        counts = [word for word in _COUNTS if graph.values(node, word)]
        if not counts:
            word = "sh:qualifiedValueShape"
            raise graph.refusal(node, f"{word} stands without a count", word)
        for word in counts:
            value = graph.one(node, word)
            assert isinstance(value, ox.Literal)
            yield plain._replace(
                component=components.component(word),
                message=plain.shape.message or default(word, value),
                inner=(inner,),
                limit=int(value.value),
                siblings=tuple(sorted(siblings - {inner}, key=str)),
            )

    def _is_disjoint(self, node: RdfTerm) -> bool:
        return self.model.graph.is_true(node, "sh:qualifiedValueShapesDisjoint")

    def _siblings(self, node: RdfTerm) -> set[RdfTerm]:
        """Return the qualified shapes of the property shapes beside one (SHACL, 4.7.3)."""
        graph, prop = self.model.graph, named("sh:property")
        parents = [parent for parent, said in graph.said.items() if node in said.get(prop, ())]
        beside = [each for parent in parents for each in graph.values(parent, "sh:property")]
        return {s for each in beside for s in graph.values(each, "sh:qualifiedValueShape")}

    def _select(self, plain: Constraint) -> Iterator[Constraint]:
        """Yield a SELECT constraint (SHACL, 5), its text complete with prefixes and path."""
        graph, node, value = self.model.graph, plain.shape.iri, plain.parameter
        if not graph.is_true(value, "sh:deactivated"):
            message = worded(graph.values(value, "sh:message")) or plain.message
            text = selects.text(graph, node, value, plain.shape.path)
            component = named("sh:SPARQLConstraintComponent").value
            yield plain._replace(component=component, message=message, select=text)

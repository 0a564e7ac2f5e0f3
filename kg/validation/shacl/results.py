"""What in a graph violates shapes (W3C SHACL, 3.6): each result with all that its query found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import ShapesError
from kg.validation.shacl import components
from kg.validation.shacl.model import Constraint, Model
from kg.validation.shacl.queries import (
    HOLDS,
    MEMBERS,
    Focus,
    ShapeQuery,
    questions,
    reached,
    with_members,
)
from kg.validation.shacl.shapes import Shapes
from kg.vocabulary.context import compact, named
from kg.vocabulary.terms import RdfTerm

_DEFAULT = ox.DefaultGraph()
_SELECT = named("sh:SPARQLConstraintComponent").value


class Result(NamedTuple):
    """A validation result (SHACL, 3.6): ``bindings`` are all that its query found.

    ``path`` is the path of its shape, or the property that a closed shape or a SELECT tells of.
    """

    constraint: Constraint
    focus: RdfTerm
    value: RdfTerm | None
    path: str
    bindings: dict[str, RdfTerm]

    @property
    def message(self) -> str:
        """The message, with what was found in the place of ``{?name}``."""
        return self.worded(compact)

    def worded(self, name: Callable[[RdfTerm], str]) -> str:
        """Return the message, with what was found as ``name`` calls it."""

        def found(match: re.Match[str]) -> str:
            term = self.bindings.get(match[1])
            return name(term) if term else match[0]

        return re.sub(r"\{[?$](\w+)\}", found, self.constraint.message)


def results(store: ox.Store, shapes: Shapes) -> Iterator[Result]:
    """Yield what in the default graph of a store violates shapes, each result once.

    While it is asked, the store also has named graphs of nodes that are looked at together.
    Raises ``ShapesError`` where the engine cannot answer.
    """
    return _Validation(store, shapes.model).results(
        found
        for node, targets in shapes.roots.items()
        for found in reached(shapes.model, node, [Focus.of(*target) for target in targets])
    )


class _Validation:
    """One run of shapes over a store; it remembers which nodes conform to an inner shape."""

    def __init__(self, store: ox.Store, model: Model) -> None:
        self.store = store
        self.model = model
        above = named("rdfs:subClassOf")
        self.subclasses = any(self.store.quads_for_pattern(None, above, None, _DEFAULT))
        self._verdicts: dict[RdfTerm, dict[RdfTerm, bool]] = {}
        self._groups = 0

    def results(self, asked: Iterable[tuple[Constraint, list[Focus]]]) -> Iterator[Result]:
        """Yield the results of constraints, each with what its focus nodes come from."""
        asked = list(asked)
        for constraint, sources in asked:
            if constraint.shape.may_be_empty:
                self._refuse_empty_paths(constraint, sources)
        groups: list[ox.NamedNode] = []
        asked = [(c, self._grouped(sources, groups) if c.select else sources)
                 for c, sources in asked]  # fmt: skip
        seen = set()
        try:
            for question in questions(asked):
                for result in self._answers(question):
                    key = _key(result)
                    if key not in seen:
                        seen.add(key)
                        yield result
        finally:
            for group in groups:
                self.store.remove_graph(group)

    # ── Focus nodes ──────────────────────────────────────────────────────────

    def _grouped(self, sources: list[Focus], groups: list[ox.NamedNode]) -> list[Focus]:
        """Return a single source of focus nodes, each of which it gives once."""
        if len(sources) == 1 and sources[0].gives_each_once and not self.subclasses:
            return sources
        nodes = {node for source in sources for node in self._nodes(source)}
        groups.append(self._group(nodes))
        return [Focus.of(MEMBERS, groups[-1])]

    def _nodes(self, source: Focus) -> Iterator[RdfTerm]:
        query = f"SELECT DISTINCT ?this {{ {source.text} }}"
        for solution in self._solutions(query):
            yield solution["this"]

    def _refuse_empty_paths(self, constraint: Constraint, sources: list[Focus]) -> None:
        """Refuse a path of no steps from a literal, or from what the data does not mention.

        The engine does not find that such a node is its own value node.
        """
        for node in {node for source in sources for node in self._nodes(source)}:
            ends = isinstance(node, ox.Literal) or not (
                any(self.store.quads_for_pattern(node, None, None, _DEFAULT))
                or any(self.store.quads_for_pattern(None, None, node, _DEFAULT))
            )
            if ends:
                why = "a path that may be empty is not supported from"
                raise ShapesError(f"{compact(constraint.shape.iri)}: {why} {compact(node)}")

    def _group(self, nodes: Iterable[RdfTerm]) -> ox.NamedNode:
        """Put nodes into a named graph, so that a query can be asked of them together."""
        self._groups += 1
        group = ox.NamedNode(f"urn:entente:group:{self._groups}")
        holds = ox.NamedNode(HOLDS)
        self.store.extend(ox.Quad(group, holds, node, group) for node in nodes)
        return group

    # ── Answers ──────────────────────────────────────────────────────────────

    def _solutions(self, query: str) -> ox.QuerySolutions:
        try:
            found = self.store.query(with_members(query, subclasses=self.subclasses))
            assert isinstance(found, ox.QuerySolutions)
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            raise ShapesError(f"the engine does not answer a query of shapes: {error}") from error
        return found

    def _answers(self, question: ShapeQuery) -> Iterator[Result]:
        waiting: dict[Constraint, list[tuple[RdfTerm, RdfTerm | None]]] = {}
        found = self._solutions(question.query)
        names = [variable.value for variable in found.variables]
        for solution in found:
            pairs = zip(names, solution, strict=True)
            bound = {name: term for name, term in pairs if term is not None}
            row = bound.pop("row", None)
            constraint = question.constraints[int(row.value) if row else 0]
            if constraint.searches or constraint.select:
                yield _result(constraint, bound)
            else:
                waiting.setdefault(constraint, []).append((bound["this"], bound.get("value")))
        for constraint, found_pairs in waiting.items():
            # A node that two targets reach is asked about once.
            yield from self._looked_at(constraint, list(dict.fromkeys(found_pairs)))

    def _looked_at(
        self, constraint: Constraint, pairs: list[tuple[RdfTerm, RdfTerm | None]]
    ) -> Iterator[Result]:
        """Yield the results of a constraint whose value nodes are looked at."""
        values = {value for _, value in pairs if value is not None}
        if "Qualified" in constraint.component:
            yield from self._counted(constraint, pairs, values)
            return
        wrong = self._violating(constraint, values)
        for this, value in pairs:
            if value in wrong:
                yield _result(constraint, {"this": this, "value": value})

    def _counted(
        self,
        constraint: Constraint,
        pairs: list[tuple[RdfTerm, RdfTerm | None]],
        values: set[RdfTerm],
    ) -> Iterator[Result]:
        [inner] = constraint.inner
        fitting = values - self.nonconforming(inner, values)
        for sibling in constraint.siblings:
            fitting &= self.nonconforming(sibling, fitting)
        counts: dict[RdfTerm, int] = {}
        for this, value in pairs:
            counts[this] = counts.get(this, 0) + (value in fitting)
        is_least = constraint.component.endswith("MinCountConstraintComponent")
        for this, count in counts.items():
            if count < constraint.limit if is_least else count > constraint.limit:
                yield _result(constraint, {"this": this})

    def _violating(self, constraint: Constraint, values: set[RdfTerm]) -> set[RdfTerm]:
        """Return which value nodes violate a constraint of inner shapes."""
        bad = [self.nonconforming(shape, values) for shape in constraint.inner]
        kind = constraint.component.rpartition("#")[2].removesuffix("ConstraintComponent")
        if kind == "Not":
            return values - bad[0]
        if kind == "Or":
            return set.intersection(values, *bad)
        if kind == "Xone":
            fit = {value: sum(value not in some for some in bad) for value in values}
            return {value for value, number in fit.items() if number != 1}
        return set().union(*bad)

    def nonconforming(self, node: RdfTerm, values: set[RdfTerm]) -> set[RdfTerm]:
        """Return which of the nodes do not conform to a shape (SHACL, 3.4.3)."""
        known = self._verdicts.setdefault(node, {})
        if fresh := values - known.keys():
            group = self._group(fresh)
            try:
                bad = self._failing(node, Focus.of(MEMBERS, group))
            finally:
                self.store.remove_graph(group)
            known.update((value, value not in bad) for value in fresh)
        return {value for value in values if not known[value]}

    def _failing(self, node: RdfTerm, source: Focus) -> set[RdfTerm]:
        asked = [(constraint, [source]) for constraint in self.model.constraints[node]]
        bad = {result.focus for result in list(self.results(asked))}
        if self.model.properties[node]:
            way = components.values(self.model.shapes[node].path)
            rows = self._solutions(f"SELECT DISTINCT ?this ?value {{ {source.text} {way} }}")
            pairs = [(row["this"], row["value"]) for row in rows]
            for prop in self.model.properties[node]:
                wrong = self.nonconforming(prop, {value for _, value in pairs})
                bad |= {this for this, value in pairs if value in wrong}
        return bad


def _key(result: Result) -> tuple[object, ...]:
    """Return what makes a result the same as another: a SELECT has each message once."""
    if result.constraint.component == _SELECT:
        return result.constraint, result.focus, result.value, result.path, result.message
    return (result.constraint, *sorted(result.bindings.items(), key=lambda pair: pair[0]))


def _result(constraint: Constraint, bound: dict[str, RdfTerm]) -> Result:
    this, path, value = bound["this"], constraint.shape.path, bound.get("value")
    by = bound.get("by")
    if constraint.component == _SELECT:
        by = bound.get("path")
        value = value if value is not None or path else this
    return Result(constraint, this, value, str(by) if by is not None else path, bound)

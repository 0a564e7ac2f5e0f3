"""Constraints as queries: those that ask the same of different targets and paths share one.

``sh:minCount 1`` of two property shapes, one for each of two classes, is one query::

    SELECT ?row ?this { VALUES (?row ?target ?path) { (0 ex:Boat ex:name) (1 ex:Crew ex:size) }
                        ?this a ?target . FILTER NOT EXISTS { ?this ?path ?v } }
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.validation.shacl.components import MEMBER, Violating, values
from kg.validation.shacl.model import Constraint, Model
from kg.validation.shacl.selects import with_focus
from kg.vocabulary.terms import RdfTerm

HOLDS = "urn:entente:holds"
"""The property that joins a named graph to the nodes that are looked at as members of it."""
MEMBERS = "members"
"""The kind of target that are the nodes which a named graph holds."""
_FOCUS = {
    "sh:targetClass": f"?this {MEMBER} ?target .",
    "sh:targetNode": "BIND (?target AS ?this)",
    "sh:targetSubjectsOf": "?this ?target ?focus_any .",
    "sh:targetObjectsOf": "?focus_any ?target ?this .",
    MEMBERS: f"GRAPH ?target {{ ?target <{HOLDS}> ?this }}",
}


class Focus(NamedTuple):
    """Where focus nodes come from: a pattern of ``?this`` and ``?target``, and what that is."""

    pattern: str
    target: RdfTerm

    @classmethod
    def of(cls, kind: str, term: RdfTerm) -> Focus:
        """Return where the focus nodes of a target come from: a kind such as sh:targetClass."""
        return cls(_FOCUS[kind], term)

    @property
    def text(self) -> str:
        """The pattern of a query of its own."""
        return self.pattern.replace("?target", str(self.target))

    @property
    def gives_each_once(self) -> bool:
        """Tell whether no node is found twice, as long as no class has subclasses."""
        return self.pattern in (_FOCUS["sh:targetClass"], _FOCUS[MEMBERS])

    def through(self, path: str, depth: int) -> Focus:
        """Return the value nodes of the focus nodes as focus nodes."""
        if not path:
            return self
        outer = self.pattern.replace("?this", f"?focus_{depth}")
        return Focus(f"{outer} ?focus_{depth} {path} ?this .", self.target)


class ShapeQuery(NamedTuple):
    """A query for what violates constraints; the ``?row`` of a solution tells which of them."""

    query: str
    constraints: list[Constraint]


def reached(
    model: Model, node: RdfTerm, sources: list[Focus], depth: int = 0
) -> Iterator[tuple[Constraint, list[Focus]]]:
    """Yield the constraints of a shape and of the property shapes within, each with its focus."""
    for constraint in model.constraints[node]:
        yield constraint, sources
    inner = [each.through(model.shapes[node].path, depth) for each in sources]
    for prop in model.properties[node]:
        yield from reached(model, prop, inner, depth + 1)


def questions(asked: Iterable[tuple[Constraint, list[Focus]]]) -> list[ShapeQuery]:
    """Return the queries for constraints, each with what its focus nodes come from."""
    selects: list[ShapeQuery] = []
    # Constraints with their rows, by what stands before and after the rows of their query.
    shared: dict[tuple[str, str], list[tuple[Constraint, str]]] = defaultdict(list)
    for constraint, sources in asked:
        if constraint.select:
            selects += [_of_select(constraint, source) for source in sources]
            continue
        path = f" {constraint.shape.path}" if constraint.shape.is_single else ""
        for search in constraint.searches or [_pairs(constraint)]:
            for source in sources:
                frame = _frame(search, source, has_path=bool(path))
                shared[frame].append((constraint, f"{source.target}{path}"))
    return [*selects, *map(_joined, shared.items())]


def with_members(query: str, *, subclasses: bool) -> str:
    """Return a query that asks for members of a class, those of its subclasses among them."""
    member = "a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>*" if subclasses else "a"
    return query.replace(MEMBER, member)


def _pairs(constraint: Constraint) -> Violating:
    """Return the search for all value nodes, each of which is looked at."""
    found = values(constraint.shape.way)
    # A focus node without any counts where so many are wanted.
    return Violating("?this ?value", f"OPTIONAL {{ {found} }}" if constraint.limit else found)


def _frame(search: Violating, source: Focus, *, has_path: bool) -> tuple[str, str]:
    names = "?row ?target ?path" if has_path else "?row ?target"
    begin = f"SELECT DISTINCT ?row {search.variables} {{ VALUES ({names}) {{"
    return begin, f"}} {source.pattern} {search.pattern} }} {search.grouped}"


def _joined(entry: tuple[tuple[str, str], list[tuple[Constraint, str]]]) -> ShapeQuery:
    (begin, end), rows = entry
    numbered = " ".join(f"({number} {row})" for number, (_, row) in enumerate(rows))
    return ShapeQuery(begin + numbered + end, [constraint for constraint, _ in rows])


def _of_select(constraint: Constraint, source: Focus) -> ShapeQuery:
    return ShapeQuery(with_focus(constraint.select, source.text), [constraint])

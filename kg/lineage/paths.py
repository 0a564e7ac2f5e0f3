"""Property paths: taken apart by one operator, or walked where their length is not fixed.

``{ ?a ent:childOf/^ent:host ?b }`` is the same as ``{ ?a ent:childOf ?v1 . ?b ent:host ?v1 }``
(SPARQL 1.1 Query, section 18.2.2.4), whose triples a witness gives. A path of any length (section
9.3) becomes an automaton, as a regular expression does: walking it forwards from one end, and
keeping what also leads to the other, gives every triple on some way between the two, without
counting the ways.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from kg.lineage.syntax import Element, Expression, Filter, Group, Path, Triple, Union, excluded
from kg.vocabulary.terms import RdfTerm

# (subject, predicate, object), of which any may be None, → the triples that there are.
Match: TypeAlias = Callable[
    [RdfTerm | None, RdfTerm | None, RdfTerm | None], Iterator[tuple[RdfTerm, RdfTerm, RdfTerm]]
]
Step: TypeAlias = tuple[RdfTerm, RdfTerm, RdfTerm]

MAX_STATES = 10_000
"""How many states of a path are looked at before its triples count as too many to list."""


def unfolded(triple: Triple, path: Path, fresh: Callable[[str], str]) -> list[Element]:
    """Return patterns that match as a path pattern does; itself if its length is not fixed.

    ``fresh`` gives variables for what lies between.
    """
    if path.op == "^":
        return [Triple(triple.object, path.parts[0], triple.subject)]
    if path.op == "/":
        return _sequence(triple, path, fresh)
    if path.op == "|":
        groups = (Group((triple._replace(predicate=part),)) for part in path.parts)
        return [Union(tuple(groups))]
    return [_negated(triple, path, fresh)] if path.op == "!" else [triple]


def _sequence(triple: Triple, path: Path, fresh: Callable[[str], str]) -> list[Element]:
    between = [fresh("v") for _ in path.parts[1:]]
    starts, ends = [triple.subject, *between], [*between, triple.object]
    return [Triple(*step) for step in zip(starts, path.parts, ends, strict=True)]


def _negated(triple: Triple, path: Path, fresh: Callable[[str], str]) -> Union:
    """Any property but those: each way round is a pattern of its own (section 9.1)."""
    forward, backward = excluded(path.parts[0])
    groups = []
    for names, ends in (
        (forward, (triple.subject, triple.object)),
        (backward, (triple.object, triple.subject)),
    ):
        if names or (names is forward and not backward):
            prop = fresh("p")
            condition = Expression(f"{prop} NOT IN ({', '.join(names)})")
            groups.append(Group((Triple(ends[0], prop, ends[1]), Filter(condition))))
    return Union(tuple(groups))


class PathAutomaton:
    """A path as states and edges: an edge is a step along a property, or none at all.

    ``terms`` says which IRI each property as text stands for.
    """

    def __init__(self, path: Path, terms: Mapping[str, RdfTerm]) -> None:
        self.terms = terms
        self.edges: dict[int, list[tuple[object, bool, int]]] = defaultdict(list)
        self.size = 2
        self._add(path, 0, 1, turned=False)

    def _state(self) -> int:
        self.size += 1
        return self.size - 1

    def _add(self, path: Path | str, start: int, end: int, *, turned: bool) -> None:
        if isinstance(path, str):
            self.edges[start].append(({self.terms[path]}, turned, end))
        elif path.op == "^":
            self._add(path.parts[0], start, end, turned=not turned)
        elif path.op == "|":
            for part in path.parts:
                self._add(part, start, end, turned=turned)
        elif path.op == "/":
            self._sequence(path.parts[::-1] if turned else path.parts, start, end, turned)
        elif path.op == "!":
            self._negated(path.parts[0], start, end, turned)
        else:
            self._repeated(path, start, end, turned)

    def _sequence(self, parts: tuple[Path | str, ...], start: int, end: int, turned: bool) -> None:
        for number, part in enumerate(parts, 1):
            after = end if number == len(parts) else self._state()
            self._add(part, start, after, turned=turned)
            start = after

    def _repeated(self, path: Path, start: int, end: int, turned: bool) -> None:
        """``*``, ``+`` and ``?``: around a state of its own, which may be passed by."""
        before, behind = self._state(), self._state()
        self.edges[start].append((None, turned, before))
        self._add(path.parts[0], before, behind, turned=turned)
        self.edges[behind].append((None, turned, end))
        if path.op != "?":
            self.edges[behind].append((None, turned, before))
        if path.op != "+":
            self.edges[start].append((None, turned, end))

    def _negated(self, path: Path | str, start: int, end: int, turned: bool) -> None:
        forward, backward = excluded(path)
        for names, other in ((forward, turned), (backward, not turned)):
            if names or (names is forward and not backward):
                but = frozenset(self.terms[name] for name in names)
                self.edges[start].append((but, other, end))

    def steps(
        self, node: RdfTerm, state: int, match: Match
    ) -> Iterator[tuple[Step | None, RdfTerm, int]]:
        """Yield each triple that leads on from a node in a state, with where it leads.

        Example: in ``^ent:childOf``, from a parent, each triple that tells of a child leads to the
        child.
        """
        for names, turned, after in self.edges[state]:
            if names is None:
                yield None, node, after
                continue
            for triple in _along(names, node, turned, match):
                yield triple, triple[0] if turned else triple[2], after


def _along(names: object, node: RdfTerm, turned: bool, match: Match) -> Iterator[Step]:
    if isinstance(names, frozenset):  # a negated set
        found = match(None, None, node) if turned else match(node, None, None)
        yield from (triple for triple in found if triple[1] not in names)
        return
    assert isinstance(names, set)
    for name in names:
        yield from match(None, name, node) if turned else match(node, name, None)


def triples_between(
    automaton: PathAutomaton, start: RdfTerm, end: RdfTerm, match: Match
) -> tuple[set[Step], bool]:
    """Return the triples on all ways from start to end, and whether these are all of them.

    Example: with ``ent:childOf+``, from a child to a grandparent, the triples of child and parent
    and of parent and grandparent.
    """
    into: dict[tuple[RdfTerm, int], list[tuple[Step | None, tuple[RdfTerm, int]]]] = {
        (start, 0): []
    }
    waiting = [(start, 0)]
    while waiting and len(into) <= MAX_STATES:
        here = waiting.pop()
        for triple, node, state in automaton.steps(*here, match):
            if (node, state) not in into:
                into[node, state] = []
                waiting.append((node, state))
            into[node, state].append((triple, here))
    used: set[Step] = set()
    reached, back = {(end, 1)}, [(end, 1)]
    while back:
        for triple, before in into.get(back.pop(), ()):
            if triple:
                used.add(triple)
            if before not in reached:
                reached.add(before)
                back.append(before)
    return used, not waiting

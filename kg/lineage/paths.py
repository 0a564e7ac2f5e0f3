"""Property paths taken apart by one operator (SPARQL 1.1 Query, section 18.2.2.4)."""

from __future__ import annotations

from collections.abc import Callable

from kg.lineage.syntax import Element, Expression, Filter, Group, Path, Triple, Union, excluded


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

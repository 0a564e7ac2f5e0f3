"""Lineage: what the witnesses of a solution used, and what its citation is made of.

The witnesses of a block are looked through use by use: a solution of ``SELECT ?a { ?a ent:childOf
?b }`` gets the triples that its rows fill in, of a path those on every way, and of a sub-query or
EXISTS the lineage of what that found.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import pyoxigraph as ox

from kg.lineage.blocks import AbsenceUse, Block, BlockUse, GraphUse, PathUse, TripleUse, Use
from kg.lineage.paths import Match, PathAutomaton, triples_between
from kg.lineage.rows import MAX_WITNESSES, Key, Row, Rows
from kg.lineage.syntax import Parsed, steps
from kg.lineage.variables import is_variable
from kg.vocabulary.terms import RdfTerm

UNTRACED = "how it came about cannot be traced: asked again, the engine gives another answer"


# Subject, predicate, object and named graph; None for the default graph.
Quad: TypeAlias = tuple[RdfTerm, RdfTerm, RdfTerm, RdfTerm | None]


@dataclass
class Lineage:
    """What a solution used: triples with their graphs, what was absent, what is not listed."""

    quads: set[Quad] = field(default_factory=set)
    graphs: set[RdfTerm] = field(default_factory=set)
    absences: set[str] = field(default_factory=set)
    gaps: set[str] = field(default_factory=set)

    def add(self, other: Lineage) -> None:
        """Add what another used."""
        self.quads |= other.quads
        self.graphs |= other.graphs
        self.absences |= other.absences
        self.gaps |= other.gaps


class Blocks(Protocol):
    """All blocks of one query over one store, as the witnesses of one block need them."""

    parsed: Parsed
    terms: dict[str, RdfTerm]

    def table(self, block: Block, wanted: Set[Key]) -> BlockWitnesses:
        """Return the witnesses of the solutions that are wanted of a block."""
        ...

    def select(self, text: str, substitutions: dict[ox.Variable, Any] | None = None) -> Any:  # noqa: ANN401
        """Answer a query in the query's own prologue."""
        ...

    def match(self, graph: RdfTerm | None) -> Match:
        """Return what finds the triples of a graph."""
        ...


class BlockWitnesses:
    """The witnesses of one block, by the solution that they lead to."""

    def __init__(self, whole: Blocks, block: Block) -> None:
        self.whole = whole
        self.block = block
        self.rows = Rows(whole.parsed, block, whole.select)
        self.known: dict[Key, Lineage] = {}
        self.columns = {name: i for i, name in enumerate(block.columns())}
        self.finders: dict[Use, Callable[[Row, Lineage], None]] = {}
        self.walked: dict[Any, tuple[set[Any], bool]] = {}

    # ── Loading ──────────────────────────────────────────────────────────────

    def load(self, wanted: Set[Key]) -> None:
        """Find the witnesses of the solutions."""
        if wanted:
            self.rows.load(wanted)
            self._load_used(wanted)

    def solutions(self) -> list[Key]:
        """Return the solutions of the whole query in their order, with the witnesses of all."""
        found = self.rows.solutions()
        self._load_used(self.rows.loaded)
        return found

    def _load_used(self, wanted: Set[Key]) -> None:
        """Have the other blocks evaluated for what rows of this one give them."""
        for use in self.block.uses:
            if isinstance(use, BlockUse):
                keys = {
                    self._correlated(use, row)
                    for key in wanted
                    for row in self.rows.of(key)
                    if self._applies(use, row)
                }
                self.whole.table(use.block, keys)

    # ── What rows used ───────────────────────────────────────────────────────

    def lineage(self, key: Key) -> Lineage:
        """Return the lineage of a solution: what all its witnesses used."""
        if key not in self.known:
            self.known[key] = self._lineage(key)
        return self.known[key]

    def _lineage(self, key: Key) -> Lineage:
        whole = Lineage()
        rows = list(self.rows.of(key))
        if self.block.incomplete:
            whole.gaps.add(self.block.incomplete)
        if key not in self.rows:
            whole.gaps.add(UNTRACED)
        elif not rows:  # a group without members
            whole.absences.add(self.block.pattern)
        if not self.block.group_query and len(rows) > MAX_WITNESSES:
            whole.gaps.add(f"there are more than {MAX_WITNESSES:,} ways to it; not all are listed")
            rows = rows[:MAX_WITNESSES]
        self._add_uses(rows, whole)
        return whole

    def _add_uses(self, rows: list[Row], whole: Lineage) -> None:
        for use in self.block.uses:
            if use not in self.finders:
                self.finders[use] = self._finder(use)
            find = self.finders[use]
            for row in rows:
                if self._took_part(use, row):
                    find(row, whole)

    def _finder(self, use: Use) -> Callable[[Row, Lineage], None]:
        if isinstance(use, TripleUse):
            return self._triple_finder(use)
        if isinstance(use, PathUse):
            return self._path_finder(use)
        if isinstance(use, AbsenceUse):
            absent = use.text
            return lambda _, lineage: lineage.absences.add(absent)
        if isinstance(use, GraphUse):
            return self._graph_finder(use)
        assert isinstance(use, BlockUse)
        return self._block_finder(use)

    def _getter(self, term: str) -> Callable[[Row], RdfTerm | None]:
        if not term:
            return lambda _: None
        if not is_variable(term):
            constant = self.whole.terms[term]
            return lambda _: constant
        place = self.columns[term]
        return lambda row: row[place]

    def _triple_finder(self, use: TripleUse) -> Callable[[Row, Lineage], None]:
        terms = (use.subject, use.predicate, use.object, use.graph)
        s, p, o, g = map(self._getter, terms)

        def find(row: Row, lineage: Lineage) -> None:
            lineage.quads.add((s(row), p(row), o(row), g(row)))  # type: ignore[arg-type]

        return find

    def _graph_finder(self, use: GraphUse) -> Callable[[Row, Lineage], None]:
        name = self._getter(use.name)

        def find(row: Row, lineage: Lineage) -> None:
            if graph := name(row):
                lineage.graphs.add(graph)

        return find

    def _path_finder(self, use: PathUse) -> Callable[[Row, Lineage], None]:
        s, o, g = map(self._getter, (use.subject, use.object, use.graph))
        names = {name: self.whole.terms[name] for name in steps(use.path)}
        automaton = PathAutomaton(use.path, names)

        def find(row: Row, lineage: Lineage) -> None:
            start, end, graph = s(row), o(row), g(row)
            if start is None or end is None:
                return
            place = (use, start, end, graph)
            if place not in self.walked:
                match = self.whole.match(graph)
                self.walked[place] = triples_between(automaton, start, end, match)
            walked, complete = self.walked[place]
            lineage.quads |= {(*step, graph) for step in walked}
            if not complete:
                lineage.gaps.add(f"the path {use.path} has too many ways; not all are listed")
            if start == end and use.path.may_be_empty and (start, graph) not in self._met(use, row):
                lineage.quads |= {(*triple, graph) for triple in self._mentions(start, graph)}

        return find

    def _mentions(self, term: RdfTerm, graph: RdfTerm | None) -> set[Any]:
        """Return the triples in which a term occurs as subject or object."""
        match = self.whole.match(graph)
        return {*match(term, None, None), *match(None, None, term)}

    def _met(self, but: PathUse, row: Row) -> set[tuple[RdfTerm | None, RdfTerm | None]]:
        """Return the terms that are in a graph by what else a row used, each with the graph."""
        found = set()
        for use in self.block.uses:
            if use is but or not isinstance(use, TripleUse | PathUse):
                continue
            start, end = self._getter(use.subject)(row), self._getter(use.object)(row)
            stays = isinstance(use, PathUse) and use.path.may_be_empty and start == end
            if self._took_part(use, row) and not stays:
                graph = self._getter(use.graph)(row)
                found |= {(start, graph), (end, graph)}
        return found

    def _block_finder(self, use: BlockUse) -> Callable[[Row, Lineage], None]:
        table = self.whole.table(use.block, set())

        def find(row: Row, lineage: Lineage) -> None:
            if not self._applies(use, row):
                return
            key = self._correlated(use, row)
            if use.block.is_exists and key not in table.rows:
                if use.polarity <= 0:
                    lineage.absences.add(use.block.pattern)
            elif use.polarity >= 0:
                lineage.add(table.lineage(key))

        return find

    def _took_part(self, use: Use, row: Row) -> bool:
        return not use.marker or row[self.columns[use.marker]] is not None

    def _applies(self, use: BlockUse, row: Row) -> bool:
        spared = row[self.columns[use.short_circuit]] if use.short_circuit else None
        return self._took_part(use, row) and getattr(spared, "value", "") != "true"

    def _correlated(self, use: BlockUse, row: Row) -> Key:
        return tuple(row[self.columns[name]] for name in use.correlated)

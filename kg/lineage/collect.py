"""The ways to the solutions of one scope, and what each of them used."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.lineage import syntax as patterns
from kg.lineage import walks
from kg.lineage.blocks import (
    AbsenceUsed,
    GraphUsed,
    PathUsed,
    Scope,
    ScopeUsed,
    TripleUsed,
    is_variable,
)
from kg.lineage.evidence import WAYS, Evidence, Key, Row
from kg.lineage.rows import Rows
from kg.vocabulary.terms import RdfTerm

if TYPE_CHECKING:
    from kg.lineage.witnesses import Witnesses


class Ways:
    """The witnesses of one scope, by the solution that they lead to."""

    def __init__(self, whole: Witnesses, scope: Scope) -> None:
        self.whole = whole
        self.scope = scope
        self.rows = Rows(whole.parsed, scope, whole.select)
        self.known: dict[Key, Evidence] = {}
        self.columns = {name: i for i, name in enumerate(scope.columns())}
        self.finders: dict[int, Callable[[Row, Evidence], None]] = {}
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
        """Have the other scopes evaluated for what rows of this one give them."""
        for use in self.scope.uses:
            if isinstance(use, ScopeUsed):
                keys = {
                    self._given(use, row)
                    for key in wanted
                    for row in self.rows.of(key)
                    if self._applies(use, row)
                }
                self.whole.table(use.scope, keys)

    # ── What rows used ───────────────────────────────────────────────────────

    def evidence(self, key: Key) -> Evidence:
        """Return what a solution used, in all its ways."""
        if key not in self.known:
            self.known[key] = self._evidence(key)
        return self.known[key]

    def _evidence(self, key: Key) -> Evidence:
        whole = Evidence()
        rows = list(self.rows.of(key))
        if self.scope.gap:
            whole.gaps.add(self.scope.gap)
        if self.scope.keyed and not rows:
            whole.absences.add(" ".join(self.scope.text.split()))
        if not self.scope.keyed and len(rows) > WAYS:
            whole.gaps.add(f"there are more than {WAYS:,} ways to it; not all are listed")
            rows = rows[:WAYS]
        for number, use in enumerate(self.scope.uses):
            if number not in self.finders:
                self.finders[number] = self._finder(use)
            find = self.finders[number]
            for row in rows:
                if not use.guard or row[self.columns[use.guard]] is not None:
                    find(row, whole)
        return whole

    def _finder(self, use: Any) -> Callable[[Row, Evidence], None]:  # noqa: ANN401
        if isinstance(use, TripleUsed):
            return self._triple_finder(use)
        if isinstance(use, PathUsed):
            return self._path_finder(use)
        if isinstance(use, AbsenceUsed):
            return lambda _, evidence: evidence.absences.add(use.text)
        if isinstance(use, GraphUsed):
            return self._graph_finder(use)
        return self._scope_finder(use)

    def _getter(self, term: str) -> Callable[[Row], RdfTerm | None]:
        if not term:
            return lambda _: None
        if not is_variable(term):
            constant = self.whole.terms[term]
            return lambda _: constant
        place = self.columns[term]
        return lambda row: row[place]

    def _triple_finder(self, use: TripleUsed) -> Callable[[Row, Evidence], None]:
        terms = (use.subject, use.predicate, use.object, use.graph)
        s, p, o, g = map(self._getter, terms)

        def find(row: Row, evidence: Evidence) -> None:
            evidence.quads.add((s(row), p(row), o(row), g(row)))  # type: ignore[arg-type]

        return find

    def _graph_finder(self, use: GraphUsed) -> Callable[[Row, Evidence], None]:
        name = self._getter(use.name)

        def find(row: Row, evidence: Evidence) -> None:
            if graph := name(row):
                evidence.graphs.add(graph)

        return find

    def _path_finder(self, use: PathUsed) -> Callable[[Row, Evidence], None]:
        s, o, g = map(self._getter, (use.subject, use.object, use.graph))
        names = {name: self.whole.terms[name] for name in patterns.steps(use.path)}
        automaton = walks.Automaton(use.path, names)

        def find(row: Row, evidence: Evidence) -> None:
            start, end, graph = s(row), o(row), g(row)
            if start is None or end is None:
                return
            place = (id(use), start, end, graph)
            if place not in self.walked:
                match = self.whole.match(graph)
                self.walked[place] = walks.between(automaton, start, end, match)
            steps, complete = self.walked[place]
            if use.loose and start == end and use.path.may_be_empty:
                steps = steps | self._mentions(start, graph)
            evidence.quads |= {(*step, graph) for step in steps}
            if not complete:
                evidence.gaps.add(f"the path {use.path} has too many ways; not all are listed")

        return find

    def _mentions(self, term: RdfTerm, graph: RdfTerm | None) -> set[Any]:
        """Return the triples in which a term occurs as subject or object."""
        match = self.whole.match(graph)
        return {*match(term, None, None), *match(None, None, term)}

    def _scope_finder(self, use: ScopeUsed) -> Callable[[Row, Evidence], None]:
        table = self.whole.table(use.scope, set())

        def find(row: Row, evidence: Evidence) -> None:
            if not self._applies(use, row):
                return
            key = self._given(use, row)
            if use.scope.exists and not any(True for _ in table.rows.of(key)):
                evidence.absences.add(use.scope.exists)
            evidence.add(table.evidence(key))

        return find

    def _applies(self, use: ScopeUsed, row: Row) -> bool:
        if use.guard and row[self.columns[use.guard]] is None:
            return False
        spared = row[self.columns[use.spared]] if use.spared else None
        return not (isinstance(spared, ox.Literal) and spared.value == "true")

    def _given(self, use: ScopeUsed, row: Row) -> Key:
        return tuple(row[self.columns[name]] for name in use.given)

"""The rows of the witness query of a block, by the solution that they lead to.

Only rows behind solutions that are wanted are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from itertools import islice
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.lineage.blocks import Block
from kg.lineage.syntax import Parsed
from kg.vocabulary.terms import RdfTerm

MAX_WITNESSES = 1_000
"""How many witnesses of one solution are looked at; of groups, every member is."""
_BATCH = 5_000

Key: TypeAlias = tuple[RdfTerm | None, ...]
Row: TypeAlias = tuple[RdfTerm | None, ...]


class Rows:
    """The rows of one block; ``ask`` answers a query text, with values for its variables."""

    def __init__(self, parsed: Parsed, block: Block, ask: Callable[..., Any]) -> None:
        self.query = parsed.query
        self.block = block
        self.ask = ask
        self.loaded: set[Key] = set()
        self.number = f"?{parsed.prefix}n"
        self._rows: dict[Key, list[Row]] = {}
        self._groups: dict[Key, list[Key]] = {}

    def of(self, key: Key) -> Iterable[Row]:
        """Return the witnesses of a solution."""
        if not self.block.group_query:
            return self._rows.get(key, ())
        return [row for group in self._groups.get(key, ()) for row in self._rows.get(group, ())]

    def __iter__(self) -> Iterator[Key]:
        """Yield the solutions that the rows make."""
        return iter(self._groups if self.block.group_query else self._rows)

    def __contains__(self, key: Key) -> bool:
        """Tell whether a solution is among those that the rows make."""
        return key in (self._groups if self.block.group_query else self._rows)

    def solutions(self) -> list[Key]:
        """Return the solutions in order, each as often as the rows make it; keep all rows."""
        if self.block.group_query:
            found = self._load_members(None)
        else:
            once = "DISTINCT" if self.query.distinct else ""
            found = self._keep(self._asked(once, self.query.ordering), None, MAX_WITNESSES)
        self.loaded |= {*found}
        return list(dict.fromkeys(found)) if self.query.distinct else found

    def load(self, wanted: Set[Key]) -> None:
        """Find the rows behind the solutions that are wanted."""
        if self.block.is_exists:
            self._load_correlated(wanted)
        elif self.block.group_query:
            self._load_members(wanted)
        else:
            self._keep(self._asked("DISTINCT"), wanted, MAX_WITNESSES)
        self.loaded |= wanted

    def _select(self, *columns: str) -> str:
        """Return the text up to the pattern: the columns, and the dataset of the whole query."""
        return f"SELECT {' '.join(columns)} {self.query.dataset} WHERE"

    def _asked(self, once: str, ordering: str = "") -> Iterator[Row]:
        columns = self.block.columns() or ["*"]
        return map(tuple, self.ask(f"{self._select(once, *columns)} {self.block.text} {ordering}"))

    def _keep(self, rows: Iterable[Row], wanted: Set[Key] | None, most: int | None) -> list[Key]:
        """Keep the rows that are wanted, up to so many for each key; return the keys of all."""
        width = len(self.block.key)  # the first columns are the key
        keys = []
        for row in rows:
            key = row[:width]
            if wanted is None or key in wanted:
                keys.append(key)
                kept = self._rows.setdefault(key, [])
                if most is None or len(kept) <= most:
                    kept.append(row)
        return keys

    def _load_members(self, wanted: Set[Key] | None) -> list[Key]:
        """Find the groups behind the solutions that are wanted, and their members."""
        solutions = self.ask(self.block.group_query)
        places = {variable.value: i for i, variable in enumerate(solutions.variables)}
        at = [places[name[1:]] for name in self.block.projected]
        by = [places[name[1:]] for name in self.block.key]
        found, groups = [], set()
        for row in map(tuple, solutions):
            key = tuple(row[i] for i in at)
            if wanted is None or key in wanted:
                group = tuple(row[i] for i in by)
                self._groups.setdefault(key, []).append(group)
                groups.add(group)
                found.append(key)
        self._keep(self._asked("DISTINCT"), groups, None)
        return found

    def _load_correlated(self, wanted: Set[Key]) -> None:
        """Evaluate the group of an EXISTS for each value of its correlation variables."""
        blank = any(isinstance(term, ox.BlankNode) for key in wanted for term in key)
        if self.block.is_decorrelatable and not blank:  # for none can stand in VALUES
            keys = list(wanted)
            for start in range(0, len(keys), _BATCH):
                self._load_batch(keys[start : start + _BATCH])
            return
        select = self._select("DISTINCT", *(self.block.columns() or ["*"]))
        for key in wanted:
            pairs = zip(self.block.key, key, strict=True)
            values = {ox.Variable(name[1:]): term for name, term in pairs if term is not None}
            names = " ".join(self.block.key)  # in scope, so that they can be substituted
            known = f"VALUES ({names}) {{ ({'UNDEF ' * len(key)}) }}" if values else ""
            solutions = self.ask(f"{select} {{ {self.block.text} {known} }}", values)
            if rows := list(map(tuple, islice(solutions, MAX_WITNESSES + 1))):
                self._rows[key] = rows

    def _load_batch(self, keys: list[Key]) -> None:
        texts = (" ".join("UNDEF" if t is None else str(t) for t in key) for key in keys)
        data = " ".join(f"({i} {text})" for i, text in enumerate(texts))
        values = f"VALUES ({self.number} {' '.join(self.block.key)}) {{ {data} }}"
        select = self._select("DISTINCT", self.number, *self.block.columns())
        for solution in self.ask(f"{select} {{ {values} {self.block.text[1:-1]} }}"):
            index, *row = solution
            rows = self._rows.setdefault(keys[int(index.value)], [])
            if len(rows) <= MAX_WITNESSES:
                rows.append(tuple(row))

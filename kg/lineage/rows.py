"""The rows of the witness query of a block, by the solution that they lead to.

Only rows behind solutions that are wanted are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from itertools import islice
from typing import Any

import pyoxigraph as ox

from kg.lineage.blocks import Block
from kg.lineage.lineage import MAX_WITNESSES, Key, Row
from kg.lineage.syntax import Parsed
from kg.vocabulary.terms import RdfTerm

_BATCH = 5_000


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

    def has(self, key: Key) -> bool:
        """Tell whether a solution is among those that the rows make."""
        return key in (self._groups if self.block.group_query else self._rows)

    def load(self, wanted: Set[Key]) -> None:
        """Find the rows behind the solutions that are wanted."""
        self.loaded |= wanted
        if self.block.exists:
            self._load_correlated(wanted)
        elif self.block.group_query:
            groups = self._grouped(lambda key: key in wanted)[1]
            self._keep(self._asked("DISTINCT"), groups.__contains__, None)
        else:
            self._keep(self._asked("DISTINCT"), wanted.__contains__, MAX_WITNESSES)

    def solutions(self) -> list[Key]:
        """Return all solutions of the query, which nothing slices, in order; keep all rows."""
        if self.block.group_query:
            found, groups = self._grouped(lambda key: True)
            self._keep(self._asked("DISTINCT"), groups.__contains__, None)
        else:
            once = "DISTINCT" if self.query.distinct else ""
            found = self._keep(self._asked(once, self.query.order), lambda key: True, MAX_WITNESSES)
        self.loaded |= set(found)
        return list(dict.fromkeys(found)) if self.query.distinct else found

    def _select(self, *columns: str) -> str:
        """Return the text up to the pattern: the columns, and the dataset of the whole query."""
        return f"SELECT {' '.join(columns)} {self.query.dataset} WHERE"

    def _asked(self, once: str, order: str = "") -> Iterator[Any]:
        columns = self.block.columns() or ["*"]
        solutions = self.ask(f"{self._select(once, *columns)} {self.block.text} {order}")
        return map(tuple, solutions)

    def _keep(
        self, rows: Iterable[Row], wanted: Callable[[Key], bool], most: int | None
    ) -> list[Key]:
        """Keep the rows that are wanted, up to so many for each key; return the keys of all."""
        width = len(self.block.key)  # the first columns are the key
        keys = []
        for row in rows:
            key = row[:width]
            if wanted(key):
                keys.append(key)
                kept = self._rows.setdefault(key, [])
                if most is None or len(kept) <= most:
                    kept.append(row)
        return keys

    def _grouped(self, wanted: Callable[[Key], bool]) -> tuple[list[Key], set[Key]]:
        """Find the groups behind the solutions that are wanted; return both."""
        solutions = self.ask(self.block.group_query)
        places = {variable.value: i for i, variable in enumerate(solutions.variables)}
        at = [places[name[1:]] for name in self.block.projected]
        by = [places[name[1:]] for name in self.block.key]
        found, groups = [], set()
        for row in map(tuple, solutions):
            key = tuple(row[i] for i in at)
            if wanted(key):
                group = tuple(row[i] for i in by)
                self._groups.setdefault(key, []).append(group)
                groups.add(group)
                found.append(key)
        return found, groups

    def _load_correlated(self, wanted: Set[Key]) -> None:
        """Evaluate the group of an EXISTS for each value of its correlation variables."""
        if self.block.is_decorrelatable and not any(
            _is_blank(term) for key in wanted for term in key
        ):
            keys = list(wanted)
            for start in range(0, len(keys), _BATCH):
                self._load_batch(keys[start : start + _BATCH])
            return
        select = self._select("DISTINCT", *(self.block.columns() or ["*"]))
        for key in wanted:
            pairs = zip(self.block.key, key, strict=True)
            values = {ox.Variable(name[1:]): term for name, term in pairs if term is not None}
            names = " ".join(self.block.key)  # in block, so that they can be substituted
            known = f"VALUES ({names}) {{ ({'UNDEF ' * len(key)}) }} " if values else ""
            solutions = self.ask(f"{select} {{ {known}{self.block.text} }}", values)
            self._rows[key] = list(map(tuple, islice(solutions, MAX_WITNESSES + 1)))

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


def _is_blank(term: RdfTerm | None) -> bool:
    return isinstance(term, ox.BlankNode)

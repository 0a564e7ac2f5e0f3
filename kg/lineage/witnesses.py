"""The witnesses of solutions: every way in which each came about, and the triples it used.

The engine evaluates the witness queries of ``witness_queries``; here their rows are sorted by the
solution that they lead to. Only rows behind solutions that are wanted are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.errors import QueryError
from kg.lineage import parser
from kg.lineage.blocks import Block
from kg.lineage.lineage import BlockWitnesses, Lineage
from kg.lineage.paths import Match
from kg.lineage.rows import Key
from kg.lineage.syntax import Parsed
from kg.lineage.variables import is_variable
from kg.lineage.witness_queries import Rewriter
from kg.sparql import engine
from kg.vocabulary.context import context
from kg.vocabulary.terms import RdfTerm


class Rewriting(NamedTuple):
    """A query text taken apart, its block, and the terms that its constants stand for.

    ``preserves_multiplicity`` tells whether the block has as many rows as the query solutions.
    """

    parsed: Parsed
    block: Block
    preserves_multiplicity: bool
    terms: dict[str, RdfTerm]


@lru_cache(maxsize=256)
def rewritten(text: str) -> Rewriting:
    """Take apart a query text, in which the prefixes of the context need no declaration.

    Raises ``QueryError``, which names what is not cited.
    """
    try:
        parsed = parser.parse(text, context().prefixes)
        rewriter = Rewriter(parsed)
        block = rewriter.select(parsed.query, "")
    except RecursionError:
        raise QueryError("cannot be cited: it is nested too deep") from None
    described = parsed.query.items if parsed.query.form == "DESCRIBE" else ()
    own = [t for pattern in (*parsed.query.template, described) for t in pattern]
    named = (t for t in own if isinstance(t, str) and not is_variable(t))
    constants = dict.fromkeys([*block.constants(), *parsed.graphs, *named])
    terms = _resolved(parsed.prologue, list(constants))
    return Rewriting(parsed, block, rewriter.preserves_multiplicity, terms)


def _resolved(prologue: str, texts: list[str]) -> dict[str, RdfTerm]:
    """Have the engine say which terms constants of a query text stand for."""
    if not texts:
        return {}
    columns = " ".join(f"?x{n}" for n in range(len(texts)))
    select = f"SELECT {columns} {{ VALUES ({columns}) {{ ({' '.join(texts)}) }} }}"
    with engine_errors():
        found = ox.Store().query(f"{prologue}\n{select}", prefixes=dict(context().prefixes))
    assert isinstance(found, ox.QuerySolutions)
    return dict(zip(texts, next(found), strict=True))


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn what the engine says of a query that was made of another into ``QueryError``."""
    try:
        yield
    except (SyntaxError, RuntimeError, ValueError, OSError) as error:
        message = f"cannot be cited: of what lies behind it the engine says: {error}"
        raise QueryError(message) from error


class Witnesses:
    """The witnesses of one query over one store, each block evaluated once."""

    def __init__(self, store: ox.Store, text: str) -> None:
        self.store = store
        self.parsed, self.block, self._preserves_multiplicity, self.terms = rewritten(text)
        self._tables: dict[Block, BlockWitnesses] = {}
        self.graphs = {self.terms[name] for name in self.parsed.graphs}

    def behind(self, keys: Iterable[Key]) -> Callable[[Key], Lineage]:
        """Return what gives the lineage of each of the solutions. Raises ``QueryError``."""
        return self.table(self.block, set(keys)).lineage

    @property
    def are_answer(self) -> bool:
        """Whether ``solutions`` are those of the engine, in the same order but for ties.

        If so, the query need not be evaluated a second time. So it is for an aggregate, whose
        query of groups is the query itself with more columns, and for
        ``SELECT ?a { ?a ent:host ?b }``, whose witness query has the same rows; not with LIMIT,
        and not with a path that loses duplicates.
        """
        query = self.parsed.query
        alike = self._preserves_multiplicity or query.is_aggregate
        return query.form == "SELECT" and not query.sliced and alike

    def solutions(self) -> list[Key]:
        """Return the solutions of the whole query but for LIMIT. Raises ``QueryError``."""
        with engine_errors():
            return self.table(self.block, set()).solutions()

    def table(self, block: Block, wanted: Set[Key]) -> BlockWitnesses:
        """Return the witnesses of the solutions that are wanted of a block."""
        if block not in self._tables:
            self._tables[block] = BlockWitnesses(self, block)
        table = self._tables[block]
        with engine_errors():
            table.load(wanted - table.rows.loaded)
        return table

    def select(self, text: str, substitutions: dict[ox.Variable, Any] | None = None) -> Any:  # noqa: ANN401
        """Answer a query in the query's own prologue."""
        whole = self.parsed.prologue + "\n" + text
        return engine.select(whole, self.store, substitutions=substitutions or {})

    def match(self, graph: RdfTerm | None) -> Match:
        """Return what finds the triples of a graph; ``None`` is the query's default graph."""
        names: list[Any] = [graph] if graph else [*self.graphs] or [ox.DefaultGraph()]

        def found(s: Any, p: Any, o: Any) -> Iterator[Any]:  # noqa: ANN401
            if isinstance(s, ox.Literal):
                return
            for name in names:
                for quad in self.store.quads_for_pattern(s, p, o, name):
                    yield quad.triple.subject, quad.predicate, quad.object

        return found

"""Query blocks: what to ask for all bindings behind each solution, and what these used.

A *block* is a query, a sub-query or the group of an EXISTS. Its *witness query* asks for every
variable of its pattern, so that each row, a *witness*, is one way in which the pattern was
matched (SPARQL 1.1 Query, section 18: a solution before projection, grouping and DISTINCT).
A *use* is a triple pattern, a path or another block, whose triples a witness fills in; *markers*
are bound where a branch of a UNION or an OPTIONAL took part; *correlation variables* are those
that an EXISTS or a sub-query shares with what stands around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.lineage.syntax import Path, steps
from kg.lineage.variables import is_variable


@dataclass(frozen=True, eq=False)
class Use:
    """What a witness used where its ``marker`` is bound (always, where that is empty)."""

    marker: str

    def names(self) -> tuple[str, ...]:
        """Return the variables and other terms that say what it is."""
        return (self.marker,)


@dataclass(frozen=True, eq=False)
class TripleUse(Use):
    """A triple, in a graph (empty: the default graph); terms as the text writes them."""

    subject: str
    predicate: str
    object: str
    graph: str

    def names(self) -> tuple[str, ...]:  # noqa: D102
        return (self.marker, self.subject, self.predicate, self.object, self.graph)


@dataclass(frozen=True, eq=False)
class PathUse(Use):
    """A path of any length between two terms.

    One without a step needs some triple in which the term occurs: where ``{ VALUES ?a { id:ina }
    ?a ent:childOf* ?b }`` binds ``?b`` to id:ina, id:ina has to be in the graph (section 9.3; the
    engine takes a term that the query gives for no exception).
    """

    subject: str
    path: Path
    object: str
    graph: str

    def names(self) -> tuple[str, ...]:  # noqa: D102
        return (self.marker, self.subject, self.object, self.graph, *steps(self.path))


@dataclass(frozen=True, eq=False)
class BlockUse(Use):
    """A solution of another block: the variables ``correlated`` hold its key.

    ``polarity`` is that of an EXISTS. With 1 (``EXISTS {…}``) its triples were used, with -1
    (``NOT EXISTS {…}``) it was used that there are none, with 0 (``EXISTS {…} = ?x``) either. If
    the variable ``short_circuit`` is true, the EXISTS was not needed: in ``?n > 2 || EXISTS {…}``,
    where ``?n > 2`` is true.
    """

    block: Block
    correlated: tuple[str, ...]
    polarity: int = 1
    short_circuit: str = ""

    def names(self) -> tuple[str, ...]:  # noqa: D102
        return (self.marker, *self.correlated, self.short_circuit)


@dataclass(frozen=True, eq=False)
class GraphUse(Use):
    """That there is a named graph, though none of its triples may be asked for."""

    name: str

    def names(self) -> tuple[str, ...]:  # noqa: D102
        return (self.marker, self.name)


@dataclass(frozen=True, eq=False)
class AbsenceUse(Use):
    """Nothing was found: the text of the pattern."""

    text: str


@dataclass(eq=False)
class Block:
    """A witness query, the variables that are the key of its rows, and what rows use.

    ``group_query`` asks, for a block whose solutions are made of groups, for the solutions with
    the keys of their groups; ``projected`` are its variables without those keys. ``pattern``
    is what was asked, as the query has it. The block of an EXISTS may be joined with values of
    its correlation variables if it ``is_decorrelatable``; else it is evaluated once for each.
    ``incomplete`` says what is not itemised.
    """

    text: str
    key: tuple[str, ...]
    projected: tuple[str, ...] = ()
    group_query: str = ""
    pattern: str = ""
    is_exists: bool = False
    is_decorrelatable: bool = True
    incomplete: str = ""
    uses: list[Use] = field(default_factory=list)

    def columns(self) -> list[str]:
        """Return the variables to ask for: those of the key first, then what uses name."""
        named = [*self.key, *(v for use in self.uses for v in use.names() if is_variable(v))]
        return list(dict.fromkeys(named))

    def constants(self) -> Iterator[str]:
        """Yield the terms that uses name and that are no variables, here and in other blocks."""
        for use in self.uses:
            yield from (term for term in use.names() if term and not is_variable(term))
            if isinstance(use, BlockUse):
                yield from use.block.constants()


class Place(NamedTuple):
    """Where a pattern stands: where uses are noted, behind which marker, in which graph."""

    uses: list[Use]
    marker: str = ""
    graph: str = ""

"""Expressions of a query text, read for the EXISTS in them (SPARQL 1.1 Query, 19.8, from 110).

An expression stays text. Of each EXISTS it is noted by which *polarity* the whole depends on it:
in ``FILTER (?n > 2 || !EXISTS { ?a ent:host ?b })`` negatively, for the filter may hold because
nothing is found, and never because something is.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from kg.lineage.syntax import Bind, Exists, Expression, Group
from kg.lineage.terms import Terms

_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_COMPARISONS = ("=", "!=", ">=", ">", "<=", "<")


@dataclass
class _Reading:
    """What has been read of an expression: each EXISTS, and whether other operands stand there."""

    exists: list[Exists] = field(default_factory=list)
    has_aggregates: bool = False
    has_others: bool = False


class Expressions(Terms):
    """Reads expressions; the parser of groups takes over where a group stands in one."""

    def __init__(self, text: str, prefixes: Collection[str]) -> None:
        super().__init__(text, prefixes)
        self._read = _Reading()

    @abstractmethod
    def group(self) -> Group:
        """Read a group."""

    def expression(self) -> Expression:
        """Read an expression."""
        return self._whole(self._or)

    def constraint(self) -> Expression:
        """Read a bracketed expression, a call, or EXISTS on its own."""
        return self._whole(self._primary)

    def bind(self) -> Bind:
        """Read ``(expression AS ?variable)``; an expression that has no name gets one."""
        self.expect("(")
        expression = self.expression().as_value()
        variable = self.variable() if self.accept("AS") else self.new()
        self.expect(")")
        return Bind(expression, variable or self.refuse())

    def _whole(self, rule: Callable[[], None]) -> Expression:
        around, read = self._read, _Reading()
        self._read = read
        start, mentioned = self.at, len(self.mentioned)
        rule()
        exists = tuple(replace(e, start=e.start - start, end=e.end - start) for e in read.exists)
        made = Expression(
            self.since(start),
            exists,
            aggregate=read.has_aggregates,
            alone=len(exists) == 1 and not read.has_others,
            mentions=frozenset(self.mentioned[mentioned:]),
        )
        self._read = around
        return made

    def _negate(self, since: int) -> None:
        """Turn the polarity of each EXISTS from there on."""
        turned = (replace(e, polarity=-e.polarity) for e in self._read.exists[since:])
        self._read.exists[since:] = turned

    def _mix(self, since: int) -> None:
        """Note that what each EXISTS from there on stands in depends on it both ways."""
        self._read.exists[since:] = (replace(e, polarity=0) for e in self._read.exists[since:])

    # ── Operators ────────────────────────────────────────────────────────────

    def _or(self) -> None:
        self._and()
        while self.accept("||"):
            self._and()

    def _and(self) -> None:
        self._relation()
        while self.accept("&&"):
            self._relation()

    def _relation(self) -> None:
        before = len(self._read.exists)
        self._sum()
        if self.accept(*_COMPARISONS):
            self._sum()
        elif self.accept("IN") or (self.accept("NOT") and self.expect("IN")):
            self._arguments()
        else:
            return
        self._mix(before)

    def _sum(self) -> None:
        self._unary()
        while self.accept("*", "/", "+", "-"):
            self._unary()  # to calculate with the outcome of EXISTS is an error, whatever it is

    def _unary(self) -> None:
        if self.accept("!"):
            before = len(self._read.exists)
            self._unary()
            self._negate(before)
        else:
            self.accept("+", "-")
            self._primary()

    # ── Operands ─────────────────────────────────────────────────────────────

    def _primary(self) -> None:
        before = len(self._read.exists)
        if self.accept("("):
            self._or()
            self.expect(")")
        elif self.iri():
            self._read.has_others = True
            if self.sees("("):
                self._arguments()
                self._mix(before)
        elif self.variable() or self.literal():
            self._read.has_others = True
        else:
            self._call()

    def _arguments(self) -> None:
        if self.take("nil"):
            return
        self.expect("(")
        self._or()
        while self.accept(","):
            self._or()
        self.expect(")")

    def _call(self) -> None:
        start, before = self.at, len(self._read.exists)
        if self.accept("NOT"):
            self.expect("EXISTS")
            self._exists(start, -1)
        elif self.accept("EXISTS"):
            self._exists(start, 1)
        elif self.accept("IF"):
            self._if()
        elif word := self.accept(*_AGGREGATES):
            self._aggregate(word, before)
        else:
            self._read.has_others = True
            self.take("word") or self.refuse()
            self._arguments()
            self._mix(before)

    def _exists(self, start: int, polarity: int) -> None:
        group = self.group()
        self._read.exists.append(Exists(group, start, self.end, polarity, negated=polarity < 0))

    def _if(self) -> None:
        """Of ``IF (condition, then, else)`` the whole depends on the condition both ways."""
        before = len(self._read.exists)
        self.expect("(")
        self._or()
        self._mix(before)
        for _ in range(2):
            self.expect(",")
            self._or()
        self.expect(")")

    def _aggregate(self, word: str, before: int) -> None:
        self._read.has_aggregates = True
        self.expect("(")
        self.accept("DISTINCT")
        if not (word == "COUNT" and self.accept("*")):
            self._or()
        if self.accept(";"):
            self.expect("SEPARATOR") and self.expect("=") and self.take("string")
        self.expect(")")
        self._read.has_others = True
        inner = (replace(e, polarity=0, of_members=True) for e in self._read.exists[before:])
        self._read.exists[before:] = inner

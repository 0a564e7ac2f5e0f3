"""Expressions of a query text, read for the EXISTS in them (SPARQL 1.1 Query, 19.8, from 110).

An expression stays text. Of each EXISTS it is noted by which *polarity* the whole depends on it:
in ``FILTER (?n > 2 || !EXISTS { ?a ent:host ?b })`` negatively, for the filter may hold because
nothing is found, and never because something is.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace

from kg.lineage.syntax import Bind, Exists, Expression, Group
from kg.lineage.terms import Terms

_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_COMPARISONS = ("=", "!=", ">=", ">", "<=", "<")


class Expressions(Terms):
    """Reads expressions; the parser of groups takes over where a group stands in one."""

    # What has been read of the expression at hand.
    _found: list[Exists]
    _leaves = 0
    _aggregates = 0

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
        around = getattr(self, "_found", []), self._leaves, self._aggregates
        self._found, self._leaves, self._aggregates = [], 0, 0
        start, mentioned = self.at, len(self.mentioned)
        rule()
        exists = tuple(replace(e, start=e.start - start, end=e.end - start) for e in self._found)
        made = Expression(
            self.since(start),
            exists,
            aggregate=self._aggregates > 0,
            alone=len(exists) == 1 and not self._leaves,
            mentions=frozenset(self.mentioned[mentioned:]),
        )
        self._found, self._leaves, self._aggregates = around
        return made

    def _turn(self, since: int, polarity: int) -> None:
        """Let the polarity of each EXISTS from there on be that of what it stands in."""
        for i, exists in enumerate(self._found[since:], since):
            self._found[i] = replace(exists, polarity=exists.polarity * polarity)

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
        before = len(self._found)
        self._sum()
        if self.accept(*_COMPARISONS):
            self._sum()
        elif self.accept("IN") or (self.accept("NOT") and self.expect("IN")):
            self._arguments()
        else:
            return
        self._turn(before, 0)

    def _sum(self) -> None:
        before = len(self._found)
        self._unary()
        while self.accept("*", "/", "+", "-"):
            self._unary()
            self._turn(before, 0)

    def _unary(self) -> None:
        before = len(self._found)
        if self.accept("!"):
            self._unary()
            self._turn(before, -1)
        elif self.accept("+", "-"):
            self._primary()
            self._turn(before, 0)
        else:
            self._primary()

    # ── Operands ─────────────────────────────────────────────────────────────

    def _primary(self) -> None:
        before = len(self._found)
        if self.accept("("):
            self._or()
            self.expect(")")
        elif self.iri():
            self._leaves += 1
            if self.sees("("):
                self._arguments()
                self._turn(before, 0)
        elif self.variable() or self.literal():
            self._leaves += 1
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
        start, before = self.at, len(self._found)
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
            self._leaves += 1
            self.take("word") or self.refuse()
            self._arguments()
            self._turn(before, 0)

    def _exists(self, start: int, polarity: int) -> None:
        group = self.group()
        self._found.append(Exists(group, start, self.end, polarity, negated=polarity < 0))

    def _if(self) -> None:
        """Of ``IF (condition, then, else)`` the whole depends on the condition both ways."""
        before = len(self._found)
        self.expect("(")
        self._or()
        self._turn(before, 0)
        for _ in range(2):
            self.expect(",")
            self._or()
        self.expect(")")
        self._leaves += 1

    def _aggregate(self, word: str, before: int) -> None:
        self._aggregates += 1
        self.expect("(")
        self.accept("DISTINCT")
        if not (word == "COUNT" and self.accept("*")):
            self._or()
        if self.accept(";"):
            self.expect("SEPARATOR") and self.expect("=") and self.take("string")
        self.expect(")")
        self._leaves += 1
        inner = (replace(e, polarity=0, of_members=True) for e in self._found[before:])
        self._found[before:] = inner

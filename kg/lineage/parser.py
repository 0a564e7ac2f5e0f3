"""The structure of a query text: its graph patterns, not its expressions.

The engine judges the grammar; here a text that it accepts is taken apart as far as citing
needs: groups, triple patterns, paths, sub-queries, and EXISTS wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypedDict

from kg.lineage.syntax import (
    Bind,
    Element,
    Exists,
    Expression,
    Filter,
    Graph,
    Group,
    Minus,
    Optional,
    Parsed,
    Select,
    Triple,
    Union,
    Values,
)
from kg.lineage.terms import Grammar

_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}


def parse(text: str) -> Parsed:
    """Take apart a query text that the engine accepts.

    Raises ``QueryError`` where it is written in a way that this grammar does not know (RDF 1.2).
    """
    return _Parser(text).parsed()


class _Modifiers(TypedDict, total=False):
    """What stands after the pattern of a query."""

    grouping: tuple[str | Bind, ...]
    having: str
    order: str
    sliced: bool
    values: Values
    tail: str


class _Parser(Grammar):
    """Recursive descent over the tokens of ``kg.sparql``."""

    # ── Queries ──────────────────────────────────────────────────────────────

    def parsed(self) -> Parsed:
        while self.accept("PREFIX", "BASE"):
            self.next()
            if self.here.kind == "iri":
                self.next()
        prologue = self.text[: self.offset]
        start = self.at
        query = self.query()
        return Parsed(prologue, query, self.prefix, tuple(self.dataset(start)))

    def dataset(self, start: int) -> Iterator[str]:
        """Yield the graphs that FROM names."""
        for token, after in zip(self.tokens[start:], self.tokens[start + 1 :], strict=False):
            if token.word == "FROM" and after.word != "NAMED":
                yield after.text

    def query(self) -> Select:
        start = self.offset
        form = self.accept("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
        items: list[str | Bind] = []
        everything, distinct, template = False, False, None
        if form == "CONSTRUCT":
            template = self.template() if self.here.text == "{" else None
        elif form != "ASK":
            distinct = bool(self.accept("DISTINCT", "REDUCED"))
            everything = bool(self.accept("*"))
            items = list(self.items()) if not everything else []
        dataset = self.from_clauses()
        self.accept("WHERE")
        group = self.group() if self.here.text == "{" else Group(())
        if form == "CONSTRUCT" and template is None:
            template = [e for e in group.elements if isinstance(e, Triple)]
        modifiers = self.modifiers()
        text, made = self.since(start), tuple(template or ())
        chosen = (tuple(items), everything, distinct, made, dataset)
        return Select(form, group, text, *chosen, **modifiers)

    def items(self) -> Iterator[str | Bind]:
        while self.here.kind in ("variable", "iri", "name") or self.here.text == "(":
            yield self.bind() if self.here.text == "(" else self.next().text

    def from_clauses(self) -> str:
        start = self.offset
        found = False
        while self.accept("FROM"):
            self.accept("NAMED")
            self.next()
            found = True
        return self.since(start) if found else ""

    def modifiers(self) -> _Modifiers:
        found: _Modifiers = {}
        begin = self.offset
        while word := self.accept("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"):
            start = self.tokens[self.at - 1].start
            if word in ("GROUP", "ORDER"):
                self.expect("BY")
            if word == "GROUP":
                found["grouping"] = tuple(self.conditions())
            elif word == "HAVING":
                list(self.conditions())
                found["having"] = self.since(start)
            elif word == "ORDER":
                list(self.conditions())
                found["order"] = self.since(start)
            elif word == "VALUES":
                found["values"] = self.values()
            else:
                self.next()
                found["sliced"] = True
        found["tail"] = self.since(begin) if self.offset > begin else ""
        return found

    def conditions(self) -> Iterator[str | Bind]:
        while (
            self.here.kind in ("variable", "iri", "name")
            or self.here.text == "("
            or (
                self.here.kind == "word"
                and self.here.word not in ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
            )
        ):
            if self.here.kind == "variable":
                yield self.next().text
                continue
            self.accept("ASC", "DESC")
            if self.here.text == "(":
                yield self.bind()
            else:
                yield Bind(self.constraint(), self.variable())

    # ── Expressions ──────────────────────────────────────────────────────────

    def bind(self) -> Bind:
        """Read ``(expression AS ?variable)``, or a bracketed expression, which gets a name."""
        start = self.offset
        expression = self.bracketed()
        before = self.tokens[self.at - 3 : self.at - 1]
        if len(before) == 2 and before[0].word == "AS" and before[1].kind == "variable":
            inner = self.text[start + 1 : before[0].start]
            shifted = tuple(
                Exists(e.negated, e.group, e.start - 1, e.end - 1) for e in expression.exists
            )
            return Bind(Expression(inner, shifted, expression.aggregate), before[1].text)
        return Bind(expression, self.variable())

    def bracketed(self) -> Expression:
        """Read up to the bracket that closes the one here."""
        start, depth = self.offset, 0
        exists: list[Exists] = []
        aggregate = False
        while True:
            token = self.next()
            if token.word == "EXISTS":
                exists.append(self.exists(start))
            elif token.word in _AGGREGATES and self.here.text == "(":
                aggregate = True
            elif token.kind == "other":
                depth += (token.text == "(") - (token.text == ")")
                if depth == 0:
                    return Expression(self.since(start), tuple(exists), aggregate)

    def exists(self, base: int) -> Exists:
        """Read the group of an EXISTS whose keyword was the last token."""
        negated = self.at > 1 and self.tokens[self.at - 2].word == "NOT"
        begin = self.tokens[self.at - 1 - negated].start
        group = self.group()
        end = begin + len(self.since(begin))
        return Exists(negated, group, begin - base, end - base)

    def constraint(self) -> Expression:
        """Read a bracketed expression, a call, or EXISTS on its own."""
        start = self.offset
        if self.here.text == "(":
            return self.bracketed()
        self.accept("NOT")
        if self.accept("EXISTS"):
            exists = self.exists(start)
            return Expression(self.since(start), (exists,), alone=True)
        called = self.next()
        inner = self.bracketed()
        shift = len(self.since(start)) - len(inner.text)
        moved = tuple(
            Exists(e.negated, e.group, e.start + shift, e.end + shift) for e in inner.exists
        )
        aggregate = inner.aggregate or called.word in _AGGREGATES
        return Expression(self.since(start), moved, aggregate)

    # ── Groups ───────────────────────────────────────────────────────────────

    def group(self) -> Group:
        start = self.offset
        self.expect("{")
        if self.here.word == "SELECT":
            elements: list[Element] = [self.query()]
        else:
            elements = []
            while self.here.text != "}":
                elements += self.element()
        self.expect("}")
        return Group(tuple(elements), self.since(start))

    def element(self) -> list[Element]:
        if self.accept("."):
            return []
        if self.here.text == "{":
            return [self.union()]
        readers: dict[str, Callable[[], Element]] = {
            "OPTIONAL": lambda: Optional(self.group()),
            "MINUS": lambda: Minus(self.group()),
            "GRAPH": lambda: Graph(self.next().text, self.group()),
            "FILTER": lambda: Filter(self.constraint()),
            "BIND": self.bind,
            "VALUES": self.values,
        }
        if word := self.accept(*readers):
            return [readers[word]()]
        return list(self.same_subject())

    def union(self) -> Union:
        groups = [self.group()]
        while self.accept("UNION"):
            groups.append(self.group())
        return Union(tuple(groups))

    def values(self) -> Values:
        """Read what follows the word VALUES."""
        start = self.tokens[self.at - 1].start
        names = []
        while self.here.text != "{":
            token = self.next()
            if token.kind == "variable":
                names.append(token.text)
        while not self.accept("}"):
            self.next()
        return Values(self.since(start), tuple(names))

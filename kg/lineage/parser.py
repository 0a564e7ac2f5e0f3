"""The structure of a query text: its graph patterns, taken apart as far as citing needs.

The engine judges the grammar, and is asked first. What it accepts is read here by its own rules,
sign by sign, or refused: SERVICE, and what goes beyond SPARQL 1.1 (LATERAL, triple terms).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypedDict, TypeVar

from kg.errors import QueryError
from kg.lineage.expressions import Expressions
from kg.lineage.syntax import (
    Bind,
    Blank,
    Element,
    Expression,
    Filter,
    GraphPattern,
    Group,
    InlineData,
    Minus,
    Optional,
    Parsed,
    Select,
    Triple,
    Union,
)
from kg.lineage.variables import visible
from kg.sparql.tokens import place

_T = TypeVar("_T")
_UNCITED = {"SERVICE": "SERVICE is not cited", "LATERAL": "LATERAL is no SPARQL 1.1"}


def parse(text: str, prefixes: Collection[str]) -> Parsed:
    """Take apart a query text that the engine accepts with these prefixes declared.

    Raises ``QueryError``, which names what is not cited.
    """
    return _Parser(text, prefixes).parsed()


class _Modifiers(TypedDict, total=False):
    """What stands after the pattern of a query."""

    grouping: tuple[str | Bind, ...]
    having: tuple[Expression, ...]
    order: tuple[Expression, ...]
    ordering: str
    sliced: bool
    values: InlineData


class _Parser(Expressions):
    """Recursive descent over a query text."""

    # ── Queries ──────────────────────────────────────────────────────────────

    def parsed(self) -> Parsed:
        while word := self.accept("PREFIX", "BASE", "VERSION"):
            self.declaration(word)
        prologue = self.text[: self.at]
        graphs: list[str] = []
        query = self.query(graphs)
        if self.at < len(self.text):
            self.refuse()
        return Parsed(prologue, query, self.prefix, tuple(graphs))

    def declaration(self, word: str) -> None:
        if word == "VERSION":
            self.take("string") or self.refuse()
            return
        if word == "PREFIX":
            prefix = self.take("prefix") or self.refuse()
            self.prefixes.add(prefix[:-1])
        self.take("iri") or self.refuse()

    def query(self, graphs: list[str]) -> Select:
        """Read a query; ``graphs`` takes up those of FROM."""
        start, mentioned = self.at, len(self.mentioned)
        form = self.expect("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
        template = self.template() if form == "CONSTRUCT" and self.sees("{") else None
        once = form == "SELECT" and self.accept("DISTINCT", "REDUCED")
        everything = form in ("SELECT", "DESCRIBE") and bool(self.accept("*"))
        items = self.items() if form in ("SELECT", "DESCRIBE") and not everything else []
        dataset = self.dataset(graphs)
        asked = bool(self.accept("WHERE")) or bool(self.sees("{"))
        group = self.group() if asked else Group(())
        if form == "CONSTRUCT" and template is None:
            template = [e for e in group.elements if isinstance(e, Triple)]
        modifiers = self.modifiers(sliced=once == "REDUCED")
        if everything:
            values = [modifiers["values"]] if "values" in modifiers else []
            items = [*dict.fromkeys(visible(Group((*group.elements, *values))))]
        return Select(
            form,
            group,
            self.since(start),
            tuple(items),
            everything,
            once == "DISTINCT",
            tuple(template or ()),
            dataset,
            mentions=frozenset(self.mentioned[mentioned:]),
            **modifiers,
        )

    def template(self) -> list[Triple]:
        """Read the template of a CONSTRUCT, whose blank nodes are its own.

        Example: ``{ ?x a ent:Person ; ent:childOf [] }`` has two triples.
        """
        found: list[Triple] = []
        self.expect("{")
        while not self.accept("}"):
            if not self.accept("."):
                found += self.same_subject()
        return found

    def items(self) -> list[str | Bind]:
        found: list[str | Bind] = []
        while item := self.bind() if self.sees("(") else self.variable() or self.iri():
            found.append(item)
        return found

    def dataset(self, graphs: list[str]) -> str:
        start = self.at
        while self.accept("FROM"):
            named = self.accept("NAMED")
            graph = self.iri() or self.refuse()
            graphs += [] if named else [graph]
        return self.since(start) if self.end > start else ""

    def modifiers(self, *, sliced: bool) -> _Modifiers:
        found: _Modifiers = {"sliced": sliced}
        if self.accept("GROUP"):
            self.expect("BY")
            found["grouping"] = tuple(self.several(self.key))
        if self.accept("HAVING"):
            found["having"] = tuple(self.several(self.constraint))
        start = self.at
        if self.accept("ORDER"):
            self.expect("BY")
            found["order"] = tuple(self.several(self.condition))
            found["ordering"] = self.since(start)
        while self.accept("LIMIT", "OFFSET"):
            found["sliced"] = bool(self.take("number")) or bool(self.refuse())
        if self.accept("VALUES"):
            found["values"] = self.values()
        return found

    def several(self, rule: Callable[[], _T]) -> list[_T]:
        """Read what may come several times, up to the next modifier."""
        found = [rule()]
        ends = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "}")
        while self.at < len(self.text) and not self.sees(*ends):
            found.append(rule())
        return found

    def key(self) -> str | Bind:
        """Read what GROUP BY groups by: ``(?x AS ?y)`` is ``?x`` to the engine."""
        if variable := self.variable():
            return variable
        if not self.sees("("):
            return Bind(self.constraint().as_value(), self.new())
        bind = self.bind()
        alone = bind.expression.text.strip("() \t\r\n")
        return f"?{alone[1:]}" if f"?{alone[1:]}" in bind.expression.mentions else bind

    def condition(self) -> Expression:
        """Read what ORDER BY sorts by: ``?x``, or the ``STR(?x)`` of ``DESC(STR(?x))``."""
        start = self.at
        if self.variable():
            return Expression(self.since(start))
        self.accept("ASC", "DESC")
        return self.constraint()

    # ── Groups ───────────────────────────────────────────────────────────────

    def group(self) -> Group:
        start, mentioned = self.at, len(self.mentioned)
        self.expect("{")
        elements: list[Element] = []
        if self.sees("SELECT"):
            elements.append(self.query([]))
        while not self.accept("}"):
            elements += self.element()
        text, mentions = self.since(start), frozenset(self.mentioned[mentioned:])
        return Group(tuple(elements), text, mentions)

    def element(self) -> list[Element]:
        if self.accept("."):
            return []
        if self.sees("{"):
            return [self.union()]
        readers: dict[str, Callable[[], Element]] = {
            "OPTIONAL": lambda: Optional(self.group()),
            "MINUS": lambda: Minus(self.group()),
            "GRAPH": lambda: GraphPattern(
                self.variable() or self.iri() or self.refuse(), self.group()
            ),
            "FILTER": self.filter,
            "BIND": self.bound,
            "VALUES": self.values,
        }
        at = self.at
        if word := self.accept(*readers):
            return [readers[word]()]
        if word := self.accept(*_UNCITED):
            raise QueryError(f"{place(self.text, at)}: cannot be cited: {_UNCITED[word]}")
        return list(self.same_subject())

    def filter(self) -> Filter:
        start = self.at
        return Filter(self.plain(self.constraint(), start))

    def bound(self) -> Bind:
        start = self.at
        bind = self.bind()
        if isinstance(bind.variable, Blank):
            self.refuse()
        return Bind(self.plain(bind.expression, start), bind.variable)

    def plain(self, expression: Expression, start: int) -> Expression:
        """Return an expression of a pattern, where the engine alone takes an aggregate."""
        if expression.aggregate:
            reason = "an aggregate outside SELECT, HAVING and ORDER BY is no SPARQL 1.1"
            raise QueryError(f"{place(self.text, start)}: cannot be cited: {reason}")
        return expression

    def union(self) -> Union:
        groups = [self.group()]
        while self.accept("UNION"):
            groups.append(self.group())
        return Union(tuple(groups))

    def values(self) -> InlineData:
        """Read what follows the word VALUES: in ``?x { id:a UNDEF }``, data for ``?x``."""
        start = self.at
        names: list[str] = []
        bracket = self.take("nil") or self.accept("(")
        while name := self.variable():
            names.append(name)
        if bracket == "(":
            self.expect(")")
        self.expect("{")
        while not self.accept("}"):
            self.take("nil") or self.accept("(", ")", "UNDEF") or self.iri() or (
                self.literal() or self.refuse()
            )
        return InlineData(f"VALUES {self.since(start)}", tuple(names))

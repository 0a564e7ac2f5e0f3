"""Made-up queries that reach all of the grammar, and mostly have solutions that rest on claims.

A query is made part by part over a store, and a part is kept if there are still some solutions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise
from random import Random
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.vocabulary.context import context
from kg.vocabulary.iris import ID

PREFIXES = dict(context().prefixes)
VARIABLES = ["x", "y", "z", "x", "y", "z", "x", "y", "é", "x·1", "x\u0300", "7", "_w", "_wb1"]
LABELS = ["b{}", "_wb{}", "a.{}", "a-{}", "{}", "é{}"]
WHITE = [" ", " ", " ", "\n", "\t", " # { ?x } 'no more than a comment\n", " #\r"]
# Of all that is given, for where LIMIT cuts, ties come as they like.
ORDER = " ORDER BY STR(?x) DESC(STR(?y))"
MOST = 300
"""How many solutions a pattern may have."""


class Words(NamedTuple):
    """What queries speak of: keys of things, properties, classes and graphs as names."""

    nodes: Sequence[str]
    properties: Sequence[str]
    classes: Sequence[str]
    graphs: Sequence[str]


class Part(NamedTuple):
    """A part of a query: its text, and what in it makes a law not hold.

    ``negates``: more data may mean fewer solutions; ``renegates``: so may fewer data, or what is
    counted and cut short.
    """

    text: str
    flaws: frozenset[str] = frozenset()


class Query(NamedTuple):
    """A query text and the flaws of its parts."""

    text: str
    flaws: frozenset[str]


def solutions(store: ox.Store, text: str) -> list[Any]:
    """The first solutions of a query, or nothing if it is none."""
    try:
        return list(islice(store.query(text, prefixes=PREFIXES), MOST + 1))
    except (SyntaxError, RuntimeError):
        return []


class Maker:
    """Makes a query by chance."""

    def __init__(self, random: Random, words: Words, store: ox.Store, depth: int = 2) -> None:
        """``depth``: how far parts are nested in parts, and paths in paths."""
        self.random = random
        self.depth = depth
        self.words = words
        self.store = store
        self.count = 0

    def one(self, options: Sequence[Any]) -> Any:
        return self.random.choice(options)

    def happens(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def new(self) -> int:
        self.count += 1
        return self.count

    # ── Terms and paths ──────────────────────────────────────────────────────

    def variable(self) -> str:
        return self.one("???$") + self.one(VARIABLES)

    def node(self) -> str:
        key = self.one(self.words.nodes)
        escaped = f"\\u{ord(key[0]):04x}{key[1:]}"
        return self.one(
            [f"id:{key}", f"id:{key}", f"<{ID}{key}>", f"<{ID}{escaped}>", f"filter:{key}"]
        )

    def term(self) -> str:
        kind = self.random.randint(0, 19)
        if kind < 14:
            return self.variable()
        if kind < 18:
            return self.node()
        return self.one(["[]", "[ ]", f"_:{self.one(LABELS).format(self.new())}"])

    def object(self) -> str:
        if self.happens(8):
            return f"[ {self.predicate()} {self.term()} {self.one(['', ';'])} ]"
        return self.term()

    def property(self) -> str:
        return self.one(self.words.properties)

    def path(self, depth: int) -> str:
        inner = self.property if not depth else lambda: self.path(depth - 1)
        kind = self.random.randint(0, 9)
        if kind < 3:
            return self.property()
        if kind == 3:
            return self.one(["!{}", "!(^{})", "(!({}|^{}))", "!^{}", "!(a|{})"]).replace(
                "{}", self.property()
            )
        if kind == 4:
            return f"^({inner()})"
        if kind == 5:
            return f"({inner()}{self.one('|/')}{inner()})"
        if kind == 6:
            return f"({inner()} {self.one('|/')} ^{self.property()})"
        return f"({inner()}){self.one('*+?')}"

    def predicate(self) -> str:
        kind = self.random.randint(0, 9)
        if kind < 6:
            return self.property()
        return self.path(self.depth) if kind < 9 else self.one(["?p", "$p"])

    # ── Patterns ─────────────────────────────────────────────────────────────

    def triples(self) -> Part:
        kind = self.random.randint(0, 11)
        s, p, o = self.term(), self.predicate(), self.object()
        label = f"_:{self.one(LABELS).format(self.new())}"
        texts = {
            0: f"{self.variable()} a {self.one(self.words.classes)}",
            1: f"{s} {p} {o}, {self.object()}",
            2: f"{s} {p} {o} ; {self.predicate()} {self.object()}",
            3: f"{s} {p} {o} ;; ",
            4: f"[ {p} {o} ]",
            5: f"{label} {p} {self.term()} . {self.term()} {self.predicate()} {label}",
        }
        return Part(texts.get(kind, f"{s} {p} {o}") + self.one(["", " .", " ."]))

    def group(self, depth: int) -> Part:
        parts = [self.triples()]
        if depth and self.happens(40):
            parts.append(self.element(depth - 1))
        return self.join(parts)

    def join(self, parts: Sequence[Part]) -> Part:
        texts = [parts[0].text]
        for before, part in pairwise(parts):
            dot = "" if before.text.rstrip().endswith((".", "}", ")", ";")) else " ."
            starts = part.text[:3].isupper() or part.text.startswith("{")
            stray = ";" if starts and before.text.endswith(":") else ""
            texts += ["" if starts else dot, stray, self.one(WHITE), part.text]
        return Part("{ " + "".join(texts) + " }", _flaws(*parts))

    def element(self, depth: int) -> Part:
        makers = [
            self.triples, self.optional, self.union, self.minus, self.graph, self.values,
            self.bind, self.filter, self.filter, self.nested, self.subquery, self.graph, self.union,
        ]  # fmt: skip
        maker = self.one(makers)
        return maker() if maker in (self.triples, self.values) else maker(depth)

    def optional(self, depth: int) -> Part:
        group = self.group(depth)
        text, flaws = group.text, _negated(group)
        kind = self.random.randint(0, 3)
        if kind < 2:
            condition = self.condition(depth)
            text, flaws = f"{text[:-1]} FILTER {condition.text} }}", _negated(group, condition)
        if 0 < kind < 3:
            text = f"{{ {text} }}"
        return Part(f"{self.one(['OPTIONAL', 'optional', 'Optional'])} {text}", flaws)

    def union(self, depth: int) -> Part:
        left, right = self.group(depth), self.group(depth)
        return Part(f"{left.text} UNION {right.text}", _flaws(left, right))

    def nested(self, depth: int) -> Part:
        return self.group(depth)

    def minus(self, depth: int) -> Part:
        group = self.group(depth)
        return Part(f"MINUS {group.text}", _negated(group))

    def graph(self, depth: int) -> Part:
        group = self.group(depth)
        name = self.one(["?g", "$g", self.variable(), self.one(self.words.graphs)])
        return Part(f"GRAPH {name} {group.text}", group.flaws)

    def values(self) -> Part:
        a, b, c = self.node(), self.node(), self.node()
        x, y = "?x", self.one(["?y", "$z"])
        return Part(
            self.one([
                f"VALUES {x} {{ {a} {b} {c} UNDEF }}",
                f"VALUES ({x} {y}) {{ ({a} UNDEF) (UNDEF {b}) ({b} {c}) (UNDEF UNDEF) }}",
                f"values ( {x} ) {{ ({a}) ({b}) ({c}) }}",
            ])
        )  # fmt: skip

    def subquery(self, depth: int) -> Part:
        group = self.group(depth)
        n = self.new()
        kind = self.random.randint(0, 6)
        counted = _flaws(group) | {"negates", "renegates"}
        texts = {
            0: f"SELECT * {group.text}",
            1: f"SELECT DISTINCT ?x {group.text}",
            2: f"SELECT REDUCED $x ?y WHERE {group.text}",
            3: f"SELECT ?x (STR(?g) AS ?s{n}) {group.text}",
            4: f"SELECT ?x (COUNT(*) AS ?n{n}) {group.text} GROUP BY ?x",
            5: f"SELECT (SAMPLE($x) AS ?n{n}) {group.text} GROUP BY (STR(?y) AS ?t) $x "
            "HAVING (COUNT(DISTINCT *) > 0)",
            6: f"SELECT ?x ?y {group.text}{ORDER} LIMIT 2",
        }
        return Part(f"{{ {texts[kind]} }}", counted if kind > 3 else group.flaws)

    def bind(self, depth: int) -> Part:
        n = self.new()
        if self.happens(50):
            return Part(f"BIND (COALESCE(?x, {self.node()}) AS ?c{n})", frozenset({"negates"}))
        group = self.group(depth)
        expression = self.one(["EXISTS {}", "NOT EXISTS {}", "IF(EXISTS {}, 1, 'no')"])
        return Part(f"BIND ({expression.replace('{}', group.text)} AS ?c{n})", _negated(group))

    # ── Conditions ───────────────────────────────────────────────────────────

    def filter(self, depth: int) -> Part:
        condition = self.condition(depth)
        return Part(f"{self.one(['FILTER', 'FILTER', 'filter'])} {condition.text}", condition.flaws)

    def condition(self, depth: int) -> Part:
        """A condition in brackets, or EXISTS on its own."""
        kind = self.random.randint(0, 9)
        if kind == 0:
            return Part(self.one([f"(?x != {self.node()})", "(?x<?y||?y>?x||?x=?y)", "isIRI(?x)"]))
        group, other = self.group(depth), self.group(depth)
        if kind < 4:
            text = self.one(["EXISTS {}", "exists {}", "(!(NOT EXISTS {}))", "(!!EXISTS {})"])
            flaws = _negated(group) if "NOT" in text and group.flaws else group.flaws
            return Part(text.replace("{}", group.text), flaws)
        if kind == 4:
            text = f"(EXISTS {group.text} || EXISTS {other.text})"
            return Part(text, _flaws(group, other))
        if kind == 5:
            text = f"(?x = {self.node()} || EXISTS {group.text} && !bound(?none))"
            return Part(text, group.flaws)
        text = self.one([
            "NOT EXISTS {}", "(!EXISTS {})", "(NOT EXISTS {} || EXISTS [])", "(EXISTS {} = true)",
            "(EXISTS {} = EXISTS [])", "(IF(EXISTS {}, EXISTS [], true))",
            "(!(EXISTS {} && NOT EXISTS []))", "(NOT EXISTS {} && 1 IN (1, 2))",
        ])  # fmt: skip
        text = text.replace("{}", group.text).replace("[]", other.text, 1)
        return Part(text, _negated(group, other))

    # ── Queries ──────────────────────────────────────────────────────────────

    def has_solutions(self, pattern: str) -> bool:
        return 0 < len(solutions(self.store, f"{PROLOGUE}SELECT * {pattern}")) <= MOST

    def pattern(self) -> Part:
        parts = [self.triples()]
        for _ in range(6):
            if self.has_solutions(self.join(parts).text):
                break
            parts = [self.triples()]
        for _ in range(self.random.randint(0, 4)):
            for _ in range(3):
                grown = [*parts, self.element(self.depth)]
                if self.has_solutions(self.join(grown).text):
                    parts = grown
                    break
        return self.join(parts)

    def query(self) -> Query:
        """A query of any form, with an answer if one is found soon."""
        pattern = self.pattern()
        made = Query(f"{PROLOGUE}SELECT * {pattern.text}", pattern.flaws)
        for _ in range(4):
            text, flaws = self.form(pattern)
            if is_query(text):
                made = Query(text, flaws | pattern.flaws)
                if has_answer(self.store, text):
                    break
        return made

    def form(self, pattern: Part) -> Query:
        dataset = self.dataset()
        where = f"{dataset} {self.one(['WHERE', '', 'where'])} {pattern.text}"
        kind = self.random.randint(0, 15)
        flaws: frozenset[str] = frozenset()
        counted = frozenset({"negates", "renegates"})
        tail = self.one(["", "", ORDER, " VALUES ?x { UNDEF }"])
        once = self.one(["", "", "DISTINCT", "distinct", "REDUCED"])
        if kind < 6:
            items = self.one(["*", "?x", "?x $y", "?y ?z", "?x (STR(?y) AS ?s)", "*"])
            return Query(f"{self.prologue()}SELECT {once} {items} {where}{tail}", flaws)
        if kind < 8:
            having = self.condition(0)
            texts = [
                f"SELECT (COUNT(*) AS ?n) (MIN(STR(?x)) AS ?s) {where}",
                f"SELECT ?y (COUNT(DISTINCT ?x) AS ?n) {where} GROUP BY ?y HAVING {having.text}",
                f"SELECT ?t {where} GROUP BY (STR(?y) AS ?t) ORDER BY COUNT(?x)",
                f"SELECT (SUM(IF(EXISTS {{ ?x ?q ?v }}, 1, 0)) AS ?n) {where}",
            ]
            return Query(self.prologue() + self.one(texts), counted | having.flaws)
        if kind == 8:
            return Query(f"{self.prologue()}ASK {where}", flaws)
        if kind < 12:
            template = self.one([
                "{ ?x ent:reason ?y }", "{ ?x ent:reason ?y . $y ent:host _:b1 . _:b1 a ?x }",
                "{ [] ent:host ?x ; ent:reason $y . }", "{ ?y ent:host ( ?x 1 ) }",
            ])  # fmt: skip
            limit = self.one(["", "", f"{ORDER} LIMIT 1", f"{ORDER} LIMIT 2 OFFSET 1"])
            flaws |= counted if limit else frozenset()
            return Query(f"{self.prologue()}CONSTRUCT {template} {where}{limit}", flaws)
        if kind == 12:
            items = self.one(["?x", "*", f"{self.node()}", f"$x {self.node()}"])
            return Query(f"{self.prologue()}DESCRIBE {items} {where}", flaws)
        if kind == 13:
            return Query(f"{self.prologue()}SELECT ?x ?y {where}{ORDER} LIMIT 3", counted)
        return Query(f"{self.prologue()}SELECT {once} * {where}", flaws)

    def dataset(self) -> str:
        if self.happens(88):
            return ""
        graphs = [self.one(self.words.graphs) for _ in range(2)]
        return f"FROM {graphs[0]} FROM {graphs[1]} FROM NAMED {self.one(self.words.graphs)} "

    def prologue(self) -> str:
        return (
            self.one(["", "# only a comment\n", 'VERSION "1.1" ', "BASE <http://x.example/> "])
            + PROLOGUE
        )


PROLOGUE = f"PREFIX filter: <{ID}> "


def is_query(text: str) -> bool:
    try:
        ox.Store().query(text, prefixes=PREFIXES)
    except SyntaxError:
        return False
    return True


def has_answer(store: ox.Store, text: str) -> bool:
    found = store.query(text, prefixes=PREFIXES)
    return bool(found) if isinstance(found, ox.QueryBoolean) else any(True for _ in found)


def _flaws(*parts: Part) -> frozenset[str]:
    return frozenset[str]().union(*(part.flaws for part in parts))


def _negated(*parts: Part) -> frozenset[str]:
    return frozenset({"negates"} | ({"renegates"} if _flaws(*parts) else set()))

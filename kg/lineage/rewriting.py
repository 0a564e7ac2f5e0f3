"""From a query to its scopes: markers, copies, and paths taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kg.lineage import blocks as scopes
from kg.lineage import syntax as patterns
from kg.lineage.blocks import (
    AbsenceUsed,
    GraphUsed,
    PathUsed,
    Scope,
    ScopeUsed,
    TripleUsed,
    Used,
    certain,
    is_flat,
    is_variable,
    projected,
    template_variables,
    visible,
)
from kg.lineage.paths import unfolded
from kg.lineage.syntax import (
    Bind,
    Exists,
    Filter,
    Graph,
    Group,
    Minus,
    Optional,
    Select,
    Triple,
    Union,
    Values,
)
from kg.sparql import text as sparql


def compiled(parsed: patterns.Parsed) -> Scope:
    """Return the scope of a whole query."""
    return Compiler(parsed).select(parsed.query, "")


_UNLISTED = "what EXISTS found in HAVING or in an aggregate is not listed"


class Place(NamedTuple):
    """Where a pattern stands: where uses are noted, behind which marker, in which graph.

    ``bound`` are the variables that other patterns beside it bind.
    """

    uses: list[Used]
    guard: str = ""
    graph: str = ""
    bound: frozenset[str] = frozenset()


class Compiler:
    """Makes scopes; fresh variables begin with what the text does not use."""

    def __init__(self, parsed: patterns.Parsed) -> None:
        self.parsed = parsed
        self.count = 0
        self.exact = True  # whether there are as many rows as solutions

    def fresh(self, name: str) -> str:
        """Return a variable that nothing else uses."""
        self.count += 1
        return f"?{self.parsed.prefix}{name}{self.count}"

    # ── Scopes ───────────────────────────────────────────────────────────────

    def select(self, select: Select, graph: str) -> Scope:
        """Return the scope of a query or sub-query; ``graph`` is the active graph's name."""
        names = tuple(projected(select))
        if select.form == "CONSTRUCT":
            names = template_variables(select)
        if select.is_aggregate:
            return self.aggregate(select, graph, names)
        ends: list[patterns.Element] = [i for i in select.items if isinstance(i, Bind)]
        ends += [select.values] if select.values else []
        return self.filled(Scope("", names, names), select.group, ends, graph)

    def aggregate(self, select: Select, graph: str, names: tuple[str, ...]) -> Scope:
        """Return the scope of a query whose solutions are groups; rows are their members."""
        grouping = select.grouping or ()
        keys = tuple(k.variable if isinstance(k, Bind) else k for k in grouping)
        columns = [*map(_column, select.items), *(k for k in keys if k not in names)]
        pattern = f"{{ GRAPH {graph} {select.group.text} }}" if graph else select.group.text
        keyed = f"SELECT {' '.join(columns)} {self.parsed.query.dataset} WHERE {pattern}"
        keyed += f" GROUP BY {' '.join(map(_column, grouping))}" if grouping else ""
        keyed += f" {select.having} {select.order}"
        keyed += f" {select.values.text}" if select.values else ""
        ends: list[patterns.Element] = [k for k in grouping if isinstance(k, Bind)]
        looked = [w for _, w, _ in sparql.tokens(f"{' '.join(columns)} {select.having}")]
        gap = _UNLISTED if "EXISTS" in map(str.upper, looked) else ""
        return self.filled(Scope("", keys, names, keyed, gap=gap), select.group, ends, graph)

    def filled(self, scope: Scope, group: Group, ends: list[patterns.Element], graph: str) -> Scope:
        """Give a scope the text of its witness query and what its rows use."""
        whole = Group((*group.elements, *ends))
        whole = Group((Graph(graph, whole),)) if graph else whole
        scope.text = self.group(whole, Place(scope.uses))
        return scope

    def exists(self, exists: Exists, given: tuple[str, ...], graph: str) -> Scope:
        """Return the scope of the group of an EXISTS, whose rows are keyed by what it is given."""
        text = _line(exists.group.text)
        wrapped = Group((Graph(graph, exists.group),)) if graph else exists.group
        scope = Scope("", given, given, exists=text, flat=is_flat(wrapped, set(given)))
        return self.filled(scope, exists.group, [], graph)

    # ── Groups ───────────────────────────────────────────────────────────────

    def group(self, group: Group, at: Place, after: list[str] | None = None) -> str:
        """Return the text of a group with its markers and copies; note what is used.

        ``after`` is given for the group of an OPTIONAL: its filters see more than the group
        does (section 18.2.2.2), so what they were given is copied behind it.
        """
        parts: list[str] = []
        seen: list[str] = []
        ends: list[str] = []
        for element in group.elements:
            if isinstance(element, Filter):
                parts.append(f"FILTER ({element.expression.text})")
                ends += self.checked(element.expression, group, at)
                continue
            parts.append(self.element(element, _beside(element, group.elements, at)))
            seen += scopes.of(element)
            if isinstance(element, Bind):
                parts += self.looked_up(element.expression, seen, at)
            if isinstance(element, Optional):
                parts[-1] = self.optional(element, [*seen], at)
        if after is None:
            parts += ends
        else:
            after += ends
        return f"{{ {' '.join(parts)} }}"

    def optional(self, element: Optional, seen: list[str], at: Place) -> str:
        """Return the text of an OPTIONAL; ``seen`` are the variables before it."""
        marker = self.fresh("m")
        after: list[str] = []
        known = Group((Values("", tuple(seen)), *element.group.elements))
        text = self.group(known, at._replace(guard=marker), after)
        return f"OPTIONAL {{ {text[1:-1]} BIND (1 AS {marker}) }} {' '.join(after)}"

    def element(self, element: patterns.Element, at: Place) -> str:
        """Return the text of what stands in a group; note what is used."""
        if isinstance(element, Triple):
            return self.triple(element, at)
        if isinstance(element, Union):
            return self.union(element, at._replace(bound=frozenset()))
        if isinstance(element, Graph):
            at.uses.append(GraphUsed(at.guard, element.name))
            within = at._replace(graph=element.name, bound=frozenset())
            inner = self.group(element.group, within)
            return f"GRAPH {element.name} {inner}"
        if isinstance(element, Select):
            return self.subquery(element, at)
        if isinstance(element, Minus):
            at.uses.append(AbsenceUsed(at.guard, _line(element.group.text)))
            return f"MINUS {element.group.text}"
        if isinstance(element, Values):
            return element.text
        return str(element) if isinstance(element, Bind) else ""

    def union(self, element: Union, at: Place) -> str:
        """Return the text of a UNION, each branch with its marker."""
        if len(element.groups) == 1:
            return self.group(element.groups[0], at)
        branches = []
        for group in element.groups:
            marker = self.fresh("m")
            text = self.group(group, at._replace(guard=marker))
            branches.append(f"{{ {text[1:-1]} BIND (1 AS {marker}) }}")
        return " UNION ".join(branches)

    def subquery(self, select: Select, at: Place) -> str:
        """Return the text of a sub-query with copies of what it projects.

        A variable that names the graph around it is the sub-query's own, as everything that it
        does not project (so the engine has it).
        """
        own = is_variable(at.graph) and at.graph not in projected(select)
        scope = self.select(select, self.fresh("g") if own else at.graph)
        copies = {name: self.fresh("c") for name in projected(select)}
        given = tuple(copies[name] for name in scope.projected)
        at.uses.append(ScopeUsed(at.guard, scope, given))
        binds = " ".join(f"BIND ({name} AS {copy})" for name, copy in copies.items())
        return f"{{ {{ {select.text} }} {binds} }}"

    # ── EXISTS ───────────────────────────────────────────────────────────────

    def checked(self, expression: patterns.Expression, group: Group, at: Place) -> list[str]:
        """Note what a FILTER looks up; return the copies of what it is given."""
        if not expression.exists:
            return []
        if expression.alone and expression.exists[0].negated:
            at.uses.append(AbsenceUsed(at.guard, _line(expression.exists[0].group.text)))
            return []
        spared = "" if expression.alone else self.fresh("f")
        binds = [f"BIND ({expression.without_exists()} AS {spared})"] if spared else []
        return binds + self.looked_up(expression, visible(group), at, spared)

    def looked_up(
        self, expression: patterns.Expression, seen: list[str], at: Place, spared: str = ""
    ) -> list[str]:
        """Note each EXISTS of an expression; return the copies of what it is given."""
        binds = []
        for exists in expression.exists:
            words = {w for kind, w, _ in sparql.tokens(exists.group.text) if kind == "variable"}
            copies = {v: self.fresh("c") for v in seen if v in words and v != at.graph}
            # A graph's name is not in scope in its group, and bound as soon as that is left.
            named = (at.graph,) if is_variable(at.graph) else ()
            scope = self.exists(exists, (*copies, *named), at.graph)
            at.uses.append(ScopeUsed(at.guard, scope, (*copies.values(), *named), spared))
            binds += [f"BIND ({name} AS {copy})" for name, copy in copies.items()]
        return binds

    # ── Triples and paths ────────────────────────────────────────────────────

    def triple(self, triple: Triple, at: Place) -> str:
        """Return the text of a triple or path pattern; note what is used."""
        subject, predicate, value = triple
        text = f"{subject} {predicate} {value} ."
        if isinstance(predicate, str):
            at.uses.append(TripleUsed(at.guard, subject, predicate, value, at.graph))
            return text
        self.exact &= predicate.op != "!"  # of two properties the engine makes one solution
        parts = unfolded(triple, predicate, self.fresh)
        if parts != [triple]:
            return " ".join(self.element(part, _beside(part, parts, at)) for part in parts)
        ends = {subject, value}
        loose = ends.isdisjoint(at.bound) and all(map(is_variable, ends))
        at.uses.append(PathUsed(at.guard, subject, predicate, value, at.graph, loose))
        return text


def _beside(element: patterns.Element, elements: Sequence[patterns.Element], at: Place) -> Place:
    """Return the place of one element, at which the others bind what they bind."""
    others = certain(Group(tuple(e for e in elements if e is not element)))
    return at._replace(bound=at.bound | others)


def _column(item: str | Bind) -> str:
    if isinstance(item, Bind):
        return f"({item.expression.text} AS {item.variable})"
    return item


def _line(text: str) -> str:
    return " ".join(text.split())

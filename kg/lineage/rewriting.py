"""Query rewriting: from a query to its blocks, with markers, copies, and paths taken apart."""

from __future__ import annotations

from collections.abc import Sequence

from kg.lineage.blocks import AbsenceUse, Block, BlockUse, GraphUse, PathUse, Place, TripleUse
from kg.lineage.paths import unfolded
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
from kg.lineage.variables import (
    bound_by,
    certain,
    is_decorrelatable,
    is_variable,
    projected,
    template_variables,
    visible,
)
from kg.sparql import text as sparql

_UNLISTED = "what EXISTS found in HAVING or in an aggregate is not listed"


class Rewriter:
    """Makes the blocks of a query; fresh variables begin with what the text does not use.

    ``SELECT ?a { { ?a ent:childOf ?b } UNION { ?a ent:host ?b } }`` becomes the block with the
    witness query ``{ { ?a ent:childOf ?b . BIND (1 AS ?_wm1) } UNION { ?a ent:host ?b . BIND (1
    AS ?_wm2) } }``, the key ``?a``, and a ``TripleUse`` behind each of the two markers.
    """

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.count = 0
        self.preserves_multiplicity = True  # whether there are as many rows as solutions

    def fresh(self, name: str) -> str:
        """Return a variable that nothing else uses."""
        self.count += 1
        return f"?{self.parsed.prefix}{name}{self.count}"

    # ── Scopes ───────────────────────────────────────────────────────────────

    def select(self, select: Select, graph: str) -> Block:
        """Return the block of a query or sub-query; ``graph`` is the active graph's name."""
        names = tuple(projected(select))
        if select.form == "CONSTRUCT":
            names = template_variables(select)
        if select.is_aggregate:
            return self.aggregate(select, graph, names)
        ends: list[Element] = [i for i in select.items if isinstance(i, Bind)]
        ends += [select.values] if select.values else []
        return self.filled(Block("", names, names), select.group, ends, graph)

    def aggregate(self, select: Select, graph: str, names: tuple[str, ...]) -> Block:
        """Return the block of a query whose solutions are groups; rows are their members."""
        grouping = select.grouping or ()
        keys = tuple(k.variable if isinstance(k, Bind) else k for k in grouping)
        columns = [*map(_column, select.items), *(k for k in keys if k not in names)]
        pattern = f"{{ GRAPH {graph} {select.group.text} }}" if graph else select.group.text
        group_query = f"SELECT {' '.join(columns)} {self.parsed.query.dataset} WHERE {pattern}"
        group_query += f" GROUP BY {' '.join(map(_column, grouping))}" if grouping else ""
        group_query += f" {select.having} {select.order}"
        group_query += f" {select.values.text}" if select.values else ""
        ends: list[Element] = [k for k in grouping if isinstance(k, Bind)]
        looked = [w for _, w, _ in sparql.tokens(f"{' '.join(columns)} {select.having}")]
        incomplete = _UNLISTED if "EXISTS" in map(str.upper, looked) else ""
        return self.filled(
            Block("", keys, names, group_query, incomplete=incomplete), select.group, ends, graph
        )

    def filled(self, block: Block, group: Group, ends: list[Element], graph: str) -> Block:
        """Give a block the text of its witness query and what its rows use."""
        whole = Group((*group.elements, *ends))
        whole = Group((Graph(graph, whole),)) if graph else whole
        block.text = self.group(whole, Place(block.uses))
        return block

    def exists(self, exists: Exists, correlated: tuple[str, ...], graph: str) -> Block:
        """Return the block of the group of an EXISTS, keyed by its correlation variables."""
        text = _line(exists.group.text)
        wrapped = Group((Graph(graph, exists.group),)) if graph else exists.group
        block = Block(
            "",
            correlated,
            correlated,
            exists=text,
            is_decorrelatable=is_decorrelatable(wrapped, set(correlated)),
        )
        return self.filled(block, exists.group, [], graph)

    # ── Groups ───────────────────────────────────────────────────────────────

    def group(self, group: Group, at: Place, after: list[str] | None = None) -> str:
        """Return the text of a group with its markers and copies; note what is used.

        ``after`` is there for the group of an OPTIONAL: its filters see more than the group
        does (section 18.2.2.2), so their correlation variables are copied behind it.
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
            seen += bound_by(element)
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
        text = self.group(known, at._replace(marker=marker), after)
        return f"OPTIONAL {{ {text[1:-1]} BIND (1 AS {marker}) }} {' '.join(after)}"

    def element(self, element: Element, at: Place) -> str:
        """Return the text of what stands in a group; note what is used."""
        if isinstance(element, Triple):
            return self.triple(element, at)
        if isinstance(element, Union):
            return self.union(element, at._replace(bound=frozenset()))
        if isinstance(element, Graph):
            at.uses.append(GraphUse(at.marker, element.name))
            within = at._replace(graph=element.name, bound=frozenset())
            inner = self.group(element.group, within)
            return f"GRAPH {element.name} {inner}"
        if isinstance(element, Select):
            return self.subquery(element, at)
        if isinstance(element, Minus):
            at.uses.append(AbsenceUse(at.marker, _line(element.group.text)))
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
            text = self.group(group, at._replace(marker=marker))
            branches.append(f"{{ {text[1:-1]} BIND (1 AS {marker}) }}")
        return " UNION ".join(branches)

    def subquery(self, select: Select, at: Place) -> str:
        """Return the text of a sub-query with copies of what it projects.

        A variable that names the graph around it is the sub-query's own, as everything that it
        does not project (so the engine has it).
        """
        own = is_variable(at.graph) and at.graph not in projected(select)
        block = self.select(select, self.fresh("g") if own else at.graph)
        copies = {name: self.fresh("c") for name in projected(select)}
        correlated = tuple(copies[name] for name in block.projected)
        at.uses.append(BlockUse(at.marker, block, correlated))
        binds = " ".join(f"BIND ({name} AS {copy})" for name, copy in copies.items())
        return f"{{ {{ {select.text} }} {binds} }}"

    # ── EXISTS ───────────────────────────────────────────────────────────────

    def checked(self, expression: Expression, group: Group, at: Place) -> list[str]:
        """Note what a FILTER looks up; return copies of its correlation variables."""
        if not expression.exists:
            return []
        if expression.alone and expression.exists[0].negated:
            at.uses.append(AbsenceUse(at.marker, _line(expression.exists[0].group.text)))
            return []
        short_circuit = "" if expression.alone else self.fresh("f")
        binds = (
            [f"BIND ({expression.without_exists()} AS {short_circuit})"] if short_circuit else []
        )
        return binds + self.looked_up(expression, visible(group), at, short_circuit)

    def looked_up(
        self, expression: Expression, seen: list[str], at: Place, short_circuit: str = ""
    ) -> list[str]:
        """Note each EXISTS of an expression; return copies of its correlation variables."""
        binds = []
        for exists in expression.exists:
            words = {w for kind, w, _ in sparql.tokens(exists.group.text) if kind == "variable"}
            copies = {v: self.fresh("c") for v in seen if v in words and v != at.graph}
            # A graph's name is not in block in its group, and bound as soon as that is left.
            named = (at.graph,) if is_variable(at.graph) else ()
            block = self.exists(exists, (*copies, *named), at.graph)
            at.uses.append(BlockUse(at.marker, block, (*copies.values(), *named), short_circuit))
            binds += [f"BIND ({name} AS {copy})" for name, copy in copies.items()]
        return binds

    # ── Triples and paths ────────────────────────────────────────────────────

    def triple(self, triple: Triple, at: Place) -> str:
        """Return the text of a triple or path pattern; note what is used."""
        subject, predicate, value = triple
        text = f"{subject} {predicate} {value} ."
        if isinstance(predicate, str):
            at.uses.append(TripleUse(at.marker, subject, predicate, value, at.graph))
            return text
        self.preserves_multiplicity &= (
            predicate.op != "!"
        )  # of two properties the engine makes one solution
        parts = unfolded(triple, predicate, self.fresh)
        if parts != [triple]:
            return " ".join(self.element(part, _beside(part, parts, at)) for part in parts)
        ends = {subject, value}
        ends_free = ends.isdisjoint(at.bound) and all(map(is_variable, ends))
        at.uses.append(PathUse(at.marker, subject, predicate, value, at.graph, ends_free))
        return text


def _beside(element: Element, elements: Sequence[Element], at: Place) -> Place:
    """Return the place of one element, at which the others bind what they bind."""
    others = certain(Group(tuple(e for e in elements if e is not element)))
    return at._replace(bound=at.bound | others)


def _column(item: str | Bind) -> str:
    if isinstance(item, Bind):
        return f"({item.expression.text} AS {item.variable})"
    return item


def _line(text: str) -> str:
    return " ".join(text.split())

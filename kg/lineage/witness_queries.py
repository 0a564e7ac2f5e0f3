"""Query rewriting: from a query to its blocks, whose witness queries ask for all behind a solution.

``SELECT ?a { ?a ent:childOf/ent:childOf ?b }`` becomes the block with the witness query
``SELECT ?a ?b ?step { ?a ent:childOf ?step . ?step ent:childOf ?b }``: projected variables are
kept, others added, paths taken apart, and branches of UNION and OPTIONAL given markers.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.lineage.blocks import AbsenceUse, Block, BlockUse, GraphUse, PathUse, Place, TripleUse
from kg.lineage.paths import unfolded
from kg.lineage.syntax import (
    Bind,
    Element,
    Exists,
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
from kg.lineage.variables import (
    bound_by,
    column,
    is_decorrelatable,
    is_variable,
    projected,
    template_variables,
    visible,
)  # fmt: skip
from kg.sparql.scanner import in_one_line

_UNLISTED = "what EXISTS found for the value of an aggregate is not listed"


class Rewriter:
    """Makes the blocks of a query; fresh variables begin with what the text does not use.

    ``SELECT ?a { { ?a ent:childOf ?b } UNION { ?a ent:host ?b } }`` becomes the block with the
    witness query ``{ { ?a ent:childOf ?b . BIND (1 AS ?_wm1) } UNION { ?a ent:host ?b . BIND (1
    AS ?_wm2) } }``, the key ``?a``, and a ``TripleUse`` behind each of the two markers.
    """

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.count = 0
        self.preserves_multiplicity = True

    def fresh(self, name: str) -> str:
        """Return a variable that nothing else uses."""
        self.count += 1
        return f"?{self.parsed.prefix}{name}{self.count}"

    # ── Blocks ───────────────────────────────────────────────────────────────

    def select(self, select: Select, graph: str) -> Block:
        """Return the block of a query or sub-query; ``graph`` is the active graph's name."""
        names = tuple(filter(is_variable, projected(select)))
        if select.form == "CONSTRUCT":
            names = template_variables(select)
        if select.is_aggregate:
            return self.aggregate(select, graph, names)
        having = map(Filter, select.having)  # which it is to the engine, without groups
        pattern = Group((*select.group.elements, *having), select.group.text)
        ends: list[Element] = [select.values] if select.values else []
        return self.filled(Block("", names, names), pattern, [*ends, *select.computed], graph)

    def aggregate(self, select: Select, graph: str, names: tuple[str, ...]) -> Block:
        """Return the block of a query whose solutions are groups; rows are their members.

        Of ``SELECT ?a (COUNT(*) AS ?n) { ?a ent:host ?b } GROUP BY ?a`` the key is ``?a``, and
        each row of the witness query ``{ ?a ent:host ?b }`` is one that was counted.
        """
        grouping = tuple(dict.fromkeys(select.grouping or ()))
        keys = tuple(k.variable if isinstance(k, Bind) else k for k in grouping)
        chosen = [column(i) for i in select.items if isinstance(i, Bind) or is_variable(i)]
        columns = [*chosen, *(k for k in keys if k not in names)] or [f"(1 AS {self.fresh('n')})"]
        pattern = f"{{ GRAPH {graph} {select.group.text} }}" if graph else select.group.text
        query = [f"SELECT {' '.join(columns)} {self.parsed.query.dataset} WHERE {pattern}"]
        query += [f"GROUP BY {' '.join(map(column, grouping))}"] if grouping else []
        query += [f"HAVING {' '.join(e.text for e in select.having)}"] if select.having else []
        query += [select.ordering, select.values.text if select.values else ""]
        block = Block("", keys, names, " ".join(query))
        ends: list[Element] = [k for k in grouping if isinstance(k, Bind)]
        self.filled(block, select.group, ends, graph)
        self.of_groups(block, select, keys, Place(block.uses, "", graph))
        return block

    def of_groups(self, block: Block, select: Select, keys: tuple[str, ...], at: Place) -> None:
        """Note what HAVING and SELECT look up: for a group by its keys, for members by all."""
        computed = {item.variable for item in select.computed}
        for expression in (*select.having, *(i.expression.as_value() for i in select.computed)):
            for exists in expression.exists:
                seen = [*visible(select.group), *keys] if exists.of_members else keys
                if not computed.isdisjoint(exists.group.mentions - {*seen}):
                    block.incomplete = _UNLISTED
                    continue
                self.look_up(exists, {v: v for v in seen if v in exists.group.mentions}, at)

    def filled(self, block: Block, group: Group, ends: list[Element], graph: str) -> Block:
        """Give a block the text of its witness query and what its rows use."""
        whole = Group((Union((group,)), *ends)) if ends else group
        whole = Group((GraphPattern(graph, whole),)) if graph else whole
        block.text, block.pattern = self.group(whole, Place(block.uses)), in_one_line(group.text)
        return block

    def exists(self, group: Group, correlated: tuple[str, ...], graph: str) -> Block:
        """Return the block of the group of an EXISTS, keyed by its correlation variables."""
        wrapped = Group((GraphPattern(graph, group),)) if graph else group
        joined = is_decorrelatable(wrapped, {*correlated})
        block = Block("", correlated, correlated, is_exists=True, is_decorrelatable=joined)
        return self.filled(block, group, [], graph)

    # ── Groups ───────────────────────────────────────────────────────────────

    def group(
        self, group: Group, at: Place, outer: Iterable[str] = (), after: list[str] | None = None
    ) -> str:
        """Return the text of a group with its markers and copies; note what is used.

        ``outer`` and ``after`` are there for the group of an OPTIONAL: its filters see the
        variables before it (section 18.2.2.2), so the copies of theirs are put behind it.
        """
        parts: list[str] = []
        seen: list[str] = []
        ends: list[str] = []
        for element in group.elements:
            if isinstance(element, Filter):
                parts.append(f"FILTER ({element.expression.text})")
                ends += self.checked(element.expression, [*outer, *visible(group)], at)
            elif isinstance(element, Optional):
                parts.append(self.optional(element, seen, at))
            else:
                parts.append(self.element(element, at))
            if isinstance(element, Bind):
                parts += self.looked_up(element.expression.as_value(), seen, at)
            seen += bound_by(element)
        if after is None:
            parts += ends
        else:
            after += ends
        return f"{{ {' '.join(parts)} }}"

    def optional(self, element: Optional, seen: list[str], at: Place) -> str:
        """Return the text of an OPTIONAL; ``seen`` are the variables before it."""
        marker = self.fresh("m")
        after: list[str] = []
        text = self.group(element.group, at._replace(marker=marker), [*seen], after)
        return f"OPTIONAL {{ {text[1:-1]} BIND (1 AS {marker}) }} {' '.join(after)}"

    def element(self, element: Element, at: Place) -> str:
        """Return the text of what stands in a group; note what is used."""
        if isinstance(element, Triple):
            return self.triple(element, at)
        if isinstance(element, Union):
            return self.union(element, at)
        if isinstance(element, GraphPattern):
            at.uses.append(GraphUse(at.marker, element.name))
            return (
                f"GRAPH {element.name} {self.group(element.group, at._replace(graph=element.name))}"
            )
        if isinstance(element, Select):
            return self.subquery(element, at)
        if isinstance(element, Minus):
            at.uses.append(AbsenceUse(at.marker, in_one_line(element.group.text)))
            return f"MINUS {element.group.text}"
        if isinstance(element, InlineData):
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

        In ``GRAPH ?g { { SELECT ?a { ?a ?p ?g } } }`` the sub-query, which does not project ``?g``,
        is asked of any graph, and its own ``?g`` is another variable (so the engine has it).
        """
        self.preserves_multiplicity = False
        own = is_variable(at.graph) and at.graph not in projected(select)
        block = self.select(select, self.fresh("g") if own else at.graph)
        copies = {name: self.fresh("c") for name in projected(select)}
        at.uses.append(BlockUse(at.marker, block, tuple(copies[n] for n in block.projected)))
        binds = " ".join(f"BIND ({name} AS {copy})" for name, copy in copies.items())
        return f"{{ {{ {select.text} }} {binds} }}"

    # ── EXISTS ───────────────────────────────────────────────────────────────

    def checked(self, expression: Expression, seen: list[str], at: Place) -> list[str]:
        """Note what a FILTER looks up; return copies of its correlation variables."""
        if expression.alone and expression.exists[0].polarity < 0:
            text = in_one_line(expression.exists[0].group.text)
            at.uses.append(AbsenceUse(at.marker, text))
            return []
        # The text of an EXISTS may not be repeated, for blank nodes may be named in it.
        if expression.alone or not all(exists.polarity for exists in expression.exists):
            return self.looked_up(expression, seen, at)
        if not expression.exists:
            return []
        short_circuit = self.fresh("f")
        test = f"BIND ({expression.without_exists()} AS {short_circuit})"
        return [test, *self.looked_up(expression, seen, at, short_circuit)]

    def looked_up(
        self, expression: Expression, seen: list[str], at: Place, short_circuit: str = ""
    ) -> list[str]:
        """Note each EXISTS of an expression; return copies of its correlation variables."""
        binds = []
        for exists in expression.exists:
            known = [v for v in dict.fromkeys(seen) if v in exists.group.mentions]
            copies = {v: self.fresh("c") for v in known if v != at.graph}
            self.look_up(exists, copies, at, short_circuit)
            binds += [f"BIND ({name} AS {copy})" for name, copy in copies.items()]
        return binds

    def look_up(
        self, exists: Exists, copies: dict[str, str], at: Place, short_circuit: str = ""
    ) -> None:
        """Note an EXISTS; ``copies`` are the variables that hold its correlation variables.

        A graph's name is not in scope in its group, and bound as soon as that is left.
        """
        self.preserves_multiplicity = False
        named = (at.graph,) if is_variable(at.graph) and at.graph not in copies else ()
        block = self.exists(exists.group, (*copies, *named), at.graph)
        correlated = (*copies.values(), *named)
        at.uses.append(BlockUse(at.marker, block, correlated, exists.polarity, short_circuit))

    # ── Triples and paths ────────────────────────────────────────────────────

    def triple(self, triple: Triple, at: Place) -> str:
        """Return the text of a pattern, ``?x a/b ?y`` as two of triples; note what is used."""
        subject, predicate, value = triple
        text = f"{subject} {predicate} {value} ."
        if isinstance(predicate, str):
            at.uses.append(TripleUse(at.marker, subject, predicate, value, at.graph))
            return text
        self.preserves_multiplicity &= predicate.op not in "|!"  # of which the engine makes fewer
        parts = unfolded(triple, predicate, self.fresh)
        if parts != [triple]:
            return " ".join(self.element(part, at) for part in parts)
        at.uses.append(PathUse(at.marker, subject, predicate, value, at.graph))
        return text

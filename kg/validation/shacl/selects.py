"""SELECT constraints (SHACL, 5): what their text may hold, and how their targets get into it.

``$this`` is bound in advance: every group of the text begins with the pattern of the focus nodes.
So one query is asked of all of them, and it finds what it would find of each by itself
(Appendix A, pre-binding)::

    SELECT $this { $this ex:p ?v FILTER NOT EXISTS { ?v ex:q $this } }
    SELECT $this { $this a ex:C . $this ex:p ?v FILTER NOT EXISTS { $this a ex:C . ?v ex:q $this } }
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import pyoxigraph as ox

from kg.errors import QueryError
from kg.sparql.tokens import form, tokens
from kg.validation.shacl.graph import ShapesGraph
from kg.vocabulary.context import context, named
from kg.vocabulary.terms import RdfTerm

# What pre-binding has no meaning for (Appendix A), what leaves the data graph, and what would be
# of one focus node where the query asks of all.
_REFUSED = ("MINUS", "VALUES", "SERVICE", "GRAPH", "FROM", "LIMIT", "OFFSET")
_WORDS = ("sh:select", "sh:message", "sh:prefixes", "sh:deactivated")
_THIS = ("$this", "?this")
_OPENED = re.compile(r"\{(?!\s*SELECT\b)", re.IGNORECASE)


def text(graph: ShapesGraph, shape: RdfTerm, node: RdfTerm, path: str) -> str:
    """Return the text of a SELECT constraint, with its prefixes, and the path of its shape.

    Example: ``SELECT $this ?value { $this $PATH ?value }`` has the path in the place of ``$PATH``.
    """
    known = {*map(named, _WORDS), named("rdf:type")}
    for predicate in graph.said.get(node, {}):
        word = predicate.value  # type: ignore[union-attr]
        if predicate not in known and word.startswith(context().prefixes["sh"]):
            raise graph.refusal(shape, f"a SELECT constraint does not have <{word}>", "sh:sparql")
    select = graph.one(node, "sh:select")
    if not isinstance(select, ox.Literal):
        raise graph.refusal(shape, "sh:sparql has no sh:select", "sh:sparql")
    said = select.value
    ontologies = tuple(graph.values(node, "sh:prefixes"))
    whole = _prologue(graph, ontologies) + (
        re.sub(r"[$?]PATH\b", lambda _: path, said) if path else said
    )
    if graph.is_ours:
        return whole
    if wrong := _refusal(whole) or _complaint(said, path):
        raise graph.refusal(shape, f"sh:select {wrong}", "sh:select")
    return whole


def _refusal(whole: str) -> str:
    """Return why the engine does not take a text, or is not to be given it."""
    from kg.sparql.engine import is_query
    from kg.sparql.guard import guard

    try:
        guard(whole, is_query)
        ox.Store().query(with_focus(whole, "?this <urn:x> <urn:y> ."))
    except (SyntaxError, RuntimeError, ValueError, QueryError) as error:
        return f"is refused: {error}"
    return ""


def _complaint(said: str, path: str) -> str:
    """Return what a SELECT constraint must not hold, or lacks."""
    if "\\u" in said or "\\U" in said:
        return "holds an escape of a character: write the character"
    if form(said) != "SELECT":
        return "is no SELECT query"
    for kind, word, _ in tokens(said):
        if _is_refused(kind, word):
            return f"holds {word}, which is not supported"
        if kind == "variable" and word[1:] == "PATH" and not path:
            return "holds $PATH, but the shape has no sh:path"
    if any({*_THIS}.isdisjoint(variables) for variables in _projections(said)):
        return "has a SELECT without $this"
    return "gives $this another value" if re.search(r"(?i)AS\s*[$?]this\b", said) else ""


def _is_refused(kind: str, word: str) -> bool:
    # Keywords may be glued together: UNIONSERVICE is none to the engine, SERVICESILENT is one.
    if kind == "word":
        return any(refused in word.upper() for refused in _REFUSED)
    return kind == "variable" and word[1:] in ("shapesGraph", "currentShape", "failure")


def _projections(said: str) -> Iterator[list[str]]:
    """Yield of each SELECT what it selects: the variables outside of expressions."""
    found: list[str] | None = None
    depth = 0
    for kind, word, _ in tokens(said):
        if kind == "word" and word.upper() == "SELECT":
            found, depth = [], 0
        elif found is not None and (word == "{" or word.upper() == "WHERE"):
            yield found
            found = None
        elif found is not None:
            depth += (word == "(") - (word == ")")
            if kind == "variable" and not depth:
                found.append(word)


def with_focus(said: str, focus: str) -> str:
    """Return a text with the pattern of the focus nodes at the beginning of each group.

    Example: with ``$this a ent:Visit .``, ``{ $this ?p ?o }`` is ``{ $this a ent:Visit . $this ?p
    ?o }``.
    """
    if _is_plain(said):
        parts = said.split('"')
        parts[::2] = [_OPENED.sub(lambda _: f"{{ {focus} ", part) for part in parts[::2]]
        return '"'.join(parts)
    placed = list(tokens(said))
    parts, begun = [], 0
    for (_, here, offset), (_, after, _) in zip(placed, [*placed[1:], ("", "", 0)], strict=True):
        if here == "{" and after.upper() != "SELECT":
            parts += [said[begun : offset + 1], f" {focus} "]
            begun = offset + 1
    return "".join([*parts, said[begun:]])


def _is_plain(said: str) -> bool:
    """Tell whether a text has no comments, and no strings but short ones in double quotes.

    For these the pattern of all tokens need not be compiled, which takes longer than all else.
    """
    outside = re.sub(r"<[^<>\s{}]*>", "", said)
    return not any(odd in outside for odd in ("#", "\\", "'", '"""')) and said.count('"') % 2 == 0


@lru_cache(8)
def _prologue(graph: ShapesGraph, ontologies: tuple[RdfTerm, ...]) -> str:
    """Return the prefixes that ontologies declare for constraints (SHACL, 5.2.1)."""
    declared: dict[str, str] = {}
    waiting, seen = [*ontologies], set()
    while waiting:
        ontology, *waiting = waiting
        if ontology in seen:
            continue
        seen.add(ontology)
        waiting += graph.values(ontology, "owl:imports")
        for entry in graph.values(ontology, "sh:declare"):
            prefix, namespace = graph.one(entry, "sh:prefix"), graph.one(entry, "sh:namespace")
            if not isinstance(prefix, ox.Literal) or not isinstance(namespace, ox.Literal):
                raise graph.refusal(ontology, "sh:declare needs a prefix and a namespace")
            if declared.setdefault(prefix.value, namespace.value) != namespace.value:
                raise graph.refusal(ontology, f"the prefix {prefix.value} is declared twice")
    return "".join(f"PREFIX {prefix}: <{name}> " for prefix, name in declared.items())


# ── Regular expressions ──────────────────────────────────────────────────────


def pattern_complaint(pattern: RdfTerm, flags: RdfTerm | None) -> str:
    """Return why a pattern cannot be asked; empty if it can.

    The engine is tried. What it takes in another meaning than XPath has (a class within a class,
    comments) is refused as well.
    """
    said, flag = str(pattern.value), str(flags.value) if flags else ""  # type: ignore[union-attr]
    if set(flag) - set("smi"):
        return f"the flags “{flag}” are not supported: s, m and i are"
    within = re.sub(r"\\.", "", said)
    if re.search(r"\[\^?[^\]]*(\[|&&|--|~~)", within):
        return f"the pattern “{said}” has a class in a class, which is not supported"
    query = f'SELECT (REGEX("", {pattern}, {ox.Literal(flag)}) AS ?is) {{}}'
    [row] = ox.Store().query(query)  # type: ignore[misc]
    return "" if row["is"] is not None else f"the engine cannot run the pattern “{said}”"

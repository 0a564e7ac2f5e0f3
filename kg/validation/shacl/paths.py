"""Property paths of SHACL (2.3.1) in SPARQL: ``[ sh:inversePath ex:p ]`` → ``^<…p>``."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.validation.shacl.graph import ShapesGraph
from kg.vocabulary.context import named
from kg.vocabulary.terms import RdfTerm

MAX_DEPTH = 50
"""A path that is nested deeper, or in itself, is refused."""
_KINDS = {
    "sh:inversePath": "^({})",
    "sh:alternativePath": "",
    "sh:zeroOrMorePath": "({})*",
    "sh:oneOrMorePath": "({})+",
    "sh:zeroOrOnePath": "({})?",
}


def path(graph: ShapesGraph, shape: RdfTerm, node: RdfTerm, depth: int = 0) -> str:
    """Return the path that a shape has, in SPARQL. What is no path is refused.

    Example: ``[ sh:inversePath ent:host ]`` is ``^<…#host>``.
    """
    if isinstance(node, ox.NamedNode):
        return str(node)
    said = graph.said.get(node, {})
    if named("rdf:first") in said:
        return f"({'/'.join(_members(graph, shape, node, depth))})"
    for word, values in ((word, graph.values(node, word)) for word in _KINDS):
        if len(said) == len(values) == 1 and depth < MAX_DEPTH:
            if word == "sh:alternativePath":
                return f"({'|'.join(_members(graph, shape, values[0], depth))})"
            inner = path(graph, shape, values[0], depth + 1)
            return (
                f"^{inner}"
                if inner[0] == "<" and word == "sh:inversePath"
                else _KINDS[word].format(inner)
            )
    raise graph.refusal(shape, "sh:path is no property path", "sh:path")


def triples(text: str, label: str) -> tuple[RdfTerm, list[ox.Triple]]:
    """Return the node that stands for a path in SPARQL, and the triples that describe it.

    ``text`` is one that ``path`` returns; the blank nodes are called after ``label``.
    """
    description = _Description(text, label)
    return description.path(), description.triples


class _Description:
    """A path in SPARQL as SHACL describes it."""

    def __init__(self, text: str, label: str) -> None:
        self.triples: list[ox.Triple] = []
        self._words = re.findall(r"<[^<>]*>|\)[*+?]|[()|/^]", text)
        self._label = label

    def path(self) -> RdfTerm:
        """Take the next path of the text; return its node."""
        word = self._words.pop(0)
        if word == "^":
            return self._described("sh:inversePath", self.path())
        if word != "(":
            return ox.NamedNode(word[1:-1])
        members, signs = [self.path()], [self._words.pop(0)]
        while signs[-1] in ("|", "/"):
            members.append(self.path())
            signs.append(self._words.pop(0))
        node = self._list(members) if len(members) > 1 else members[0]
        node = self._described("sh:alternativePath", node) if signs[0] == "|" else node
        repeated = [kind for kind, form in _KINDS.items() if form == f"({{}}){signs[-1][1:]}"]
        return self._described(repeated[0], node) if repeated else node

    def _described(self, kind: str, value: RdfTerm) -> ox.BlankNode:
        node = ox.BlankNode(f"{self._label}n{len(self.triples)}")
        self.triples.append(ox.Triple(node, named(kind), value))
        return node

    def _list(self, members: list[RdfTerm]) -> RdfTerm:
        head: RdfTerm = named("rdf:nil")
        for member in reversed(members):
            cell = self._described("rdf:first", member)
            self.triples.append(ox.Triple(cell, named("rdf:rest"), head))
            head = cell
        return head


def _members(graph: ShapesGraph, shape: RdfTerm, head: RdfTerm, depth: int) -> list[str]:
    members = graph.members(shape, head, "sh:path")
    if len(members) < 2:
        raise graph.refusal(shape, "sh:path has a list of fewer than two paths", "sh:path")
    return [path(graph, shape, member, depth + 1) for member in members]

"""What facts are made of once they are read: nodes with properties, and claims that tell of nodes.

An entity, an event, a passage and a claim's own description are *nodes*; a *claim* is its
description together with the nodes that it tells of. Every part knows its place in the file.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from kg.errors import Mark
from kg.facts.yaml import Scalar
from kg.vocabulary.context import Term


class Property(NamedTuple):
    """One key of a node with its values: texts, or nodes described in place."""

    name: str
    term: Term
    mark: Mark
    values: list[Scalar | Node]


class Node:
    """Something with a key and properties; ``cls`` is empty where another claim introduces it."""

    __slots__ = ("cls", "key", "mark", "properties")

    def __init__(self, key: str, cls: str, mark: Mark) -> None:
        self.key = key
        self.cls = cls
        self.mark = mark
        self.properties: list[Property] = []

    def text(self, name: str) -> str:
        """Return the first text of the property called ``name``, or an empty string."""
        for prop in self.properties:
            if prop.name == name and isinstance(prop.values[0], Scalar):
                return prop.values[0].text
        return ""


class CuratedClaim(NamedTuple):
    """A claim: its own description, and the nodes that it tells of."""

    description: Node
    facts: list[Node]


Fact: TypeAlias = Node | CuratedClaim
"""An item of a facts file: an entity, or a claim."""

"""Where a triple is told: file, line and column of facts, from the marks of their nodes.

An index of the subjects that are asked for only, so that its size does not grow with the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from kg import mapper
from kg.errors import Mark
from kg.facts.model import CuratedClaim, Fact, Node
from kg.facts.yaml import Scalar
from kg.vocabulary.iris import individual
from kg.vocabulary.terms import RdfTerm

Pattern = tuple[RdfTerm | None, RdfTerm | None, RdfTerm | None]


class Location(NamedTuple):
    """A triple at its place, or of a node alone that it is named there.

    ``graph`` is the claim that tells it; none for reference data and for what describes
    ``claim`` itself.
    """

    triple: Pattern
    mark: Mark
    graph: ox.NamedNode | None = None
    claim: ox.NamedNode | None = None


class Locations:
    """The places of what is told of some nodes; ``isolated`` are the claims that stand alone.

    ``nowhere`` is the place of what is told in none, such as what was inferred.
    """

    def __init__(
        self,
        told: Iterable[Location],
        wanted: Set[RdfTerm],
        isolated: Set[RdfTerm] = frozenset(),
        nowhere: Mark = Mark("", 0, 0),  # noqa: B008  a tuple
    ) -> None:
        self.nowhere = nowhere
        self._isolated = isolated
        self._index: dict[Pattern, list[Location]] = defaultdict(list)
        for each in told:
            s, p, o = each.triple
            if s in wanted or o in wanted:
                for pattern in {(s, p, o), (s, p, None), (s, None, o), (s, None, None)}:
                    self._index[pattern].append(each)

    def all(self, pattern: Pattern, world: RdfTerm | None = None) -> list[Location]:
        """Return every place where a pattern is told, or was told in a ``world``."""
        told = self._index.get(pattern, [])
        own = [each for each in told if world is not None and each.graph == world]
        return own + [
            each
            for each in told
            if each.graph is None or (world is None and each.graph not in self._isolated)
        ]

    def of(self, patterns: Iterable[Pattern], world: RdfTerm | None = None) -> Location | None:
        """Return where the first of the patterns that is told anywhere is told first.

        In a ``world``, what that claim tells comes before what describes it; otherwise what
        only a world tells does not count.
        """
        return next((told for pattern in patterns for told in self.all(pattern, world)), None)


def of_facts(facts: Iterable[Fact]) -> Iterator[Location]:
    """Yield each triple that facts tell with its place, and each node with the place of its key."""
    for fact in facts:
        if not isinstance(fact, CuratedClaim):
            yield from _node(fact, individual(fact.key), None, None)
            continue
        claim = individual(fact.description.key)
        yield from _node(fact.description, claim, None, claim)
        for node in fact.facts:
            yield from _node(node, individual(node.key), claim, claim)


def _node(
    node: Node,
    subject: ox.NamedNode,
    graph: ox.NamedNode | None,
    claim: ox.NamedNode | None,
) -> Iterator[Location]:
    """Yield what a node tells; ``subject`` may be what it is a part of, instead of itself."""
    yield Location((subject, None, None), node.mark, graph, claim)
    for prop in node.properties:
        for value in prop.values:
            if isinstance(value, Scalar):
                bounds = mapper.bounds(node) if prop.name == "when" else ()
                for s, p, o in (mapper.triple(subject, prop.term, value.text), *bounds):
                    yield Location((s, p, o), value.mark, graph, claim)
                continue
            part = individual(value.key)
            link = (subject, ox.NamedNode(prop.term.iri), part)
            yield Location(link, value.mark, graph, claim)
            yield from _node(value, part, graph, claim)
            # What a part tells is found from the whole too, but for where the whole is named.
            yield from islice(_node(value, subject, graph, claim), 1, None)

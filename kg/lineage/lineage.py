"""Lineage: what the witnesses of a solution used, which its citation is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from kg.vocabulary.terms import RdfTerm

MAX_WITNESSES = 1_000
"""How many witnesses of one solution are looked at; of groups, every member is."""

Key: TypeAlias = tuple[RdfTerm | None, ...]
Row: TypeAlias = tuple[RdfTerm | None, ...]
# Subject, predicate, object and named graph; None for the default graph.
Quad: TypeAlias = tuple[RdfTerm, RdfTerm, RdfTerm, RdfTerm | None]


@dataclass
class Lineage:
    """What a solution used: triples with their graphs, what was absent, what is not listed."""

    quads: set[Quad] = field(default_factory=set)
    graphs: set[RdfTerm] = field(default_factory=set)
    absences: set[str] = field(default_factory=set)
    gaps: set[str] = field(default_factory=set)

    def add(self, other: Lineage) -> None:
        """Add what another used."""
        self.quads |= other.quads
        self.graphs |= other.graphs
        self.absences |= other.absences
        self.gaps |= other.gaps

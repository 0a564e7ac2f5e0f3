"""How far a source stands behind what a claim tells: the individuals of ``ent:Status``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kg.vocabulary.context import named

if TYPE_CHECKING:
    import pyoxigraph as ox


class Status(StrEnum):
    """The status of a claim by its name in the ontology, in the order of the list there."""

    REPORTED = "Reported"
    ATTRIBUTED = "Attributed"
    PLANNED = "Planned"
    DENIED = "Denied"

    @property
    def iri(self) -> ox.NamedNode:
        """The individual of the ontology."""
        return named(f"ent:{self}")

    @property
    def word(self) -> str:
        """The status as a word of a sentence: “attributed”."""
        return self.lower()


_TRUSTED = (Status.REPORTED, Status.ATTRIBUTED, Status.PLANNED)
LEVELS = {status.word: _TRUSTED[: n + 1] for n, status in enumerate(_TRUSTED)}
"""What each word of ``--believe`` takes on trust: each more than the one before."""

"""Why an ontology is inconsistent: a smallest set of facts and axioms that clash.

Smallest means that none of them can go: without any one of them the rest is consistent (Horridge,
“Justification Based Explanation in Ontologies”, 2011). It is found by asking the reasoner about
halves (Junker, “QuickXplain”, AAAI 2004), so that the number of questions grows with the size of
the clash and hardly with that of the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from kg.validation.owl.abox import Assertion, World, document, unique_names
from kg.validation.owl.reasoner import Reasoner
from kg.validation.owl.tbox import Axiom, TBox

Item = TypeVar("Item")

# Where several explanations are equally small, the one by the axioms that come first here.
_PLAIN = (
    *("owl:IrreflexiveProperty", "owl:propertyDisjointWith", "owl:AsymmetricProperty"),
    *("rdfs:range", "rdfs:domain", "owl:FunctionalProperty", "owl:InverseFunctionalProperty"),
    *("owl:Restriction", "owl:disjointWith", "owl:differentFrom", "rdfs:subClassOf"),
)


class Justification(NamedTuple):
    """Facts and axioms that cannot all hold; without any one of them the others can.

    The axiom that says most about the facts comes first.
    """

    facts: tuple[Assertion, ...]
    axioms: tuple[Axiom, ...]


class Oracle:
    """A reasoner that is asked whether worlds are consistent with an ontology's axioms."""

    def __init__(self, reasoner: Reasoner, tbox: TBox, axioms: Iterable[Axiom]) -> None:
        self.reasoner = reasoner
        self.tbox = tbox
        self.axioms = sorted(axioms, key=_plainness)

    def is_consistent(self, worlds: Sequence[World], axioms: Iterable[Axiom] | None = None) -> bool:
        """Tell whether each of the worlds is consistent, by all axioms or by some."""
        chosen = self.axioms if axioms is None else axioms
        return self.reasoner.is_consistent(document(self.tbox, chosen, worlds))

    def inconsistent(self, worlds: Sequence[World]) -> list[World]:
        """Return the worlds that are inconsistent, each for itself."""
        if not worlds or self.is_consistent(worlds):
            return []
        if len(worlds) == 1:
            return list(worlds)
        half = len(worlds) // 2
        return self.inconsistent(worlds[:half]) + self.inconsistent(worlds[half:])

    def justify(self, world: World) -> Justification:
        """Return a smallest justification of a world that is inconsistent."""
        facts = smallest(world, lambda some: not self.is_consistent([some]))
        axioms = smallest(self.axioms, lambda some: not self.is_consistent([facts], some))
        return Justification(tuple(facts), tuple(axioms))


def _plainness(axiom: Axiom) -> int:
    if axiom == unique_names():
        return len(_PLAIN) + 1
    return _PLAIN.index(axiom.kind) if axiom.kind in _PLAIN else len(_PLAIN)


def smallest(items: Sequence[Item], clash: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """Return, in their order, a smallest part of the items that clash.

    Example: of ``[1, 2, 3]``, where whatever has both 1 and 3 clashes, ``[1, 3]``.

    All together must clash, and what clashes must clash still when there is more.
    """
    if clash([]):
        return []
    return _needed([], False, list(items), clash)


def _needed(
    given: list[Item], more: bool, items: list[Item], clash: Callable[[Sequence[Item]], bool]
) -> list[Item]:
    """Return which of the items are needed beside those given; ``more`` if those have grown."""
    if more and clash(given):
        return []
    if len(items) == 1:
        return items
    half = len(items) // 2
    left, right = items[:half], items[half:]
    needed_right = _needed(given + left, True, right, clash)
    needed_left = _needed(given + needed_right, bool(needed_right), left, clash)
    return needed_left + needed_right

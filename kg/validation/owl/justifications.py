"""Why an ontology is inconsistent: a smallest set of facts and axioms that clash.

Smallest means that none of them can go: without any one of them the rest is consistent (Horridge,
“Justification Based Explanation in Ontologies”, 2011). It is found by asking the reasoner about
halves (Junker, “QuickXplain”, AAAI 2004), so that the number of questions grows with the size of
the clash and hardly with that of the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from kg.validation.owl.abox import Assertion, Voice, document, unique_names
from kg.validation.owl.reasoner import Reasoner
from kg.validation.owl.tbox import Axiom, Terminology

Item = TypeVar("Item")

# Where several explanations are equally small, the one by the axioms that come first here.
_PLAIN = (
    *("owl:IrreflexiveProperty", "owl:propertyDisjointWith", "owl:AsymmetricProperty"),
    *("rdfs:range", "rdfs:domain", "owl:FunctionalProperty", "owl:InverseFunctionalProperty"),
    *("owl:Restriction", "owl:disjointWith", "owl:differentFrom", "rdfs:subClassOf"),
)


class Explanation(NamedTuple):
    """Facts and axioms that cannot all hold; without any one of them the others can.

    The axiom that says most about the facts comes first.
    """

    facts: tuple[Assertion, ...]
    axioms: tuple[Axiom, ...]


class Judge:
    """An ontology's terms and axioms, and a reasoner who is asked about facts in these terms."""

    def __init__(self, reasoner: Reasoner, words: Terminology, axioms: Iterable[Axiom]) -> None:
        self.reasoner = reasoner
        self.words = words
        self.axioms = sorted(axioms, key=_plainness)

    def accepts(self, voices: Sequence[Voice], axioms: Iterable[Axiom] | None = None) -> bool:
        """Tell whether each of the voices is consistent, by all axioms or by some."""
        chosen = self.axioms if axioms is None else axioms
        return self.reasoner.is_consistent(document(self.words, chosen, voices))

    def refused(self, voices: Sequence[Voice]) -> list[Voice]:
        """Return the voices that are inconsistent, each for itself."""
        if not voices or self.accepts(voices):
            return []
        if len(voices) == 1:
            return list(voices)
        half = len(voices) // 2
        return self.refused(voices[:half]) + self.refused(voices[half:])

    def explain(self, voice: Voice) -> Explanation:
        """Return a smallest clash in a voice that is inconsistent."""
        facts = smallest(voice, lambda some: not self.accepts([some]))
        axioms = smallest(self.axioms, lambda some: not self.accepts([facts], some))
        return Explanation(tuple(facts), tuple(axioms))


def _plainness(axiom: Axiom) -> int:
    if axiom == unique_names():
        return len(_PLAIN) + 1
    return _PLAIN.index(axiom.kind) if axiom.kind in _PLAIN else len(_PLAIN)


def smallest(items: Sequence[Item], clash: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """Return, in their order, a smallest part of the items that clash.

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

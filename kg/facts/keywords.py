"""The keys and words of facts: which of them a class has, and what they stand for."""

from __future__ import annotations

from functools import cache

from kg.vocabulary.context import context
from kg.vocabulary.ontology import ent, name, ontology

_PARTS = ("Passage", "Omission", "QuantitativeValue", "TextPositionSelector")


@cache
def described_in_place() -> frozenset[str]:
    """Return the classes whose individuals have no key: each is part of what names it."""
    return frozenset(map(vocab, _PARTS))


@cache
def keywords(cls: str) -> tuple[str, ...]:
    """Return the keys of a node of a class that are none of its properties."""
    if cls in described_in_place():
        return ()
    return ("key", "facts") if cls == ent.Claim else ("key", "type")


@cache
def is_spoken(word: str, cls: str) -> bool:
    """Tell whether a key is the label of what is called by what it says: a claim, or a part."""
    return word == "label" and (cls == ent.Claim or cls in described_in_place())


@cache
def individuals(classes: frozenset[str]) -> tuple[str, ...]:
    """Return the short names of the ontology's own individuals that are of one of the classes."""
    known = ontology().individuals.items()
    return tuple(sorted(name(i) for i, kinds in known if kinds & classes))


def vocab(word: str) -> str:
    """Return the IRI that a word stands for where JSON-LD says “relative to the vocabulary”."""
    term = context().terms.get(word)
    return term.iri if term else context().expand(f"ent:{word}")

"""Curated facts: YAML in, checked nodes and claims out, every fault with its place.

A *node* is something with properties: an entity, an event, a passage. A *claim* is a node whose
``facts`` are nodes in turn. Keys are short for IRIs as ``ontology/context.jsonld`` says, so a
facts file is JSON-LD in YAML, but for two conveniences of people: ``article:`` at the top of a
file names the source of its passages, and a passage's ``start`` and ``end`` need no selector
around them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from kg.errors import Fault, Mark
from kg.facts import yaml
from kg.facts.keywords import introducible, misspelt, vocab
from kg.facts.model import CuratedClaim, Fact, Node
from kg.facts.nodes import NodeReader
from kg.facts.references import SymbolTable, is_reference_data, labels
from kg.facts.yaml import Mapping, Scalar, Value, items_of
from kg.vocabulary.iris import KEY_PATTERN
from kg.vocabulary.ontology import an, ent, name, ontology
from kg.vocabulary.spelling import nearest

_SECTIONS = ("article", "entities", "claims")


def read(
    paths: Sequence[Path],
    faults: list[Fault],
    warnings: list[Fault] | None = None,
    *,
    beneath: Sequence[Path] = (),
) -> Iterator[Fact]:
    """Yield the entities and claims of facts files in order; add what is wrong to ``faults``.

    What is only doubtful is added to ``warnings``. What an item refers to may come later or in
    another file, so faults are complete only when the iterator is exhausted. An item with a fault
    of its own is not yielded. Of the files ``beneath`` the reference data is read before.

    ``entities: [{key: sel, type: Place, label: Sel}]`` → a node ``sel`` of the class ent:Place,
    with the property ``label``.
    """
    symbols = SymbolTable(faults)
    for path in beneath:
        yield from _Reader(symbols, faults).file(path, is_reference_data)
    for path in paths:
        reader = _Reader(symbols, faults)
        yield from reader.file(path)
        if warnings is not None:
            warnings += reader.warnings
    symbols.settle(lambda: chain(labels(beneath, is_reference_data), labels(paths)))


Item: TypeAlias = tuple[Mark, str | None]
"""Where an item of a file begins, and the key of the claim that it is, if it is one."""


def items(paths: Iterable[Path]) -> Iterator[Item]:
    """Yield the items of facts files, unchecked; of an unreadable file, those before the fault."""
    for path in paths:
        for section, value in yaml.read(path, []):
            key = value.items.get("key") if isinstance(value, Mapping) else None
            text = key.text if isinstance(key, Scalar) else ""
            yield value.mark, text if section.text == "claims" else None


class _Reader(NodeReader):
    """Reads the entities and claims of one file."""

    def file(
        self, path: Path, wanted: Callable[[str, Value], bool] = lambda section, value: True
    ) -> Iterator[Fact]:
        for section, value in yaml.read(path, self.faults):
            if not wanted(section.text, value):
                continue
            before = len(self.faults)
            fact = self.item(section, value)
            if fact and len(self.faults) == before and not self.is_sourceless | self.is_unlocated:
                yield fact

    def item(self, section: Scalar, value: Value) -> Fact | None:
        if section.text == "article":
            self.source(value)
        elif section.text not in _SECTIONS:
            remedy = nearest(section.text, _SECTIONS) or f"one of {', '.join(_SECTIONS)}"
            self.fault(
                section.mark, f"unknown key “{section.text}”", remedy, code="unknown-section"
            )
        elif not isinstance(value, Mapping):
            self.fault(
                value.mark,
                f"an item of “{section.text}” is a mapping of keys to values",
                code="item-not-a-mapping",
            )
        elif undecided := [*_undecided(value)]:
            self.undecided(value, undecided)
        elif section.text == "claims":
            return self.claim(value)
        elif section.text == "entities":
            return self.entity(value)
        return None

    def undecided(self, item: Mapping, found: list[tuple[str, Scalar]]) -> None:
        """Tell what of an item a person has still to decide; nothing else is told of it."""
        words = ", ".join(dict.fromkeys(f"“{word}”" for word, _ in found))
        remedy = "write what fits in place of “?”, or leave it out"
        self.fault(found[0][1].mark, f"not decided yet: {words}", remedy, code="undecided")
        for each in (item, *items_of(item.items.get("facts"))):
            key = each.items.get("key") if isinstance(each, Mapping) else None
            if isinstance(key, Scalar):
                self.symbols.pardon(key.text)

    def source(self, value: Value) -> None:
        """Take the source of the passages in the file, of which there is one."""
        if not isinstance(value, Scalar):
            self.fault(value.mark, "“article” takes the key of an article", code="value-not-text")
            self.is_sourceless = True  # that is told, then
        elif self.article:
            self.fault(value.mark, "“article” takes one value", code="too-many-values")
        else:
            self.article = value

    def claim(self, mapping: Mapping) -> CuratedClaim:
        key = self.key(mapping)
        if key.text:
            self.symbols.introduce(key, ent.Claim, "claims")
        facts = [self.told(value) for value in items_of(mapping.items.get("facts"))]
        about = mapping.items.get("about")
        if not facts and isinstance(about, Scalar):
            self.symbols.pardon(about.text)
        if not facts and "facts" not in misspelt(mapping.items, ent.Claim).values():
            self.fault(
                mapping.mark,
                "the claim tells nothing",
                "list what it tells under “facts”",
                code="claim-tells-nothing",
            )
        description, told = self.node(mapping, key, ent.Claim), [node for node in facts if node]
        self.check_about(description, {node.key for node in told})
        return CuratedClaim(description, told)

    def check_about(self, claim: Node, told: Set[str]) -> None:
        """Check that a claim tells something of what it is said to be about."""
        for prop in claim.properties:
            for value in prop.values if prop.name == "about" and told else ():
                if isinstance(value, Scalar) and value.text not in told:
                    self.fault(
                        value.mark,
                        f"the claim tells nothing of “{value.text}”",
                        nearest(value.text, told) or f"one of {', '.join(sorted(told))}",
                        code="about-nothing-told",
                    )
                    self.symbols.pardon(value.text)

    def entity(self, mapping: Mapping) -> Node:
        key, cls = self.key(mapping), self.cls(mapping, "entities")
        if cls and ontology().is_a(cls, frozenset({ent.Event, ent.Claim})):
            remedy = "introduce it in the facts of a claim"
            self.fault(
                mapping.items["type"].mark,
                f"{an(name(cls))} is no reference data",
                remedy,
                code="event-as-entity",
            )
            cls = ""
        return self.introduced(mapping, key, cls, "entities")

    def told(self, value: Value) -> Node | None:
        """Read a node that a claim tells of: an event introduced, or anything added to."""
        if not isinstance(value, Mapping):
            self.fault(
                value.mark, "a fact is a mapping of keys to values", code="fact-not-a-mapping"
            )
            return None
        key = self.key(value)
        if "type" not in value.items and "label" not in value.items:
            node = self.node(value, key, "")
            if not value.items.keys() - {"key"}:
                self.fault(value.mark, f"nothing is said of “{key.text}”", code="nothing-said")
            self.symbols.mention(node)
            return node
        cls = self.cls(value, "facts")
        if cls and not ontology().is_a(cls, frozenset({ent.Event})):
            remedy = "introduce it under “entities”; facts repeat only its key"
            self.fault(
                value.items["type"].mark,
                f"{an(name(cls))} is no event",
                remedy,
                code="entity-as-event",
            )
            cls = ""
        return self.introduced(value, key, cls, "facts")

    def introduced(self, mapping: Mapping, key: Scalar, cls: str, section: str) -> Node:
        if key.text:
            self.symbols.introduce(key, cls, section)
        label = mapping.items.get("label")
        if not isinstance(label, Scalar) and "label" not in misspelt(mapping.items, cls).values():
            self.fault(
                mapping.mark, f"“{key.text}” is introduced without one label", code="label-missing"
            )
        return self.node(mapping, key, cls)

    def key(self, mapping: Mapping) -> Scalar:
        key = mapping.items.get("key")
        if not isinstance(key, Scalar):
            self.fault(
                mapping.mark,
                "a key is missing",
                "give it one, such as “key: xi-kim-talks”",
                code="key-missing",
            )
            return Scalar("", mapping.mark)
        if not KEY_PATTERN.fullmatch(key.text):
            remedy = "small letters, digits and hyphens"
            self.fault(key.mark, f"“{key.text}” cannot be a key", remedy, code="key-ill-formed")
        return key

    def cls(self, mapping: Mapping, section: str) -> str:
        """Return the IRI of the class that ``type`` names; empty, with a fault, if it is none."""
        value = mapping.items.get("type")
        if not isinstance(value, Scalar):
            if "type" not in misspelt(mapping.items, "").values():
                remedy = "give one class, such as “type: Meeting”"
                self.fault(mapping.mark, "a type is missing", remedy, code="type-missing")
            return ""
        cls = vocab(value.text)
        if cls not in ontology().superclasses:
            words = introducible(section)
            remedy = nearest(value.text, words) or f"one of {', '.join(words)}"
            self.fault(
                value.mark, f"the ontology has no class “{value.text}”", remedy, code="type-unknown"
            )
            return ""
        if cls in ontology().defined:
            self.fault(
                value.mark,
                f"{an(value.text)} is found by reasoning",
                "name a wider class",
                code="type-defined",
            )
            return ""
        return cls


def _undecided(value: Value, word: str = "") -> Iterator[tuple[str, Scalar]]:
    """Yield the values that are “?”, each with its key, as a draft leaves them."""
    if isinstance(value, Mapping):
        for key, item in value.items.items():
            yield from _undecided(item, key)
    elif isinstance(value, Scalar):
        if value.text.strip() == "?":
            yield word, value
    else:
        for item in value.items:
            yield from _undecided(item, word)

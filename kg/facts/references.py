"""Which key is of which kind: nothing introduced twice, nothing dangling, nothing misplaced.

What a key refers to may be introduced later or in another file; what cannot be checked at once
is kept and checked by ``settle``. Memory grows with the keys, not with what is said of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from kg.errors import Fault, Mark
from kg.facts import yaml
from kg.facts.keywords import vocab
from kg.facts.model import Node
from kg.facts.yaml import Scalar
from kg.resources import SEEDS
from kg.vocabulary.context import Term
from kg.vocabulary.ontology import an, ent, name, names, ontology
from kg.vocabulary.spelling import nearest, plain

# Looking for the nearest key is slow over many; past this many faults nobody needs it.
_SUGGESTIONS = 100
_REPEATED = {
    "claims": "give the claim another key",
    "facts": "repeat the key without type and label",
    "entities": "use its key, and leave the entity out",
}


class SymbolTable:
    """The class of every key seen so far, and what waits for keys not yet seen."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self._classes: dict[str, tuple[str, Mark]] = {}
        self._references: list[tuple[Scalar, str, frozenset[str]]] = []
        self._mentions: list[Node] = []
        self._misnamed: list[tuple[Scalar, int]] = []
        self._missing: set[str] = set()

    def introduce(self, key: Scalar, cls: str, section: str) -> None:
        """Note that a key is introduced here, as an individual of the class (empty: at fault)."""
        if key.text in self._classes:
            first = self._classes[key.text][1]
            remedy = f"it is introduced at {first}; {_REPEATED[section]}"
            self.faults.append(
                Fault(
                    key.mark, f"“{key.text}” is introduced twice", remedy, code="introduced-twice"
                )
            )
        else:
            self._classes[key.text] = (cls, key.mark)

    def refer(self, key: Scalar, prop: str, classes: frozenset[str]) -> None:
        """Check that a key exists and is of one of the classes; none means any."""
        if key.text in self._classes:
            self._check_reference(key, prop, classes)
        else:
            self._references.append((key, prop, classes))

    def mention(self, node: Node) -> None:
        """Check what a claim says of a node that it does not introduce; fill in its class."""
        if node.key in self._classes:
            self._check_mention(node)
        else:
            self._mentions.append(node)

    def pardon(self, key: str) -> None:
        """Tell nothing of a key that is not there: why it is not was told."""
        self._missing.add(key)

    def misname(self, key: Scalar) -> None:
        """Note that a fault was just told of what is no key; it may be a label."""
        self._misnamed.append((key, len(self.faults) - 1))

    def settle(self, labels: Callable[[], Iterable[tuple[str, str]]]) -> None:
        """Check all that had to wait; ``labels`` yields labels and keys, if they are needed.

        What is told of, and introduced nowhere, is one fault, however often it is referred to.
        """
        for node in self._mentions:
            self._check_mention(node)
        for reference in self._references:
            self._check_reference(*reference)
        known = {plain(label): key for label, key in labels()} if self._misnamed else {}
        for text, number in self._misnamed:
            if key := known.get(plain(text.text)):
                remedy = f"did you mean “{key}”? that is its key"
                self.faults[number] = self.faults[number]._replace(remedy=remedy)

    def admit(self, cls: str, prop: str, term: Term, mark: Mark) -> None:
        """Check that individuals of the class may have the property."""
        if not ontology().admits(cls, term.iri):
            message = f"“{prop}” does not belong on {an(name(cls))}"
            self.faults.append(
                Fault(
                    mark,
                    message,
                    f"it is for {names(ontology().domains[term.iri])}",
                    code="misplaced-property",
                )
            )

    def _check_reference(self, key: Scalar, prop: str, classes: frozenset[str]) -> None:
        if key.text not in self._classes:
            self._dangling(key, "introduce it with type and label")
            return
        cls, first = self._classes[key.text]
        if cls and classes and not ontology().is_a(cls, classes):
            message = f"“{prop}” takes {names(classes)}, but “{key.text}” is {an(name(cls))}"
            self.faults.append(
                Fault(key.mark, message, f"it is introduced at {first}", code="wrong-kind")
            )

    def _check_mention(self, node: Node) -> None:
        if node.key not in self._classes:
            self._dangling(Scalar(node.key, node.mark), "introduce it here, with type and label")
            return
        node.cls = self._classes[node.key][0]
        for prop in node.properties:
            self.admit(node.cls, prop.name, prop.term, prop.mark)

    def _dangling(self, key: Scalar, remedy: str) -> None:
        if key.text in self._missing:
            return
        if "here" in remedy:
            self._missing.add(key.text)
        if len(self.faults) < _SUGGESTIONS:
            near = nearest(key.text, self._classes)
            if key.text in _ours():
                remedy = _ours()[key.text]
            elif near:
                remedy = f"{near} if not, {remedy}" if "here" in remedy else near
        message = f"nothing has the key “{key.text}”"
        self.faults.append(Fault(key.mark, message, remedy, code="dangling-reference"))


@cache
def _ours() -> dict[str, str]:
    """Return the keys of the facts that come with kg, each with how to have what it stands for."""
    whole = "it comes with the facts of kg, which are not among these"
    part = "it is reference data that comes with kg: “--with-ours” adds it"
    found: dict[str, str] = {}
    for path in sorted(SEEDS.rglob("*.yaml")):
        for section, item in yaml.read(path, []):
            told = part if is_reference_data(section.text, item) else whole
            found |= {key: told for _, key in _labelled(item)}
    return found


def is_reference_data(section: str, item: yaml.Value) -> bool:
    """Tell whether an item is an entity, but for records of articles: these go with claims."""
    kind = item.items.get("type") if isinstance(item, yaml.Mapping) else None
    is_article = isinstance(kind, Scalar) and vocab(kind.text) == ent.Article
    return section == "entities" and not is_article


def labels(
    paths: Iterable[Path], wanted: Callable[[str, yaml.Value], bool] = lambda section, item: True
) -> Iterator[tuple[str, str]]:
    """Yield the label and the key of each entity and event of facts files, unchecked.

    ``wanted`` tells of a section and an item in it whether it is looked at.
    Example: ``{key: ina, type: Person, label: Ina Orvik}`` has ``("Ina Orvik", "ina")``.
    """
    for path in paths:
        for section, value in yaml.read(path, []):
            if wanted(section.text, value):
                yield from _labelled(value)


def _labelled(item: yaml.Value) -> Iterator[tuple[str, str]]:
    """Yield the label and the key of an item of a facts file, and of the facts in it."""
    facts = item.items.get("facts") if isinstance(item, yaml.Mapping) else None
    for each in [item, *(facts.items if isinstance(facts, yaml.Sequence) else [facts])]:
        texts = each.items if isinstance(each, yaml.Mapping) else {}
        key, label = texts.get("key"), texts.get("label")
        if isinstance(key, Scalar) and isinstance(label, Scalar):
            yield label.text, key.text

"""Which key is of which kind: nothing introduced twice, nothing dangling, nothing misplaced.

What a key refers to may be introduced later or in another file; what cannot be checked at once
is kept and checked by ``settle``. Memory grows with the keys, not with what is said of them.
"""

from __future__ import annotations

from kg.errors import Fault, Mark
from kg.facts.model import Node
from kg.facts.yaml import Scalar
from kg.vocabulary.context import Term
from kg.vocabulary.ontology import ent, name, names, ontology
from kg.vocabulary.spelling import nearest

# Looking for the nearest key is slow over many; past this many faults nobody needs it.
_SUGGESTIONS = 100
_AGAIN = "repeat the key without type and label"


class SymbolTable:
    """The class of every key seen so far, and what waits for keys not yet seen."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self._classes: dict[str, tuple[str, Mark]] = {}
        self._references: list[tuple[Scalar, str, frozenset[str]]] = []
        self._mentions: list[Node] = []

    def introduce(self, key: Scalar, cls: str) -> None:
        """Note that a key is introduced here, as an individual of the class (empty: at fault)."""
        if key.text in self._classes:
            first = self._classes[key.text][1]
            again = "give the claim another key" if cls == ent.Claim else _AGAIN
            remedy = f"it is introduced at {first}; {again}"
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

    def settle(self) -> None:
        """Check all that had to wait."""
        for reference in self._references:
            self._check_reference(*reference)
        for node in self._mentions:
            self._check_mention(node)

    def admit(self, cls: str, prop: str, term: Term, mark: Mark) -> None:
        """Check that individuals of the class may have the property."""
        if not ontology().admits(cls, term.iri):
            message = f"“{prop}” does not belong on a {name(cls)}"
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
            self._dangling(key)
            return
        cls, first = self._classes[key.text]
        if cls and classes and not ontology().is_a(cls, classes):
            message = f"“{prop}” takes {names(classes)}, but “{key.text}” is a {name(cls)}"
            self.faults.append(
                Fault(key.mark, message, f"it is introduced at {first}", code="wrong-kind")
            )

    def _check_mention(self, node: Node) -> None:
        if node.key not in self._classes:
            self._dangling(Scalar(node.key, node.mark))
            return
        node.cls = self._classes[node.key][0]
        for prop in node.properties:
            self.admit(node.cls, prop.name, prop.term, prop.mark)

    def _dangling(self, key: Scalar) -> None:
        remedy = nearest(key.text, self._classes) if len(self.faults) < _SUGGESTIONS else ""
        message = f"nothing has the key “{key.text}”"
        self.faults.append(
            Fault(
                key.mark,
                message,
                remedy or "introduce it with type and label",
                code="dangling-reference",
            )
        )

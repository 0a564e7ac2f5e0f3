"""Nodes: something with properties, read from YAML as the context and the ontology say.

What a key stands for, which values it takes and on which class it belongs is asked of
``kg.vocabulary``; whether what is referred to exists, of the symbol table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from kg.errors import Fault, Mark
from kg.facts.keywords import (
    admitted,
    cut_at_comma,
    described_by,
    described_in_place,
    individuals,
    inferred_from,
    is_key,
    keywords,
    misspelt,
)
from kg.facts.model import Node, Property
from kg.facts.passages import passage, refuse_words
from kg.facts.references import SymbolTable
from kg.facts.yaml import Mapping, Scalar, Sequence, Value, items_of
from kg.vocabulary import datatypes, iris
from kg.vocabulary.context import Term, context, named
from kg.vocabulary.iris import KEY_PATTERN
from kg.vocabulary.ontology import ent, name, ontology
from kg.vocabulary.spelling import nearest

# An item by its name alone, or by a page about it; its IRI begins with http, and /entity/.
_WIKIDATA = re.compile(
    r"(?:(?!http://www\.wikidata\.org/entity/)https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/"
    r"(?:Special:EntityData/)?)?(Q[1-9][0-9]*)(?:[.#?].*)?"
)
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""A language tag, as far as its form goes (RFC 5646, section 2.1)."""


class NodeReader:
    """Reads the nodes of one file; ``article`` is the source of passages that name none."""

    def __init__(self, symbols: SymbolTable, faults: list[Fault]) -> None:
        self.symbols = symbols
        self.faults = faults
        self.warnings: list[Fault] = []
        self.article: Scalar | None = None
        self.is_sourceless = False
        self.is_unlocated = False

    def fault(self, mark: Mark, message: str, remedy: str = "", *, code: str) -> None:
        """Note what is wrong at a place."""
        self.faults.append(Fault(mark, message, remedy, code))

    def node(self, mapping: Mapping, key: Scalar, cls: str) -> Node:
        """Read the properties of a node; ``cls`` is empty where it is introduced elsewhere."""
        node = Node(key.text, cls, key.mark)
        own = keywords(cls)
        is_wrong = False
        for word, value in mapping.items.items():
            if word not in own:
                if is_key(word, cls):
                    self.property(word, mapping.key_marks[word], value, node)
                else:
                    is_wrong = True
        if is_wrong:
            self.unknown(mapping, cls)
        meant = misspelt(mapping.items, cls).values() if is_wrong else ()
        for iri in sorted(ontology().required.get(cls, ())):
            word = context().keys[iri]
            if word not in mapping.items and word not in meant:
                self.missing(word, mapping, cls)
        return node

    def missing(self, word: str, mapping: Mapping, cls: str) -> None:
        """Tell of a key that every individual of the class has; of no article, once a file."""
        if word != "source":
            message = f"every {name(cls)} needs “{word}”"
            self.fault(mapping.mark, message, code="property-missing")
        elif not self.is_sourceless:
            self.is_sourceless = True
            message = "no article is named for the passages of the file"
            remedy = "begin the file with “article:”"
            self.fault(mapping.mark, message, remedy, code="property-missing")

    def unknown(self, mapping: Mapping, cls: str) -> None:
        """Tell of keys that stand for no property: misspelt, inferred, or the rest of a text."""
        near = misspelt(mapping.items, cls)
        before = ""
        for word, value in mapping.items.items():
            text = value.text if isinstance(value, Scalar) else "…"
            mark = mapping.key_marks[word]
            if word in near and before and not text:
                self.fault(mark, *cut_at_comma(before, word), code="unquoted-comma")
            elif word in near:
                meant = f"did you mean “{near[word]}”?" if near[word] else ""
                remedy = inferred_from(word) or meant or admitted(cls)
                self.fault(mark, f"unknown key “{word}”", remedy, code="unknown-key")
            before = text

    def property(self, word: str, mark: Mark, value: Value, node: Node) -> None:
        """Read one key of a node with its values, and add it to the node."""
        term = context().terms[word]
        if node.cls:
            self.symbols.admit(node.cls, word, term, mark)
        if term.is_language_map:
            for language, text, place in self.by_language(word, value):
                spoken = Term(term.iri, language=language)
                self.values(word, place, text, node, spoken)
        else:
            self.values(word, mark, value, node, term)

    def by_language(self, word: str, value: Value) -> Iterator[tuple[str, Value, Mark]]:
        """Yield language, texts and place of each entry of a language map: ``{zh: 北京}``."""
        if not isinstance(value, Mapping):
            remedy = f"{word}: {{en: …}}"
            message = f"“{word}” takes texts by language"
            self.fault(value.mark, message, remedy, code="language-missing")
            return
        for tag, texts in value.items.items():
            if LANGUAGE.fullmatch(tag):
                yield tag, texts, value.key_marks[tag]
            else:
                message = f"“{tag}” is no language tag"
                remedy = "such as en, zh or ko-Latn"
                self.fault(value.key_marks[tag], message, remedy, code="language-ill-formed")

    def values(self, word: str, mark: Mark, value: Value, node: Node, term: Term) -> None:
        """Read the values of a key, and add them to the node."""
        if term.coercion == named("edtf:EDTF").value and not isinstance(value, Scalar):
            message = f"“{word}” takes one date, no list"
            self.fault(
                value.mark, message, f"quote a set: {_quoted_set(value)}", code="date-as-list"
            )
            return
        items = items_of(value)
        if not items:
            self.fault(
                mark,
                f"“{word}” has no value",
                "give one, or leave the key out",
                code="value-missing",
            )
        elif len(items) > 1 and term.iri in ontology().functional:
            self.fault(mark, f"“{word}” takes one value", code="too-many-values")
        read = [self.value(word, term, item, node) for item in items]
        node.properties.append(Property(word, term, mark, [v for v in read if v]))

    def value(self, word: str, term: Term, value: Value, node: Node) -> Scalar | Node | None:
        """Read one value as its term says; ``None``, with a fault, if it does not fit."""
        if term.coercion == "@id" and isinstance(value, Mapping):
            return self.part(word, term, value, node)
        if not isinstance(value, Scalar):
            self.fault(value.mark, f"“{word}” takes plain text", code="value-not-text")
        elif not value.text.strip():
            self.fault(
                value.mark,
                f"“{word}” is empty",
                "give a value, or leave the key out",
                code="value-empty",
            )
        elif term.coercion == "@id":
            return value if self.reference(word, term, value, node) else None
        elif term.coercion == "@vocab":
            return self.individual(word, value, ontology().range(node.cls, term.iri))
        elif wrong := datatypes.complaint(value.text, term.coercion):
            self.fault(value.mark, wrong, code="ill-formed-value")
        else:
            if value.comment and term.language:
                message = f"“{value.comment}” is a comment, and no part of “{word}”"
                remedy = "quote the text, or put the comment on a line of its own"
                warning = Fault(value.mark, message, remedy, "text-cut-off", severity="warning")
                self.warnings.append(warning)
            return value
        return None

    def reference(self, word: str, term: Term, key: Scalar, node: Node) -> bool:
        """Tell whether a value refers to something else: by its key, or outwards by an IRI."""
        classes = ontology().range(node.cls, term.iri)
        parts = classes & described_in_place()
        if KEY_PATTERN.fullmatch(key.text) and not parts:
            self.symbols.refer(key, word, classes)
            return True
        if parts:
            remedy = f"describe it in braces: {word}: {{{', '.join(described_by(*parts))}}}"
            self.fault(key.mark, f"“{word}” takes no text", remedy, code="not-described")
        elif item := _WIKIDATA.fullmatch(key.text):
            remedy = f"did you mean “wd:{item[1]}”?"
            self.fault(key.mark, f"“{key.text}” is no item of Wikidata", remedy, code="not-an-item")
        elif classes or ":" not in key.text or not _is_iri(context().expand(key.text)):
            names = [part.strip() for part in key.text.split(",")]
            is_list = len(names) > 1 and all(map(KEY_PATTERN.fullmatch, names))
            remedy = f"write a list: [{', '.join(names)}]" if is_list else ""
            remedy = remedy or f"“{word}” refers to what has a key"
            self.fault(key.mark, f"“{key.text}” is no key", remedy, code="reference-ill-formed")
            self.symbols.misname(key)
        else:
            return True
        return False

    def individual(self, word: str, value: Scalar, classes: frozenset[str]) -> Scalar | None:
        """Check a value that is one of the ontology's own individuals, such as a status."""
        known = individuals(classes)
        if value.text in known:
            return value
        remedy = nearest(value.text, known) or f"one of {', '.join(known)}"
        self.fault(value.mark, f"“{value.text}” is no {word}", remedy, code="unknown-individual")
        return None

    def part(self, word: str, term: Term, mapping: Mapping, node: Node) -> Node | None:
        """Read a node described in place: a passage, a quantity, an omission.

        Example: ``quantity: {minValue: 12000, unitText: soldiers}`` is a quantity with a key of its
        own.
        """
        parts = ontology().range(node.cls, term.iri) & described_in_place()
        if not parts:
            remedy = "introduce the thing, then name it"
            self.fault(mapping.mark, f"“{word}” takes a key", remedy, code="described-in-place")
            return None
        if ent.Passage in parts:
            if "text" in mapping.items:
                if not self.is_unlocated:  # once a file: the remedy is for all of them
                    refuse_words(mapping, self.fault)
                self.is_unlocated = True
                return None
            mapping, key = passage(mapping, self.article, self.fault)
        else:
            key = iris.part(node.key, word, _plain(mapping))
        read = self.node(mapping, Scalar(key, mapping.mark), next(iter(parts)))
        read.properties.sort(key=lambda p: p.name)
        return read


def _quoted_set(value: Mapping | Sequence) -> str:
    """Return the EDTF set that YAML takes for a list: ``[1967, 1968]`` → ``"[1967,1968]"``."""
    texts = [item.text for item in items_of(value) if isinstance(item, Scalar)]
    if isinstance(value, Mapping):
        return '"{' + ",".join(value.items) + '}"'
    return '"[' + ",".join(texts) + ']"'


def _plain(value: Value) -> object:
    """Return a value without its places, the same however its keys are ordered."""
    if isinstance(value, Mapping):
        return sorted((key, _plain(item)) for key, item in value.items.items())
    return value.text if isinstance(value, Scalar) else [_plain(item) for item in value.items]


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True

"""Words of a query that name nothing: misspelt terms and keys, and values that nothing can have.

None of it is an error: the query is legal, and its answer may be what was asked for. But
``?x a ent:Metting`` has no answer, and ``?x rdfs:label "Beijing"`` none either, for labels are in
English: that is worth a word.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.claims.mentions.patterns import (
    Comparison,
    Pattern,
    comparisons,
    expressions,
    last_steps,
    patterns,
)
from kg.claims.mentions.values import Values
from kg.claims.names import Names
from kg.errors import QueryError
from kg.lineage.parser import parse
from kg.lineage.syntax import Parsed, steps
from kg.sparql.tokens import tokens
from kg.vocabulary.context import context
from kg.vocabulary.iris import ID, key
from kg.vocabulary.ontology import name as short_name
from kg.vocabulary.ontology import ontology
from kg.vocabulary.spelling import nearest
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

_A = str(RDF_TYPE)


def complaints(text: str, names: Names) -> list[str]:
    """Return what a query names that nothing has, with the nearest right word, in order.

    Example: of ``{ ?m a ent:Metting }`` it says that there is no such term, and asks whether
    ``ent:Meeting`` is meant.

    Empty for a text that is not understood, as one of RDF 1.2: what cannot be told is not told.
    """
    try:
        reading = _Reading(parse(text, context().prefixes), names)
    except QueryError:
        return []
    return list(dict.fromkeys(reading.complaints()))


class _Reading:
    """A query text with the terms that its words stand for."""

    def __init__(self, parsed: Parsed, names: Names) -> None:
        self.names = names
        self.values = Values(names)
        query = parsed.query
        self.patterns = list(patterns(query))
        self.comparisons = list(comparisons(query))
        texts = [*(item for item in query.items if isinstance(item, str)), query.dataset]
        texts += [e.text for e in expressions(query)]
        texts += [query.group.text, query.values.text if query.values else ""]
        words = dict.fromkeys(
            word for text in texts for kind, word, _ in tokens(text) if kind in ("iri", "name")
        )
        literals = [p.triple.object for p in self.patterns] + [c.value for c in self.comparisons]
        more = (word for word in literals if word[0] not in "?$" and word not in words)
        self.words = list(words)
        self.terms = _terms(parsed.prologue, [*words, *dict.fromkeys(more)])

    def complaints(self) -> Iterator[str]:
        for word in self.words:
            term = self.terms.get(word)
            if isinstance(term, ox.NamedNode):
                yield from self._name(term.value)
        yield from self._places()
        yield from self._values()

    def _name(self, iri: str) -> Iterator[str]:
        """Tell of a term or a key of ours that does not exist."""
        ent = context().prefixes["ent"]
        if iri.startswith(ent):
            if iri not in ontology().declared and not self.names.is_used(ox.NamedNode(iri)):
                yield f"the ontology has no {context().compact(iri)}{_remedy(iri)}"
        elif iri.startswith(ID) and not self.names.is_used(ox.NamedNode(iri)):
            near = nearest(key(ox.NamedNode(iri)), self.names.keys()).replace("“", "“id:")
            yield f"nothing has the key {context().compact(iri)}{near and f'; {near}'}"

    def _places(self) -> Iterator[str]:
        """Tell of classes in the place of properties, and of properties in that of classes."""
        for triple, _ in self.patterns:
            for word in steps(triple.predicate):
                iri = self._iri(word)
                if iri in ontology().superclasses:
                    yield f"{context().compact(iri)} is a class, and no property"
                elif iri and iri not in ontology().declared:
                    yield from self._foreign(iri)
            found = self._iri(triple.object)
            if triple.predicate in ("a", _A) and found in self.values.properties:
                yield f"{context().compact(found)} is a property, and no class"

    def _foreign(self, iri: str) -> Iterator[str]:
        """Tell of a property of another vocabulary that nothing has, if a near one is used."""
        name = context().compact(iri)
        prefix = name.partition(":")[0]
        if iri == name or prefix in ("ent", "id") or self.names.is_used(ox.NamedNode(iri)):
            return
        known = map(context().compact, ontology().declared | self.values.described_by)
        words = [k.partition(":")[2] for k in known if k.startswith(f"{prefix}:")]
        if near := nearest(name.partition(":")[2], words):
            yield f"nothing has a {name}; {near.replace('“', f'“{prefix}:')}"

    def _values(self) -> Iterator[str]:
        """Tell of literals that cannot be values of the properties that they are asked of."""
        for pattern in self.patterns:
            value = self.terms.get(pattern.triple.object)
            if isinstance(value, ox.Literal):
                for prop in self._properties(pattern):
                    yield from self.values.complaints(prop, value)
        for comparison in self.comparisons:
            value = self.terms.get(comparison.value)
            if isinstance(value, ox.Literal):
                for prop in self._compared(comparison):
                    yield from self.values.complaints(prop, value, by_value=comparison.by_value)

    def _compared(self, comparison: Comparison) -> Iterator[str]:
        """Yield the properties whose values a comparison is about."""
        for pattern in self.patterns:
            variable = pattern.triple.object.replace("$", "?")
            if variable == comparison.variable and comparison.concerns(pattern):
                yield from self._properties(pattern)

    def _properties(self, pattern: Pattern) -> Iterator[str]:
        return filter(None, map(self._iri, last_steps(pattern.triple.predicate)))

    def _iri(self, word: str) -> str:
        """Return the IRI that a word stands for; empty for a variable or a literal."""
        term = RDF_TYPE if word in ("a", _A) else self.terms.get(word)
        return term.value if isinstance(term, ox.NamedNode) else ""


def _terms(prologue: str, words: list[str]) -> dict[str, RdfTerm]:
    """Return the terms that words stand for, as the engine itself reads them.

    ``ent:Meeting`` → ``<https://w3id.org/entente/ontology#Meeting>``, if the prologue declares no
    other ``ent:``.
    """
    found: dict[str, RdfTerm] = {}
    empty = ox.Store()
    for word in words:
        text = f"{prologue}\nSELECT ?term {{ VALUES ?term {{ {word} }} }}"
        try:
            solutions = empty.query(text, prefixes=dict(context().prefixes))
            assert isinstance(solutions, ox.QuerySolutions)
            [[term]] = solutions
        except (SyntaxError, ValueError):
            continue
        found[word] = term
    return found


def _remedy(iri: str) -> str:
    """Return “; did you mean …?” for a misspelt term of ours: of its kind, if one is near."""
    ours = sorted(map(short_name, filter(_is_ours, ontology().declared)))
    name = short_name(iri)
    alike = [known for known in ours if known[:1].isupper() == name[:1].isupper()]
    near = nearest(name, alike) or nearest(name, ours)
    return near and f"; {near.replace('“', '“ent:')}"


def _is_ours(iri: str) -> bool:
    return context().compact(iri).startswith("ent:")

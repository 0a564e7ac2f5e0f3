"""Prefixes, keys and terms: the IRI that each short word of the code and of facts stands for.

Prefixes and keys are those of ``ontology/context.jsonld``, terms those that
``ontology/entente.ttl`` declares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.resources import ONTOLOGY


class Term(NamedTuple):
    """What a key of the context stands for.

    ``coercion`` is JSON-LD's ``@type`` ("@id", "@vocab" or a datatype IRI) or empty;
    ``language`` is a language tag or empty; ``is_language_map`` says that the values stand under
    language tags (JSON-LD 1.1, section 4.6.2), as ``{en: Beijing, zh: 北京}``.
    """

    iri: str
    coercion: str = ""
    language: str = ""
    is_language_map: bool = False


class Context:
    """Prefixes and keys: the part of JSON-LD 1.1 contexts that ours uses."""

    def __init__(self, prefixes: Mapping[str, str], terms: Mapping[str, Term]) -> None:
        self.prefixes = prefixes
        self.terms = terms

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """IRI of a property → the key for it, the first where there are several."""
        return {term.iri: key for key, term in reversed(list(self.terms.items()))}

    @cached_property
    def _namespaces(self) -> Mapping[str, str]:
        return {iri: prefix for prefix, iri in self.prefixes.items()}

    def expand(self, name: str) -> str:
        """Return the IRI of a compact IRI such as ``ent:Meeting``; anything else as it is."""
        prefix, _, local = name.partition(":")
        return self.prefixes[prefix] + local if prefix in self.prefixes else name

    def compact(self, iri: str) -> str:
        """Return ``prefix:local`` where a prefix fits, else the IRI as it is."""
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._namespaces.get(iri[:cut])
        return f"{prefix}:{iri[cut:]}" if prefix and cut < len(iri) else iri


def compact(term: Any) -> str:  # noqa: ANN401  any term of RDF
    """Return a term as people write it: an IRI with its prefix, of a literal its text.

    ``<…/entente/ontology#Meeting>`` → ``ent:Meeting``; ``"Beijing"@en`` → ``Beijing``.
    """
    if isinstance(term, ox.NamedNode):
        return context().compact(term.value)
    return term.value if isinstance(term, ox.Literal) else str(term)


@cache
def context() -> Context:
    """Read ``ontology/context.jsonld``."""
    entries = json.loads((ONTOLOGY / "context.jsonld").read_bytes())["@context"]
    simple = {k: v for k, v in entries.items() if k[0] != "@" and isinstance(v, str)}
    prefixes = {k: v for k, v in simple.items() if v[-1] in "#/"}
    keywords = {k: v for k, v in simple.items() if v[0] == "@"}
    bare = Context(prefixes, {})
    terms = {k: Term(bare.expand(v)) for k, v in simple.items() if k not in prefixes | keywords}
    for key, entry in entries.items():
        if isinstance(entry, dict):
            coercion = bare.expand(entry.get("@type", ""))
            by_language = entry.get("@container") == "@language"
            iri, language = bare.expand(entry["@id"]), entry.get("@language", "")
            terms[key] = Term(iri, coercion, language, by_language)
    return Context(prefixes, terms)


@cache
def declared() -> frozenset[str]:
    """Return the IRIs of the terms that the ontology declares, ours and those of others."""
    is_a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = ox.parse(path=ONTOLOGY / "entente.ttl")
    kinds = (quad.subject for quad in quads if quad.predicate == is_a)
    return frozenset(term.value for term in kinds if isinstance(term, ox.NamedNode))


@cache
def named(name: str) -> ox.NamedNode:
    """Return the term with a compact IRI: ``prov:wasQuotedFrom`` → http://www.w3.org/ns/prov#w….

    Raises ``AttributeError`` where there is no such prefix, and where the ontology declares terms
    of that vocabulary but not this one. What RDF and SHACL are made of it need not declare.
    """
    prefix, _, local = name.partition(":")
    iri = context().prefixes.get(prefix, "") + local
    if prefix not in context().prefixes or (prefix in _closed() and iri not in declared()):
        from kg.vocabulary.spelling import nearest

        words = sorted(map(context().compact, declared()), key=str.swapcase)
        raise AttributeError(
            f"the ontology declares no {name}; {nearest(name, words)}".rstrip("; ")
        )
    return ox.NamedNode(iri)


@cache
def _closed() -> frozenset[str]:
    """Return the prefixes of the vocabularies of which the ontology declares what it uses."""
    prefixes = (context().compact(term).partition(":")[0] for term in declared())
    return frozenset(prefixes) - {"dcterms", "xsd"}

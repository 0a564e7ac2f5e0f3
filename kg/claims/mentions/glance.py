"""A glance at a query text: whether it is worth reading closely for words that name nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.sparql import catalogue
from kg.vocabulary.context import context

if TYPE_CHECKING:
    from kg.claims.names import Names

_NAME = re.compile(r"(?<![\w:?$])([A-Za-z]\w*):([A-Za-z0-9_-]*)")
_UNPLAIN = re.compile(r"[\"'<\\%]|\bPREFIX\b|\bBASE\b", re.IGNORECASE)


def complaints(query: catalogue.Query, bound: str, names: Names) -> list[str]:
    """Return what a query names that nothing has, each with the nearest right word.

    ``bound`` is its text with parameters bound. Named queries of the catalogue name nothing of
    the kind.
    """
    if query.name in catalogue.names() or is_plain(bound, names):
        return []
    from kg.claims.mentions import misnamed

    return misnamed.complaints(bound, names)


def is_plain(text: str, names: Names) -> bool:
    """Tell at a glance that ``complaints`` would find none; reading closely takes longer.

    ``SELECT ?x { ?x a ent:Meeting ; rdfs:label ?l }`` is plain: it has no literal, no IRI in
    brackets and no prefix of its own, and its names are used, classes only after ``a``.
    """
    if _UNPLAIN.search(text):
        return False
    for found in _NAME.finditer(text):
        prefix, local = found.groups()
        iri = context().prefixes.get(prefix, "") + local
        if prefix not in context().prefixes or not names.is_used(ox.NamedNode(iri)):
            return False
        after_a = text[: found.start()].split()[-1:] == ["a"]
        if prefix == "ent" and local[:1].isupper() != after_a:
            return False
    return True

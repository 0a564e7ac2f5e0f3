"""The IRIs of ours: each is made here, and read back here.

What facts give a key is an *individual*; what has no key is called after what has one::

    individual, claim   id:xk-talks                     a claim's named graph has the same IRI
    passage             id:ft-talks.120-180             the article, and the span in it
    part                id:shells.quantity-0f3a5c7e9b1d  the whole, the property, its content
    inference           id:xk-talks.inferred            what follows from one claim,
                        id:0f3a5c7e9b1d2e4f.inferred    from several together,
                        id:reference.inferred           or from reference data alone

Keys have no full stop and no colon, so that none of these is taken for another.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import TypeGuard

import pyoxigraph as ox

from kg.vocabulary.context import context
from kg.vocabulary.terms import RdfTerm

ONTOLOGY_IRI = "https://w3id.org/entente/ontology"
ID = "https://w3id.org/entente/id/"
KEY_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
REFERENCE = ox.NamedNode(f"{ID}reference")
"""The named graph of reference data: entities, and what events are called."""
_INFERRED = ".inferred"


@lru_cache(4096)
def individual(name: str) -> ox.NamedNode:
    """Return the IRI that a key, a compact IRI or an IRI stands for. Raises ``ValueError``.

    ``xi-jinping`` → ``https://w3id.org/entente/id/xi-jinping``;
    ``wd:Q15031`` → ``http://www.wikidata.org/entity/Q15031``.
    """
    return ox.NamedNode(context().expand(name) if ":" in name else ID + name)


def is_individual(term: RdfTerm) -> TypeGuard[ox.NamedNode]:
    """Tell whether a term is an individual of ours, a part or an inference among them."""
    return isinstance(term, ox.NamedNode) and term.value.startswith(ID)


def of_path(path: str) -> str:
    """Return the IRI at a path below ours, unchecked: ``xi-jinping`` → ``…/id/xi-jinping``."""
    return ID + path


def key(iri: ox.NamedNode) -> str:
    """Return the key of an individual of ours; another IRI as it is.

    ``https://w3id.org/entente/id/xi-jinping`` → ``xi-jinping``.
    """
    return iri.value.removeprefix(ID)


def passage(article: str, start: str, end: str) -> str:
    """Return the key of the passage of an article: ``ft-talks``, 120, 180 → ``ft-talks.120-180``.

    All who quote the same span of an article quote the same passage.
    """
    return f"{article}.{start}-{end}"


def part(whole: str, prop: str, content: object) -> str:
    """Return the key of what is described in place, the same for the same content.

    ``shells``, ``quantity``, … → ``shells.quantity-0f3a5c7e9b1d``.
    """
    from hashlib import sha256

    return f"{whole}.{prop}-{sha256(repr(content).encode()).hexdigest()[:12]}"


def inference(support: Collection[ox.NamedNode]) -> ox.NamedNode:
    """Return the IRI of the graph of what follows from claims; from none: from reference data.

    ``id:xk-talks`` → ``id:xk-talks.inferred``.
    """
    if len(support) > 1:
        from hashlib import sha256

        claims = "\n".join(sorted(claim.value for claim in support))
        return ox.NamedNode(f"{ID}{sha256(claims.encode()).hexdigest()[:16]}{_INFERRED}")
    [basis] = support or [REFERENCE]
    return ox.NamedNode(basis.value + _INFERRED)


def is_inference(graph: RdfTerm) -> bool:
    """Tell whether a named graph holds what was inferred."""
    return isinstance(graph, ox.NamedNode) and graph.value.endswith(_INFERRED)


def basis(graph: ox.NamedNode) -> frozenset[ox.NamedNode]:
    """Return the claim that a graph is of, or is inferred from; none where reference data is.

    ``id:xk-talks`` and ``id:xk-talks.inferred`` → ``id:xk-talks``. Which claims an inference from
    several rests on, its IRI does not tell.
    """
    name = graph.value.removesuffix(_INFERRED)
    return frozenset() if name == REFERENCE.value else frozenset({ox.NamedNode(name)})

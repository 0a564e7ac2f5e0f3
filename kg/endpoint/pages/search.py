"""The page of what is called so: results as ``kg find`` ranks them, by kind, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.claims.search import Found
from kg.claims.sources import Sources
from kg.dataset import Dataset
from kg.endpoint.pages.environment import page
from kg.endpoint.pages.paging import Paging
from kg.endpoint.pages.site import Site, href
from kg.vocabulary.spelling import Match


class Hit(NamedTuple):
    """A result as the page shows it; ``claims`` is how many tell of it, whatever is believed."""

    found: Found
    href: str
    claims: int

    @property
    def is_near(self) -> bool:
        """Whether it is only called nearly so."""
        return self.found.match is Match.NEAR


def search(dataset: Dataset, words: str, kind: str, site: Site) -> str:
    """Return the page of what the words find; ``kind`` keeps one class. Raises ``QueryError``."""
    if not words.strip():
        return page("search", site, words="", kind="", kinds=[], hits=[], paging=None)
    found = dataset.find(words)
    kinds = sorted(Counter(each.kind for each in found).items(), key=lambda item: -item[1])
    shown = dataset.find(words, kind) if kind else found
    paging = Paging.of(len(shown), site)
    hits = list(listed(dataset, paging.cut(shown)))
    return page("search", site, words=words, kind=kind, kinds=kinds, hits=hits, paging=paging)


def listed(dataset: Dataset, found: Iterable[Found]) -> Iterable[Hit]:
    """Yield results with what a page shows beside them."""
    found = list(found)
    claims = _claims(dataset, [each.iri for each in found])
    return (Hit(each, href(each.iri.value), claims.get(each.iri, 0)) for each in found)


def _claims(dataset: Dataset, things: Iterable[ox.NamedNode]) -> Mapping[ox.NamedNode, int]:
    """Return how many claims tell of each thing, which is looked up: a join would scan them all."""
    sources = Sources(dataset.store)
    return {thing: sum(1 for _ in sources.telling(thing)) for thing in things}

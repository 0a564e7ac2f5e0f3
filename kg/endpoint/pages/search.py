"""The page of what is called so: results as ``kg find`` ranks them, by kind, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from kg.claims.search import Found
from kg.dataset import Dataset
from kg.endpoint.pages.environment import QUERIES, page
from kg.endpoint.pages.paging import Paging
from kg.endpoint.pages.site import Site, href
from kg.sparql import catalogue
from kg.sparql.engine import evaluate
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
    """Return how many claims tell of each thing."""
    query = catalogue.named("claims-on-things", QUERIES)
    text = query.bound({"thing": " ".join(map(str, things))})
    solutions = evaluate(text, dataset.store, query.name)
    assert isinstance(solutions, ox.QuerySolutions)
    return {row["thing"]: int(row["claims"].value) for row in solutions}

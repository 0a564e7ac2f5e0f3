"""What search engines are told: which pages there are (sitemaps.org, protocol 0.9)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from urllib.parse import quote

from kg.dataset import Dataset
from kg.endpoint.pages.environment import document
from kg.endpoint.pages.members import class_counts
from kg.errors import RequestError
from kg.sparql import catalogue
from kg.vocabulary.ontology import name

MOST = 50_000
"""So many addresses may a sitemap have; more are in several, with an index."""


def sitemap(dataset: Dataset, base: str, number: int = 0, most: int = MOST) -> str:
    """Return the sitemap, or the index of its parts; with a ``number``, that part.

    Raises ``RequestError`` (404) where there is no such part.
    """
    paths = [*_lists(dataset), *_things(dataset)]
    count = -(-len(paths) // most)
    if number > count:
        raise RequestError(404, f"there is no page {number}; the last one is {count}")
    if not number and count > 1:
        parts = [f"{base}/sitemap.xml?page={part}" for part in range(1, count + 1)]
        return document("sitemap.xml", parts=parts, urls=[])
    first = max(0, number - 1) * most
    urls = [base + path for path in paths[first : first + most]]
    return document("sitemap.xml", parts=[], urls=urls)


def _lists(dataset: Dataset) -> Sequence[str]:
    """Return the paths of pages that are no thing's."""
    classes = (f"/browse/{name(cls)}" for cls in sorted(class_counts(dataset)))
    questions = (f"/questions/{each}?cite=true" for each in catalogue.names())
    return list(chain(("/", "/browse", "/ontology"), classes, questions))


def _things(dataset: Dataset) -> Sequence[str]:
    """Return the paths of what has a name: entities, events, articles; and of claims."""
    return [f"/id/{quote(key)}" for key in sorted(set(dataset.names.keys())) if ":" not in key]

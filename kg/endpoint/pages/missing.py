"""What was meant by an address that leads nowhere: names like its last part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from kg.dataset import Dataset
from kg.endpoint.pages.errors import Suggestion
from kg.endpoint.pages.site import href
from kg.sparql import catalogue
from kg.vocabulary.ontology import name, ontology
from kg.vocabulary.spelling import ranked

_MOST = 8
_LONGEST = 100


def suggestions(dataset: Dataset, path: str) -> list[Suggestion]:
    """Return what a path may have been meant to lead to, the best first.

    Example: ``/id/kim-jung-un`` is near to ``/id/kim-jong-un``, ``/browse/Metting`` to the
    meetings.
    """
    *_, last = path.rstrip("/").split("/")
    if not last or len(last) > _LONGEST:
        return []
    return list(islice(_near(dataset, path, last), _MOST))


def _near(dataset: Dataset, path: str, last: str) -> Iterator[Suggestion]:
    if path.startswith("/questions/"):
        for each in ranked(last, catalogue.names()):
            yield Suggestion(catalogue.named(each).summary, "question", f"/questions/{each}")
    if path.startswith("/browse/"):
        for each in ranked(last, map(name, ontology().superclasses)):
            yield Suggestion(each, "class", f"/browse/{each}")
    words = re.sub(r"[-_+.\s]+", " ", last).strip()
    for found in dataset.find(words):
        yield Suggestion(found.label, found.kind, href(found.iri.value))

"""Faults of structure as violations, and what all layers' violations have in common.

``shacl/violations`` and ``owl/violations`` make those of shapes and reasoner. A place that has a
fault of structure has no other (``distinct``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter

from kg.errors import Fault
from kg.facts.reader import Item
from kg.validation.report import Violation
from kg.vocabulary.context import compact
from kg.vocabulary.iris import is_individual, key
from kg.vocabulary.terms import RdfTerm


def of_faults(faults: Iterable[Fault], items: Iterable[Item]) -> Iterator[Violation]:
    """Yield faults of structure as violations, each of the claim whose item it stands in."""
    begun = sorted(items, key=itemgetter(0))
    for fault in faults:
        before = bisect_right(begun, fault.mark, key=itemgetter(0))
        mark, claim = begun[before - 1] if before else (fault.mark, None)
        yield Violation(
            fault.mark,
            fault.message,
            fault.severity,
            "structure",
            fault.code,
            focus=fault.focus,
            claim=claim or "" if mark.path == fault.mark.path else "",
            remedy=fault.remedy,
        )


def distinct(faults: list[Violation], results: Iterable[Violation]) -> list[Violation]:
    """Return all faults, and of the results one for each place and message where is no fault."""
    faulty = {fault.mark for fault in faults if fault.mark.line}
    seen = set()
    found = list(faults)
    for result in results:
        node = () if result.mark.line else (result.focus, result.path, result.value)
        told = (result.mark, result.message, *node)
        if result.mark not in faulty and told not in seen:
            seen.add(told)
            found.append(result)
    return found


def name(term: RdfTerm) -> str:
    """Return what people call a term: its key, compact IRI or text."""
    return key(term) if is_individual(term) else compact(term)

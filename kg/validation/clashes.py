"""What the reasoner finds, as violations: told only where the shapes do not tell it.

A reasoner sees many faults that shapes see as well. Where a fact of a clash has a violation
already, the clash is not told again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.entailment.axioms import closure
from kg.errors import Mark
from kg.validation.locations import Places, Told
from kg.validation.report import SEVERITIES, Related, Violation
from kg.validation.violations import name
from kg.vocabulary.iris import REFERENCE
from kg.vocabulary.terms import RdfTerm, terms

if TYPE_CHECKING:
    from kg.validation.owl.consistency import Clash

_KNOWN = (ox.DefaultGraph(), REFERENCE)


def told_of(clashes: Iterable[Clash]) -> set[RdfTerm]:
    """Return the nodes whose places the clashes need."""
    return {quad.subject for clash in clashes for quad in clash.quads}


def of_clashes(
    clashes: Iterable[Clash], places: Places, known: Sequence[Violation], ontology: Path
) -> Iterator[Violation]:
    """Yield the clashes as violations, but for those whose facts have a violation already.

    Where no facts clash, the place is the file of the ``ontology``.
    """
    violations = [violation for violation in known if violation.severity == SEVERITIES[0]]
    marks = {violation.mark for violation in violations if violation.mark.line}
    told = {(v.focus, prop) for v in violations for prop in re.findall("<(.*?)>", v.path)}
    for clash in clashes:
        at = [(quad, place) for quad in clash.quads if (place := _place(quad, places))]
        if any(place.mark in marks for _, place in at):
            continue
        if any(not told.isdisjoint(_entailed(quad)) for quad in clash.quads):
            continue
        # A claim is easier mended than reference data, which others rely on.
        at.sort(key=lambda pair: (pair[0].graph_name in _KNOWN, pair[1].mark))
        yield _violation(clash, at, Mark(str(ontology), 0, 0))


def _entailed(quad: ox.Quad) -> set[tuple[str, str]]:
    """Return the subject of a quad with its property, and what else this entails."""
    (s, p, o) = terms(quad)
    return {(getattr(s, "value", ""), q.value) for s, q, _ in [(s, p, o), *closure([(s, p, o)])]}


def _violation(clash: Clash, at: Sequence[tuple[ox.Quad, Told]], ontology: Mark) -> Violation:
    quad, first = at[0] if at else (None, None)
    related = {
        Related(place.mark, " ".join(map(name, (q.subject, q.predicate, q.object))))
        for q, place in at
        if first and place.mark != first.mark
    }
    return Violation(
        first.mark if first else ontology,
        clash.message,
        "violation",
        "consistency",
        "inconsistent" if quad else "unsatisfiable",
        clash.rule,
        getattr(quad.subject, "value", "") if quad else "",
        name(first.claim) if first and first.claim else "",
        related=tuple(sorted(related)),
    )


def _place(quad: ox.Quad, places: Places) -> Told | None:
    s, p, o, graph = quad
    voice = None if graph in _KNOWN else graph
    patterns = [(s, p, o), (o, None, s), (s, None, o), (s, p, None), (s, None, None)]
    return places.of(patterns, voice)

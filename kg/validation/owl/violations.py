"""What the reasoner finds, as violations; what the shapes have found already is not repeated.

A reasoner finds many faults that shapes find as well. If one of the facts of an inconsistency has
a violation, the inconsistency is left out: a sanction on a painting, ``ent:target id:painting``,
violates the shape of ``ent:target``, and need not also be “nothing is both a concept and an agent”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.entailment.axioms import closure
from kg.errors import Mark
from kg.validation.locations import Location, Locations
from kg.validation.report import SEVERITIES, Related, Violation
from kg.validation.violations import name
from kg.vocabulary.iris import REFERENCE
from kg.vocabulary.terms import RdfTerm, terms

if TYPE_CHECKING:
    from kg.validation.owl.consistency import Inconsistency

_GENERAL = {
    "inconsistent": "What is believed, and what any other claim tells, fits the ontology's axioms.",
    "unsatisfiable": "Every class of the ontology can have members, every property values.",
}
_KNOWN = (ox.DefaultGraph(), REFERENCE)


def subjects_of(inconsistencies: Iterable[Inconsistency]) -> set[RdfTerm]:
    """Return the nodes whose locations the inconsistencies need."""
    return {quad.subject for inconsistency in inconsistencies for quad in inconsistency.quads}


def of_inconsistencies(
    inconsistencies: Iterable[Inconsistency],
    locations: Locations,
    known: Sequence[Violation],
    ontology: Path,
) -> Iterator[Violation]:
    """Yield the inconsistencies as violations, but for those whose facts have a violation already.

    Where no facts inconsistency, the location is the file of the ``ontology``.
    """
    violations = [violation for violation in known if violation.severity == SEVERITIES[0]]
    marks = {violation.mark for violation in violations if violation.mark.line}
    told = {(v.focus, prop) for v in violations for prop in re.findall("<(.*?)>", v.path)}
    for inconsistency in inconsistencies:
        at = [
            (quad, location)
            for quad in inconsistency.quads
            if (location := _location(quad, locations))
        ]
        if any(location.mark in marks for _, location in at):
            continue
        if any(not told.isdisjoint(_entailed(quad)) for quad in inconsistency.quads):
            continue
        # A claim is easier mended than reference data, which others rely on.
        at.sort(key=lambda pair: (pair[0].graph_name in _KNOWN, pair[1].mark))
        yield _violation(inconsistency, at, Mark(str(ontology), 0, 0))


def _entailed(quad: ox.Quad) -> set[tuple[str, str]]:
    """Return the subject of a quad with its property, and what else this entails."""
    (s, p, o) = terms(quad)
    return {(getattr(s, "value", ""), q.value) for s, q, _ in [(s, p, o), *closure([(s, p, o)])]}


def _violation(
    inconsistency: Inconsistency, at: Sequence[tuple[ox.Quad, Location]], ontology: Mark
) -> Violation:
    quad, first = at[0] if at else (None, None)
    related = {
        Related(location.mark, " ".join(map(name, (q.subject, q.predicate, q.object))))
        for q, location in at
        if first and location.mark != first.mark
    }
    return Violation(
        first.mark if first else ontology,
        inconsistency.message,
        "violation",
        "consistency",
        "inconsistent" if quad else "unsatisfiable",
        inconsistency.rule,
        getattr(quad.subject, "value", "") if quad else "",
        name(first.claim) if first and first.claim else "",
        related=tuple(sorted(related)),
        general=_GENERAL["inconsistent" if quad else "unsatisfiable"],
    )


def _location(quad: ox.Quad, locations: Locations) -> Location | None:
    s, p, o, graph = quad
    world = None if graph in _KNOWN else graph
    patterns = [(s, p, o), (o, None, s), (s, None, o), (s, p, None), (s, None, None)]
    return locations.of(patterns, world)

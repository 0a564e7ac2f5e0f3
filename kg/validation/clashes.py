"""What the reasoner finds, as violations: asked while the shapes run, told only if they do not.

A reasoner sees many faults that shapes see as well. Where a fact of a clash has a violation
already, the clash is not told again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import Mark
from kg.mapper import Graph
from kg.resources import ONTOLOGY
from kg.validation.findings import name
from kg.validation.places import Places, Told
from kg.validation.report import Related, Violation
from kg.vocabulary import REFERENCE, RdfTerm

if TYPE_CHECKING:
    from kg.validation.consistency import Clash
    from kg.validation.reasoner import Reasoner

_KNOWN = (ox.DefaultGraph(), REFERENCE)


class Contradictions:
    """The consistency of graphs that are kept for it, if there is a reasoner to ask."""

    def __init__(self, reasoner: Reasoner | None) -> None:
        self._reasoner = reasoner
        self._graphs: list[Graph] = []
        self.notes: list[str] = [] if reasoner else ["consistency was not checked: --no-reasoner"]

    def kept(self, graphs: Iterable[Graph]) -> Iterator[Graph]:
        """Pass graphs on, and keep them for the reasoner."""
        for graph in graphs:
            if self._reasoner:
                self._graphs.append(graph)
            yield graph

    def clashes(self) -> list[Clash]:
        """Return what cannot all hold. Raises ``ReasonerError``."""
        if not self._reasoner:
            return []
        from kg.validation import consistency

        unseen = consistency.unseen(self._graphs)
        if unseen:
            kinds = ", ".join(
                f"{count} of {name(ox.NamedNode(iri))}" for iri, count in sorted(unseen.items())
            )
            self.notes.append(f"the reasoner was not given literals that it does not know: {kinds}")
        return consistency.check(self._graphs, self._reasoner)


@contextmanager
def contradictions(*, wanted: bool) -> Iterator[Contradictions]:
    """Start a reasoner, if one is wanted, and end it. Raises ``ReasonerError``."""
    with ExitStack() as stack:
        reasoner = None
        if wanted:
            from kg.validation.reasoner import Reasoner

            reasoner = stack.enter_context(Reasoner())
        yield Contradictions(reasoner)


def told_of(clashes: Iterable[Clash]) -> set[RdfTerm]:
    """Return the nodes whose places the clashes need."""
    return {quad.subject for clash in clashes for quad in clash.quads}


def of_clashes(
    clashes: Iterable[Clash], places: Places, known: Sequence[Violation]
) -> Iterator[Violation]:
    """Yield the clashes as violations, but for those whose facts have a violation already."""
    marks = {violation.mark for violation in known if violation.mark.line}
    told = {(v.focus, prop) for v in known for prop in v.path.strip("<>").split(">/<")}
    for clash in clashes:
        at = [(quad, place) for quad in clash.quads if (place := _place(quad, places))]
        if any(place.mark in marks for _, place in at):
            continue
        if any((getattr(q.subject, "value", ""), q.predicate.value) in told for q in clash.quads):
            continue
        # A claim is easier mended than reference data, which others rely on.
        at.sort(key=lambda pair: (pair[0].graph_name in _KNOWN, pair[1].mark))
        yield _violation(clash, at)


def _violation(clash: Clash, at: Sequence[tuple[ox.Quad, Told]]) -> Violation:
    quad, first = at[0] if at else (None, None)
    related = {
        Related(place.mark, " ".join(map(name, (q.subject, q.predicate, q.object))))
        for q, place in at
        if first and place.mark != first.mark
    }
    return Violation(
        first.mark if first else Mark(str(ONTOLOGY / "entente.ttl"), 0, 0),
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

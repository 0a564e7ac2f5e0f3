"""What the reasoner finds, as violations: asked while the shapes run, told only if they do not.

A reasoner sees many faults that shapes see as well. Where a fact of a clash has a violation
already, the clash is not told again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.axioms import closure
from kg.errors import Mark
from kg.mapper import Graph
from kg.validation.findings import name
from kg.validation.places import Places, Told
from kg.validation.report import SEVERITIES, Related, Violation
from kg.vocabulary import REFERENCE, RdfTerm, terms

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from kg.validation.consistency import Clash
    from kg.validation.reasoner import Reasoner

_KNOWN = (ox.DefaultGraph(), REFERENCE)


class Contradictions:
    """The consistency of graphs that are kept for it, if there is a reasoner to ask."""

    def __init__(self, reasoner: Reasoner | None, thread: Executor | None) -> None:
        self._reasoner = reasoner
        self._thread = thread
        self._graphs: list[Graph] = []
        self._answer: Future[list[Clash]] | None = None
        self.notes: list[str] = [] if reasoner else ["consistency was not checked: --no-reasoner"]

    def kept(self, graphs: Iterable[Graph]) -> Iterator[Graph]:
        """Pass graphs on, and keep them for the reasoner."""
        for graph in graphs:
            if self._reasoner:
                self._graphs.append(graph)
            yield graph

    def ask(self, ontology: Sequence[ox.Triple], file: Path) -> None:
        """Ask whether the graphs are consistent with a file's ontology, ours if that is empty."""
        if ontology and self._thread:
            self.notes.append(f"consistency is that with the ontology in {file}")
        if self._thread:
            self._answer = self._thread.submit(self._check, ontology)

    def clashes(self) -> list[Clash]:
        """Return what cannot all hold. Raises ``ReasonerError``."""
        return self._answer.result() if self._answer else []

    def _check(self, ontology: Sequence[ox.Triple]) -> list[Clash]:
        from kg.validation import consistency

        unseen = consistency.unseen(self._graphs)
        if unseen:
            kinds = ", ".join(
                f"{count} of {name(ox.NamedNode(iri))}" for iri, count in sorted(unseen.items())
            )
            self.notes.append(f"the reasoner was not given literals that it does not know: {kinds}")
        clashes = consistency.check(self._graphs, self._reasoner, ontology or None)
        if len(clashes) == consistency.MAX_CLASHES:
            self.notes.append(f"{len(clashes)} inconsistencies are told; there may be more")
        return clashes


@contextmanager
def contradictions(*, wanted: bool) -> Iterator[Contradictions]:
    """Start a reasoner, if one is wanted, and end it. Raises ``ReasonerError``."""
    if not wanted:
        yield Contradictions(None, None)
        return
    from concurrent.futures import ThreadPoolExecutor

    from kg.validation.reasoner import Reasoner

    # The reasoner is ended first: whoever waits for its answer then waits no longer.
    with ThreadPoolExecutor(1) as thread, Reasoner() as reasoner:
        yield Contradictions(reasoner, thread)


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

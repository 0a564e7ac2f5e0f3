"""The reasoner beside the shapes: started before facts are read, asked while shapes are held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.mapper import Graph
from kg.vocabulary.context import context

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from kg.validation.owl.consistency import Inconsistency
    from kg.validation.owl.reasoner import Reasoner


class ConsistencyCheck:
    """The consistency of graphs that are kept for it, if there is a reasoner to ask."""

    def __init__(self, reasoner: Reasoner | None, thread: Executor | None) -> None:
        self._reasoner = reasoner
        self._thread = thread
        self._graphs: list[Graph] = []
        self._answer: Future[list[Inconsistency]] | None = None
        self.notes: list[str] = [] if reasoner else ["consistency was not checked: --no-reasoner"]

    def kept(self, graphs: Iterable[Graph]) -> Iterator[Graph]:
        """Pass graphs on, and keep them for the reasoner."""
        for graph in graphs:
            if self._reasoner:
                self._graphs.append(graph)
            yield graph

    def ask(self, ontology: Sequence[ox.Triple], file: Path) -> None:
        """Ask whether the graphs are consistent with a file's ontology, ours if that is empty."""
        if not self._thread:
            return
        if ontology:
            self.notes.append(f"consistency is that with the ontology in {file}")
        self._answer = self._thread.submit(self._check, ontology)

    def inconsistencies(self) -> list[Inconsistency]:
        """Return what cannot all hold. Raises ``ReasonerError``."""
        return self._answer.result() if self._answer else []

    def _check(self, ontology: Sequence[ox.Triple]) -> list[Inconsistency]:
        from kg.validation.owl import consistency

        unseen = consistency.unseen(self._graphs)
        if unseen:
            kinds = ", ".join(
                f"{count} of {context().compact(iri)}" for iri, count in sorted(unseen.items())
            )
            self.notes.append(f"the reasoner was not given literals that it does not know: {kinds}")
        inconsistencies = consistency.check(self._graphs, self._reasoner, ontology or None)
        if len(inconsistencies) == consistency.MAX_INCONSISTENCIES:
            self.notes.append(f"{len(inconsistencies)} inconsistencies are told; there may be more")
        return inconsistencies


@contextmanager
def consistency_check(*, wanted: bool) -> Iterator[ConsistencyCheck]:
    """Start a reasoner, if one is wanted, and end it. Raises ``ReasonerError``."""
    if not wanted:
        yield ConsistencyCheck(None, None)
        return
    from concurrent.futures import ThreadPoolExecutor

    from kg.validation.owl.reasoner import Reasoner

    # The reasoner is ended first: whoever waits for its answer then waits no longer.
    with ThreadPoolExecutor(1) as thread, Reasoner() as reasoner:
        yield ConsistencyCheck(reasoner, thread)

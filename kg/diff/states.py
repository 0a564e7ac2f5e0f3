"""A state of the facts: a store, a dump with named graphs, or facts files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg import store
from kg.claims.sources import Claim, Sources, subjects
from kg.errors import StoreError
from kg.facts.files import is_regular, listing
from kg.manifest import moment
from kg.opener import dumped
from kg.sparql import catalogue
from kg.sparql.documents import recognised
from kg.sparql.engine import evaluate
from kg.sparql.presentation.terms import shown
from kg.vocabulary.iris import individual, key
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RDF_TYPE


class State:
    """The claims and the answers of one state."""

    def __init__(self, data: ox.Store) -> None:
        self.data = data

    @cached_property
    def claims(self) -> dict[str, frozenset[str]]:
        """The content of each claim by its key, as lines."""
        return {key(claim): frozenset(self._lines(claim)) for claim in self._of(ent.Claim)}

    @cached_property
    def retracted(self) -> dict[str, str]:
        """Why each claim that was taken back was, by its key."""
        reason = ox.NamedNode(ent.retraction)
        found = {}
        for claim in self._of(ent.RetractedClaim):
            for quad in self.data.quads_for_pattern(claim, reason, None, ox.DefaultGraph()):
                found[key(claim)] = shown(quad.object)
        return found

    def claim(self, name: str) -> Claim:
        """Return a claim with its sources, by its key."""
        return self._sources.claim(individual(name))

    @cached_property
    def _sources(self) -> Sources:
        return Sources(self.data)

    def digest(self, name: str) -> str:
        """Return the digest of a claim's content."""
        return sha256("\n".join(sorted(self.claims[name])).encode()).hexdigest()

    def answer(self, query: catalogue.Query) -> Counter[str]:
        """Return the solutions or triples of a query as texts, with how often each occurs."""
        raw = evaluate(query.text, self.data, query.name)
        if isinstance(raw, ox.QueryBoolean):
            return Counter([str(bool(raw)).lower()])
        return Counter(" · ".join(map(shown, row)) for row in raw)

    def _of(self, kind: str) -> Iterator[ox.NamedNode]:
        return subjects(self.data, RDF_TYPE, ox.NamedNode(kind))

    def _lines(self, claim: ox.NamedNode) -> Iterator[str]:
        """Yield what a claim tells, and its description with the passages it quotes."""
        for quad in self.data.quads_for_pattern(None, None, None, claim):
            yield f"tells {' '.join(map(shown, quad.triple))}"
        for triple in self._sources.description(claim, articles=False):
            yield " ".join(map(shown, triple))


def is_facts(path: Path) -> bool:
    """Tell whether a state is facts: no store, and no dump."""
    return not store.exists(path) and not (path.is_file() and recognised(path))


def state(paths: Sequence[Path], work: Path, *, with_ours: bool = False) -> State:
    """Read a state: a store's folder, a dump, or facts; ``work`` is a folder to build in.

    ``with_ours`` puts the reference data that comes with kg beneath facts. Raises ``StoreError``
    where it is none of these, or several of which one is not facts; ``FactsError`` for faults.
    """
    for path in paths:
        if not path.exists():
            raise StoreError(f"there is nothing at {path}")
    others = [path for path in paths if not is_facts(path)]
    if others and len(paths) > 1:
        raise StoreError(f"{others[0]} is a state by itself: only facts are put together")
    if not others:
        from kg.builder import build

        build(paths, work, with_ours=with_ours)
        return State(store.open_current(work).store)
    [path] = others
    return State(store.open_current(path).store if store.exists(path) else _loaded(path))


def _loaded(path: Path) -> ox.Store:
    """Read a dump. Raises ``StoreError``, also for one without claims: all would seem removed."""
    loaded = store.in_memory(dumped(path))
    if not any(loaded.named_graphs()):
        raise StoreError(f"{path} has no named graphs: its claims are not known")
    return loaded


def changed_at(paths: Sequence[Path]) -> datetime:
    """Return when a state came to be: a store was built, files were last changed; a pipe: now."""
    if store.exists(paths[0]):
        return moment(store.manifest(paths[0]).built)
    files = listing(paths).files
    if not files or not all(map(is_regular, files)):
        return datetime.now(UTC)
    return datetime.fromtimestamp(max(file.stat().st_mtime for file in files), UTC)

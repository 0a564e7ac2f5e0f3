"""From facts files to a store: read, map, infer, load, and put in force all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg import __version__, mapper, store
from kg import manifest as stamps
from kg.entailment.materialization import graph_closure, materialize
from kg.errors import EntenteError, FactsError, Fault
from kg.facts import reader as facts
from kg.resources import ONTOLOGY, SEEDS
from kg.vocabulary.iris import ONTOLOGY_IRI
from kg.vocabulary.ontology import ontology_triples
from kg.vocabulary.terms import terms

BATCH = 50_000
"""So many quads are loaded at once: more take more memory and hardly less time."""

# Called with the number of claims mapped so far.
Progress = Callable[[int], None]


class Built(NamedTuple):
    """What a build did: whether it was needed, and how much the store holds."""

    path: Path
    rebuilt: bool
    claims: int
    quads: int


def build(
    paths: Sequence[Path | str] = (),
    path: Path | str | None = None,
    *,
    force: bool = False,
    progress: Progress = lambda claims: None,
) -> Built:
    """Build a store from facts files and folders; ours where none are given.

    Nothing is done where the store has been built from the same input by the same version,
    unless ``force``. Raises ``FactsError`` with every fault of every file, ``StoreError`` where
    the store cannot be written; either way the store stays as it was.
    """
    path = Path(path) if path else store.default_path()
    sources = [Path(each) for each in paths] or [SEEDS]
    inputs = facts.files(sources)
    if not inputs:
        raise EntenteError(f"no facts (.yaml) in {', '.join(map(str, sources))}")
    with store.building(path):
        notes: dict[str, Any] = {"digest": digest(inputs), "ours": not paths}
        before = store.manifest(path)
        if before.get("digest") == notes["digest"] and not force and store.is_sound(path):
            return Built(path, False, before["claims"], before["quads"])
        faults: list[Fault] = []
        notes["facts"] = [str(p.absolute()) for p in inputs]
        notes["stamps"] = stamps.stamps([*sources, *_with_ontology(inputs)])
        with store.new_generation(path, notes["digest"][:16], notes) as target:
            notes["claims"] = fill(target, inputs, faults, progress)
            if faults:
                raise FactsError(faults)
            notes["quads"] = len(target)
    return Built(path, True, notes["claims"], notes["quads"])


def _with_ontology(inputs: Iterable[Path]) -> list[Path]:
    return [*inputs, *sorted(p for p in ONTOLOGY.iterdir() if p.is_file())]


def digest(inputs: Iterable[Path]) -> str:
    """Digest all that a store is made from: facts, ontology and the versions of the code."""
    whole = sha256(f"{__version__} {ox.__version__}".encode())
    for path in _with_ontology(inputs):
        try:
            whole.update(sha256(path.read_bytes()).digest())
        except OSError:  # reading the facts says so, with its place
            whole.update(str(path).encode())
    return whole.hexdigest()


def fill(target: ox.Store, inputs: list[Path], faults: list[Fault], progress: Progress) -> int:
    """Write all quads and return the number of claims; with faults, stop after the facts."""
    reported: set[ox.NamedNode] = set()
    claims = 0

    def quads() -> Iterator[ox.Quad]:
        nonlocal claims
        for graph in chain([mapper.individuals()], mapper.graphs(facts.read(inputs, faults))):
            yield from graph.quads()
            if graph.name is None:
                claims += 1
                progress(claims)
                continue
            if graph.in_default:
                reported.add(graph.name)
            yield from graph_closure(graph).quads()

    waiting = quads()
    while batch := list(islice(waiting, BATCH)):
        target.bulk_extend(batch)
    if not faults:
        for entailed in materialize(target, reported):
            target.extend(entailed.quads())
        triples = list(map(terms, ontology_triples()))
        ontology = mapper.Graph(ox.NamedNode(ONTOLOGY_IRI), False, triples)
        target.extend(ontology.quads())
    return claims

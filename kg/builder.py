"""From facts files to a store: read, map, infer, load, and put in force all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg import __version__, mapper, store
from kg.entailment.materialization import graph_closure, materialize
from kg.errors import DamagedStoreError, EntenteError, FactsError, Fault, StoreError
from kg.facts import files as facts_files
from kg.facts import reader as facts
from kg.facts.files import Listing
from kg.facts.model import Fact, Node
from kg.manifest import REFERENCE_DATA, Manifest, stamps
from kg.resources import ONTOLOGY, SEEDS
from kg.store.folder import times
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
    replace: bool = False,
    discard_changes: bool = False,
    with_ours: bool = False,
    progress: Progress = lambda claims: None,
) -> Built:
    """Build a store from facts files and folders; ours where none are given.

    ``-`` stands for standard input. Nothing is done where the store has been built from the same
    input by the same version, unless ``force``, which makes a damaged store anew as well. A
    store of other facts is replaced only with ``replace``, and one that was changed over HTTP
    only with ``discard_changes``. ``with_ours`` puts the reference data that comes with kg
    beneath facts of one's own: people, states, organisations, places, goods and kinds, so that
    these may refer to it, but no claims and no records of articles. Raises ``FactsError`` with
    every fault of every file, ``StoreError`` where the store cannot be written or would have to be
    replaced, ``EntenteError`` where there are no facts; in each case the store stays as it was.
    """
    if with_ours and not paths:
        raise EntenteError("name your facts: our reference data goes beneath them")
    path = Path(path) if path else store.default_path()
    sources = [Path(each) for each in paths] or [SEEDS]
    found = facts_files.listing(sources)
    if not found.files:
        raise EntenteError(f"no facts (.yaml) in {', '.join(map(str, sources))}")
    facts_files.warn(found)
    given = ", ".join(map(str, paths))
    with facts_files.kept(found.files) as inputs, store.building(path, given):
        beneath = facts_files.beneath(found.files) if with_ours else None
        wanted = _manifest(sources, found, inputs, beneath, ours=not paths)
        if not discard_changes:
            _keep_changes(path)
        if store.exists(path):
            before = _before(path, force=force)
            if before and before.digest == wanted.digest and not force and store.is_sound(path):
                return Built(path, False, before.claims, before.quads)
            if before and not replace:
                _keep_others(path, before, wanted)
        with store.new_generation(path, wanted) as target:
            faults: list[Fault] = []
            told = _told([*inputs.values()], faults, beneath or ())
            wanted.claims = fill(target, told, faults, progress)
            if faults:
                raise FactsError(faults)
            wanted.quads = len(target)
            del target  # it is closed before it is put in force
    return Built(path, True, wanted.claims, wanted.quads)


def is_outdated(manifest: Manifest) -> bool:
    """Tell whether a build of the same sources would be made of other input.

    What came through a pipe is gone, and counts as unchanged. Raises ``EntenteError``.
    """
    if str(facts_files.STDIN) in manifest.facts:
        return False
    files = facts_files.listing(map(Path, manifest.sources)).files
    beneath = facts_files.beneath(files) if manifest.with_ours else None
    return digest(files, beneath) != manifest.digest


def digest(inputs: Iterable[Path], beneath: Sequence[Path] | None = None) -> str:
    """Digest all that a store is made from: facts, ontology and the versions of the code.

    ``beneath`` are the files whose reference data is beneath the facts, if that was chosen.
    """
    whole = sha256(f"{__version__} {ox.__version__}".encode())
    if beneath is not None:
        whole.update(f"with ours: {len(beneath)} files".encode())
    for path in _with_ontology([*(beneath or ()), *inputs]):
        try:
            whole.update(sha256(path.read_bytes()).digest())
        except OSError:  # reading the facts says so, with its place
            whole.update(str(path).encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def fill(target: ox.Store, told: Iterable[Fact], faults: list[Fault], progress: Progress) -> int:
    """Write all quads and return the number of claims; with faults, stop after the facts.

    ``faults`` are those of the facts, complete when these have been read.
    """
    reported: set[ox.NamedNode] = set()
    claims = 0

    def quads() -> Iterator[ox.Quad]:
        nonlocal claims
        for graph in chain([mapper.individuals()], mapper.graphs(told)):
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


def _told(inputs: list[Path], faults: list[Fault], beneath: Sequence[Path]) -> Iterator[Fact]:
    """Yield what facts files tell. Raises ``EntenteError`` where that is nothing of their own."""
    ours, tells_nothing = {*map(str, beneath)}, True
    for fact in facts.read(inputs, faults, beneath=beneath):
        node = fact if isinstance(fact, Node) else fact.description
        tells_nothing = tells_nothing and node.mark.path in ours
        yield fact
    if tells_nothing and not faults:
        raise EntenteError("the files hold no facts; nothing was written")


def _with_ontology(inputs: Iterable[Path]) -> list[Path]:
    return [*inputs, *sorted(p for p in ONTOLOGY.iterdir() if p.is_file())]


def _manifest(
    sources: Iterable[Path],
    found: Listing,
    inputs: Mapping[Path, Path],
    beneath: Sequence[Path] | None,
    *,
    ours: bool,
) -> Manifest:
    """Say what is built; what came through a pipe is named ``-``, and has no stamp."""
    regular = [path for path in found.files if facts_files.is_regular(path)]
    return Manifest(
        digest([*inputs.values()], beneath),
        ours,
        sources=[_name(path) for path in sources],
        facts=[_name(path) for path in found.files],
        stamps=stamps([*found.folders, *_with_ontology([*(beneath or ()), *regular])]),
        with_ours=beneath is not None,
    )


def _name(path: Path) -> str:
    is_kept = path.is_dir() or facts_files.is_regular(path)
    return str(path.absolute() if is_kept else facts_files.STDIN)


def _before(path: Path, *, force: bool) -> Manifest | None:
    """Return what the store was made from; ``None`` where that is lost, and it may be forced."""
    try:
        return store.manifest(path)
    except DamagedStoreError:
        if force:
            return None
        raise


def _keep_changes(path: Path) -> None:
    """Refuse to lose what was changed over HTTP. Raises ``StoreError``."""
    if count := store.changes(path):
        try:
            since = f" on {store.manifest(path).built}"
        except DamagedStoreError:
            since = ""
        raise StoreError(
            f"the store at {path} was changed {times(count)} over HTTP since it was built{since};"
            " “--discard-changes” builds it without what was changed"
        )


def _keep_others(path: Path, before: Manifest, wanted: Manifest) -> None:
    """Refuse to put facts in the place of others. Raises ``StoreError``."""
    if lacking := wanted.lacks(before):
        given = ["the facts that come with kg"] if wanted.ours else [*wanted.sources]
        given += [REFERENCE_DATA] if wanted.with_ours else []
        raise StoreError(
            f"the store at {path} holds other facts, of {_in_words(lacking)};"
            f" “--replace” builds it of {_in_words(given)} instead"
        )


def _in_words(sources: Iterable[str]) -> str:
    stdin = str(facts_files.STDIN)
    return ", ".join("standard input" if source == stdin else source for source in sources)

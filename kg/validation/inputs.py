"""What is to be validated, as graphs: facts, RDF files, or a store that was built from them.

A store made from the same input by the same version spares the reading: only facts without a
fault come into a store. Facts are read again where a violation needs its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg import belief, building, facts, mapper
from kg import store as stores
from kg.errors import EntenteError, Fault
from kg.mapper import Graph
from kg.names import Names
from kg.provenance import subjects
from kg.resources import SEEDS
from kg.validation import rdf
from kg.validation.places import Told, of_facts
from kg.vocabulary import INFERRED, ONTOLOGY_IRI, RDF_TYPE, REFERENCE, RdfTerm, ent

_DEFAULT = ox.DefaultGraph()


class Listener(NamedTuple):
    """Whom the reader believes, in the words of the command."""

    level: str = "reported"
    article: str = ""
    speaker: str = ""
    as_of: str = ""


USUAL = Listener()


@dataclass
class Input:
    """Graphs to validate; ``faults`` is complete when they have been read to the end.

    ``closed`` tells that they hold what they entail, ``all_heard`` that no claim was left out;
    ``told`` yields what they tell of nodes.
    """

    graphs: Iterable[Graph]
    told: Callable[[Set[RdfTerm]], Iterator[Told]]
    faults: list[Fault] = field(default_factory=list)
    closed: bool = False
    all_heard: bool = True


def given(
    paths: Sequence[Path],
    format_name: str = "",
    listener: Listener = USUAL,
    store: Path | None = None,
    *,
    apart: bool = False,
) -> Input:
    """Find what is given; our own facts where nothing is. Raises ``EntenteError``.

    With ``apart`` every claim's triples come as a graph of their own, also those of a store.
    """
    yaml, triples = _files(paths or [SEEDS], format_name)
    if triples and yaml:
        raise EntenteError("facts and RDF are validated apart: name the ones or the others")
    if triples:
        found = _of_rdf(triples, listener)
    else:
        found = _of_facts(yaml, listener, store or stores.default_path(), apart)
    found.all_heard = not any(listener[1:])
    return found


def _files(paths: Sequence[Path], format_name: str) -> tuple[list[Path], dict[Path, str]]:
    """Return the facts files, and the RDF files with their formats."""
    yaml: list[Path] = []
    triples: dict[Path, str] = {}
    for path in paths:
        found = _within(path) if path.is_dir() else [path]
        for file in found:
            if format_name or rdf.format_of(file):
                triples[file] = format_name or rdf.format_of(file)
            else:
                yaml.append(file)
    if not yaml and not triples:
        raise EntenteError(f"no facts (.yaml) and no RDF in {', '.join(map(str, paths))}")
    return list(dict.fromkeys(yaml)), triples


def _within(folder: Path) -> list[Path]:
    """Return the facts files of a folder; its RDF files where it has none."""
    return facts.files([folder]) or sorted(p for p in folder.rglob("*") if rdf.format_of(p))


def _of_facts(files: list[Path], listener: Listener, store: Path, apart: bool) -> Input:
    def told(wanted: Set[RdfTerm]) -> Iterator[Told]:
        return of_facts(facts.read(files, []))

    known = not (apart and listener == USUAL)  # reading takes less than telling claims apart
    if known and stores.manifest(store).get("digest") == building.digest(files):
        whole = stores.open_current(store).store
        return Input(_heard(whole, listener, apart), told, closed=not apart)
    faults: list[Fault] = []
    if listener == USUAL:
        graphs = chain([building.individuals()], mapper.graphs(facts.read(files, faults)))
        return Input(graphs, told, faults)
    whole = ox.Store()
    building.fill(whole, files, faults, lambda claims: None)
    return Input(_heard(whole, listener, apart), told, faults, closed=not apart)


def _of_rdf(files: dict[Path, str], listener: Listener) -> Input:
    def told(wanted: Set[RdfTerm]) -> Iterator[Told]:
        for path, format_name in files.items():
            yield from rdf.told(path, format_name, wanted)

    faults: list[Fault] = []
    whole = ox.Store()
    for path, format_name in files.items():
        whole.bulk_extend(rdf.read(path, format_name, faults))
    if listener != USUAL and not any(whole.named_graphs()):
        raise EntenteError("whom to believe can only be chosen where claims are named graphs")
    return Input(_heard(whole, listener, apart=True), told, faults)


def _heard(whole: ox.Store, listener: Listener, apart: bool) -> Iterator[Graph]:
    """Yield the graphs of a dataset that are heard: in the default graph if they are believed."""
    level, article, speaker, as_of = listener
    chosen = Names(whole).belief(level, article=article, speaker=speaker, as_of=as_of)
    if not chosen.is_usual:
        whole = stores.in_memory(belief.quads(whole, chosen))
    believed = belief.believed(whole, chosen)
    claims = set(subjects(whole, RDF_TYPE, ox.NamedNode(ent.Claim)))
    named = [name for name in whole.named_graphs() if isinstance(name, ox.NamedNode)]
    told = {triple for name in named for triple in _triples(whole, name)} if apart else set()
    yield Graph(None, True, [t for t in _triples(whole, _DEFAULT) if t not in told])
    for name in named:
        if name.value != ONTOLOGY_IRI and not name.value.endswith(INFERRED):
            alone = name in claims and name not in believed
            if apart or alone or name == REFERENCE or name not in claims:
                yield Graph(name, not alone, _triples(whole, name))


def _triples(store: ox.Store, name: ox.NamedNode | ox.DefaultGraph) -> list[ox.Triple]:
    return [quad.triple for quad in store.quads_for_pattern(None, None, None, name)]


def claims_in(graphs: Iterable[Graph], counted: set[RdfTerm]) -> Iterator[Graph]:
    """Pass graphs on, and note the claims that they describe."""
    for graph in graphs:
        if graph.name in (None, REFERENCE):
            claim = ox.NamedNode(ent.Claim)
            counted.update(s for s, p, o in graph.triples if p == RDF_TYPE and o == claim)
        yield graph

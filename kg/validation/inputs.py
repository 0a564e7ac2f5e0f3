"""What is to be validated, as graphs: facts, RDF files or a dataset, or what a reader chose of it.

Files are read again where a violation needs its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg import mapper
from kg.claims.belief import Belief, BeliefOptions
from kg.errors import EntenteError, Fault, Mark
from kg.facts import reader as facts
from kg.facts.files import beneath as facts_beneath
from kg.facts.files import distinct, within
from kg.facts.reader import Item
from kg.mapper import Graph
from kg.resources import ONTOLOGY, SEEDS
from kg.sparql.documents import recognised
from kg.sparql.formats import format_of
from kg.validation import rdf
from kg.vocabulary.terms import RdfTerm

if TYPE_CHECKING:
    from kg.validation.locations import Location


Listener = BeliefOptions
"""Whom the reader believes, in the words of the command."""
USUAL = Listener()


class Input(NamedTuple):
    """Graphs to validate; ``faults`` and ``warnings`` are complete once these have been read.

    ``locations`` yields what they tell of nodes, ``items`` the items of the files; ``is_whole``
    tells that no claim was left out. ``ontology`` is what they are to be consistent with, if not
    ours.
    """

    files: Sequence[Path]
    graphs: Iterable[Graph]
    locations: Callable[[Set[RdfTerm]], Iterator[Location]]
    items: Callable[[], Iterable[Item]]
    faults: list[Fault]
    warnings: Sequence[Fault] = ()
    is_whole: bool = True
    ontology: Sequence[ox.Triple] = ()
    ontology_file: Path = ONTOLOGY / "entente.ttl"
    notes: tuple[str, ...] = ()


def given(
    paths: Sequence[Path],
    format_name: str = "",
    listener: Listener = USUAL,
    *,
    with_ours: bool = False,
) -> Input:
    """Find what is given; our own facts where nothing is. Raises ``EntenteError``.

    ``with_ours`` puts our reference data beneath facts.
    """
    if with_ours and not paths:
        raise EntenteError("name your facts: our reference data goes beneath them")
    notes: list[str] = []
    found = (file for path in paths or [SEEDS] for file in _files(path, format_name, notes))
    formats = {f: format_name or recognised(f) for f in distinct(found)}
    triples = {file: name for file, name in formats.items() if name}
    yaml = [file for file, name in formats.items() if not name]
    if not formats:
        raise EntenteError(
            f"no facts (.yaml) and no RDF in {', '.join(map(str, paths or [SEEDS]))}"
        )
    if triples and yaml:
        raise EntenteError("facts and RDF are validated apart: name the ones or the others")
    if triples and with_ours:
        raise EntenteError("our reference data goes beneath facts, and this is RDF")
    beneath = facts_beneath(yaml) if with_ours else []
    read = _of_rdf(triples, listener) if triples else _of_facts(yaml, listener, beneath)
    return read._replace(is_whole=listener.hears_everybody, notes=(*notes, *read.notes))


def of_dataset(whole: ox.Store, chosen: Belief) -> Input:
    """Return what of a dataset belongs to a belief, to be validated; it has no files."""
    from kg.validation import selection

    read = rdf.RdfDataset(whole, Mark("the dataset", 0, 0))
    selected = selection.taken(whole, chosen)
    return Input(
        [], selected.graphs, read.locations, list, read.faults,
        is_whole=not selected.notes, notes=selected.notes,
    )  # fmt: skip


def _files(path: Path, format_name: str, notes: list[str]) -> list[Path]:
    """Return a file, or the facts of a folder; its RDF if it has none, or a format is given."""
    if not path.is_dir():
        return [path]
    yaml = [] if format_name else within(path)
    triples = sorted(file for file in path.rglob("*.*") if format_of(file))
    if yaml and triples:
        left = f"{len(triples)} file{'s' * (len(triples) > 1)} of RDF"
        notes.append(f"{left} in {path} not validated: facts and RDF are validated apart")
    return yaml or triples


def _of_facts(files: list[Path], listener: Listener, beneath: list[Path]) -> Input:
    def locations(wanted: Set[RdfTerm]) -> Iterator[Location]:
        from kg.validation.locations import of_facts

        return of_facts(facts.read(files, [], beneath=beneath))

    def items() -> Iterator[Item]:
        return facts.items(files)

    faults: list[Fault] = []
    warnings: list[Fault] = []
    read = facts.read(files, faults, warnings, beneath=beneath)
    graphs = chain([mapper.individuals()], mapper.graphs(read))
    if listener == USUAL:
        return Input(files, graphs, locations, items, faults, warnings)
    from kg.validation import selection

    selected = selection.select(selection.dataset(graphs), listener)
    return Input(files, selected.graphs, locations, items, faults, warnings, notes=selected.notes)


def _of_rdf(files: dict[Path, str], listener: Listener) -> Input:
    from kg.validation import selection

    read = rdf.RdfFiles(files)
    if listener != USUAL and not any(read.store.named_graphs()):
        raise EntenteError("whom to believe can only be chosen where claims are named graphs")
    selected = selection.select(read.store, listener)
    found = Input(
        [*files], selected.graphs, read.locations, list, read.faults, notes=selected.notes
    )
    if not read.ontology_file:
        return found
    return found._replace(ontology=read.ontology(), ontology_file=read.ontology_file)

"""What is to be validated, as graphs: facts or RDF files, or what a listener hears of them.

They are read again where a violation needs its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg import facts, mapper
from kg.errors import EntenteError, Fault
from kg.facts import Item
from kg.mapper import Graph
from kg.resources import SEEDS
from kg.validation import rdf
from kg.validation.places import Told, of_facts
from kg.vocabulary import RdfTerm


class Listener(NamedTuple):
    """Whom the reader believes, in the words of the command."""

    level: str = "reported"
    article: str = ""
    speaker: str = ""
    as_of: str = ""


USUAL = Listener()


class Input(NamedTuple):
    """Graphs to validate; ``faults`` is complete when they have been read to the end.

    ``told`` yields what they tell of nodes, ``items`` the items of the files; ``all_heard`` tells
    that no claim was left out.
    """

    graphs: Iterable[Graph]
    told: Callable[[Set[RdfTerm]], Iterator[Told]]
    items: Callable[[], Iterable[Item]]
    faults: list[Fault]
    all_heard: bool = True


def given(paths: Sequence[Path], format_name: str = "", listener: Listener = USUAL) -> Input:
    """Find what is given; our own facts where nothing is. Raises ``EntenteError``."""
    yaml, triples = _files(paths or [SEEDS], format_name)
    if triples and yaml:
        raise EntenteError("facts and RDF are validated apart: name the ones or the others")
    found = _of_rdf(triples, listener) if triples else _of_facts(yaml, listener)
    return found._replace(all_heard=not any(listener[1:]))


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


def _of_facts(files: list[Path], listener: Listener) -> Input:
    def told(wanted: Set[RdfTerm]) -> Iterator[Told]:
        return of_facts(facts.read(files, []))

    def items() -> Iterator[Item]:
        return facts.items(files)

    faults: list[Fault] = []
    graphs = chain([mapper.individuals()], mapper.graphs(facts.read(files, faults)))
    if listener == USUAL:
        return Input(graphs, told, items, faults)
    from kg.validation import hearing

    return Input(hearing.heard(hearing.dataset(graphs), listener), told, items, faults)


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
    from kg.validation import hearing

    return Input(hearing.heard(whole, listener), told, list, faults)

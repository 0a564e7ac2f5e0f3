"""Opening a store, and building the default one first where there is none."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox

from kg import store
from kg.dataset import Dataset
from kg.errors import EntenteError, Fault, StoreError
from kg.manifest import Manifest


def open(path: Path | str | None = None) -> Dataset:  # noqa: A001  the verb of files and of ours
    """Open the dataset of a store; the default store where no path is given.

    Where the default store does not exist yet, and neither an argument nor ``$KG_STORE`` names
    one, it is built of the facts that come with the package. A store of these facts is kept up to
    date with them; one of other facts that have changed since is opened as it is, with a
    warning. Raises ``StoreError``.
    """
    place = Path(path) if path else store.default_path()
    if store.exists(place):
        _renew(place, store.manifest(place))
    elif failed := store.unfinished(place):
        raise StoreError(
            f"there is no store at {place}: building it of {failed} has not succeeded;"
            " mend what “kg build” says of them, and build again"
        )
    elif place == store.default_path() and not os.environ.get(store.ENVIRONMENT):
        from kg.builder import build

        build(path=place)
    return Dataset(store.open_current(place))


def open_rdf(path: Path | str) -> Dataset:
    """Open a dump of a dataset: TriG, N-Quads or JSON-LD, by its name or by what it holds.

    It may be packed with gzip, and is held in memory. Of a file without named graphs only the
    default graph is there: nobody can say whose word it is, and a warning tells so. Raises
    ``StoreError``.
    """
    from kg.facts.files import kept

    file = Path(path)
    with kept([file], unpacked=True) as copies:
        found = dumped(copies[file])
    if all(isinstance(quad.graph_name, ox.DefaultGraph) for quad in found):
        warnings.warn(f"{file} has no named graphs: its claims are not known", stacklevel=2)
    return Dataset(_Dump(store.in_memory(found)))


def dumped(file: Path) -> list[ox.Quad]:
    """Return the quads of a dump. Raises ``StoreError`` where it is none."""
    from kg.sparql.documents import quads, recognised

    if not file.exists():
        raise StoreError(f"there is nothing at {file}")
    name = recognised(file)
    if not name:
        raise StoreError(f"{file} is no RDF, by its name or by what it holds")
    faults: list[Fault] = []
    try:
        found = list(quads(file, name, faults))
    except EntenteError as error:
        raise StoreError(str(error)) from error
    for fault in faults:
        raise StoreError(f"{fault.mark} cannot be read as a dump: {fault.message}")
    return found


class _Dump:
    """The quads of a dump; views of it are made in memory too."""

    def __init__(self, quads: ox.Store) -> None:
        self.store = quads

    def view(self, _name: str, quads: Callable[[ox.Store], Iterable[ox.Quad]]) -> store.View:
        return store.View(store.in_memory(quads(self.store)))


def _renew(path: Path, manifest: Manifest) -> None:
    """Bring a store of our facts up to date; warn where one of others is not."""
    if not manifest.is_touched():
        return
    from kg.builder import build, is_outdated

    try:
        if manifest.ours:
            build(path=path)
        elif is_outdated(manifest):
            warnings.warn(
                f"the facts of {path} have changed since it was built; build it again", stacklevel=3
            )
    except StoreError as error:  # such as that it is another user's
        warnings.warn(f"not brought up to date: {error}", stacklevel=3)

"""Opening a store, and building the default one first where there is none."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox

from kg import store
from kg.dataset import Dataset
from kg.errors import StoreError
from kg.manifest import Manifest
from kg.sparql.formats import RDF_FORMATS, format_of


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
    """Open a dump of a dataset: TriG, N-Quads or JSON-LD, as its extension says.

    It is held in memory. A file without named graphs (Turtle, say) has no claims that could be
    cited; a warning says so. Raises ``StoreError``.
    """
    file = Path(path)
    name = format_of(file)
    if not name:
        raise StoreError(f"{file}: no RDF by its name; it ends in .trig, .nq, .jsonld, .ttl …")
    try:
        if file.exists() and not file.is_file():
            raise StoreError(f"{file} is no regular file")
        from kg.sparql.bombs import begin

        with file.open("rb") as source:
            begin(source, name)
            quads = list(ox.parse(source, format=RDF_FORMATS[name]))
    except (OSError, SyntaxError, ValueError) as error:
        raise StoreError(f"{file} cannot be read: {error}") from error
    if not RDF_FORMATS[name].supports_datasets:
        warnings.warn(f"{file} has no named graphs: its claims are not known", stacklevel=2)
    return Dataset(_Dump(store.in_memory(quads)))


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

"""Generations of a store: opened for reading, and made, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from weakref import finalize

import pyoxigraph as ox

from kg import manifest as manifests
from kg.errors import StoreError
from kg.manifest import Manifest
from kg.output import replace, sync
from kg.store.folder import (
    CURRENT,
    GENERATIONS,
    NAME,
    current,
    damaged,
    generation_name,
    unreadable,
    unwritable,
)
from kg.store.locks import READERS, hold, is_read
from kg.store.views import View, Views, in_memory, remove

_SMALL = 200_000
"""Up to so many quads, a view is made in memory."""


class Source(Protocol):
    """Where the quads of a dataset come from."""

    @property
    def store(self) -> ox.Store:
        """All of them."""

    def view(self, name: str, quads: Callable[[ox.Store], Iterable[ox.Quad]]) -> View:
        """Return a view: other quads made from these, under a name that tells them apart."""


class Generation:
    """A generation opened for reading; its files stay on disk while the object lives."""

    def __init__(self, path: Path) -> None:
        self.path = path
        finalize(self, os.close, hold(path / READERS))
        self.store = ox.Store.read_only(str(path))
        self._views = Views(path)

    def view(self, name: str, quads: Callable[[ox.Store], Iterable[ox.Quad]]) -> View:
        """Return a view: other quads made from these, under a name that tells them apart.

        A small one is made in memory, a large one on disk beside the files of the generation,
        where it is found again until others need the room.
        """
        if len(self.store) <= _SMALL:
            return View(in_memory(quads(self.store)))
        return self._views.opened(name, lambda: quads(self.store))


def is_sound(path: Path) -> bool:
    """Tell whether the generation in force can be opened."""
    try:
        open_current(path)
    except StoreError:
        return False
    return True


def open_current(path: Path) -> Generation:
    """Open the generation in force. Raises ``StoreError`` where there is none to be read."""
    while True:
        folder = current(path)
        try:
            return Generation(folder)
        except (OSError, RuntimeError) as error:  # RocksDB's word for corruption is the latter
            if folder != current(path):
                continue  # a build has just replaced and removed it
            raise _forbidden(path, folder) or damaged(path) from error


def _forbidden(path: Path, generation: Path) -> StoreError | None:
    """Return the error for a generation with files that this user may not read, if it has any."""
    try:
        for file in (generation, *generation.iterdir()):
            os.close(os.open(file, os.O_RDONLY))
    except PermissionError as error:
        return unreadable(path, error)
    except OSError:
        return None
    return None


@contextmanager
def new_generation(
    path: Path,
    manifest: Manifest,
    base: Generation | None = None,
    *,
    changes: int = 0,
) -> Iterator[ox.Store]:
    """Give a new, empty store to be filled; it comes into force when the block ends well.

    Then it survives a loss of power. With a ``base`` it is a copy of that one, which shares its
    files on disk; ``changes`` says how often it was changed since it was built. ``manifest`` is
    written when the block ends, by when the block is to have let go of the store, so that it is
    closed. To be used while ``building``. Raises ``StoreError`` where the folder cannot be written.
    """
    name = f"{manifest.digest[:16]}.{os.urandom(4).hex()}" + (f".{changes}" if changes else "")
    made = path / GENERATIONS / name
    try:
        made.parent.mkdir(exist_ok=True)
        _remove_interrupted(path)
        if base:
            base.store.backup(str(made))
        store = ox.Store(str(made))
        yield store
        store.flush()
        if not base:
            store.optimize()
        del store
        _put_in_force(path, made, manifest)
        _remove_replaced(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if not _is_in_force(path, name):
            remove(made)


def _put_in_force(path: Path, made: Path, manifest: Manifest) -> None:
    """Name a generation in ``current`` when all that it consists of is on the disk for good."""
    (made / READERS).touch()
    manifest.write(made)
    for file in made.iterdir():
        with suppress(FileNotFoundError):  # the engine removes what it needs no longer
            sync(file)
    sync(made)
    sync(made.parent)
    replace(path / CURRENT, made.name.encode() + b"\n")


def _is_in_force(path: Path, name: str) -> bool:
    try:
        return generation_name(path) == name
    except StoreError:
        return False


def _remove_interrupted(path: Path) -> None:
    """Remove what builds left that were interrupted: their manifest would have come last."""
    for old in _generations(path):
        if not (old / manifests.NAME).exists() and not is_read(old):
            remove(old)


def _remove_replaced(path: Path) -> None:
    """Remove the generations that are not in force and that nobody reads."""
    for old in _generations(path):
        if not _is_in_force(path, old.name) and not is_read(old):
            remove(old)


def _generations(path: Path) -> list[Path]:
    found = []
    with suppress(OSError):
        found = [p for p in (path / GENERATIONS).iterdir() if NAME.fullmatch(p.name)]
    return found

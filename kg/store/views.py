"""Views: datasets made from a generation for those who believe more or less, kept on disk.

A view is a folder beside the files of its generation, with which it is removed::

    views.lock              held while one is found, begun or removed, never while it is filled
    views/NAME/             a pyoxigraph store; whoever reads it holds the lock of ``readers``
    views/NAME.x7f3/        one that is being filled; whoever fills it holds that lock

There are at most ``MAX_VIEWS``, and all together take at most ``SHARE`` times the bytes of the
generation. The one not used for longest goes first; one that is in use stays. Where there is no
room, or the folder cannot be written, a view is made in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from weakref import finalize

import pyoxigraph as ox

from kg.store.locks import READERS, alone, hold, is_read

MAX_VIEWS = 16
"""So many views of a generation are kept on disk."""

SHARE = 1
"""So many times the bytes of its generation the views of one may take."""

_FOLDER = "views"
_LOCK = "views.lock"

Quads = Callable[[], Iterable[ox.Quad]]


def in_memory(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a store that lies nowhere."""
    store = ox.Store()
    store.bulk_extend(quads)
    return store


def remove(folder: Path) -> None:
    """Remove a folder and what is in it, as far as this user may."""
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)


class View:
    """A store made of another; a lock, where it has one, is held while the object lives."""

    def __init__(self, store: ox.Store, lock: int | None = None) -> None:
        self.store = store
        if lock is not None:
            finalize(self, os.close, lock)


class Views:
    """The views of the generation in a folder."""

    def __init__(self, generation: Path) -> None:
        self._generation = generation
        self._folder = generation / _FOLDER
        self._lock = generation / _LOCK
        if self._folder.is_dir():
            with suppress(OSError), self._alone():
                self._remove_unfinished()

    def opened(self, name: str, quads: Quads) -> View:
        """Open the view of a name, which is made of the quads if it is not there."""
        try:
            if not (found := self._found(name)):
                self._make(name, quads)
                found = self._found(name)
            if found:
                return found
        except OSError:  # the folder is another user's, or the disk is full
            pass
        return View(in_memory(quads()))

    def _found(self, name: str) -> View | None:
        path = self._folder / name
        if not path.is_dir():
            return None
        with self._alone():
            lock = hold(path / READERS)
            try:
                found = View(ox.Store.read_only(str(path)), lock)
            except (OSError, RuntimeError):  # damaged: it can be made again
                os.close(lock)
                remove(path)
                return None
            with suppress(OSError):  # of another user
                os.utime(path / READERS)
            return found

    def _make(self, name: str, quads: Quads) -> None:
        """Write a view to disk, if there is room for it, also once it is written."""
        self._folder.mkdir(exist_ok=True)
        made = self._folder / f"{name}.{os.urandom(4).hex()}"
        with self._alone():
            if not self._has_room():
                return
            made.mkdir()
            (made / READERS).touch()
            lock = hold(made / READERS)
        try:
            _fill(made, quads())
            with self._alone():
                if self._has_room(made):
                    with suppress(OSError):  # another process was quicker: its view is as good
                        made.rename(self._folder / name)
        finally:
            os.close(lock)
            remove(made)

    def _has_room(self, made: Path | None = None) -> bool:
        """Tell whether one more fits, or one that is made; remove what was not used for longest."""
        self._remove_unfinished()
        views = sorted(self._views(), key=lambda path: (path / READERS).stat().st_mtime_ns)
        most = SHARE * _size(self._generation)
        size = sum(map(_size, views))
        for path in [path for path in views if path != made]:
            if len(views) + (made is None) <= MAX_VIEWS and size <= most:
                break
            if not is_read(path):
                size -= _size(path)
                views.remove(path)
                remove(path)
        return len(views) + (made is None) <= MAX_VIEWS and size <= most

    def _remove_unfinished(self) -> None:
        """Remove what those left who ended while they filled it."""
        for path in self._views():
            if path.suffix and not is_read(path):
                remove(path)

    def _views(self) -> list[Path]:
        return [path for path in self._folder.iterdir() if path.is_dir()]

    def _alone(self) -> AbstractContextManager[None]:
        return alone(self._lock)


def _fill(folder: Path, quads: Iterable[ox.Quad]) -> None:
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.flush()
    store.optimize()


def _size(folder: Path) -> int:
    """Return the bytes of the files in a folder, not of those in folders below."""
    return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())

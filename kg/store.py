"""Where the dataset lies on disk, and the only place that opens it.

A store is a folder. Each build makes a new *generation*, a RocksDB folder that is never written
again; the file ``current`` names the one in force and is replaced in one step::

    DIR/current                     the name of the generation in force
    DIR/kg.lock                     held by the build under way
    DIR/generations/NAME/           a pyoxigraph store; manifest.json and readers beside its files

So a build that fails or is interrupted changes nothing, and whoever reads an older generation
keeps it: a generation is removed only when nobody holds its ``readers`` lock.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from weakref import finalize

import pyoxigraph as ox

from kg.errors import StoreError

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

ENVIRONMENT = "KG_STORE"
CURRENT = "current"
"""The file that says which generation is in force."""

_GENERATIONS = "generations"
_LOCK = "kg.lock"
_GENERATION = re.compile(r"[0-9a-f]{16}\.[0-9a-f]{8}")
_MANIFEST = "manifest.json"
_READERS = "readers"
_VIEWS = "views"
_SMALL = 200_000
"""Up to so many quads, a view is made in memory."""


def default_path() -> Path:
    """Return the store that is used where none is named: ``$KG_STORE``, or one per user."""
    if os.environ.get(ENVIRONMENT):
        return Path(os.environ[ENVIRONMENT])
    home = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    base = Path(home) if home else Path.home() / ".local" / "share"
    return base / "entente-kg" / "store"


class Source(Protocol):
    """Where the quads of a dataset come from."""

    @property
    def store(self) -> ox.Store:
        """All of them."""

    def view(self, name: str, quads: Callable[[ox.Store], Iterable[ox.Quad]]) -> ox.Store:
        """Return a store of other quads made from these, under a name that tells them apart."""


class Generation:
    """A generation opened for reading; its files stay on disk while the object lives."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lock = os.open(path / _READERS, os.O_RDONLY)
        finalize(self, os.close, lock)
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_SH)
        self.store = ox.Store.read_only(str(path))

    def view(self, name: str, quads: Callable[[ox.Store], Iterable[ox.Quad]]) -> ox.Store:
        """Return a store of other quads made from these, under a name that tells them apart.

        A small one is made in memory, a large one once, beside the files of the generation, with
        which it is removed.
        """
        path = self.path / _VIEWS / name
        if len(self.store) <= _SMALL or not (path.is_dir() or self._make_view(path, quads)):
            return in_memory(quads(self.store))
        return ox.Store.read_only(str(path))

    def _make_view(self, path: Path, quads: Callable[[ox.Store], Iterable[ox.Quad]]) -> bool:
        """Write a view to disk; tell whether it could be written."""
        made = path.with_suffix(f".{os.getpid()}")
        try:
            path.parent.mkdir(exist_ok=True)
            store = ox.Store(str(made))
        except OSError:
            return False
        store.bulk_extend(quads(self.store))
        store.flush()
        store.optimize()
        del store
        with suppress(OSError):  # another process was quicker: its view is as good
            made.rename(path)
        _remove(made)
        return True


def exists(path: Path) -> bool:
    """Tell whether a store has been built at the path."""
    return (path / CURRENT).is_file()


def manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of the generation in force; empty where there is none."""
    try:
        return _manifest(_current(path))
    except (OSError, ValueError):
        return {}


def generation_name(path: Path) -> str:
    """Return the name of the generation in force. Raises ``StoreError`` where there is none."""
    try:
        return _current(path).name
    except OSError as error:
        raise StoreError(f"there is no store at {path}; “kg build” makes one") from error


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
        try:
            current = _current(path)
        except OSError as error:
            raise StoreError(f"there is no store at {path}; “kg build” makes one") from error
        try:
            return Generation(current)
        except (OSError, RuntimeError) as error:  # RocksDB's word for corruption is the latter
            if exists(path) and current != _current(path):
                continue  # a build has just replaced and removed it
            message = f"the store at {path} is damaged; “kg build --force” makes it anew"
            raise StoreError(message) from error


def in_memory(quads: Iterable[ox.Quad]) -> ox.Store:
    """Return a store that lies nowhere."""
    store = ox.Store()
    store.bulk_extend(quads)
    return store


@contextmanager
def new_generation(
    path: Path, name: str, notes: dict[str, Any], base: Generation | None = None
) -> Iterator[ox.Store]:
    """Give a new, empty store to be filled; it comes into force when the block ends well.

    With a ``base`` it is a copy of that one, which shares its files on disk. ``notes`` become
    its manifest. To be used while ``building``. Raises ``StoreError`` where the folder cannot be
    written.
    """
    generations = path / _GENERATIONS
    made = generations / f"{name}.{os.urandom(4).hex()}"
    try:
        generations.mkdir(exist_ok=True)
        _remove_unused(generations, path)
        if base:
            base.store.backup(str(made))
        store = ox.Store(str(made))
        yield store
        store.flush()
        if not base:
            store.optimize()
        del store
        (made / _READERS).touch()
        (made / _MANIFEST).write_text(json.dumps(notes, indent=1, sort_keys=True) + "\n")
        _replace(path / CURRENT, made.name)
        _remove_unused(generations, path)
    except OSError as error:
        raise StoreError(f"the store at {path} cannot be written: {error}") from error
    finally:
        if not exists(path) or _current(path) != made:
            _remove(made)


@contextmanager
def building(path: Path) -> Iterator[None]:
    """Hold the right to build at the path; wait for another build to end.

    Raises ``StoreError`` where the folder cannot be written, or holds something else.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        found = {entry.name for entry in path.iterdir()}  # one listing: others may build here too
        if _LOCK not in found and found - {CURRENT, _GENERATIONS}:
            raise StoreError(f"{path} holds other things; a store needs a folder of its own")
        lock = (path / _LOCK).open("wb")
    except OSError as error:
        raise StoreError(f"the store at {path} cannot be written: {error.strerror}") from error
    with lock:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _current(path: Path) -> Path:
    return path / _GENERATIONS / (path / CURRENT).read_text(encoding="ascii").strip()


def _manifest(generation: Path) -> dict[str, Any]:
    notes: dict[str, Any] = json.loads((generation / _MANIFEST).read_bytes())
    return notes


def _replace(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(text + "\n", encoding="ascii")
    temporary.replace(path)


def _remove_unused(generations: Path, path: Path) -> None:
    """Remove what interrupted builds left and the old generations that nobody reads."""
    keep = _current(path) if exists(path) else None
    for old in generations.iterdir():
        if old != keep and _GENERATION.fullmatch(old.name) and not _is_read(old):
            _remove(old)


def _remove(folder: Path) -> None:
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)


def _is_read(generation: Path) -> bool:
    with suppress(FileNotFoundError), (generation / _READERS).open("rb") as lock:
        if fcntl is None:
            return False  # files in use cannot be removed there, so nothing is lost
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False

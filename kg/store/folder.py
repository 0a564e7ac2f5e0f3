"""The folder of a store: which generation is in force, what it was made from, who may build.

Every way in which there is none is an error of its own, with the reason of the operating system
where it gave one: there is no store, it cannot be read, it is damaged.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from kg import manifest as manifests
from kg.errors import DamagedStoreError, StoreError
from kg.manifest import Manifest
from kg.store.locks import alone

ENVIRONMENT = "KG_STORE"
CURRENT = "current"
"""The file that says which generation is in force."""

GENERATIONS = "generations"
NAME = re.compile(r"[0-9a-f]{16}\.[0-9a-f]{8}(?:\.([1-9][0-9]*))?")
"""The name of a generation: a digest, what no other has, and how often it was changed over HTTP
since it was built: ``8f0c1d2e3f405162.9a8b7c6d`` as built, ``….9a8b7c6d.3`` changed three times."""

_LOCK = "kg.lock"


def default_path() -> Path:
    """Return the store that is used where none is named: ``$KG_STORE``, or one per user.

    A relative ``$XDG_DATA_HOME`` counts as none (XDG Base Directory Specification, 0.8).
    """
    if os.environ.get(ENVIRONMENT):
        return Path(os.environ[ENVIRONMENT])
    home = Path(os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA") or "")
    base = home if home.is_absolute() else Path.home() / ".local" / "share"
    return base / "entente-kg" / "store"


def exists(path: Path) -> bool:
    """Tell whether a store has been built at the path. Raises ``StoreError`` if nobody may look."""
    try:
        (path / CURRENT).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise unreadable(path, error) from error
    return True


def current(path: Path) -> Path:
    """Return the folder of the generation in force. Raises ``StoreError`` where there is none."""
    try:
        name = _name(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StoreError(f"there is no store at {path}; “kg build” makes one") from error
    except OSError as error:
        raise unreadable(path, error) from error
    if not name:
        raise damaged(path)
    return path / GENERATIONS / name


def generation_name(path: Path) -> str:
    """Return the name of the generation in force. Raises ``StoreError`` where there is none."""
    return current(path).name


def manifest(path: Path) -> Manifest:
    """Return the manifest of the generation in force.

    Raises ``StoreError`` where there is no generation, or its manifest cannot be read.
    """
    while True:
        folder = current(path)
        try:
            return manifests.read(folder)
        except PermissionError as error:
            raise unreadable(path, error) from error
        except (OSError, ValueError) as error:
            if folder == current(path):  # else a build has just replaced and removed it
                raise damaged(path) from error


def changes(path: Path) -> int:
    """Return how often the dataset was changed over HTTP since it was built.

    Where it cannot be told which generation is in force, any that is there counts.
    """
    folder, names = path / GENERATIONS, []
    with suppress(OSError):
        names = [entry.name for entry in folder.iterdir()]
        if (name := _name(path)) in names:
            names = [name]
    found = (NAME.fullmatch(name) for name in names)
    return max((int(match[1] or 0) for match in found if match), default=0)


@contextmanager
def building(path: Path, of: str = "") -> Iterator[None]:
    """Hold the right to build at the path; wait for another build to end.

    ``of`` says in the lock's file what is built, where that is not the facts that come with kg.
    Raises ``StoreError`` where the folder cannot be written, or holds something else.
    """
    with ExitStack() as held:
        try:
            path.mkdir(parents=True, exist_ok=True)
            _check_is_store(path)
            held.enter_context(alone(path / _LOCK))
            if not exists(path):
                (path / _LOCK).write_text(of, "utf-8", "surrogateescape")
        except OSError as error:
            raise unwritable(path, error) from error
        yield


def unfinished(path: Path) -> str:
    """Return what facts a build was to be made of that has not succeeded; empty if none was."""
    try:
        found = (path / _LOCK).read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
    return "" if exists(path) else found


def unreadable(path: Path, error: OSError) -> StoreError:
    """Return the error for a store that is there and may not be read, with the system's reason."""
    return StoreError(f"the store at {path} cannot be read: {error.strerror or error}")


def unwritable(path: Path, error: OSError) -> StoreError:
    """Return the error for a store that cannot be written, with the system's reason."""
    return StoreError(f"the store at {path} cannot be written: {error.strerror or error}")


def damaged(path: Path) -> DamagedStoreError:
    """Return the error for a store that is there and makes no sense, with what to type."""
    count = changes(path)
    if not count:
        return DamagedStoreError(
            f"the store at {path} is damaged; “kg build --force” makes it anew"
        )
    return DamagedStoreError(
        f"the store at {path} is damaged; “kg build --force --discard-changes” makes it anew,"
        f" without what was changed over HTTP ({times(count)})"
    )


def times(count: int) -> str:
    """Return a number of changes in words: ``once``, ``3 times``."""
    return "once" if count == 1 else f"{count} times"


def _name(path: Path) -> str:
    """Return what ``current`` says; nothing where that is no name. Raises ``OSError``."""
    text = (path / CURRENT).read_bytes().decode("ascii", "replace").strip()
    return text if NAME.fullmatch(text) else ""


def _check_is_store(path: Path) -> None:
    """Refuse a folder of other things, which a build would spoil. Raises ``StoreError``."""
    found = {entry.name for entry in path.iterdir()}  # one listing: others may build here too
    if not found or _LOCK in found:
        return
    is_store = found == {CURRENT, GENERATIONS} and (name := _name(path))
    if not is_store or not (path / GENERATIONS / name).is_dir():  # a copy may lack the lock
        raise StoreError(f"{path} holds other things; a store needs a folder of its own")

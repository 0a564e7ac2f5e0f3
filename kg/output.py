"""Files written whole or not at all, and kept even if the power fails right after."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from kg.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

_unfinished: set[Path] = set()


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write; it takes the path's place when the block ends well.

    What stood at the path before stays until then, and after any error in the block; the new
    file has its permissions. A symbolic link is followed; what is no regular file, such as a
    device or a pipe, is written to as it is. Raises ``OutputError`` where that cannot be done.
    """
    target = path.resolve()
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
            return
        with _replacing(target) as file:
            yield file
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error


def replace(path: Path, data: bytes) -> None:
    """Put a small file in the place of another, in one step. Raises ``OSError``."""
    with _replacing(path) as file:
        file.write(data)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk for good. Raises ``OSError``."""
    if os.name == "nt":
        return  # what is only read cannot be synced there, nor can a folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def standard() -> Iterator[IO[bytes]]:
    """Give standard output to write; whoever reads it may have enough before the end.

    Raises ``OutputError`` where it is closed, or takes nothing.
    """
    if sys.stdout is None:
        raise OutputError("standard output is closed; name a file with -o")
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        abandon_standard()
    except OSError as error:
        abandon_standard()
        raise OutputError(f"standard output cannot be written: {error.strerror}") from error


def abandon_standard() -> None:
    """Keep Python from complaining, when it exits, of what standard output has not taken."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def discard_unfinished() -> None:
    """Remove what is half written, before a process that cannot end its blocks ends itself."""
    for path in list(_unfinished):
        path.unlink(missing_ok=True)


@contextmanager
def _replacing(target: Path) -> Iterator[IO[bytes]]:
    _remove_abandoned(target)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    _unfinished.add(temporary)
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            temporary.chmod(target.stat().st_mode)
        temporary.replace(target)
        sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
        _unfinished.discard(temporary)


def _remove_abandoned(target: Path) -> None:
    """Remove what processes left that were killed while they wrote the same file."""
    begun = f".{target.name}."
    with suppress(PermissionError):  # a folder that may be written, but not listed
        for path in target.parent.iterdir():
            number = path.name.removeprefix(begun)
            if path.name.startswith(begun) and number.isdecimal() and not _runs(int(number)):
                path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    if os.name == "nt":
        return True  # to ask would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True

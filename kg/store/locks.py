"""Locks on files: one who writes, many who read; they end with the process that holds them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks; there, files in use cannot be removed either
    fcntl = None  # type: ignore[assignment]

READERS = "readers"
"""The file of a folder that whoever reads the folder holds a lock on."""


def hold(path: Path) -> int:
    """Share the lock of a file until the returned descriptor is closed. Raises ``OSError``."""
    lock = os.open(path, os.O_RDONLY)
    if fcntl:
        fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock of a file alone, made if need be; wait until nobody else has it.

    Who may only read the file may hold it, too. Raises ``OSError``.
    """
    lock = os.open(path, os.O_RDONLY | os.O_CREAT, 0o666)
    try:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def is_read(folder: Path) -> bool:
    """Tell whether anybody holds the ``readers`` lock of a folder."""
    try:
        lock = os.open(folder / READERS, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:  # it cannot be told, so it is left alone
        return True
    try:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False

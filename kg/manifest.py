"""Stamps of files: what tells, without reading them, that an input of a build has changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def stamps(paths: Iterable[Path]) -> dict[str, list[int]]:
    """Return size and time of change of files and folders; they differ if the content does."""
    return {str(path.absolute()): _stamp(path) for path in paths}


def is_touched(notes: dict[str, Any]) -> bool:
    """Tell whether any input of a build has changed, by its stamp, since its manifest was made."""
    return any(_stamp(Path(path)) != stamp for path, stamp in notes["stamps"].items())


def _stamp(path: Path) -> list[int]:
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]

"""Opening a store, and building it first where that is what everybody expects."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from kg import manifest as stamps
from kg import store
from kg.dataset import Dataset


def open(path: Path | str | None = None) -> Dataset:  # noqa: A001  the verb of files and of ours
    """Open the dataset of a store; the default store where no path is given.

    Where no store exists yet, one is built of the facts that come with the package; one that was
    built so is kept up to date with them. A store of other facts that have changed since is
    opened as it is, with a warning. Raises ``StoreError``.
    """
    path = Path(path) if path else store.default_path()
    notes = store.manifest(path)
    if stamps.is_touched(notes) if notes else not store.exists(path):
        _renew(path, notes)
    return Dataset(store.open_current(path))


def _renew(path: Path, notes: dict[str, Any]) -> None:
    from kg.builder import build, digest

    if not notes and path != store.default_path():
        warnings.warn(f"no store at {path} yet; made one of the facts of kg", stacklevel=3)
    if not notes or notes["ours"]:
        build(path=path)
    elif digest(map(Path, notes["facts"])) != notes["digest"]:
        warnings.warn(f"the facts of {path} have changed since it was built", stacklevel=3)

"""What a store was made from: written beside its files, read before it is opened or built anew.

An example, as ``manifest.json`` has it::

    {"built": "2026-03-05 09:12:44 UTC", "claims": 9, "digest": "8f0c…", "facts": ["/home/ina/facts/sel.yaml"],
     "ours": false, "quads": 1356, "sources": ["/home/ina/facts"],
     "stamps": {"/home/ina/facts/sel.yaml": [4211, 1772701964000000000], …}}
"""  # noqa: E501

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from kg.output import sync
from kg.resources import SEEDS

NAME = "manifest.json"

_TIME = "%Y-%m-%d %H:%M:%S UTC"
REFERENCE_DATA = "the reference data that comes with kg"

Stamp = list[int]
"""Size in bytes and time of the last change in nanoseconds; empty where there is no file."""


def now() -> str:
    """Return the time as a manifest has it."""
    return datetime.now(UTC).strftime(_TIME)


def moment(text: str) -> datetime:
    """Return the time that a manifest has: ``2026-03-05 09:12:44 UTC``."""
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)


class Manifest:
    """The inputs of a build, and how much came of them.

    ``sources`` are the files and folders that were named, ``facts`` the files found there;
    ``stamps`` tell without reading whether one has changed. ``digest`` is that of all contents
    and of the versions of the code. ``ours`` says that these are the facts that come with kg,
    ``with_ours`` that the reference data of these is beneath others.
    """

    # No dataclass: whoever asks a query waits for this module, and making one takes a millisecond.
    def __init__(
        self,
        digest: str,
        ours: bool,
        sources: list[str],
        facts: list[str],
        stamps: dict[str, Stamp],
        with_ours: bool = False,
    ) -> None:
        self.digest, self.ours, self.with_ours = digest, ours, with_ours
        self.sources, self.facts, self.stamps = sources, facts, stamps
        self.claims, self.quads = 0, 0
        self.built = now()

    def write(self, folder: Path) -> None:
        """Write it into the folder of a generation. Raises ``OSError``."""
        path = folder / NAME
        path.write_text(json.dumps(vars(self), indent=1, sort_keys=True) + "\n", "utf-8")
        sync(path)

    def is_touched(self) -> bool:
        """Tell whether any input has changed, by its stamp, since the build."""
        return any(stamp_of(Path(path)) not in (was, None) for path, was in self.stamps.items())

    def lacks(self, other: Manifest) -> list[str]:
        """Return what another store was made from that this one is not, by the names given.

        ``["facts"]`` then ``["facts", "more.yaml"]`` lacks nothing; the other way round it
        lacks ``more.yaml``.
        """
        has_ours = self.with_ours or self.ours or str(SEEDS.absolute()) in self.sources
        lost = [REFERENCE_DATA] if other.with_ours and not has_ours else []
        if (self.ours and other.ours) or set(other.facts) <= {*self.facts}:
            return lost
        missing = [source for source in other.sources if source not in self.sources]
        return (missing and (["the facts that come with kg"] if other.ours else missing)) + lost


def read(folder: Path) -> Manifest:
    """Read the manifest of a generation. Raises ``OSError``, or ``ValueError`` where it is none."""
    found = json.loads((folder / NAME).read_bytes())
    if not isinstance(found, dict):
        raise ValueError(f"a manifest is an object, not {type(found).__name__}")
    manifest = Manifest("", False, [], [], {})
    for name, usual in vars(manifest).items():
        if name == "with_ours" and name not in found:
            continue  # it was built before there was a choice
        if not isinstance(found.get(name), type(usual)):
            raise ValueError(f"the manifest's “{name}” is missing or no {type(usual).__name__}")
        setattr(manifest, name, found[name])
    return manifest


def stamps(paths: Iterable[Path]) -> dict[str, Stamp]:
    """Return the stamps of files and folders; they differ if the content does."""
    return {str(path.absolute()): stamp_of(path) or [] for path in paths}


def stamp_of(path: Path) -> Stamp | None:
    """Return the stamp of a file; ``None`` where it may not be looked at."""
    try:
        status = path.stat()
    except PermissionError:
        return None
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]

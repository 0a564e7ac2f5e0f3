"""Which files hold the facts: those that are named, and the YAML in the folders that are.

What lies beside facts in a folder is passed over and said: hidden names (the lock of an editor,
``.github``), virtual environments, links to other folders, what is no regular file. What is named
and can be read only once, or is packed, is kept in a copy.
"""

from __future__ import annotations

import gzip
import os
import stat
import sys
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedIOBase, BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from kg.errors import EntenteError, FactsError, Mark
from kg.resources import SEEDS

STDIN = Path("-")
"""Stands for standard input where files are named."""

_STDIN_SHOWN = "<stdin>"

MAX_PIPED = 1 << 30
"""So many bytes are taken from a pipe, or unpacked."""

_GZIP = b"\x1f\x8b"
"""How a file begins that gzip has packed (RFC 1952, section 2.3.1)."""

_SUFFIXES = (".yaml", ".yml")
_REPOSITORIES = (".git", ".hg", ".jj", ".svn")
"""Hidden folders that everybody has, of which nothing is said."""

_SHOWN = 5


class Listing(NamedTuple):
    """Facts files, each once; the folders that were searched; and what was passed over there."""

    files: list[Path]
    folders: list[Path]
    passed_over: list[str]


def files(paths: Iterable[Path]) -> list[Path]:
    """Return the facts files among the paths, each once; warn of what is passed over in folders.

    Raises ``EntenteError`` where a folder cannot be read.
    """
    found = listing(paths)
    warn(found)
    return found.files


def warn(found: Listing) -> None:
    """Warn of what was passed over."""
    for note in found.passed_over:
        warnings.warn(note, stacklevel=3)


def listing(paths: Iterable[Path]) -> Listing:
    """Find the facts files among the paths. Raises ``EntenteError``.

    A folder is searched, whatever its name: ``facts.d/x.yaml/`` as well as ``facts.d/``.
    """
    found = Listing([], [], [])
    for path in paths:
        if path.is_dir():
            _search(path, found)
        else:
            found.files.append(path)
    return found._replace(files=distinct(found.files))


def beneath(files: Iterable[Path]) -> list[Path]:
    """Return the files of the facts that come with kg which are not among these."""
    named = {path.resolve() for path in files}
    return [path for path in listing([SEEDS]).files if path.resolve() not in named]


def within(folder: Path) -> list[Path]:
    """Return the facts files in a folder and the folders in it, sorted; warn as ``files`` does."""
    return files([folder])


def distinct(paths: Iterable[Path]) -> list[Path]:
    """Return each file once, by the first of the paths that lead to it."""
    found: dict[Path, Path] = {}
    for path in paths:
        found.setdefault(path.resolve(), path)
    return list(found.values())


def is_regular(path: Path) -> bool:
    """Tell whether a file can be read twice. What is not there counts: reading says so."""
    try:
        return path != STDIN and stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return path != STDIN


@contextmanager
def kept(paths: Iterable[Path], *, unpacked: bool = False) -> Iterator[dict[Path, Path]]:
    """Give for each file one that can be read twice: itself, or a copy of what a pipe brings.

    ``{Path("a.yaml"): Path("a.yaml"), Path("-"): Path("/tmp/x1y2/0/stdin")}``. With ``unpacked``,
    what gzip has packed is unpacked too. Raises ``EntenteError`` for devices, and for a pipe that
    brings nothing; one that is raised in the block names the files as they were given.
    """
    found = {path: path for path in paths}
    copied = [path for path in found if not is_regular(path) or (unpacked and is_packed(path))]
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="kg-")) if copied else ""
        places = {path: _place(path, Path(folder, str(n))) for n, path in enumerate(copied)}
        copies = {path: _copied(path, at, unpacked=unpacked) for path, at in places.items()}
        try:
            yield found | copies
        except FactsError as error:
            faults = (f._replace(mark=marked_as_given(f.mark, copies)) for f in error.faults)
            raise FactsError(faults) from error
        except EntenteError as error:
            error.args = tuple(_as_given(str(each), copies) for each in error.args)
            raise


def marked_as_given(mark: Mark, kept: Mapping[Path, Path]) -> Mark:
    """Return a place with the name of the file that was given, in place of its copy's."""
    return mark._replace(path=_as_given(mark.path, kept))


def _as_given(text: str, kept: Mapping[Path, Path]) -> str:
    for path, copy in kept.items():
        if copy != path:
            text = text.replace(str(copy), _STDIN_SHOWN if path == STDIN else str(path))
    return text


def _place(path: Path, folder: Path) -> Path:
    """Return where a copy goes; its name tells as much of a format as the given one does."""
    folder.mkdir()
    name = path.name.removesuffix(".gz")
    return folder / ("stdin" if path == STDIN else name or "data")


def is_packed(path: Path) -> bool:
    """Tell whether gzip has packed a file. What cannot be read is not: reading says so."""
    try:
        with path.open("rb") as file:
            return file.read(2) == _GZIP
    except OSError:
        return False


def _search(folder: Path, found: Listing) -> None:
    yaml, passed_over = [], []
    for where, folders, names in os.walk(folder, onerror=_refuse):
        found.folders.append(Path(where))
        left = {name for name in folders if _is_passed_over(Path(where, name))}
        folders[:] = sorted({*folders} - left)
        for name in names:
            if Path(name).suffix.lower() in _SUFFIXES:
                if name.startswith(".") or not is_regular(Path(where, name)):
                    left.add(name)
                else:
                    yaml.append(Path(where, name))
        passed_over += [Path(where, name) for name in sorted(left.difference(_REPOSITORIES))]
    found.files.extend(sorted(yaml))
    if passed_over:
        shown = [f"{path.relative_to(folder)}{_kind(path)}" for path in passed_over[:_SHOWN]]
        more = len(passed_over) - len(shown)
        listed = ", ".join([*shown, *([f"{more} more"] if more else [])])
        found.passed_over.append(f"passed over in {folder}: {listed}")


def _is_passed_over(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.is_symlink():
        return True
    with suppress(PermissionError):  # to search it will say so
        return (folder / "pyvenv.cfg").exists()
    return False


def _kind(path: Path) -> str:
    """Return, in brackets, why something is passed over that is not hidden."""
    if path.name.startswith("."):
        return ""
    if path.is_symlink():
        return " (a link to a folder)"
    return " (a virtual environment)" if path.is_dir() else " (no regular file)"


def _refuse(error: OSError) -> None:
    raise EntenteError(f"{error.filename} cannot be read: {error.strerror}") from error


def _copied(path: Path, copy: Path, *, unpacked: bool) -> Path:
    """Copy what a pipe brings, or what is packed, to a file. Raises ``EntenteError``."""
    try:
        with _opened(path) as given, copy.open("wb") as file:
            is_packed = unpacked and given.peek(2)[:2] == _GZIP
            source: BufferedIOBase = gzip.GzipFile(fileobj=given) if is_packed else given
            size = 0
            while part := source.read(1 << 16):
                size += file.write(part)
                if size > MAX_PIPED:
                    raise EntenteError(f"{path}: brings more than {MAX_PIPED:,} bytes")
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", "") or error
        raise EntenteError(f"{path} cannot be read: {reason}") from error
    if not size:
        raise EntenteError(f"{path}: brings nothing")
    return copy


def _opened(path: Path) -> BufferedReader:
    if path == STDIN:
        if sys.stdin is None:
            raise EntenteError("standard input is closed")
        return open(sys.stdin.fileno(), "rb", closefd=False)
    file = path.open("rb")
    if stat.S_ISCHR(path.stat().st_mode) and not file.isatty():
        file.close()
        raise EntenteError(f"{path} is a device, and no file of facts")
    return file

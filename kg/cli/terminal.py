"""Where the command writes: any encoding, any width, a pipe, a full disk, no terminal at all.

What people read is cleared of whatever steers a terminal, wherever it goes, and folded to the
width of a terminal. What machines read is cleared of it only where it goes to a terminal.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, cast

from kg import output

if TYPE_CHECKING:
    from pathlib import Path


def prepare() -> None:
    """Make both streams take any character: in UTF-8, or as a terminal of another code shows it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            code = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=code, errors="backslashreplace")


def finish() -> int:
    """Hand over what is not written yet; return an exit code, 2 where that cannot be done."""
    if sys.stdout is None:
        return 0
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        output.abandon_standard()
    except OSError as error:
        output.abandon_standard()
        complain(f"kg: standard output cannot be written: {error.strerror}")
        return 2
    return 0


def is_terminal(stream: IO[Any] | None) -> bool:
    """Tell whether a person reads a stream."""
    return stream is not None and not stream.closed and stream.isatty()


def width() -> int | None:
    """Return the columns of the terminal that is standard output; nothing where it is none."""
    if not is_terminal(sys.stdout):
        return None
    with suppress(OSError):
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    return None


def say(text: str, *, fold: bool = True, hang: int = 0) -> None:
    """Print lines for people; folded, unless they are to be copied. Raises ``OutputError``.

    What is folded goes on after ``hang`` columns, as ``terminal_text.hanging`` says.
    """
    from kg.sparql.presentation.terminal_text import hanging, harmless

    with output.standard() as file:
        lines = hanging(harmless(text), width() if fold else None, hang)
        file.write(f"{lines}\n".encode(sys.stdout.encoding, "backslashreplace"))


def say_json(whole: object) -> None:
    """Print JSON. Raises ``OutputError``."""
    with opened(None) as file:
        file.write(json_bytes(whole))


def json_bytes(whole: object) -> bytes:
    """Return JSON as commands write it, in UTF-8."""
    import json

    return f"{json.dumps(whole, ensure_ascii=False, indent=1)}\n".encode()


def complain(text: str) -> None:
    """Print a message on standard error, if that can be written to."""
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            print(_harmless(text), file=sys.stderr, flush=True)  # noqa: T201


def progress(text: str = "") -> None:
    """Show on a terminal how far long work is; wipe it out where there is no text."""
    if is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb":
        with suppress(OSError):
            print(f"\r\033[K{_harmless(text)}", end="", file=sys.stderr, flush=True)  # noqa: T201


def _harmless(text: str) -> str:
    from kg.sparql.presentation.terminal_text import harmless

    return harmless(text)


@contextmanager
def opened(path: Path | None, *, painted: bool = False) -> Iterator[IO[bytes]]:
    """Give what a command writes to: a file, whole or not at all, or standard output.

    ``painted`` is what has colours of its own and is cleared of whatever else steers a terminal.
    Raises ``OutputError`` where it cannot be written.
    """
    with output.written(path) if path else output.standard() as file:
        if path or painted or not is_terminal(sys.stdout):
            yield file
        else:
            yield cast("IO[bytes]", _Terminal(file, sys.stdout.encoding))


class _Terminal:
    """A terminal that takes UTF-8 in pieces and is not steered by it."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: bytes) -> int:
        text = _harmless(self._decoder.decode(data))
        self._file.write(text.encode(self._encoding, "backslashreplace"))
        return len(data)

    def flush(self) -> None:
        self._file.flush()

    def isatty(self) -> bool:
        return True

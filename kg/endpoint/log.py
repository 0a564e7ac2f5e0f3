"""What the server writes to standard error: lines of JSON, for which nothing ever waits.

A pipe takes the place of standard error, so that whatever this process or one below it writes
there, warnings, tracebacks and the engine's last words among it, becomes a line of JSON. A thread
writes the lines out. Where nobody reads them they are dropped, and counted; where standard error
is closed, nothing else comes of it.
"""

from __future__ import annotations

import json
import logging
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_MOST_LINES = 4_000
_MOST_TEXT = 8_000
"""So many characters of one text are written."""
_GATHER = 0.005
"""Seconds for which lines are gathered, to be written together."""
_PATIENCE = 1.0
"""Seconds that the last lines have when the server is stopped."""


class Log:
    """Lines on their way to a file descriptor; ``dropped`` counts those that got lost."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lines: deque[bytes] = deque()
        self._coming = threading.Event()
        self._is_closed = False
        self._writer = threading.Thread(target=self._write_out, name="log", daemon=True)
        self._writer.start()
        self.dropped = 0

    def write(self, line: Mapping[str, object]) -> None:
        """Take a line; texts in it are cut where they are too long for a log."""
        if len(self._lines) >= _MOST_LINES:
            self.dropped += 1
            return
        cut = {k: v[:_MOST_TEXT] if isinstance(v, str) else v for k, v in line.items()}
        self._lines.append(json.dumps(cut).encode() + b"\n")
        self._coming.set()

    def close(self) -> None:
        """Write what is left, if it can be written soon."""
        self._is_closed = True
        self._coming.set()
        self._writer.join(_PATIENCE)

    def _write_out(self) -> None:
        while not self._is_closed or self._lines:
            self._coming.wait()
            self._coming.clear()
            time.sleep(_GATHER)
            while self._lines:
                line = self._lines.popleft()
                self.dropped += not _written(self._target, line)


def _written(target: int, line: bytes) -> bool:
    """Write a line, however long it takes; tell whether there is anything to write it to."""
    while line:
        try:
            line = line[os.write(target, line) :]
        except BlockingIOError:
            select.select([], [target], [])
        except OSError:  # closed at the other end
            return False
    return True


@contextmanager
def opened() -> Iterator[Log]:
    """Log what is written to standard error, by this process and by those that it starts."""
    hold_standard_files()
    if sys.stderr:
        sys.stderr.flush()
    target = os.dup(2)
    source, pipe = os.pipe()
    os.dup2(pipe, 2)
    os.close(pipe)
    log = Log(target)
    reader = threading.Thread(target=_read_in, args=(source, log), name="stderr", daemon=True)
    reader.start()
    handler = _Handler(log)
    logging.getLogger().addHandler(handler)
    logging.captureWarnings(capture=True)
    try:
        yield log
    finally:
        logging.captureWarnings(capture=False)
        logging.getLogger().removeHandler(handler)
        os.dup2(target, 2)
        reader.join(_GATHER)  # it ends with the last process that has the pipe
        log.close()


def hold_standard_files() -> None:
    """Open what is closed of files 0 to 2, lest a file of the store or a socket take its place."""
    while (held := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(held, True)
    os.close(held)


def _read_in(source: int, log: Log) -> None:
    """Log what comes through the pipe: lines of JSON as they are, other text as messages."""
    rest = b""
    while data := os.read(source, 1 << 16):
        text, _, rest = (rest + data).rpartition(b"\n")
        if len(rest) > _MOST_TEXT:
            text, rest = text + b"\n" + rest, b""
        message = text.decode("utf-8", "replace").strip()
        if message:
            log.write({"time": now(), "level": "error", "message": message})


def now() -> float:
    """Return the time in seconds since 1970."""
    return round(time.time(), 3)


class _Handler(logging.Handler):
    """Takes what libraries log: warnings of Python's own among it."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Log a record, with its traceback if it has one (``logging.Handler``)."""
        line = {"time": now(), "level": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = logging.Formatter().formatException(record.exc_info)
        self._log.write(line)

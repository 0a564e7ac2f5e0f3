"""A facts file as the parser is fed with it: watched, so that no single text fills memory.

Beside that, it keeps the few lines that have a `` #`` in them, for the parser tells of no comments.
"""

from __future__ import annotations

import re
from typing import IO

MAX_PENDING = 2_000_000
"""So many bytes may be read before they make anything: a key, a text, a bracket."""

_KEPT = 1_000


class TooLongError(Exception):
    """More text in one piece than any fact needs; ``line`` is where it is, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"more than {MAX_PENDING // 1_000_000} MB in one text or comment")
        self.line = line


class Stream:
    """A stream of bytes for the parser.

    ``pending`` is how many bytes were read since it made anything, ``lines`` those with a `` #``.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.pending = 0
        self._line = 0
        self._rest = b""
        self.lines: dict[int, bytes] = {}
        self._asked = 0

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes. Raises ``TooLongError`` where the last ones made nothing."""
        chunk = self._file.read(size)
        self.pending += len(chunk)
        if self.pending > MAX_PENDING:
            raise TooLongError(self._line + 1)
        self._note(chunk)
        return chunk

    def comment(self, line: int, column: int) -> str:
        """Return the comment behind a place of a line, both counted from 0; empty if none is.

        Behind the text in ``gist: Resolution #17 of the league`` that is ``#17 of the league``.
        """
        self._asked = line
        if line not in self.lines:
            return ""
        found = re.match(r"\s+(#.*)", self.lines[line].decode("utf-8", "replace")[column:])
        return found[1].rstrip() if found else ""

    def _note(self, chunk: bytes) -> None:
        """Keep the lines with `` #``; the parser is at most a few chunks behind."""
        whole = self._rest + chunk
        if len(self.lines) > _KEPT:
            self.lines = {n: text for n, text in self.lines.items() if n >= self._asked}
        if b" #" in whole:
            for number, text in enumerate(whole.split(b"\n"), self._line):
                if b" #" in text:
                    self.lines[number] = text
        cut = whole.rfind(b"\n") + 1
        self._line += whole.count(b"\n")
        self._rest = whole[cut:] if len(whole) - cut < MAX_PENDING else b""

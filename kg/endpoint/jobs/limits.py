"""Solutions limited while the engine writes them, without reading them again."""

from __future__ import annotations

import re

from kg.endpoint.workers.answer import AnswerWriter
from kg.errors import RequestError

# What stands between two solutions, or before each, and never inside of a term. In JSON a
# quotation mark after these brackets ends a string, or begins the name of the next solution's
# first variable; after the end of a string there is punctuation.
_BETWEEN = {
    "json": re.compile(rb'\}\},\{"(?=[^\}\],:])'),
    "xml": re.compile(rb"<result>"),
    "tsv": re.compile(rb"\n"),
}
_LONGEST = 8


class OutputLimit:
    """A file that passes on what the engine writes until there are more solutions than ``most``.

    A solution that binds nothing counts in no format but XML, TSV and CSV.
    """

    def __init__(self, answer: AnswerWriter, format_name: str, most: int) -> None:
        self._answer = answer
        self._between = _BETWEEN.get(format_name)
        self._most = most
        # JSON has one separator fewer than solutions; CSV and TSV have the line of the names.
        self._found = {"json": 1, "csv": -1, "tsv": -1}.get(format_name, 0)
        self._tail = b""
        self._quoted = False

    def write(self, data: bytes) -> int:
        """Pass on some bytes. Raises ``RequestError`` where there are too many solutions."""
        self._found += self._count(data)
        if self._found > self._most:
            raise RequestError(403, f"more than {self._most:,} solutions; ask for fewer with LIMIT")
        return self._answer.write(data)

    def flush(self) -> None:
        """Do nothing."""

    def _count(self, data: bytes) -> int:
        if self._between is None:
            return self._lines(data)
        joined = self._tail + data
        before = len(self._between.findall(self._tail))
        self._tail = joined[-_LONGEST:]
        return len(self._between.findall(joined)) - before

    def _lines(self, data: bytes) -> int:
        """Count the line feeds of CSV that are not inside of a quoted value (RFC 4180)."""
        count = 0
        for part in data.split(b'"'):
            count += 0 if self._quoted else part.count(b"\n")
            self._quoted = not self._quoted
        self._quoted = not self._quoted  # one more part than quotation marks
        return count

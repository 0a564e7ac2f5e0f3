"""How a reader answers: a file that what it writes leaves as frames, coded if the client likes.

The first 64 KB are held back, so that an error until then still has a status of its own.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from kg.endpoint.workers import frames

_SHORT = 1_000
"""Fewer bytes than these are not worth coding."""

Send = Callable[[bytes], None]


class _Coder(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class AnswerWriter:
    """The answer to one job, written once; ``send`` takes the bytes of frames."""

    def __init__(self, send: Send, coding: str = "") -> None:
        self._send = send
        self._coding = coding
        self._coder: _Coder | None = None
        self._notes: dict[str, Any] = {}
        self.warnings: list[str] = []
        self._held: list[bytes] = []
        self._size = 0
        self.is_streaming = False

    def begin(self, content_type: str, *, status: int = 200, **notes: Any) -> None:  # noqa: ANN401
        """Say what will follow. ``notes`` are for the front, such as whether to cache it."""
        self.note(status=status, type=content_type, **notes)

    def note(self, **notes: Any) -> None:  # noqa: ANN401
        """Add to what the front is told with the answer."""
        self._notes.update(notes)

    def warn(self, text: str) -> None:
        """Tell with the answer what may have been meant otherwise."""
        if text not in self.warnings:
            self.warnings.append(text)
            self.note(warnings=self.warnings)

    def write(self, data: bytes) -> int:
        """Take a part of the content; wait while the client is slow."""
        self._held.append(bytes(data))
        self._size += len(data)
        if self._size >= frames.MOST:
            self._pass_on()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the size of what is held decides when it leaves."""

    def end(self) -> None:
        """Send what is left."""
        held = b"".join(self._held)
        if not self.is_streaming:
            coded = _coded(held, self._coding) if len(held) >= _SHORT else held
            notes = {**self._notes, "coding": self._coding if coded is not held else ""}
            self._send(frames.pack(frames.WHOLE, coded, notes))
            return
        if self._coder:
            held = self._coder.compress(held) + self._coder.flush()
        self._send(frames.pack(frames.DATA, held) + frames.pack(frames.END))

    def fail(self, status: int, message: str) -> None:
        """End with an error: a response of its own, or, if it is too late, a broken one."""
        self._held.clear()
        notes = {"status": status, "message": message}
        self._send(frames.pack(frames.FAILURE, notes=notes))

    def _pass_on(self) -> None:
        held = b"".join(self._held)
        self._held.clear()
        self._size = 0
        head = b""
        if not self.is_streaming:
            self.is_streaming = True
            self._coder = _coder(self._coding)
            head = frames.pack(frames.HEAD, notes={**self._notes, "coding": self._coding})
        if self._coder:
            held = self._coder.compress(held)
        if head or held:
            self._send(head + (frames.pack(frames.DATA, held) if held else b""))


def _coder(coding: str) -> _Coder | None:
    if coding == "gzip":
        return zlib.compressobj(6, wbits=31)
    if coding == "zstd":
        import zstandard

        return zstandard.ZstdCompressor(level=3).compressobj()
    return None


def _coded(data: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return gzip.compress(data, 6, mtime=0)
    if coding == "zstd":
        import zstandard

        return zstandard.ZstdCompressor(level=3).compress(data)
    return data

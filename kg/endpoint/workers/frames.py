"""What the front and the other processes send each other: frames over a socket pair.

A frame is the length of its payload, one byte for its kind, and the payload. A job is one frame,
a short answer another; a long answer is a head, its data in pieces, and an end, or a failure
that comes too late for a status.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

JOB, WHOLE, HEAD, DATA, END, FAILURE, READY = b"JWHDEFR"

_PREFIX = struct.Struct(">IB")
MOST = 64 * 1024
"""So much of an answer is held back, and sent in one piece."""


class Readable(Protocol):
    """What frames are read from: a socket."""

    def recv(self, size: int, /) -> bytes:
        """Return some bytes, none at the end."""


class Frame(NamedTuple):
    """One frame; ``notes`` and ``content`` take a payload of both apart."""

    kind: int
    payload: bytes

    @property
    def notes(self) -> dict[str, Any]:
        """The JSON before the first line feed."""
        found: dict[str, Any] = json.loads(self.payload.partition(b"\n")[0])
        return found

    @property
    def content(self) -> bytes:
        """What follows the first line feed."""
        return self.payload.partition(b"\n")[2]


def pack(kind: int, content: bytes = b"", notes: Mapping[str, Any] | None = None) -> bytes:
    """Return a frame as bytes; the content is preceded by the notes, where there are any."""
    if notes is None:
        return _PREFIX.pack(len(content), kind) + content
    head = json.dumps(notes, separators=(",", ":")).encode()
    return b"".join((_PREFIX.pack(len(head) + 1 + len(content), kind), head, b"\n", content))


def unpack(buffer: bytearray) -> Iterator[Frame]:
    """Take each frame that is complete from the front of a buffer.

    Example: of ``pack(JOB, b"a") + pack(JOB, b"b")[:3]`` it takes the first, and leaves three
    bytes.
    """
    while len(buffer) >= _PREFIX.size:
        length, kind = _PREFIX.unpack_from(buffer)
        end = _PREFIX.size + length
        if len(buffer) < end:
            return
        payload = bytes(buffer[_PREFIX.size : end])
        del buffer[:end]
        yield Frame(kind, payload)


def receive(source: Readable) -> Frame | None:
    """Wait for a frame; ``None`` where the other end has closed."""
    prefix = _exactly(source, _PREFIX.size)
    if prefix is None:
        return None
    length, kind = _PREFIX.unpack(prefix)
    payload = _exactly(source, length)
    return None if payload is None else Frame(kind, payload)


def _exactly(source: Readable, size: int) -> bytes | None:
    pieces = []
    while size:
        piece = source.recv(min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)

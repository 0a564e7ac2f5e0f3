"""Requests and responses of HTTP as the endpoint's modules see them (RFC 9110)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox

from kg.errors import RequestError

Fields: TypeAlias = tuple[tuple[str, str], ...]

FORM = "application/x-www-form-urlencoded"
TEXT = "text/plain; charset=utf-8"
_MAX_FIELDS = 1_000
_PIECE = 16 * 1024


class Request(NamedTuple):
    """What a client asks: ``query`` is the part of the target after “?”, as it was sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    base: str = ""
    """Scheme and host, such as ``http://localhost:7878``, and what precedes the paths here."""
    url: str = ""
    """The URL that was asked, without its query: the base of relative IRIs (RFC 3986, 5.1.3)."""

    def header(self, name: str) -> str:
        """Return a header by its name in lower case, empty where it is absent."""
        return self.headers.get(name, "")


@dataclass
class Response:
    """What is answered at once; ``content`` is the whole body."""

    status: int = 200
    content: bytes = b""
    content_type: str = TEXT
    headers: dict[str, str] = field(default_factory=dict)
    message: dict[str, Any] | None = None
    """The response as ASGI has it, once it was sent."""


def fields(encoded: str | bytes) -> Fields:
    """Decode, once, the parameters of a query string or a form.

    Raises ``RequestError`` where they are not UTF-8 or no form (HTML, section 4.10.22.6).

    Example: ``fields("a=1%2B+2&b")`` is ``(("a", "1+ 2"), ("b", ""))``.
    """
    raw = encoded if isinstance(encoded, bytes) else encoded.encode("latin-1")
    if raw.count(b"&") >= _MAX_FIELDS:
        raise RequestError(400, f"more than {_MAX_FIELDS} parameters")
    try:
        pairs = (pair.partition(b"=") for pair in raw.split(b"&") if pair)
        return tuple((_decoded(name), _decoded(value)) for name, _, value in pairs)
    except UnicodeDecodeError as error:
        raise RequestError(400, "the parameters are not UTF-8, percent-encoded") from error


def _decoded(encoded: bytes) -> str:
    """Decode percent-encoding, a piece at a time since that takes many times its size."""
    spaced = encoded.replace(b"+", b" ")
    if b"%" not in spaced:
        return spaced.decode("utf-8")
    decoded, start = bytearray(), 0
    while start < len(spaced):
        end = start + _PIECE
        within = spaced.find(b"%", end - 2, end)  # “%2B” is not cut in two
        end = within if within >= 0 else end
        decoded += unquote_to_bytes(spaced[start:end])
        start = end
    return decoded.decode("utf-8")


def only(pairs: Fields, name: str) -> str | None:
    """Return the value of a parameter that may be given once. Raises ``RequestError``."""
    found = [value for key, value in pairs if key == name]
    if len(found) > 1:
        raise RequestError(400, f"the parameter “{name}” is given {len(found)} times")
    return found[0] if found else None


def text(body: bytes) -> str:
    """Return a body as text, without a byte order mark. Raises ``RequestError`` if not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"not UTF-8 text, at byte {error.start}") from error


def absolute(name: str) -> str:
    """Return an IRI if it is absolute. Raises ``RequestError``."""
    try:
        return ox.NamedNode(name).value
    except ValueError as error:
        raise RequestError(400, f"“{name}” is no absolute IRI") from error

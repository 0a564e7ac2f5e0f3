"""Writing a response to the client (ASGI 3.0, HTTP connection scope)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from kg.endpoint.http.messages import Response

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

# Anybody's page may ask: what is here is public, and what changes it needs a token.
_COMMON = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Retry-After, Location, WWW-Authenticate"),
    (b"x-content-type-options", b"nosniff"),
]

_PIECE = 64 * 1024


class ResponseWriter:
    """A response on its way; ``status`` and ``size`` are what has been sent of it.

    ``broken`` says why it was left unfinished.
    """

    def __init__(self, send: Send, patience: float) -> None:
        self._send = send
        self._patience = patience
        self.status = 0
        self.size = 0
        self.is_cached = False
        self.broken = ""

    async def whole(self, response: Response) -> None:
        """Send a response whose content is at hand; give up on a client that does not take it.

        Raises ``TimeoutError``.
        """
        self.status, self.size = response.status, len(response.content)
        async with asyncio.timeout(self._patience):
            await self._send(start(response, str(self.size)))
            for begin in range(0, self.size - _PIECE, _PIECE):
                piece = response.content[begin : begin + _PIECE]
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
                await asyncio.sleep(0)  # others have their turn between two pieces
            last = response.content[max(0, self.size - 1) // _PIECE * _PIECE :]
            await self._send({"type": "http.response.body", "body": last})

    async def stream(self, response: Response, pieces: AsyncIterator[bytes]) -> None:
        """Send a response as its content comes. Where that breaks off, so does the response.

        Raises ``TimeoutError`` where the client does not take a piece.
        """
        self.status = response.status
        await self._send(start(response))
        async for piece in pieces:
            self.size += len(piece)
            async with asyncio.timeout(self._patience):
                await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})


def start(response: Response, length: str = "") -> Message:
    """Return the message that opens a response; it is made once."""
    if response.message is None:
        headers = [*_COMMON, (b"content-type", response.content_type.encode())]
        if length and response.status not in (204, 304):
            headers.append((b"content-length", length.encode()))
        headers += [(k.lower().encode(), v.encode()) for k, v in response.headers.items()]
        if response.status in (204, 304):
            headers = [header for header in headers if header[0] != b"content-type"]
        response.message = {
            "type": "http.response.start",
            "status": response.status,
            "headers": headers,
        }
    return response.message

"""Reading the bodies of requests: each has a bound and a deadline, all together a bound too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from kg.endpoint.http.messages import Request
from kg.errors import RequestError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_CLOSE = {"Connection": "close"}
_IN_VAIN = 8
"""A body that is so many times too long is not waited for."""


class Bodies:
    """The bodies that are being read; together they have no more than ``most`` bytes."""

    def __init__(self, most: int, patience: float) -> None:
        self._most, self._patience = most, patience
        self._held = 0

    async def read(self, request: Request, receive: Receive, most: int) -> bytes:
        """Read a body of ``most`` bytes at most.

        Raises ``RequestError`` where it is too long, or takes too long to come.
        """
        if request.header("content-encoding").lower() not in ("", "identity"):
            raise RequestError(415, "the body is coded; send it as it is", _CLOSE)
        length = request.header("content-length")
        if length.isdecimal() and int(length) > most:
            # Most clients read the response when they have sent all: so let them, within reason.
            raise _too_long(most, {} if int(length) < _IN_VAIN * most else _CLOSE)
        pieces: list[bytes] = []
        try:
            async with asyncio.timeout(self._patience):
                await self._take(pieces, receive, most)
        except TimeoutError as error:
            raise RequestError(408, "the body took too long to come", _CLOSE) from error
        finally:
            self._held -= sum(map(len, pieces))
        return b"".join(pieces)

    async def _take(self, pieces: list[bytes], receive: Receive, most: int) -> None:
        size, is_more = 0, True
        while is_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestError(400, "the body ends too early", _CLOSE)
            piece = message.get("body", b"")
            pieces.append(piece)
            self._held += len(piece)
            size += len(piece)
            if size > most:
                raise _too_long(most, _CLOSE)
            if self._held > self._most:
                raise RequestError(503, "too many bodies at once", {"Retry-After": "1", **_CLOSE})
            is_more = bool(message.get("more_body"))


def _too_long(most: int, headers: dict[str, str]) -> RequestError:
    return RequestError(413, f"the body has more than {most:,} bytes", headers)

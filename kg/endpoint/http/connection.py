"""HTTP/1.1 by uvicorn, with limits on how long and how large a request's head may be."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 64 * 1024
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


class Protocol(HttpToolsProtocol):
    """A connection that is closed where the head of a request is too large, or too late.

    ``patience`` are the seconds for a head, and for the first request of a connection.
    """

    def __init__(self, *arguments: Any, patience: float, **others: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **others)
        self._patience = patience

    _late: asyncio.TimerHandle | None = None
    _in_head = False
    _head_size = 0

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401
        """Begin to wait (``asyncio.Protocol``)."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Count what comes while a head is open (``asyncio.Protocol``)."""
        self._stop()
        super().data_received(data)
        if not self._in_head:
            self._head_size = 0
            return
        self._head_size += len(data)
        if self._head_size > MOST_HEAD:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more (``asyncio.Protocol``)."""
        self._stop()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Note that a head begins (``httptools``)."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that a head has ended (``httptools``)."""
        self._in_head = False
        super().on_headers_complete()

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self._patience, self._give_up)

    def _stop(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        self.transport.close()

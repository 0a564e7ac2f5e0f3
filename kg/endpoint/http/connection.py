"""HTTP/1.1 by uvicorn, with limits on how long and how large a request's head may be.

Private parts of uvicorn are overridden, which is why pyproject.toml has an upper bound for it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from kg.endpoint.http import head
from kg.endpoint.http.admission import Admission, client_key
from kg.endpoint.log import Log, now

_CLOSING = "HTTP/1.1 {}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
_TOO_LARGE = "431 Request Header Fields Too Large"
_TOO_MANY = "503 Service Unavailable"
_INVALID = "400 Bad Request"


class Protocol(HttpToolsProtocol):
    """A connection that is closed where the head of a request is too large, or too late.

    ``patience`` are the seconds for a whole head, however it comes, and for what is left to be sent
    when the connection is closed.
    """

    def __init__(
        self, *arguments: Any, patience: float, admission: Admission, log: Log, **others: Any  # noqa: ANN401
    ) -> None:  # fmt: skip
        super().__init__(*arguments, **others)
        self._patience, self._admission, self._log = patience, admission, log
        self._is_admitted = False
        self._late: asyncio.TimerHandle | None = None
        self._lingering: asyncio.TimerHandle | None = None
        self._in_head = self._is_lost = False
        self._received = self._parsed = self._lines = 0
        """Bytes of the head: in whole pieces after the first, and of what could be parsed."""
        self.client_key = ""

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401
        """Begin to wait, if there is room (``asyncio.Protocol``)."""
        super().connection_made(transport)
        self.client_key = client_key(self.client[0] if self.client else "")
        self._is_admitted = self._admission.enter(self)
        if self._is_admitted:
            self._wait()
        else:
            self._refuse(_TOO_MANY, "too many connections")

    def evict(self) -> None:
        """Make room for another connection (``admission.Evictable``)."""
        self._is_admitted = False
        self._close()

    def data_received(self, data: bytes) -> None:
        """Take what comes; its size counts while a head is open (``asyncio.Protocol``)."""
        if self.transport.is_closing():
            return
        self._received += len(data)
        super().data_received(data)
        if self._in_head and max(self._received, self._parsed) > head.MOST:
            self._refuse(_TOO_LARGE, f"the head of a request has {head.MOST:,} bytes at most")
        elif self._in_head or self.cycle is None or self.cycle.response_complete:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more (``asyncio.Protocol``)."""
        self._is_lost = True
        self._stop()
        if self._lingering:
            self._lingering.cancel()
            self._lingering = None
        if self._is_admitted:
            self._admission.leave(self)
        super().connection_lost(exc)
        # What refers to itself would stay until the next search for such, heads of 64 KB included.
        for name in ("scope", "headers", "cycle"):
            setattr(self, name, None)
        self.pipeline.clear()

    def on_message_begin(self) -> None:
        """Note that a head begins (``httptools``)."""
        self._in_head, self._received, self._parsed, self._lines = True, 0, 0, 0
        super().on_message_begin()
        self.scope["state"]["abort"] = self.transport.abort

    def on_url(self, url: bytes) -> None:
        """Count a part of the target (``httptools``)."""
        self._parsed += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count a header; one too many ends the parsing at once (``httptools``)."""
        self._parsed += len(name) + len(value) + 4
        self._lines += 1
        if self._lines > head.MOST_LINES:
            raise OverflowError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note that a head has ended (``httptools``)."""
        self._in_head = False
        self._stop()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that a request is there, its body included (``httptools``)."""
        if self._is_admitted:
            self._admission.work(self)
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Note that the client does not take what is sent (``asyncio.Protocol``)."""
        if self._is_admitted:
            self._admission.wait(self)
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that the client takes it after all (``asyncio.Protocol``)."""
        if self._is_admitted and self.cycle and not self.cycle.response_complete:
            self._admission.work(self)
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Wait for the next request (``uvicorn``)."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._linger()
        elif self._is_admitted and self.cycle.response_complete:
            self._admission.wait(self)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:  # noqa: ANN401
        task = self.loop.create_task(cycle.run_asgi(app))
        self.tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if self.transport.is_closing():  # a response was left unfinished
            self._linger()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection (``uvicorn``)."""
        self._close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or has more headers than are read (``uvicorn``)."""
        if self._lines > head.MOST_LINES:
            self._refuse(_TOO_LARGE, f"a request has {head.MOST_LINES} headers at most")
            return
        self._log.write(
            {
                "time": now(),
                "client": self.client[0] if self.client else "",
                "status": 400,
                "message": msg,
            }
        )
        self._refuse(_INVALID, msg)

    def _wait(self) -> None:
        """Give the client time for a head; none that it has already had is given again."""
        if self._late is None and not self.transport.is_closing():
            self._late = self.loop.call_later(self._patience, self._close)

    def _stop(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None

    def _refuse(self, status: str, message: str) -> None:
        body = f"{message}\n"
        lines = f"{_CLOSING.format(status)}Content-Length: {len(body)}\r\n\r\n{body}"
        self.transport.write(lines.encode())
        self._close()

    def _close(self) -> None:
        self._stop()
        self.transport.close()
        self._linger()

    def _linger(self) -> None:
        """Let what is left be sent, but not for ever."""
        if self._lingering is None and not self._is_lost:
            self._lingering = self.loop.call_later(self._patience, self.transport.abort)

"""The ASGI application: routes, refusals, what is logged and counted (ASGI 3.0).

A route maps a path to the methods that it has, each to a handler; a path that ends in “/” stands
for all below it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

from kg.endpoint.http.messages import Request, Response
from kg.endpoint.http.reply import ResponseWriter
from kg.endpoint.http.statuses import refusal
from kg.errors import EntenteError, RequestError

Handler: TypeAlias = Callable[[Request, ResponseWriter], Awaitable[None]]
Routes: TypeAlias = Mapping[str, Mapping[str, Handler]]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_HOST = re.compile(r"[A-Za-z0-9._~-]+(:\d+)?|\[[0-9a-f:.]+\](:\d+)?", re.IGNORECASE)
_BODIES = {"POST", "PUT", "QUERY", "PATCH"}
_GONE = 499
"""What is logged where the client left before it had an answer."""
_CLOSE = {"Connection": "close"}
_IN_VAIN = 8
_GLANCE = 0.05
"""Seconds after which it is watched whether the client is still there."""


class App:
    """Answers requests by routes. ``most`` tells how many bytes the body of a request may have."""

    def __init__(
        self,
        routes: Routes,
        count: Callable[[str, str, int, float], None],
        *,
        most: Callable[[Request], int],
        patience: float,
        log: bool,
    ) -> None:
        self._routes = routes
        self._count = count
        self._most = most
        self._patience = patience
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (``asgi.Application``)."""
        started = time.perf_counter()
        method, path = scope["method"], scope["path"]
        reply = ResponseWriter(send, self._patience)
        route, handlers = self._route(path)
        watch = _Watch(receive)
        try:
            await self._answer(scope, receive, reply, handlers, watch)
        except RequestError as error:
            await _refuse(reply, error)
        except asyncio.CancelledError:
            if not watch.has_left:
                raise
            reply.status = _GONE
        finally:
            watch.end()
            seconds = time.perf_counter() - started
            self._count(route, method if handlers else "", reply.status, seconds)
            if self._log:
                _write(scope, reply, seconds)

    def _route(self, path: str) -> tuple[str, Mapping[str, Handler]]:
        if path in self._routes:
            return path, self._routes[path]
        above = path[: path.find("/", 1) + 1]
        return (above, self._routes[above]) if above in self._routes else ("", {})

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        reply: ResponseWriter,
        handlers: Mapping[str, Handler],
        watch: _Watch,
    ) -> None:
        request = _request(scope)
        if not handlers:
            raise RequestError(404, f"there is nothing at {request.path}")
        if request.method == "OPTIONS":
            await reply.whole(_options(request, handlers))
            return
        handler = handlers.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            allowed = {"Allow": ", ".join(_methods(handlers))}
            raise RequestError(405, f"{request.method} is not allowed here", allowed)
        if request.method in _BODIES:
            body = await _body(request, receive, self._most(request), self._patience)
            request = request._replace(body=body)
        watch.begin()
        try:
            await handler(request, reply)
        except EntenteError as error:
            raise refusal(error) from error


class _Watch:
    """Ends the handling of a request whose client leaves before it is answered."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.has_left = False

    def begin(self) -> None:
        """Watch, but not for the many requests that are answered in no time."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_GLANCE, self._look, loop, asyncio.current_task())

    def end(self) -> None:
        """Watch no more."""
        if self._timer:
            self._timer.cancel()
        if self._task:
            self._task.cancel()

    def _look(self, loop: asyncio.AbstractEventLoop, handling: asyncio.Task[None] | None) -> None:
        self._task = loop.create_task(self._wait(handling))

    async def _wait(self, handling: asyncio.Task[None] | None) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.has_left = True
        if handling:
            handling.cancel()


def _request(scope: Scope) -> Request:
    """Return the request of a scope. Raises ``RequestError`` where it has no sound host."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "localhost")
    if not _HOST.fullmatch(host):
        raise RequestError(400, "the Host header is no host")
    query = scope["query_string"].decode("latin-1")
    base = f"{scope['scheme']}://{host}"
    url = base + scope["raw_path"].decode("latin-1")
    return Request(scope["method"], scope["path"], query, headers, b"", base, url)


async def _body(request: Request, receive: Receive, most: int, patience: float) -> bytes:
    """Read the body. Raises ``RequestError`` where it is too long, or takes too long to come."""
    if request.header("content-encoding").lower() not in ("", "identity"):
        raise RequestError(415, "the body is coded; send it as it is", _CLOSE)
    too_long = f"the body has more than {most:,} bytes"
    length = request.header("content-length")
    if length.isdecimal() and int(length) > most:
        # Most clients read the response when they have sent all: so let them, within reason.
        raise RequestError(413, too_long, {} if int(length) < _IN_VAIN * most else _CLOSE)
    pieces, size = [], 0
    try:
        async with asyncio.timeout(patience):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise RequestError(400, "the body ends too early", _CLOSE)
                pieces.append(message.get("body", b""))
                size += len(pieces[-1])
                if size > most:
                    raise RequestError(413, too_long, _CLOSE)
                if not message.get("more_body"):
                    return b"".join(pieces)
    except TimeoutError as error:
        raise RequestError(408, "the body took too long to come", _CLOSE) from error


def _methods(handlers: Mapping[str, Handler]) -> list[str]:
    return [*handlers, *(["HEAD"] if "GET" in handlers else []), "OPTIONS"]


def _options(request: Request, handlers: Mapping[str, Handler]) -> Response:
    """Answer OPTIONS, and with it what browsers ask beforehand (Fetch standard, section 4.8)."""
    methods = ", ".join(_methods(handlers))
    headers = {"Allow": methods}
    if request.header("access-control-request-method"):
        headers["Access-Control-Allow-Methods"] = methods
        headers["Access-Control-Allow-Headers"] = "Accept, Authorization, Content-Type"
        headers["Access-Control-Max-Age"] = "86400"
    return Response(204, headers=headers)


async def _refuse(reply: ResponseWriter, error: RequestError) -> None:
    """Say what is wrong, unless the response has begun: then leave it unfinished."""
    if reply.status:
        reply.broken = str(error)
        return
    headers = {"Cache-Control": "no-store", **error.headers}
    await reply.whole(Response(error.status, f"{error}\n".encode(), headers=headers))


def _write(scope: Scope, reply: ResponseWriter, seconds: float) -> None:
    """Write the line of a request to the access log."""
    line = {
        "time": round(time.time(), 3),
        "client": scope["client"][0] if scope["client"] else "",
        "method": scope["method"],
        "path": scope["path"],
        "status": reply.status,
        "bytes": reply.size,
        "ms": round(seconds * 1000, 2),
        "cached": reply.is_cached,
    }
    if reply.broken:
        line["broken"] = reply.broken
    sys.stderr.write(json.dumps(line) + "\n")

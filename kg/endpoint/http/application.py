"""The ASGI application: routes, refusals, what is logged and counted (ASGI 3.0).

A route maps a path to the methods that it has, each to a handler; a path that ends in “/” stands
for all below it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

from kg.endpoint.http import head, negotiation
from kg.endpoint.http.body import Bodies, Receive
from kg.endpoint.http.head import Scope
from kg.endpoint.http.hosts import Hosts
from kg.endpoint.http.messages import Request, Response
from kg.endpoint.http.reply import ResponseWriter
from kg.endpoint.http.statuses import refusal
from kg.endpoint.http.watch import Watch
from kg.endpoint.log import Log, now
from kg.errors import EntenteError, RequestError

Handler: TypeAlias = Callable[[Request, ResponseWriter], Awaitable[None]]
Routes: TypeAlias = Mapping[str, Mapping[str, Handler]]
Refusal: TypeAlias = Callable[[Request, RequestError], Awaitable[Response]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_BODIES = {"POST", "PUT", "QUERY", "PATCH"}
_GONE = 499
"""What is logged where the client left before it had an answer."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TOKENS = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")
_ALLOWED = "Accept, Authorization, Content-Type"


class App:
    """Answers requests by routes. ``most`` tells how many bytes the body of a request may have.

    ``log`` takes a line for each request, if there is one; ``refusal_page`` makes the page of a
    refusal for who would rather have one.
    """

    def __init__(
        self,
        routes: Routes,
        count: Callable[[str, str, int, float], None],
        *,
        hosts: Hosts,
        bodies: Bodies,
        most: Callable[[Request], int],
        patience: float,
        log: Log | None,
        refusal_page: Refusal,
    ) -> None:
        self._routes = routes
        self._count = count
        self._hosts = hosts
        self._bodies = bodies
        self._most = most
        self._patience = patience
        self._log = log
        self._refusal_page = refusal_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (``asgi.Application``)."""
        started = time.perf_counter()
        method, path = scope["method"], scope["path"]
        reply = ResponseWriter(send, self._patience)
        route, handlers = self._route(path)
        watch, request = Watch(receive), None
        try:
            request = head.request(scope, self._hosts)
            await self._answer(request, receive, reply, handlers, watch)
        except RequestError as error:
            await self._refuse(request, reply, error)
        except TimeoutError:
            reply.broken = "the client did not take the answer"
            scope["state"]["abort"]()
        except asyncio.CancelledError:
            if not watch.has_left:
                raise
            reply.status = _GONE
        finally:
            watch.end()
            seconds = time.perf_counter() - started
            self._count(route, method if handlers else "", reply.status, seconds)
            if self._log:
                self._log.write(_line(scope, reply, seconds))

    def _route(self, path: str) -> tuple[str, Mapping[str, Handler]]:
        if path in self._routes:
            return path, self._routes[path]
        above = path[: path.find("/", 1) + 1]
        return (above, self._routes[above]) if above in self._routes else ("", {})

    async def _answer(
        self,
        request: Request,
        receive: Receive,
        reply: ResponseWriter,
        handlers: Mapping[str, Handler],
        watch: Watch,
    ) -> None:
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
            body = await self._bodies.read(request, receive, self._most(request))
            request = request._replace(body=body)
        watch.begin()
        try:
            await handler(request, reply)
        except RequestError:
            raise
        except EntenteError as error:
            raise refusal(error) from error

    async def _refuse(
        self, request: Request | None, reply: ResponseWriter, error: RequestError
    ) -> None:
        """Say what is wrong, unless the response has begun: then leave it unfinished."""
        if reply.status:
            reply.broken = str(error)
            return
        told = RequestError(error.status, _one_line(str(error)), error.headers)
        headers = {"Cache-Control": "no-store", **error.headers}
        message = f"{told}\n".encode("utf-8", "replace")
        response = Response(error.status, message, headers=headers)
        if request and _likes_pages(request):
            response = await self._refusal_page(request, told)
            response.headers |= headers
        await reply.whole(response)


def _methods(handlers: Mapping[str, Handler]) -> list[str]:
    return [*handlers, *(["HEAD"] if "GET" in handlers else []), "OPTIONS"]


def _options(request: Request, handlers: Mapping[str, Handler]) -> Response:
    """Answer OPTIONS, and with it what browsers ask beforehand (Fetch standard, section 4.8)."""
    methods = ", ".join(_methods(handlers))
    headers = {"Allow": methods}
    if request.header("access-control-request-method"):
        headers["Access-Control-Allow-Methods"] = methods
        wanted = request.header("access-control-request-headers").strip()
        also = f", {wanted}" if _TOKENS.fullmatch(wanted) else ""
        headers["Access-Control-Allow-Headers"] = _ALLOWED + also
        headers["Access-Control-Max-Age"] = "86400"
    return Response(204, headers=headers)


def _likes_pages(request: Request) -> bool:
    """Tell whether a client would rather have a page than plain text."""
    try:
        accept = request.header("accept")
        return negotiation.preferred(("text/plain", "text/html"), accept) == "text/html"
    except RequestError:  # a header that is too long to be read
        return False


def _one_line(text: str) -> str:
    """Return a text without control characters, which it may have from a request.

    Example: a line feed becomes ``\\u000a``.
    """
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _line(scope: Scope, reply: ResponseWriter, seconds: float) -> dict[str, object]:
    """Return the line of a request for the log."""
    line = {
        "time": now(),
        "client": scope["client"][0] if scope["client"] else "",
        "method": scope["method"],
        "path": scope["path"],
        "status": reply.status,
        "bytes": reply.size,
        "ms": round(seconds * 1000, 2),
        "cached": reply.is_cached,
    }
    return {**line, "broken": reply.broken} if reply.broken else line

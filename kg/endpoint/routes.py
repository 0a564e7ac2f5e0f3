"""The handlers of the operations: from a request to a job, and who may ask for it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib.resources import files
from typing import TypeVar
from urllib.parse import quote

from kg.endpoint.http.application import Routes
from kg.endpoint.http.messages import Request, Response
from kg.endpoint.http.reply import ResponseWriter
from kg.endpoint.metrics import CONTENT_TYPE, Metrics
from kg.endpoint.pages import errors
from kg.endpoint.pages.environment import document
from kg.endpoint.pages.site import Site
from kg.endpoint.protocol import graph_store, requests
from kg.endpoint.protocol.operations import OPERATIONS, UPDATE, Operation
from kg.endpoint.service import PAGE, Service
from kg.errors import EntenteError, RequestError
from kg.vocabulary.iris import of_path

MOST_QUERY = 1 << 20
"""So many bytes may a query have; what changes the store may have more."""

_LONG = 16 * 1024
_LONG_URL = 2 * 1024
_JSON = "application/json"
_FOR_AN_HOUR = {"Cache-Control": "public, max-age=3600"}
_ROBOTS = """User-agent: *
Disallow: /query
Disallow: /sparql
Disallow: /store
Disallow: /update
Disallow: /ask
Disallow: /why
Disallow: /search
"""
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="updates"'}


T = TypeVar("T")
_reading = ThreadPoolExecutor(1, "body")


class Handlers:
    """The handlers of the routes. ``token`` is empty where nothing may be changed."""

    def __init__(
        self, service: Service, metrics: Metrics, *, token: str, most: int, federated: bool
    ) -> None:
        self._service, self._metrics = service, metrics
        self._token, self._most = token.encode(), most
        self._flags = (("writable", "true" if token else ""),) + (
            (("federated", "true"),) if federated else ()
        )

    def routes(self) -> Routes:
        """Return the table of handlers, by path and method."""
        return {
            path: {
                method: partial(getattr(self, operation.handler), operation)
                for method, operation in methods.items()
            }
            for path, methods in OPERATIONS.items()
        }

    def most(self, request: Request) -> int:
        """Return how many bytes the body of a request may have: more for who may change things."""
        return self._most if self._may_change(request) else min(self._most, MOST_QUERY)

    async def query(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Answer a query, or describe the service."""
        job = await _aside(request, requests.query, operation, request)
        if job.name == "description":
            job = job._replace(given=(("base", request.base), *self._flags))
        await self._service.answer(job, request, reply)

    async def either(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Take a query or an update, whichever it is."""
        if await _aside(request, requests.is_update, request):
            await self.update(operation._replace(parameters=UPDATE.parameters), request, reply)
        else:
            await self.query(operation, request, reply)

    async def update(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Do an update."""
        self._authorize(request)
        job, content = await _aside(request, requests.update, operation, request)
        await reply.whole(await self._service.change(job, content))

    async def graph(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give a graph, or all of them."""
        await self._service.answer(graph_store.read(operation, request), request, reply)

    async def put(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Replace a graph, or all of them."""
        self._authorize(request)
        await reply.whole(await self._service.change(*graph_store.put(operation, request)))

    async def post(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Add to a graph."""
        self._authorize(request)
        job, content, made = await _aside(request, graph_store.post, operation, request)
        response = await self._service.change(job, content)
        if made:
            response.headers["Location"] = made
        await reply.whole(response)

    async def delete(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Remove a graph, or all of them."""
        self._authorize(request)
        await reply.whole(await self._service.change(*graph_store.delete(operation, request)))

    async def ask(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give the verdict on a yes/no question."""
        job = await _aside(request, requests.ask, operation, request)
        await self._service.answer(job, request, reply)

    async def why(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give the claims for and against something."""
        await self._service.answer(requests.why(operation, request), request, reply)

    async def question(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give the page of the answer to a named query."""
        name = request.path.removeprefix("/questions/")
        await self._service.answer(requests.question(operation, request, name), request, reply)

    async def resource(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Describe an individual."""
        about = ("iri", of_path(request.path.removeprefix("/id/")))
        await self._service.answer(requests.page(operation, request, about), request, reply)

    async def members(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """List the things of a class."""
        about = ("class", request.path.removeprefix("/browse/"))
        job = requests.page(operation, request, about)._replace(name="browse")
        await self._service.answer(job, request, reply)

    async def page(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give a page, or the same as RDF, of what is always the same."""
        await self._service.answer(requests.page(operation, request), request, reply)

    home = ontology = search = browse = page

    async def style(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give the style sheet of the pages."""
        content = (files("kg.endpoint.pages") / "templates" / "style.css").read_bytes()
        kind = "text/css; charset=utf-8"
        await reply.whole(Response(200, content, kind, dict(_FOR_AN_HOUR)))

    async def sitemap(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """List the pages for search engines."""
        await self._service.answer(requests.sitemap(operation, request), request, reply)

    async def opensearch(
        self, operation: Operation, request: Request, reply: ResponseWriter
    ) -> None:
        """Tell how to search here."""
        content = document("opensearch.xml", base=request.base).encode()
        await reply.whole(Response(200, content, operation.answers[0], dict(_FOR_AN_HOUR)))

    async def robots(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Tell crawlers what is for them."""
        content = f"{_ROBOTS}Sitemap: {request.base}/sitemap.xml\n".encode()
        await reply.whole(Response(200, content, headers=dict(_FOR_AN_HOUR)))

    async def void(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give the statistics of the dataset."""
        job = requests.page(operation, request)
        await self._service.answer(job._replace(given=(("base", request.base),)), request, reply)

    async def health(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Say that the server runs."""
        await reply.whole(_now(b"ok\n"))

    async def ready(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Say whether queries can be answered."""
        await self._service.check()
        await reply.whole(_now(b"ready\n"))

    async def metrics(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give the counts."""
        await reply.whole(_now(self._metrics.text(), CONTENT_TYPE))

    async def openapi(self, operation: Operation, request: Request, reply: ResponseWriter) -> None:
        """Give the description of all this in OpenAPI."""
        content = (files("kg.endpoint") / "openapi.json").read_bytes()
        await reply.whole(Response(200, content, _JSON, dict(_FOR_AN_HOUR)))

    async def refusal(self, request: Request, error: RequestError) -> Response:
        """Return the page of a refusal; of what there is not, with what may have been meant."""
        if error.status == 404 and len(request.url) + len(request.query) < _LONG_URL:
            with suppress(EntenteError):  # then the page says only what is wrong
                return await self._service.fresh(requests.missing(request, str(error)))
        site = Site.of(quote(request.path), requests.read_leniently(request))
        content = errors.error(error.status, str(error), site).encode("utf-8", "replace")
        return Response(error.status, content, "text/html; charset=utf-8", dict(PAGE))

    def _may_change(self, request: Request) -> bool:
        scheme, _, token = request.header("authorization").partition(" ")
        given = token.strip().encode("latin-1", "replace")
        same = hmac.compare_digest(given, self._token)
        return bool(self._token) and scheme.lower() == "bearer" and same

    def _authorize(self, request: Request) -> None:
        """Raise ``RequestError`` where the client may change nothing (RFC 6750, section 3)."""
        if not self._token:
            raise RequestError(403, "the dataset is read-only here")
        if not self._may_change(request):
            if request.header("authorization"):
                raise RequestError(401, "the token is wrong", _CHALLENGE)
            raise RequestError(401, "a change needs “Authorization: Bearer TOKEN”", _CHALLENGE)


async def _aside(request: Request, read: Callable[..., T], *arguments: object) -> T:
    """Read a request; one with a long body beside the loop, one at a time, so that others wait."""
    if len(request.body) < _LONG:
        return read(*arguments)
    return await asyncio.get_running_loop().run_in_executor(_reading, partial(read, *arguments))


def _now(content: bytes, content_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(200, content, content_type, {"Cache-Control": "no-store"})

"""What is served, and where: the table of routes."""

from __future__ import annotations

import hmac
from importlib.resources import files

from kg.endpoint.http.application import Handler, Routes
from kg.endpoint.http.messages import Request, Response, fields, only
from kg.endpoint.http.reply import ResponseWriter
from kg.endpoint.metrics import CONTENT_TYPE, Metrics
from kg.endpoint.protocol import graph_store
from kg.endpoint.protocol import requests as protocol
from kg.endpoint.service import Service
from kg.errors import RequestError
from kg.vocabulary.iris import ID

MOST_QUERY = 1 << 20
"""So many bytes may a query have; what changes the store may have more."""

_JSON = "application/json"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="updates"'}


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
        """Return the table."""
        query = {"GET": self.query, "POST": self.query, "QUERY": self.query}
        store: dict[str, Handler] = {
            "GET": self.graph, "PUT": self.put, "POST": self.post, "DELETE": self.delete,
        }  # fmt: skip
        return {
            "/": {"GET": self.home},
            "/questions/": {"GET": self.question},
            "/id/": {"GET": self.resource},
            "/ontology": {"GET": self.ontology},
            "/style.css": {"GET": self.style},
            "/query": query,
            "/sparql": {**query, "POST": self.either},
            "/update": {"POST": self.update},
            "/store": store,
            "/store/": store,
            "/ask": {"GET": self.ask, "POST": self.ask},
            "/why": {"GET": self.why},
            "/.well-known/void": {"GET": self.void},
            "/healthz": {"GET": self.health},
            "/readyz": {"GET": self.readiness},
            "/metrics": {"GET": self.metrics},
            "/openapi.json": {"GET": self.openapi},
        }

    def most(self, request: Request) -> int:
        """Return how many bytes the body of a request may have: more for who may change things."""
        return self._most if self._may_change(request) else min(self._most, MOST_QUERY)

    async def query(self, request: Request, reply: ResponseWriter) -> None:
        """Answer a query, or describe the service."""
        job = protocol.read(request)
        if job.name == "description":
            job = job._replace(given=(("base", request.base), *self._flags))
        await self._service.answer(job, request, reply)

    async def either(self, request: Request, reply: ResponseWriter) -> None:
        """Take a query or an update, whichever it is."""
        kind = protocol.operation(request)
        await (self.update if kind == "update" else self.query)(request, reply)

    async def update(self, request: Request, reply: ResponseWriter) -> None:
        """Do an update."""
        self._authorize(request)
        given = protocol.update(request)
        dataset = {
            "default": [value for name, value in given if name == "using-graph-uri"],
            "named": [value for name, value in given if name == "using-named-graph-uri"],
        }
        text = (only(given, "update") or "").encode()
        await reply.whole(await self._service.change({"name": "update", **dataset}, text))

    async def graph(self, request: Request, reply: ResponseWriter) -> None:
        """Give a graph, or all of them."""
        await self._service.answer(graph_store.read(request), request, reply)

    async def put(self, request: Request, reply: ResponseWriter) -> None:
        """Replace a graph, or all of them."""
        self._authorize(request)
        await reply.whole(await self._service.change(*graph_store.put(request)))

    async def post(self, request: Request, reply: ResponseWriter) -> None:
        """Add to a graph."""
        self._authorize(request)
        job, content, made = graph_store.post(request)
        response = await self._service.change(job, content)
        if made:
            response.headers["Location"] = made
        await reply.whole(response)

    async def delete(self, request: Request, reply: ResponseWriter) -> None:
        """Remove a graph, or all of them."""
        self._authorize(request)
        await reply.whole(await self._service.change(*graph_store.delete(request)))

    async def ask(self, request: Request, reply: ResponseWriter) -> None:
        """Give the verdict on a yes/no question."""
        await self._service.answer(protocol.ask(request), request, reply)

    async def why(self, request: Request, reply: ResponseWriter) -> None:
        """Give the claims for and against something."""
        await self._service.answer(protocol.why(request), request, reply)

    async def home(self, request: Request, reply: ResponseWriter) -> None:
        """Say what this is, with the questions of the catalogue."""
        job = protocol.job("home", request, fields(request.query), "page")
        await self._service.answer(job, request, reply)

    async def question(self, request: Request, reply: ResponseWriter) -> None:
        """Give the page of the answer to a named query."""
        name = request.path.removeprefix("/questions/")
        await self._service.answer(protocol.question(request, name), request, reply)

    async def resource(self, request: Request, reply: ResponseWriter) -> None:
        """Describe an individual."""
        iri = ID + request.path.removeprefix("/id/")
        await self._service.answer(protocol.page("resource", request, ("iri", iri)), request, reply)

    async def ontology(self, request: Request, reply: ResponseWriter) -> None:
        """Give the ontology."""
        await self._service.answer(protocol.page("ontology", request), request, reply)

    async def style(self, request: Request, reply: ResponseWriter) -> None:
        """Give the style sheet of the pages."""
        content = (files("kg.endpoint.pages") / "templates" / "style.css").read_bytes()
        headers = {"Cache-Control": "public, max-age=3600"}
        await reply.whole(Response(200, content, "text/css; charset=utf-8", headers))

    async def void(self, request: Request, reply: ResponseWriter) -> None:
        """Give the statistics of the dataset."""
        job = protocol.job("void", request, fields(request.query), "graph")
        await self._service.answer(job._replace(given=(("base", request.base),)), request, reply)

    async def health(self, request: Request, reply: ResponseWriter) -> None:
        """Say that the server runs."""
        await reply.whole(_now(b"ok\n"))

    async def readiness(self, request: Request, reply: ResponseWriter) -> None:
        """Say whether queries can be answered."""
        if not self._service.readers.is_ready or not self._service.generation:
            raise RequestError(503, "there is no reader", {"Retry-After": "1"})
        await reply.whole(_now(b"ready\n"))

    async def metrics(self, request: Request, reply: ResponseWriter) -> None:
        """Give the counts."""
        await reply.whole(_now(self._metrics.text(), CONTENT_TYPE))

    async def openapi(self, request: Request, reply: ResponseWriter) -> None:
        """Give the description of all this in OpenAPI."""
        content = (files("kg.endpoint") / "openapi.json").read_bytes()
        await reply.whole(Response(200, content, _JSON, {"Cache-Control": "public, max-age=3600"}))

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


def _now(content: bytes, content_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(200, content, content_type, {"Cache-Control": "no-store"})

"""A client of servers that speak SPARQL: queries sent, graphs read and written.

Queries go by the SPARQL 1.1 Protocol (section 2.1.2, POST with URL-encoded parameters), graphs
by the SPARQL 1.1 Graph Store HTTP Protocol (section 5). An answer is read to its end and
parsed to its end before anything of it is given out: a server that breaks off in
the middle is an error and never a shorter answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from time import monotonic
from typing import IO, TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox

from kg.errors import RemoteError
from kg.sparql import tokens as sparql
from kg.sparql.bombs import refuse_bombs
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.results import Answer, Boolean, Solutions, Triples

if TYPE_CHECKING:
    import urllib3

MAX_BYTES = 1 << 30
"""The largest answer that is read; it is held in memory."""

WAIT = 600.0
"""So many seconds a server may be silent."""

PATIENCE = 3_600.0
"""So many seconds a whole answer may take, however it trickles."""

_CONNECT = 10.0
_CHUNK = 1 << 16
_ACCEPT_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_ACCEPT_GRAPHS = "application/n-triples, text/turtle;q=0.8"
_VIRTUOSO_ASK = b'"vars": ["__ASK_RETVAL"]'
_NAMES = {form: name for name, form in RDF_FORMATS.items()}
_WORDS: dict[type, str] = {Solutions: "solutions", Boolean: "a boolean", Triples: "triples"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Client:
    """A connection to one address of a server.

    ``token`` is sent as a bearer token (RFC 6750, section 2.1), or as it is where it names its
    scheme, such as ``Basic …``; never to another host that the server may point to. Raises
    ``RemoteError`` where the URL is none of HTTP, or a token would go over the network in clear.
    """

    def __init__(
        self, url: str, token: str = "", *, limit: int = MAX_BYTES, patience: float = PATIENCE
    ) -> None:
        import urllib3

        self.url = url
        self._limit = limit
        self._patience = patience
        _check(url, bool(token))
        headers = {"User-Agent": "entente-kg"}
        if token:
            headers["Authorization"] = token if " " in token else f"Bearer {token}"
        self._pool = urllib3.PoolManager(
            headers=headers,
            timeout=urllib3.Timeout(connect=min(_CONNECT, patience), read=min(WAIT, patience)),
            retries=urllib3.Retry(connect=0, read=0, redirect=5, status=0, other=0),
        )

    def query(self, text: str, default_graph: str = "") -> Answer:
        """Answer a query, over the graph that is to be its default graph if one is named.

        A SELECT gives solutions, an ASK a boolean, other queries triples. Raises ``RemoteError``,
        also where the server gives something else.
        """
        answer = self._answer(text, default_graph)
        form = sparql.form(text)
        wanted = {"SELECT": Solutions, "ASK": Boolean}.get(form, Triples)
        if not isinstance(answer, wanted):
            given, right = _WORDS[type(answer)], _WORDS[wanted]
            raise RemoteError(f"{self.url}: answered {form} with {given} and not {right}")
        return answer

    def _answer(self, text: str, default_graph: str) -> Answer:
        fields = {"query": text}
        if default_graph:
            fields["default-graph-uri"] = default_graph
        makes_graph = sparql.form(text) in ("CONSTRUCT", "DESCRIBE")
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": _ACCEPT_GRAPHS if makes_graph else _ACCEPT_RESULTS,
        }
        kind, body = self._request("POST", self.url, headers, urlencode(fields).encode())
        form = ox.QueryResultsFormat.from_media_type(kind)
        if not form:
            return Triples(self._triples(kind, body))
        with self._reading():
            body = _as_specified(body) if form == ox.QueryResultsFormat.JSON else body
            found = ox.parse_query_results(body, format=form)
            if isinstance(found, ox.QueryBoolean):
                return Boolean(bool(found))
            for _ in found:
                pass
        body.seek(0)
        again = ox.parse_query_results(body, format=form)
        assert isinstance(again, ox.QuerySolutions)
        return Solutions(again)

    def get(self, graph: str) -> list[ox.Triple]:
        """Return the triples of a graph, or of the default graph where none is named.

        Raises ``RemoteError``, with status 404 where there is no such graph.
        """
        headers = {"Accept": _ACCEPT_GRAPHS}
        return self._triples(*self._request("GET", self._graph(graph), headers))

    def put(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Replace a graph, or the default graph, by these triples. Raises ``RemoteError``."""
        # Every document in N-Triples is one in Turtle too, which all servers have to take.
        data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        self._request("PUT", self._graph(graph), headers, data)

    def delete(self, graph: str) -> None:
        """Remove a graph, or empty the default graph. Raises ``RemoteError``."""
        self._request("DELETE", self._graph(graph), {})

    def _graph(self, graph: str) -> str:
        """Return the URL that stands for a graph (Graph Store HTTP Protocol, section 4.2)."""
        name = f"graph={quote(graph, safe='')}" if graph else "default"
        return f"{self.url}{'&' if urlsplit(self.url).query else '?'}{name}"

    def _triples(self, kind: str, body: IO[bytes]) -> list[ox.Triple]:
        form = ox.RdfFormat.from_media_type(kind)
        if not form:
            raise RemoteError(f"{self.url}: the answer is {kind or 'of no type'}, which is no RDF")
        with self._reading():
            refuse_bombs(_NAMES.get(form, ""), body.read())
            body.seek(0)
            return [quad.triple for quad in ox.parse(body, format=form)]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (SyntaxError, ValueError, LookupError) as error:
            message = f"{self.url}: the answer breaks off or cannot be read: {error}"
            raise RemoteError(message) from error

    def _request(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[str, IO[bytes]]:
        """Return the media type and the body of an answer. Raises ``RemoteError``."""
        from urllib3.exceptions import HTTPError

        headers = {**self._pool.headers, **headers}
        try:
            # Only a query follows redirects: the server that a graph is written to is named.
            response = self._pool.request(
                method, url, body=body, headers=headers, preload_content=False,
                redirect=method == "POST",
            )  # fmt: skip
            with response:
                if response.status >= 300:
                    raise RemoteError(f"{url}: {_refusal(response)}", response.status)
                return response.headers.get("Content-Type", ""), self._whole(response)
        except HTTPError as error:
            raise RemoteError(f"{url}: {_reason(error)}") from error

    def _whole(self, response: urllib3.BaseHTTPResponse) -> IO[bytes]:
        """Read an answer to its end."""
        body, end = BytesIO(), monotonic() + self._patience
        while chunk := response.read1(_CHUNK):
            body.write(chunk)
            if body.tell() > self._limit:
                raise RemoteError(f"{self.url}: the answer has more than {self._limit:,} bytes")
            if monotonic() > end:
                raise RemoteError(f"{self.url}: no whole answer within {self._patience:g} seconds")
        body.seek(0)
        return body


def _as_specified(body: IO[bytes]) -> IO[bytes]:
    """Return an answer in JSON as the specification has it, where Virtuoso 7 has it otherwise.

    It names blank nodes like IRIs, and gives a boolean as a solution.
    """
    data = body.read().replace(b'"nodeID://', b'"')
    if _VIRTUOSO_ASK in data[:200]:
        (solution,) = json.loads(data)["results"]["bindings"] or [{}]
        value = solution.get("__ASK_RETVAL", {}).get("value") == "1"
        data = json.dumps({"head": {}, "boolean": value}).encode()
    return BytesIO(data)


def _check(url: str, token: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RemoteError(f"“{url}” is no address of a server; give one such as https://host/path")
    if token and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise RemoteError(f"{url}: a token goes over https only")


def _refusal(response: urllib3.BaseHTTPResponse) -> str:
    """Return status and the first line of what the server says, or where it points to."""
    told = response.headers.get("Location", "")
    if not told and "html" not in response.headers.get("Content-Type", ""):
        text = response.read(1000).decode("utf-8", "replace")
        told = "".join(c for c in text.strip().partition("\n")[0][:200] if c.isprintable())
    if response.status in (404, 405, 406):
        told += "; is it the whole address, with a path such as /query or /store?"
    return f"{response.status} {response.reason or ''}".strip() + (f": {told}" if told else "")


def _reason(error: BaseException) -> str:
    """Return the plainest word for why there is no answer."""
    from urllib3.exceptions import MaxRetryError, TimeoutError  # noqa: A004

    if isinstance(error, MaxRetryError) and error.reason:
        return _reason(error.reason)
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.strerror:
        return f"cannot be reached: {cause.strerror}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"no whole answer: {error}"

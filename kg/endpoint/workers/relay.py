"""What stands between the engine and the servers that SERVICE and LOAD may ask.

The engine follows redirects wherever they lead, and cannot be told not to. So an IRI on a host
that is allowed is replaced by one of a relay on loopback, in the same process, which asks in the
engine's stead: ``SERVICE <http://a.example/sparql>`` becomes ``SERVICE
<http://127.0.0.1:40001/SECRET/0>``. The relay follows redirects to the same hosts, and no other.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox
import urllib3

from kg.errors import ServiceError
from kg.sparql.guard import relayed
from kg.sparql.keywords import Parses

LARGEST = 32 << 20
"""The largest answer of another server that is passed on, in bytes."""
_SECONDS = 60.0
"""So long another server may be silent; how long it may take in all, the time-out of a job says."""
_REDIRECTS = 5
_PASSED_ON = ("Accept", "Content-Type", "User-Agent")


@cache
def relay_to(hosts: frozenset[str]) -> Relay:
    """Return the relay of this process to some hosts; without any, one that is not asked."""
    return Relay(hosts)


class Relay:
    """A relay to some hosts; it listens from the first IRI on, and serves one text at a time."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = hosts
        self._iris: list[str] = []
        self._prefix = ""

    def via(self, text: str, words: Collection[str], parses: Parses) -> str:
        """Return a guarded text in which the relay is asked where one of these words is."""
        self._iris = []
        return relayed(text, words, parses, self._iri) if self._hosts else text

    def _iri(self, iri: str) -> str:
        if not self._prefix:
            self._prefix = _listen(self)
        if iri not in self._iris:
            self._iris.append(iri)
        return f"{self._prefix}{self._iris.index(iri)}"

    @contextmanager
    def named(self) -> Iterator[None]:
        """Have errors of the engine name the servers themselves. Raises ``ServiceError``."""
        try:
            yield
        except (OSError, ServiceError) as error:
            if not self._iris:
                raise
            message = str(error)
            for number in reversed(range(len(self._iris))):
                message = message.replace(f"{self._prefix}{number}", self._iris[number])
            raise ServiceError(message) from error

    def asked(self, path: str, method: str, body: bytes, headers: dict[str, str]) -> _Answer:
        """Ask the server that a path stands for. Raises ``ServiceError`` (what it says is told)."""
        secret, _, number = path.removeprefix("/").partition("/")
        if f"/{secret}/" != urlsplit(self._prefix).path or not number.isdecimal():
            raise ServiceError("nobody asks so")
        url = self._iris[int(number)]
        for _ in range(_REDIRECTS):
            response = urllib3.request(
                method, url, body=body or None, headers=headers, redirect=False, retries=False,
                timeout=_SECONDS, preload_content=False,
            )  # fmt: skip
            location = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or not location:
                return _Answer(url, response)
            response.close()
            url = urljoin(url, location)
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or parts.netloc.lower() not in self._hosts:
                raise ServiceError(f"it redirects to {parts.netloc}, which is not allowed")
            if response.status == 303:
                method, body = "GET", b""
        raise ServiceError("it redirects again and again")


class _Answer:
    """The answer of a server at a URL, as the engine is to have it.

    Raises ``ServiceError`` where it is too large, packed or not.
    """

    def __init__(self, url: str, response: urllib3.BaseHTTPResponse) -> None:
        self.status = response.status
        self.type = response.headers.get("Content-Type", "")
        with response:
            self.content = response.read(LARGEST + 1, decode_content=True)
        if len(self.content) > LARGEST:
            raise ServiceError(f"{url} answers with more than {LARGEST >> 20} MB")
        found = ox.RdfFormat.from_media_type(self.type)
        if self.status == 200 and found:  # what is relative in RDF is so to where it came from
            quads = ox.parse(self.content, found, base_iri=url)
            kind = ox.RdfFormat.N_QUADS if found.supports_datasets else ox.RdfFormat.N_TRIPLES
            whole = (quad if found.supports_datasets else quad.triple for quad in quads)
            self.content = ox.serialize(whole, format=kind) or b""
            self.type = kind.media_type


def _listen(relay: Relay) -> str:
    """Have a thread answer for a relay; return what its IRIs begin with."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
            try:
                answer = relay.asked(self.path, self.command, body, headers)
                status, kind, content = answer.status, answer.type, answer.content
            except (ServiceError, SyntaxError, urllib3.exceptions.HTTPError) as error:
                status, kind, content = 502, "text/plain", str(error).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/{secrets.token_urlsafe(24)}/"

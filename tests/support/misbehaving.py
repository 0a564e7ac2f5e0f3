"""A server that speaks SPARQL, and whose faults are data: see ``Fault`` and ``FAULTS``.

It holds a dataset in memory and answers queries and the Graph Store Protocol rightly, but for the
requests that its fault is for.
"""

from __future__ import annotations

import io
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

JSON = "application/sparql-results+json"


class Fault(NamedTuple):
    """What is wrong with an answer; by default, nothing.

    Of ``method`` only, and from the request with the number ``after`` on; ``location`` redirects
    with ``status``; ``cut`` sends only so much of the body, ``lie`` adds to its length; ``rows``
    leaves out solutions at the end; ``pause`` waits so many seconds before each byte.
    """

    method: str = ""
    after: int = 0
    status: int = 0
    location: str = ""
    type: str = ""
    body: bytes | None = None
    cut: int | None = None
    lie: int = 0
    rows: int = 0
    pause: float = 0
    reset: bool = False


FAULTS = {
    "cut short": Fault(cut=20),
    "nothing comes": Fault(cut=0),
    "says more than it gives": Fault(lie=10),
    "says less than it gives": Fault(lie=-10),
    "resets the connection": Fault(reset=True),
    "trickles": Fault(pause=0.3),
    "a page of HTML": Fault(type="text/html", body=b"<html>Welcome</html>"),
    "no type": Fault(type=" "),
    "no JSON": Fault(body=b"{"),
    "other JSON": Fault(body=b"[]"),
    "empty JSON": Fault(body=b"{}"),
    "an error": Fault(status=500, type="text/plain", body=b"out of \x1b[31mmemory\nmore"),
    "nobody is allowed": Fault(status=401, type="text/plain", body=b"who are you?"),
    "no service": Fault(status=503, type="text/html", body=b"<html>later</html>"),
    "redirects for ever": Fault(status=307, location="/query"),
    "redirects to nowhere": Fault(status=307, location="http://127.0.0.1:1/query"),
    "redirects, and loses the query": Fault(status=303, location="/page"),
}


class Server:
    """What a server holds, the requests that came, and the fault that it has."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = ox.Store()
        self.fault = Fault()
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    @property
    def faulty(self) -> Fault:
        """The fault that the request that came last is to meet."""
        method = self.requests[-1][0]
        meets = self.fault.method in ("", method) and len(self.requests) > self.fault.after
        return self.fault if meets else Fault()


class _Handler(BaseHTTPRequestHandler):
    state: Server

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        names = {name.lower(): value for name, value in self.headers.items()}
        self.state.requests.append((self.command, self.path, names))
        status, kind, body = self.right(content)
        self.send(self.state.faulty, status, kind, body)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  names of http.server

    def right(self, content: bytes) -> tuple[int, str, bytes]:
        """The right answer: status, type and body."""
        url = urlsplit(self.path)
        if url.path == "/page":
            return 200, "text/html", b"<html>Welcome</html>"
        if self.command == "POST":
            return self.query(parse_qs(content.decode())["query"][0])
        name = parse_qs(url.query).get("graph", [""])[0]
        graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        if self.command == "GET":
            triples = [
                q.triple for q in self.state.store.quads_for_pattern(None, None, None, graph)
            ]
            return (
                200,
                "application/n-triples",
                ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES),
            )
        self.state.store.clear_graph(graph)
        if self.command == "PUT":
            self.state.store.load(content, ox.RdfFormat.TURTLE, to_graph=graph)
        return 204, "", b""

    def query(self, text: str) -> tuple[int, str, bytes]:
        found = self.state.store.query(text)
        output = io.BytesIO()
        if isinstance(found, ox.QueryTriples):
            found.serialize(output, ox.RdfFormat.N_TRIPLES)
            return 200, "application/n-triples", output.getvalue()
        found.serialize(output, ox.QueryResultsFormat.JSON)
        whole = json.loads(output.getvalue())
        if self.state.faulty.rows and "COUNT" not in text and "results" in whole:
            del whole["results"]["bindings"][-self.state.faulty.rows :]
        return 200, JSON, json.dumps(whole).encode()

    def send(self, fault: Fault, status: int, kind: str, body: bytes) -> None:
        if fault.reset:
            linger = struct.pack("ii", 1, 0)  # to close is to reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            return
        body = body if fault.body is None else fault.body
        self.send_response(fault.status or status)
        if fault.location:
            self.send_header("Location", fault.location)
        if fault.type.strip() or (kind and not fault.type):
            self.send_header("Content-Type", fault.type or kind)
        self.send_header("Content-Length", str(max(0, len(body) + fault.lie)))
        self.end_headers()
        sent = body if fault.cut is None else body[: fault.cut]
        for part in [sent] if not fault.pause else [bytes([byte]) for byte in sent]:
            time.sleep(fault.pause)
            self.wfile.write(part)
        self.close_connection = fault != Fault()

    def log_message(self, *_: object) -> None:
        pass


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that leave."""


@contextmanager
def misbehaving(fault: Fault = Fault(), quads: Iterator[ox.Quad] | None = None) -> Iterator[Server]:  # noqa: B008
    """Run a server with a fault, over the quads."""
    handler = type("Handler", (_Handler,), {})
    with _Quiet(("127.0.0.1", 0), handler) as server:
        state = handler.state = Server(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
        state.store.bulk_extend(quads or ())
        state.fault = fault
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()

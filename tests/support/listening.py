"""A server on loopback that nobody should ask: it notes each connection, and answers."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ANSWER = (
    b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"literal","value":"a secret"}}]}}'
)


class Listener:
    """The listener's address, and what it was asked; ``redirect`` is where it sends everybody."""

    def __init__(self, server: http.server.ThreadingHTTPServer) -> None:
        self.host = f"127.0.0.1:{server.server_port}"
        self.url = f"http://{self.host}/inside"
        self.asked: list[str] = []
        self.redirect = ""
        self.answer, self.type = ANSWER, "application/sparql-results+json"


@contextmanager
def listening() -> Iterator[Listener]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listener.asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(302 if listener.redirect else 200)
            if listener.redirect:
                self.send_header("Location", listener.redirect)
            self.send_header("Content-Type", listener.type)
            self.send_header("Content-Length", str(len(listener.answer)))
            self.end_headers()
            self.wfile.write(listener.answer)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener = Listener(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

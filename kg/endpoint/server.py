"""Starting and stopping the server."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, cast

import uvicorn
import uvloop

from kg.endpoint.cache import Cache
from kg.endpoint.http.application import App
from kg.endpoint.http.connection import Protocol
from kg.endpoint.jobs import reader, writer
from kg.endpoint.metrics import Metrics
from kg.endpoint.routes import Handlers
from kg.endpoint.service import Service
from kg.endpoint.workers.pool import Pool
from kg.errors import RequestError, ServerError

_GRACE = 5.0
"""Seconds that requests under way have beyond the time-out, when the server is stopped."""


class Limits(NamedTuple):
    """What the server spends at most: seconds, bytes, solutions, processes, waiting queries."""

    timeout: float = 10.0
    memory: int = 512 << 20
    results: int = 1_000_000
    body: int = 64 << 20
    workers: int = 4
    queue: int = 512
    cache: int = 64 << 20
    connections: int = 2_048


_USUAL = Limits()


def serve(
    path: Path,
    host: str = "127.0.0.1",
    port: int = 7878,
    *,
    limits: Limits = _USUAL,
    token: str = "",
    hosts: frozenset[str] = frozenset(),
    public: bool = False,
    log: bool = True,
    ready: Callable[[str], None] = print,
) -> None:
    """Serve a store until SIGINT or SIGTERM; ``ready`` is told the URL when it is there.

    With a ``token``, those who have it may change the dataset. SERVICE and LOAD may ask the
    ``hosts``. Raises ``ServerError`` where it cannot listen, or would listen to everybody
    without being ``public``.
    """
    if not public and not _is_loopback(host):
        raise ServerError(f"{host} can be reached by others; say --public if that is meant")
    bounds = reader.Bounds(limits.memory, limits.results, hosts)
    loop = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    with _listening(host, port) as listener, loop as runner:
        runner.run(_serve(path, listener, limits, bounds, token, log, ready))


async def _serve(
    path: Path,
    listener: socket.socket,
    limits: Limits,
    bounds: reader.Bounds,
    token: str,
    log: bool,
    ready: Callable[[str], None],
) -> None:
    readers = Pool(
        reader.main, path, bounds,
        size=limits.workers, queue=limits.queue, timeout=limits.timeout,
    )  # fmt: skip
    changer = Pool(
        writer.main, path, bounds.hosts,
        size=1, queue=limits.queue, timeout=limits.timeout, spares=0, slow=0,
    )  # fmt: skip
    service = Service(path, readers, changer if token else None, Cache(limits.cache))
    metrics = Metrics(service)
    handlers = Handlers(
        service, metrics, token=token, most=limits.body, federated=bool(bounds.hosts)
    )
    app = App(
        handlers.routes(), metrics.count, most=handlers.most, patience=limits.timeout, log=log
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    server = _Server(_config(app, limits), lambda: ready(_url(listener)))
    gc.freeze()  # what is there by now stays; what requests make has no cycles worth a search
    gc.set_threshold(50_000, 50, 100)
    try:
        await readers.start()
        if token:
            await changer.start()
        await server.serve([listener])
    except RequestError as error:  # why the first reader could not begin
        raise ServerError(str(error)) from error
    finally:
        readers.close()
        changer.close()


def _is_news(record: logging.LogRecord) -> bool:
    """Tell what is worth saying from what the access log has: that a response broke off."""
    return "without completing response" not in record.getMessage()


def _config(app: App, limits: Limits) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", partial(Protocol, patience=limits.timeout)),
        ws="none",
        lifespan="off",
        loop="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=round(limits.timeout + _GRACE),
    )


class _Server(uvicorn.Server):
    """Tells when it listens, and ends without a signal of its own when one ends it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen (``uvicorn.Server``)."""
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at a signal, at once at a second one (``uvicorn.Server``)."""
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
    except OSError as error:
        raise ServerError(f"{host} is no address of this machine: {error.strerror}") from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            raise ServerError(f"cannot listen on {host}:{port}: {error.strerror}") from error
        yield listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

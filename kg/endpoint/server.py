"""Starting and stopping the server."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, cast

import uvicorn
import uvloop

from kg.endpoint import log as logs
from kg.endpoint.cache import Cache
from kg.endpoint.http.admission import Admission
from kg.endpoint.http.application import App
from kg.endpoint.http.body import Bodies
from kg.endpoint.http.connection import Protocol
from kg.endpoint.http.hosts import Hosts
from kg.endpoint.jobs import reader, writer
from kg.endpoint.metrics import Metrics
from kg.endpoint.routes import Handlers
from kg.endpoint.service import Service
from kg.endpoint.workers.pool import Pool
from kg.errors import RequestError, ServerError

_GRACE = 5.0
"""Seconds that requests under way have beyond the time-out, when the server is stopped."""

_OWN_FILES = 128
"""So many files the front may need beside connections: ends of sockets to readers, mostly."""
_EACH_BYTE = 8
"""Bytes of memory that the writer may need for each of the longest body, beside a query's."""
_UNSENT = 128 << 10
"""Bytes of an answer that the system takes ahead of what a client has room for."""
_BODIES = 64 << 20
"""Bytes of bodies that are being read, beside two of the longest."""


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


class Access(NamedTuple):
    """Who may ask what: ``token`` is what changes need, empty where there are none.

    SERVICE and LOAD may ask the ``services``. ``hosts`` are served beside those of loopback, and
    the IRIs of answers begin with ``base_url``, or with the host that was asked. Without being
    ``public`` it listens on loopback only.
    """

    token: str = ""
    services: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    base_url: str = ""
    public: bool = False


_USUAL, _READ_ONLY = Limits(), Access()


def serve(
    path: Path,
    host: str = "127.0.0.1",
    port: int = 7878,
    *,
    limits: Limits = _USUAL,
    access: Access = _READ_ONLY,
    log_requests: bool = True,
    ready: Callable[[str], None] = print,
) -> None:
    """Serve a store until SIGINT or SIGTERM; ``ready`` is told the URL when it is there.

    Raises ``ServerError`` where it cannot listen, or would listen to everybody without being
    meant to.
    """
    if not access.public and not _is_loopback(host):
        raise ServerError(f"{host} can be reached by others; say --public if that is meant")
    hosts = Hosts(access.hosts, access.base_url)
    loop = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    with logs.opened() as log, _listening(host, port) as listener, loop as runner:
        front = _Front(path, limits, access, hosts, log)
        runner.run(front.serve(listener, log_requests, ready))


class _Front:
    """What serves: the pools of processes, what answers requests, and HTTP before it."""

    def __init__(
        self, path: Path, limits: Limits, access: Access, hosts: Hosts, log: logs.Log
    ) -> None:
        self._limits, self._hosts, self._log = limits, hosts, log
        self._admission = Admission(min(limits.connections, _room_for_connections()))
        self._readers = Pool(
            reader.main, path, reader.Bounds(limits.memory, limits.results, access.services),
            size=limits.workers, queue=limits.queue, timeout=limits.timeout,
        )  # fmt: skip
        self._writer = Pool(
            writer.main, path, access.services, limits.memory + _EACH_BYTE * limits.body,
            size=1, queue=limits.queue, timeout=limits.timeout, spares=0, slow=0,
        )  # fmt: skip
        self._may_change = bool(access.token)
        writing = self._writer if self._may_change else None
        self._service = Service(path, self._readers, writing, Cache(limits.cache))
        self._metrics = Metrics(self._service, self._admission, log)
        self._handlers = Handlers(
            self._service, self._metrics, token=access.token, most=limits.body,
            federated=bool(access.services),
        )  # fmt: skip

    async def serve(
        self, listener: socket.socket, log_requests: bool, ready: Callable[[str], None]
    ) -> None:
        app = App(
            self._handlers.routes(), self._metrics.count,
            hosts=self._hosts,
            bodies=Bodies(2 * self._limits.body + _BODIES, self._limits.timeout),
            most=self._handlers.most, patience=self._limits.timeout,
            log=self._log if log_requests else None, refusal_page=self._handlers.refusal,
        )  # fmt: skip
        server = _Server(self._config(app), lambda: ready(_url(listener)))
        gc.freeze()  # what is there by now stays; what requests make has no cycles worth a search
        gc.set_threshold(50_000, 50, 100)
        try:
            await self._readers.start()
            if self._may_change:
                await self._writer.start()
            await server.serve([listener])
        except RequestError as error:  # why the first reader could not begin
            raise ServerError(str(error)) from error
        finally:
            self._readers.close()
            self._writer.close()

    def _config(self, app: App) -> uvicorn.Config:
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        connection = partial(
            Protocol, patience=self._limits.timeout, admission=self._admission, log=self._log
        )
        return uvicorn.Config(
            app,
            http=cast("type[asyncio.Protocol]", connection),
            ws="none",
            lifespan="off",
            loop="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=round(self._limits.timeout + _GRACE),
        )


_NOT_NEWS = (
    "without completing response", "without starting response", "Invalid HTTP request",
    "Unsupported upgrade request", "WebSocket library",
)  # fmt: skip


def _is_news(record: logging.LogRecord) -> bool:
    """Tell what is worth saying from what the log of requests has, and from what clients cause."""
    return not any(words in record.getMessage() for words in _NOT_NEWS)


def _room_for_connections() -> int:
    """Return how many connections fit beside the files that the front needs for itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):  # some systems have a lower limit than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    room, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 1 << 20 if room == resource.RLIM_INFINITY else max(16, room - _OWN_FILES)


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
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # else megabytes for each who reads nothing
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
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

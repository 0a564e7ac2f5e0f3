"""The readers: some at work, some spare, so that one that is ended is replaced at once.

A query that goes on for a while is moved aside: it gets a lower priority and its place is given
to a spare, so that slow queries, up to a number of them, do not keep the quick ones waiting.
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from kg.endpoint.workers.handle import RETRY, Handle, connect
from kg.errors import RequestError

_PRELOADED = [
    "__main__",
    "kg.endpoint.jobs.reader",
    "kg.endpoint.jobs.writer",
    "kg.citations.answers",
    "kg.citations.why",
    "ctypes",
]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
"""Seconds until a reader that cannot be started is tried again."""

_AT_ONCE = 2
"""So many readers start at a time: where many are ended, others have the processor too."""

PATIENCE = 0.2
"""Seconds after which a query is a slow one."""


class Pool:
    """Processes that run ``main`` with a socket and the ``arguments``. To be closed in the end.

    ``size`` of them work at a time, beside up to ``slow`` that were moved aside; up to ``queue``
    jobs wait for one, for ``timeout`` seconds, and each may take as long again.
    """

    def __init__(
        self,
        main: Callable[..., None],
        *arguments: object,
        size: int,
        queue: int,
        timeout: float,
        spares: int = 2,
        slow: int = 16,
    ) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._main, self._arguments = main, arguments
        self._size, self._queue, self.timeout = size, queue, timeout
        self._spares, self._most_slow = spares, slow
        self._idle: list[Handle] = []  # the last one in is the warmest
        self._waiting: deque[asyncio.Future[Handle]] = deque()
        self._busy = 0
        self._slow = 0
        self._starting: set[asyncio.Task[None]] = set()
        self._handles: set[Handle] = set()
        self._is_closed = False
        self._failures = 0  # to start, one after the other
        self._is_pausing = False
        self.timeouts = 0
        self.ended = 0

    @property
    def waiting(self) -> int:
        """How many queries wait for a reader."""
        return len(self._waiting)

    @property
    def busy(self) -> int:
        """How many readers are at work."""
        return self._busy + self._slow

    @property
    def is_ready(self) -> bool:
        """Whether there is a reader."""
        return bool(self._handles) and not self._is_closed

    async def start(self) -> None:
        """Start one reader, and wait for it; the others follow. Raises ``RequestError``."""
        await self._add()
        self._refill()

    def close(self) -> None:
        """End all readers."""
        self._is_closed = True
        for task in self._starting:
            task.cancel()
        for handle in list(self._handles):
            handle.end(RequestError(503, "the server is being stopped"))

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Handle]:
        """Give a reader for one job; it is ended if the block is left before it has answered.

        Raises ``RequestError`` (503) where too many wait already, or for too long; and within
        the block where the job takes longer than the time-out.
        """
        loop = asyncio.get_running_loop()
        handle = await self._next(loop)
        late = loop.call_later(self.timeout, self._too_late, handle)
        slow = loop.call_later(PATIENCE, self._move_aside, handle)
        try:
            yield handle
        finally:
            late.cancel()
            slow.cancel()
            if handle.is_busy:
                handle.end()  # nobody waits for the answer any more
            self._release(handle)

    async def _next(self, loop: asyncio.AbstractEventLoop) -> Handle:
        if self._idle and self._busy < self._size:
            return self._take(self._idle.pop())
        if len(self._waiting) >= self._queue:
            raise RequestError(503, "too many queries are waiting", RETRY)
        if self._is_pausing and not self._handles:
            raise RequestError(503, "no reader can be started just now", RETRY)
        waiter: asyncio.Future[Handle] = loop.create_future()
        self._waiting.append(waiter)
        self._refill()
        late = loop.call_later(self.timeout, self._give_up, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif not waiter.cancelled() and not waiter.exception():
                self._release(waiter.result())
            raise
        finally:
            late.cancel()

    def _give_up(self, waiter: asyncio.Future[Handle]) -> None:
        if not waiter.done():
            self._waiting.remove(waiter)
            message = f"no reader was free within {self.timeout:g} seconds"
            waiter.set_exception(RequestError(503, message, RETRY))

    def _take(self, handle: Handle) -> Handle:
        self._busy += 1
        return handle

    def _release(self, handle: Handle) -> None:
        """Take a reader back, unless it is gone; give the next waiting query one."""
        if handle.is_slow:
            self._slow -= 1
        else:
            self._busy -= 1
        if handle.reason is None:
            if handle.is_slow and not (self._lacks() > 0 and handle.speed_up()):
                handle.end()  # it has become slow, or one too many
            else:
                self._idle.append(handle)
        self._grant()

    def _grant(self) -> None:
        while self._waiting and self._idle and self._busy < self._size:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(self._take(self._idle.pop()))
        self._refill()

    def _refill(self) -> None:
        """Start what is missing of the readers and the spares."""
        room = _AT_ONCE - len(self._starting)
        for _ in range(0 if self._is_closed or self._is_pausing else min(room, self._lacks())):
            task = asyncio.get_running_loop().create_task(self._add())
            self._starting.add(task)
            task.add_done_callback(self._started)

    def _lacks(self) -> int:
        """Return how many readers and spares are missing."""
        return self._size + self._spares - len(self._idle) - self._busy - len(self._starting)

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._failures = 0
            self._grant()
        elif isinstance(error, RequestError):
            self._failed(error)
        else:
            raise error

    def _failed(self, error: RequestError) -> None:
        """Try again after a pause that grows; without any reader, nobody waits for it."""
        if not self._is_pausing:
            self._is_pausing = True
            pause = min(_FIRST_PAUSE * 2**self._failures, _LONGEST_PAUSE)
            self._failures += 1
            asyncio.get_running_loop().call_later(pause, self._go_on)
        while self._waiting and not self._handles:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(error)

    def _go_on(self) -> None:
        self._is_pausing = False
        self._refill()

    async def _add(self) -> None:
        handle = await connect(self._process, self._gone)
        self._handles.add(handle)
        self._idle.append(handle)

    def _process(self, channel: socket.socket) -> BaseProcess:
        arguments = (channel, *self._arguments)
        process = self._context.Process(target=self._main, args=arguments, daemon=True)
        process.start()
        return process

    def _gone(self, handle: Handle) -> None:
        self.ended += 1
        self._handles.discard(handle)
        if handle in self._idle:
            self._idle.remove(handle)
        self._grant()

    def _too_late(self, handle: Handle) -> None:
        self.timeouts += 1
        message = f"no answer within {self.timeout:g} seconds"
        handle.end(RequestError(503, message, RETRY))

    def _move_aside(self, handle: Handle) -> None:
        if self._slow < self._most_slow:
            handle.slow_down()
            self._busy -= 1
            self._slow += 1
            self._grant()

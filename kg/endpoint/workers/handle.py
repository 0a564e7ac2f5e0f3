"""The front's end of one other process: it sends a job and takes the answer, a piece at a time."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from multiprocessing.process import BaseProcess
from typing import Any, cast

from kg.endpoint.workers import frames
from kg.errors import RequestError

_AHEAD = 4
"""So many pieces are taken from a reader before the client has them."""

_NICE, _SLOW_NICE = 5, 15
"""Priorities behind the front, which answers all others meanwhile."""
RETRY = {"Retry-After": "1"}


class Handle(asyncio.Protocol):
    """A process at the other end of a socket pair; ``lost`` is called once, when it is gone."""

    def __init__(self, process: BaseProcess, lost: Callable[[Handle], None]) -> None:
        self.process = process
        self.reason: RequestError | None = None
        self.is_busy = False
        self.is_slow = False
        self.is_gone = False
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._frames: deque[frames.Frame] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._is_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (``asyncio.Protocol``)."""
        # That of uvloop is one in all but name.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take frames apart; stop reading while the client has not taken what came before."""
        self._buffer += data
        self._frames.extend(frames.unpack(self._buffer))
        if len(self._frames) > _AHEAD and not self._is_paused:
            assert self._transport
            self._transport.pause_reading()
            self._is_paused = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """See that the process is gone, and wait until the system says how it ended."""
        self.process.kill()
        asyncio.get_running_loop().add_reader(self.process.sentinel, self._reap)

    def _reap(self) -> None:
        """Give back what the process held here; tell whoever waits that nothing will come."""
        asyncio.get_running_loop().remove_reader(self.process.sentinel)
        self.process.join()
        how = _how(self.process.exitcode or 0)
        self.reason = self.reason or RequestError(503, f"ended: {how}", RETRY)
        self.process.close()  # or else two descriptors stay open for each
        self.is_gone = True
        self._lost(self)
        self._wake()

    def send(self, notes: dict[str, Any], content: bytes = b"") -> None:
        """Send a job. Where the process has just ended, ``receive`` says so."""
        assert self._transport
        self.is_busy = True
        if not self._transport.is_closing():
            self._transport.write(frames.pack(frames.JOB, content, notes))

    async def receive(self) -> frames.Frame:
        """Return the next frame. Raises ``RequestError`` where the process is gone."""
        while not self._frames:
            if self.reason:
                raise self.reason
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        frame = self._frames.popleft()
        if self._is_paused and len(self._frames) <= 1:
            assert self._transport
            self._is_paused = False
            if not self._transport.is_closing():
                self._transport.resume_reading()
        self.is_busy = frame.kind in (frames.HEAD, frames.DATA)
        if frame.kind == frames.FAILURE:
            notes = frame.notes
            error = RequestError(notes["status"], notes["message"])
            if notes.get("over"):  # the process ends with it
                self.end(error)
            raise error
        return frame

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the content of a long answer. Raises ``RequestError`` where it breaks off."""
        while (frame := await self.receive()).kind == frames.DATA:
            yield frame.payload

    def go_behind(self) -> None:
        """Let the front go first."""
        self._set_nice(_NICE)

    def slow_down(self) -> None:
        """Let the others go first from now on."""
        self.is_slow = True
        self._set_nice(_SLOW_NICE)

    def speed_up(self) -> bool:
        """Take that back; tell whether the system allows it."""
        self.is_slow = not self._set_nice(_NICE)
        return not self.is_slow

    def end(self, reason: RequestError | None = None) -> None:
        """End the process, whatever it does; without a reason where nobody waits for it."""
        self.reason = self.reason or reason or RequestError(503, "ended: it is not needed")
        if not self.is_gone:
            self.process.kill()
        if self._transport:
            self._transport.abort()

    def _set_nice(self, nice: int) -> bool:
        try:
            os.setpriority(os.PRIO_PROCESS, 0 if self.is_gone else self.process.pid or 0, nice)
        except OSError:
            return False
        return True

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)


def _how(code: int) -> str:
    """Say why a process ended, as far as its exit code tells (negative: a signal's number)."""
    if code >= 0:  # a MemoryError: any other error would have been told
        return "it needed more memory than it may have"
    if code == -signal.SIGKILL:
        return "its process was killed"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else "unknown"
    perhaps = ", as it does where it gets no memory" if code == -signal.SIGABRT else ""
    return f"the engine ended by signal {-code} ({name}){perhaps}"


async def connect(
    start: Callable[[socket.socket], BaseProcess], lost: Callable[[Handle], None]
) -> Handle:
    """Start a process at the other end of a socket pair, and wait until it is ready.

    Raises ``RequestError`` where it says why it cannot be, or the system has no room for it.
    """
    try:
        ours, theirs = socket.socketpair()
        with theirs:
            process = await _started(start, ours, theirs)
    except (OSError, EOFError) as error:  # no descriptors, no memory, no processes left
        raise RequestError(503, f"no process can be started: {error}", RETRY) from error
    loop = asyncio.get_running_loop()
    _, handle = await loop.create_connection(lambda: Handle(process, lost), sock=ours)
    handle.go_behind()
    try:
        await handle.receive()
    except BaseException:
        handle.end()
        raise
    return handle


async def _started(
    start: Callable[[socket.socket], BaseProcess], ours: socket.socket, theirs: socket.socket
) -> BaseProcess:
    try:
        return await asyncio.to_thread(start, theirs)
    except BaseException:
        ours.close()
        raise

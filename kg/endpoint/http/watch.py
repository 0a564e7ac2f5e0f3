"""Noticing that a client has left before it was answered."""

from __future__ import annotations

import asyncio

from kg.endpoint.http.body import Receive

_GLANCE = 0.05
"""Seconds after which it is watched whether the client is still there."""


class Watch:
    """Ends the handling of a request whose client leaves before it is answered."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.has_left = False

    def begin(self) -> None:
        """Watch, but not for the many requests that are answered in no time."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_GLANCE, self._look, loop, asyncio.current_task())

    def end(self) -> None:
        """Watch no more, and hold nothing that holds this: what a request held goes at once."""
        if self._timer:
            self._timer.cancel()
        if self._task:
            self._task.cancel()
        self._timer = self._task = None

    def _look(self, loop: asyncio.AbstractEventLoop, handling: asyncio.Task[None] | None) -> None:
        self._task = loop.create_task(self._wait(handling))

    async def _wait(self, handling: asyncio.Task[None] | None) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.has_left = True
        if handling:
            handling.cancel()

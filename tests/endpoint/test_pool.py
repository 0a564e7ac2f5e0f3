"""The pool of readers keeps its count, whenever a client leaves."""

from __future__ import annotations

import asyncio
import socket
from typing import cast

import pytest

from kg.endpoint.workers.child import jobs, run
from kg.endpoint.workers.handle import Handle
from kg.endpoint.workers.pool import Pool
from kg.errors import RequestError


class Idle:
    """A handle on a process that never has anything to do."""

    reason = None
    is_busy = is_slow = False


def test_a_client_that_leaves_as_it_is_granted_a_reader_costs_no_place():
    async def scene() -> None:
        pool = Pool(print, size=1, queue=9, timeout=60, spares=0)
        pool._idle.append(cast("Handle", Idle()))
        async with pool.reader():
            waiting = asyncio.create_task(_take(pool))
            while not pool.waiting:
                await asyncio.sleep(0)
        waiting.cancel()  # in the same turn of the loop in which it was granted
        await asyncio.gather(waiting, return_exceptions=True)
        assert (pool.busy, pool.waiting) == (0, 0)
        async with asyncio.timeout(5), pool.reader():
            assert pool.busy == 1
        assert pool.busy == 0

    asyncio.run(scene())


def faulty(channel: socket.socket) -> None:
    """A reader with a fault of the program."""
    run(_fail, channel)


def _fail(channel: socket.socket) -> None:
    for _ in jobs(channel):
        {}["absent"]


def test_a_fault_of_the_program_is_named_and_not_called_lack_of_memory():
    async def scene() -> None:
        pool = Pool(faulty, size=1, queue=9, timeout=60, spares=0)
        await pool.start()
        try:
            for _ in range(2):  # another process takes its place
                with pytest.raises(RequestError, match="KeyError: 'absent'") as found:
                    async with pool.reader() as handle:
                        handle.send({"name": "any"})
                        await handle.receive()
                assert found.value.status == 500
        finally:
            pool.close()

    asyncio.run(scene())


async def _take(pool: Pool) -> None:
    async with pool.reader():
        await asyncio.sleep(60)

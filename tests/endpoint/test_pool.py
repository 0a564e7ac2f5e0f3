"""The pool of readers keeps its count, whenever a client leaves."""

from __future__ import annotations

import asyncio
from typing import cast

from kg.endpoint.workers.handle import Handle
from kg.endpoint.workers.pool import Pool


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


async def _take(pool: Pool) -> None:
    async with pool.reader():
        await asyncio.sleep(60)

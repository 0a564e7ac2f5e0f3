"""The pool of readers keeps its count, whenever a client leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import cast

import pytest
import uvloop

from kg.endpoint.workers import frames
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


@pytest.mark.slow
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


def talkative(channel: socket.socket) -> None:
    """A reader that answers with more pieces than are taken ahead."""
    run(_talk, channel)


def _talk(channel: socket.socket) -> None:
    for _ in jobs(channel):
        for number in range(9):
            channel.sendall(frames.pack(frames.DATA, b"%d" % number))


def test_a_job_for_a_process_that_has_just_ended_is_refused():
    async def scene() -> None:
        pool = Pool(faulty, size=1, queue=9, timeout=60, spares=0)
        await pool.start()
        try:
            with pytest.raises(RequestError, match="its process was killed") as found:
                async with pool.reader() as handle:
                    os.kill(handle.process.pid, signal.SIGKILL)
                    while not handle.is_gone:
                        await asyncio.sleep(0.01)
                    handle.send({"name": "any"})
                    await handle.receive()
            assert found.value.status == 503
        finally:
            pool.close()

    uvloop.run(scene())


def test_what_a_process_said_before_it_was_ended_is_taken():
    async def scene() -> None:
        pool = Pool(talkative, size=1, queue=9, timeout=60, spares=0)
        await pool.start()
        try:
            async with pool.reader() as handle:
                handle.send({"name": "any"})
                while not handle._is_paused:
                    await asyncio.sleep(0)
                handle.end(RequestError(503, "it took too long"))
                while not handle.is_gone:
                    await asyncio.sleep(0.01)
                told = [(await handle.receive()).payload for _ in range(len(handle._frames))]
                assert told == [b"%d" % number for number in range(len(told))]
                assert len(told) > 4
                with pytest.raises(RequestError, match="it took too long"):
                    await handle.receive()
        finally:
            pool.close()

    uvloop.run(scene())


async def _take(pool: Pool) -> None:
    async with pool.reader():
        await asyncio.sleep(60)

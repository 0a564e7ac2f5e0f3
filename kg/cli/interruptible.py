"""Running what cannot be interrupted, so that the user still can.

The engine hears neither signals nor deadlines while it works, but it lets other threads run. So
it is given a thread of its own, with a deep stack for deep queries, and the main thread waits
for whatever comes first: the answer, Ctrl-C or the deadline.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from kg.cli.terminal import complain, progress
from kg.output import discard_unfinished


def run(work: Callable[[], None], timeout: float | None = None) -> None:
    """Do the work; raise what it raises. End the process on Ctrl-C or after ``timeout`` seconds."""
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  handed on to the main thread, below
            _clear(error)  # what the engine made stays here
            raised.append(error)

    from kg.sandbox import deep_thread

    try:
        thread = deep_thread(guarded)
        thread.join(timeout)
    except KeyboardInterrupt:
        _end(130)
    if thread.is_alive():
        progress()
        complain(f"kg: no answer within {timeout:g} seconds")
        _end(2)
    if raised:
        raise raised[0]


def _clear(error: BaseException | None) -> None:
    """Let go of what the calls held that led to an error, and to those that it arose from."""
    import traceback

    while error:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _end(code: int) -> None:
    discard_unfinished()
    os._exit(code)

"""What readers and the writer have in common: a process that does jobs until the front is gone."""

from __future__ import annotations

import gc
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path

from kg.endpoint.http.statuses import ANSWERABLE, refusal
from kg.endpoint.workers import frames
from kg.endpoint.workers.answer import AnswerWriter
from kg.errors import EntenteError
from kg.sandbox import deep_thread


def run(work: Callable[[socket.socket], None], channel: socket.socket) -> None:
    """Do the work in a thread, and end the process with it or with the front.

    The thread has a deep stack, for deep queries. Signals are left to the front.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    channel.setblocking(True)
    gc.freeze()  # the pages that it shares with others stay shared
    threading.excepthook = partial(_tell_fault, channel)
    over, done = socket.socketpair()
    thread = deep_thread(_worked, work, channel, done)
    front = parent_process()
    assert front
    if over in wait([front.sentinel, over]):
        thread.join()  # a fault of the program is told meanwhile
    os._exit(0)


def _worked(
    work: Callable[[socket.socket], None], channel: socket.socket, done: socket.socket
) -> None:
    try:
        work(channel)
    except (ConnectionError, MemoryError):
        pass  # the front has left, or is told by the end of this process
    except EntenteError as error:  # before the first job: there is no store
        channel.sendall(frames.pack(frames.FAILURE, notes={"status": 503, "message": str(error)}))
    finally:
        done.close()


def _tell_fault(channel: socket.socket, fault: threading.ExceptHookArgs) -> None:
    """Log a fault of the program with its traceback, and tell the client which one it is."""
    threading.__excepthook__(fault)
    message = f"a fault of the program: {fault.exc_type.__name__}: {fault.exc_value}"
    notes = {"status": 500, "message": message, "over": True}
    channel.sendall(frames.pack(frames.FAILURE, notes=notes))


def jobs(channel: socket.socket) -> Iterator[frames.Frame]:
    """Say that all is ready, and yield each job that comes."""
    channel.sendall(frames.pack(frames.READY))
    while (frame := frames.receive(channel)) is not None:
        yield frame


def _send(channel: socket.socket, data: bytes) -> None:
    """Send some bytes; end the process where the front has left."""
    try:
        channel.sendall(data)
    except OSError:
        os._exit(0)


def limit_memory(size: int) -> None:
    """Allow so many bytes of data beyond what is in use, where the system can do it.

    Data, not address space: of that, allocators reserve much more than they use.
    """
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    except (ImportError, OSError):
        return
    most = pages * resource.getpagesize() + size
    resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def lift_memory_limit() -> None:
    """Allow as much memory as before there was a limit, to open what is not the query's."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


@contextmanager
def answering(channel: socket.socket, coding: str = "") -> Iterator[AnswerWriter]:
    """Give an answer to be written; send it, or say by its status what was wrong with the job."""
    answer = AnswerWriter(partial(_send, channel), coding)
    try:
        yield answer
        answer.end()
    except ANSWERABLE as error:
        refused = refusal(error)
        answer.fail(refused.status, str(refused))

"""A reader: a process that answers one job at a time over the generation in force.

It can be ended at any moment, since it holds nothing that is not on disk.
"""

from __future__ import annotations

import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kg.endpoint.jobs.pages import PAGES
from kg.endpoint.jobs.reading import JOBS, Task
from kg.endpoint.jobs.snapshot import Snapshot
from kg.endpoint.workers.answer import AnswerWriter
from kg.endpoint.workers.child import (
    answering,
    jobs,
    lift_memory_limit,
    limit_memory,
    run,
)
from kg.errors import QueryWarning
from kg.sandbox import forbid_network

_ALL = {**JOBS, **PAGES}


class Bounds(NamedTuple):
    """What one answer may need: bytes of memory, solutions or triples; whom it may ask."""

    memory: int
    results: int
    hosts: frozenset[str] = frozenset()


def main(channel: socket.socket, path: Path, bounds: Bounds) -> None:
    """Answer the jobs that come through a socket, until it is closed.

    Where no server elsewhere may be asked, the process is left without a network.
    """
    if not bounds.hosts:
        forbid_network()
    run(partial(_work, path, bounds), channel)


@contextmanager
def _warned(answer: AnswerWriter) -> Iterator[None]:
    """Have what a query names in vain told with its answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", QueryWarning)
        warnings.showwarning = lambda message, *_args, **_kwargs: answer.warn(str(message))
        yield


def _work(path: Path, bounds: Bounds, channel: socket.socket) -> None:
    snapshot = Snapshot(path)
    limit_memory(bounds.memory)
    for frame in jobs(channel):
        job = frame.notes
        with answering(channel, job["coding"]) as answer, _warned(answer):
            if job["generation"] != snapshot.generation:
                lift_memory_limit()
                snapshot.at(job["generation"])
                limit_memory(bounds.memory)
            answer.note(generation=snapshot.generation)
            pairs = [(name, value) for name, value in job["given"]]
            offers = {kind: (offer[0], offer[1]) for kind, offer in job["offers"].items()}
            task = Task(job["name"], pairs, offers, bounds.results, bounds.hosts)
            _ALL[task.name](snapshot, task, answer)

"""Readers that end leave nothing behind, and such as cannot start are tried again.

``KG_ENDED_READERS=1000 pytest tests/endpoint/hostile/test_readers.py -k ended`` ends so many.
"""

from __future__ import annotations

import os
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.serving import ENDLESS, Server, descendants, open_files, serving, until

ENDED = int(os.environ.get("KG_ENDED_READERS", "36"))
"""Two descriptors for each would be more than there are."""
pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")


def _state(server: Server) -> tuple[int, int, int]:
    """Descriptors and megabytes of the front, and processes in all."""
    pid = server.process.pid
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return len(open_files(pid)), pages * os.sysconf("SC_PAGE_SIZE") >> 20, len(descendants(pid))


def _kill_readers(server: Server, number: int) -> None:
    killed: set[tuple[int, str]] = set()
    while len(killed) < number:
        for pid, begun in _begun(server) - killed:
            killed.add((pid, begun))
            os.kill(pid, signal.SIGKILL)
        until(lambda: _begun(server) - killed)


def _begun(server: Server) -> set[tuple[int, str]]:
    """The readers, each with the time when it began: numbers of processes come again."""
    found = set()
    for pid in server.readers():
        with suppress(FileNotFoundError, ProcessLookupError):
            found.add((pid, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]))
    return found


def _is_settled(server: Server) -> bool:
    return len(server.readers()) == 4 and server.query("ASK {}").status == 200


def _at_rest(server: Server) -> tuple[int, int, int]:
    """The state when it stays the same: a reader that starts brings descriptors late."""
    seen = [_state(server)]

    def is_same() -> bool:
        time.sleep(0.5)
        seen.append(_state(server))
        return _is_settled(server) and seen[-1] == seen[-2]

    until(is_same)
    return seen[-1]


@pytest.mark.slow
def test_ended_readers_leave_nothing_behind_where_files_are_few(store: Path, tmp_path: Path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (96, hard))
    try:
        with serving(store, tmp_path / "log", "--workers", "2", "--timeout", "0.2") as server:
            before = _at_rest(server)
            for number in range(3):
                assert server.query(f"{ENDLESS} # {number}").status == 503
            _kill_readers(server, ENDED)
            after = _at_rest(server)
            assert after[0] <= before[0] + 1
            assert after[2] == before[2]
            assert after[1] - before[1] < 10
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
def test_readers_that_cannot_start_are_tried_again(store: Path, tmp_path: Path):
    with serving(store, tmp_path / "log", "--workers", "2") as server:
        until(lambda: _is_settled(server))
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (8, hard))
        connection = server.connection()
        connection.connect()
        for pid in server.readers():
            os.kill(pid, signal.SIGKILL)
        until(lambda: not server.readers())
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (1024, hard))
        until(lambda: _is_settled(server))
        connection.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGSEGV, "ended: the engine ended by signal 11 (SIGSEGV)"),
        (
            signal.SIGABRT,
            "ended: the engine ended by signal 6 (SIGABRT), as it does where it gets no",
        ),
        (signal.SIGFPE, "ended: the engine ended by signal 8 (SIGFPE)"),
        (signal.SIGKILL, "ended: its process was killed"),
    ],
)
def test_an_end_is_called_what_it_is(store: Path, tmp_path: Path, number: int, words: str):
    with serving(store, tmp_path / "log", "--timeout", "60") as server:
        until(lambda: server.readers())
        with ThreadPoolExecutor(1) as pool:
            got = pool.submit(server.query, ENDLESS)
            until(lambda: server.metric("kg_readers_busy") == 1)
            until(lambda: [pid for pid in server.readers() if os.getpriority(0, pid) > 0])
            victim = next(pid for pid in server.readers() if os.getpriority(0, pid) > 0)
            os.kill(victim, number)
            assert got.result().status == 503
            assert got.result().text.startswith(words)

"""Faults at a chosen step of a command: what it asks of the system fails there, or it is killed.

``python -m tests.support.faults`` is a process that has imported everything and opened nothing.
For each line of JSON on its standard input it forks a child, which runs one action with one
fault, and answers with a line of JSON. A step is a call that makes, renames, removes or syncs a
file; the engine's own writes fail by a limit on the size of files.
"""

from __future__ import annotations

import errno
import io
import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

STEPS = ("open", "mkdir", "rename", "replace", "fsync", "unlink", "rmdir", "chmod", "utime")
REMOVING = ("unlink", "rmdir")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Ended(NamedTuple):
    """How a child ended: its exit code (negative for a signal), its steps, and what it said."""

    code: int
    steps: list[list[str]]
    output: str

    @property
    def last(self) -> str:
        """The name of the step with the fault."""
        return self.steps[-1][0]


def watch(act: Callable[[list[str]], None]) -> None:
    """Call ``act`` with the name and the path of each step, before it is made."""
    for name in STEPS:
        setattr(os, name, _watched(name, getattr(os, name), act))
    real = io.open

    def create(path: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if set(mode) & set("wax"):
            act(["create", str(path)])
        return real(path, mode, *arguments, **options)

    io.open = create  # type: ignore[assignment]


def _watched(name: str, real: Callable[..., Any], act: Callable[[list[str]], None]):
    def call(*arguments: Any, **options: Any) -> Any:
        if name != "open" or arguments[1] & _WRITES:
            path = arguments[-1] if name in ("rename", "replace") else arguments[0]
            if name == "fsync":
                path = Path(f"/proc/self/fd/{path}").readlink()
            act([name, str(path)])
        return real(*arguments, **options)

    return call


class Process:
    """The process that forks; see ``process``."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, action: str, *arguments: object, **fault: object) -> Ended:
        """Run an action with a fault: ``step=3, code="ENOSPC"``, ``step=3, kill=True``, ``size=9``.

        Without one it runs as it is.
        """
        asked = {"action": action, "arguments": [*map(str, arguments)], **fault}
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return Ended(*json.loads(self._process.stdout.readline()))

    def faults(self, action: str, *arguments: object) -> Iterator[dict[str, Any]]:
        """Yield each fault that an action can have; it is run to see its steps.

        Of steps of one name in one folder that follow each other, the first and the last.
        """
        whole = self.run(action, *arguments)
        assert whole.code == 0, whole.output
        numbered = enumerate(whole.steps)
        for _, same in groupby(numbered, lambda each: (each[1][0], Path(each[1][1]).parent)):
            (first, _), *_, (last, _) = (*same,) * 2
            yield {"step": first, "kill": True}
            yield {"step": last, "code": ("ENOSPC", "EIO")[last % 2]}
        for size in (0, 5_000):
            yield {"size": size}


@contextmanager
def process() -> Iterator[Process]:
    """Start the process that forks, and end it."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.support.faults"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        yield Process(started)
    finally:
        started.stdin.close()  # type: ignore[union-attr]
        started.wait(timeout=60)
        started.stdout.close()  # type: ignore[union-attr]


# ── In the process that forks ────────────────────────────────────────────────


def command(*arguments: str) -> None:
    """Run ``kg`` with its arguments."""
    from kg.cli import main

    sys.argv = ["kg", *arguments]
    main()


def update(path: str, text: str) -> None:
    """Change a store as the writer of a server does."""
    from kg.endpoint.jobs.writer import change
    from kg.endpoint.workers.answer import AnswerWriter

    job = {"name": "update", "default": [], "named": [], "base": "http://localhost/"}
    change(Path(path), job, text.encode(), frozenset(), AnswerWriter(lambda data: None))


def view(path: str, output: str) -> None:
    """Ask for a dataset that is kept on disk as a view, and write how many quads it has."""
    import kg
    from kg.store import generations

    generations._SMALL = 10
    Path(output).write_text(str(len(kg.open(path).believing("planned"))))


def renew(path: str, facts: str) -> None:
    """Open a store of the facts that come with kg, which are now others, small ones."""
    import kg
    from kg import builder

    builder.SEEDS = Path(facts)
    kg.open(path)


ACTIONS = {"command": command, "update": update, "view": view, "renew": renew}


def _child(asked: dict[str, Any], said: int) -> None:
    """Run an action with its fault; each step is told as it is reached."""
    count = 0

    def act(step: list[str]) -> None:
        nonlocal count
        os.write(said, (json.dumps(step) + "\n").encode())
        if count == asked.get("step"):
            if asked.get("kill"):
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1
            number = getattr(errno, asked["code"])
            raise OSError(number, os.strerror(number), step[1])
        count += 1

    if "size" in asked:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["size"], asked["size"]))
    watch(act)
    ACTIONS[asked["action"]](*asked["arguments"])


def _forked(asked: dict[str, Any]) -> Ended:
    (told, tell), (shown, show) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        os.dup2(show, 1)
        os.dup2(show, 2)
        sys.stdout, sys.stderr = (os.fdopen(each, "w", closefd=False) for each in (1, 2))
        sys.stdin = None  # type: ignore[assignment]
        try:
            _child(asked, tell)
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        except BaseException:  # noqa: BLE001  told on the output, as Python would
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    os.close(tell)
    os.close(show)
    steps, text = _read(told), _read(shown)  # neither is more than a pipe holds
    _, status = os.waitpid(child, 0)
    found = [json.loads(line) for line in steps.splitlines()]
    return Ended(os.waitstatus_to_exitcode(status), found, text)


def _read(descriptor: int) -> str:
    with open(descriptor, "rb") as file:
        return file.read().decode(errors="replace")


def main() -> None:
    import importlib

    for name in ("kg", "kg.builder", "kg.cli.facts.build", "kg.cli.sharing.dump", "kg.cli.asking.query", "kg.opener",
                 "kg.cli.facts.validate", "kg.endpoint.jobs.writer", "kg.vocabulary.dates", "yaml"):  # fmt: skip
        importlib.import_module(name)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_forked(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

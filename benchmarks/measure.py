"""What the benchmarks share: running a command as a process of its own, and laying out tables."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

_PACKAGES = ("entente-kg", "pyoxigraph", "click", "PyYAML", "edtf", "rdflib")


class Usage(NamedTuple):
    """What a process took: seconds by the clock and of CPU, and its largest memory in MB."""

    wall: float
    cpu: float
    memory: float


def kg() -> list[str]:
    """Return the command ``kg``: the script beside this Python, else ``python -m kg``."""
    script = Path(sys.executable).with_name("kg")
    return [str(script)] if script.exists() else [sys.executable, "-m", "kg"]


def run(command: Sequence[str]) -> tuple[Usage, bytes]:
    """Run a command; return what it took, and its output. Raises where it fails.

    The memory is that of this one process. Keep the caller small: a new process counts the
    memory of the one that starts it as its own until it has begun its program.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    per_mb = 1_000_000 if sys.platform == "darwin" else 1_000
    return Usage(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / per_mb), output


def in_turn(commands: Mapping[str, Sequence[str]], repeat: int) -> dict[str, list[Usage]]:
    """Run each command once to warm up, then all in turn, so that what slows one slows all.

    Modules are read as bytecode, as from any installed package; the first run of each writes it.
    """
    usages: dict[str, list[Usage]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        for turn in range(repeat + 1):
            for name, command in commands.items():
                usage, _ = run(command)
                if turn:
                    usages[name].append(usage)
    return usages


def step(script: Path, *arguments: str) -> tuple[Usage, dict[str, Any]]:
    """Run a script of ours in a process of its own; it prints its result as JSON."""
    usage, output = run([sys.executable, str(script), *arguments])
    return usage, json.loads(output)


def environment() -> str:
    """Say on what is measured: Python, packages and cores."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"Python {platform.python_version()}, {packages}; {os.cpu_count()} cores"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table in Markdown, all columns but the first to the right."""
    rule = ["---", *["---:"] * (len(headings) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, rule, *rows))

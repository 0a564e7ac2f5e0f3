"""A mutation run: a package's code changed in one place at a time, and the tests that notice.

``python benchmarks/mutants.py kg/lineage`` changes it as the operators of cosmic-ray do, each
mutant in a copy of the tree, and runs the tests that ``[tool.mutants]`` of pyproject.toml names
for the package. It prints how many were killed, and the survivors with their lines. Where the
time does not suffice for all, those that were run are a fair sample: their order is random, the
same each time.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import NamedTuple

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parent.parent
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutants"]
_PASSED, _PATIENCE = (0, 5), 60
"""What pytest returns where tests pass, or there are none; seconds that any run may take."""
_STAGES = ("not slow", "slow")
"""The quick tests first: most mutants do not outlive them."""


class Mutant(NamedTuple):
    """A file of the package with one change in it: the line, what it was and what it became."""

    path: Path
    line: int
    was: str
    becomes: str
    source: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: `{self.was.strip()}` → `{self.becomes.strip()}`"


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield the mutants of a file that differ from it, and from each other, when they run."""
    source = (ROOT / path).read_text("utf-8")
    seen = {_running(source)}
    for name in CONFIGURATION["operators"]:
        operator = get_operator(f"core/{name}")()
        for occurrence in count():
            try:
                mutated = mutate_code(source, operator, occurrence)
            except AttributeError:  # ExceptionReplacer knows no dotted names
                continue
            if mutated is None:
                break
            try:
                running = _running(mutated)
            except SyntaxError:  # no program any more, so nothing that a test could miss
                continue
            if running not in seen:
                seen.add(running)
                lines = zip(source.splitlines(), mutated.splitlines(), strict=False)
                number, (was, becomes) = next(
                    (number, pair) for number, pair in enumerate(lines, 1) if pair[0] != pair[1]
                )
                yield Mutant(path, number, was, becomes, mutated)


def _running(source: str) -> str:
    """Return what of a module runs: without annotations, which are never evaluated."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


class Bench:
    """Copies of the tree, in each of which one mutant at a time is tested."""

    def __init__(self, folder: Path, tests: list[str], copies: int) -> None:
        self._tests = tests
        self._free: SimpleQueue[Path] = SimpleQueue()
        listed = subprocess.check_output(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT
        )
        files = [name for name in listed.decode().split("\0") if name and (ROOT / name).exists()]
        for number in range(copies):
            copy = folder / str(number)
            for name in files:
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, copy / name)
            self._free.put(copy)
        self._patience: dict[str, float] = {}
        for marked in _STAGES:
            start = time.monotonic()
            if self._status(copy, marked) not in _PASSED:
                raise SystemExit("the tests fail without any mutant")
            self._patience[marked] = _PATIENCE + 4 * (time.monotonic() - start)

    def kills(self, mutant: Mutant) -> bool:
        """Tell whether a test fails, or never ends, because of a mutant."""
        copy = self._free.get()
        place = copy / mutant.path
        kept = place.read_bytes()
        try:
            place.write_text(mutant.source, encoding="utf-8")
            return any(self._status(copy, marked) not in _PASSED for marked in _STAGES)
        finally:
            place.write_bytes(kept)
            self._free.put(copy)

    def _status(self, copy: Path, marked: str) -> int | None:
        """Return the exit status of the tests in a copy of the tree; None where they do not end."""
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            marked,
        ]
        environment = {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        process = subprocess.Popen(
            [*command, "-m", marked, *self._tests],
            cwd=copy,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait(self._patience.get(marked))
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def main() -> None:
    """Run the mutants of a package, and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="such as kg/lineage, or a module")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=55)
    arguments = parser.parse_args()
    package = arguments.package
    inside = ROOT / package
    found = sorted(inside.rglob("*.py")) if inside.is_dir() else [inside]
    every = [mutant for path in found for mutant in mutants(path.relative_to(ROOT))]
    Random(0).shuffle(every)
    deadline = time.monotonic() + arguments.minutes * 60
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(arguments.jobs) as pool,
    ):
        Path(folder).chmod(0o755)  # some tests run as a user who may only read it
        bench = Bench(Path(folder), CONFIGURATION["tests"][str(package)], arguments.jobs)

        def verdict(mutant: Mutant) -> bool | None:
            if time.monotonic() > deadline:
                return None
            killed = bench.kills(mutant)
            if not killed:
                print(f"survives: {mutant}", file=sys.stderr, flush=True)
            return killed

        verdicts = list(pool.map(verdict, every))
    run = [(m, killed) for m, killed in zip(every, verdicts, strict=True) if killed is not None]
    survivors = sorted(str(mutant) for mutant, killed in run if not killed)
    share = (len(run) - len(survivors)) / max(1, len(run))
    print(f"| {package} | {len(every)} | {len(run)} | {len(survivors)} | {share:.0%} |\n")
    print("\n".join(f"* {survivor}" for survivor in survivors))


if __name__ == "__main__":
    main()

"""What is acknowledged is on the disk: in a process of its own, what is synced, and when."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import kg
from kg import store
from tests.conftest import TESTS
from tests.support.serving import serving, until

BASE = TESTS / "facts" / "base.yaml"
INSERT = "INSERT DATA { <https://example.org/a> <https://example.org/p> 1 }"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors have names there")


def tracing(file: Path) -> dict[str, str]:
    paths = [str(TESTS / "support" / "tracing"), str(TESTS.parent)]
    return {"KG_TRACE": str(file), "PYTHONPATH": os.pathsep.join(paths)}


def traced(file: Path, path: Path | None = None) -> list[list[str]]:
    """What was done; only by the process that named a generation of the store, if one is given."""
    steps = [json.loads(line) for line in file.read_text().splitlines()]
    named = {pid for name, target, pid in steps if target == str(path) and name == "replace"}
    return [step for *step, pid in steps if path is None or pid in named]


def check_synced(steps: list[list[str]], path: Path) -> int:
    """See that all of the generation in force was synced before it was named; return when."""
    generation = path / "generations" / store.generation_name(path)
    named = steps.index(["replace", str(path / "current")])
    before = {target for name, target in steps[:named] if name == "sync"}
    whole = {str(file) for file in generation.iterdir() if file.name != "views.lock"}
    assert whole - before == set()
    assert {str(generation), str(generation.parent)} <= before
    assert any(target.startswith(str(path / ".current.")) for target in before)
    assert ["sync", str(path)] in steps[named:]
    return named + steps[named:].index(["sync", str(path)])


def test_a_build_is_on_the_disk_before_it_is_told(tmp_path: Path):
    path, trace = tmp_path / "store", tmp_path / "trace"
    command = [sys.executable, "-m", "kg", "build", str(BASE), "--store", str(path)]
    subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, **tracing(trace)}, timeout=60
    )
    check_synced(traced(trace), path)


def test_an_output_is_on_the_disk_before_the_command_ends(tmp_path: Path):
    file, trace = tmp_path / "dump.nq", tmp_path / "trace"
    kg.build([BASE], tmp_path / "store")
    command = [sys.executable, "-m", "kg", "dump", "--store", str(tmp_path / "store"), "-o"]
    subprocess.run(
        [*command, str(file)], check=True, env={**os.environ, **tracing(trace)}, timeout=60
    )
    steps = [step for step in traced(trace) if step[1].startswith(str(tmp_path))]
    assert [name for name, _ in steps] == ["sync", "replace", "sync"]
    assert [target for _, target in steps[1:]] == [str(file), str(tmp_path)]


@pytest.mark.slow
def test_a_change_is_on_the_disk_before_it_is_acknowledged(tmp_path: Path):
    path, trace = tmp_path / "store", tmp_path / "trace"
    kg.build([BASE], path)
    with serving(path, tmp_path / "log", "--writable", **tracing(trace)) as server:
        assert server.update(INSERT).status == 204
        until(lambda: _acknowledged(trace, path))  # a step is noted after it is done
        steps = traced(trace, path / "current")
    done = check_synced(steps, path)
    begun = next(number for number, (name, _) in enumerate(steps) if name == "sync")
    assert ["send", ""] not in steps[begun:done]


def _acknowledged(trace: Path, path: Path) -> bool:
    steps = traced(trace, path / "current")
    return ["send", ""] in steps[check_synced(steps, path) :]


@pytest.mark.slow
def test_a_change_waits_for_a_build(tmp_path: Path):
    path = tmp_path / "store"
    kg.build([BASE], path)
    with serving(path, tmp_path / "log", "--writable") as server:
        answers: list[int] = []
        change = threading.Thread(target=lambda: answers.append(server.update(INSERT).status))
        with store.building(path):
            change.start()
            change.join(timeout=1)
            assert (answers, store.changes(path)) == ([], 0)
        change.join(timeout=60)
        assert (answers, store.changes(path)) == ([204], 1)

"""Whatever fails, and wherever a command is killed: the old or the new is there, never a mixture.

And nothing is left over: not after an error, and not after the next time if it was killed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg import builder, store
from kg.dataset import Dataset
from kg.store import generations
from tests.conftest import TESTS
from tests.support.faults import REMOVING, Ended, Process, process

BASE = TESTS / "facts" / "base.yaml"
MORE = TESTS / "facts" / "valid" / "corroboration.yaml"
COUNT = "SELECT (COUNT(*) AS ?n) { ?claim a ent:Claim }"
INSERT = "INSERT DATA { <https://example.org/a> <https://example.org/p> 1 }"
INSERTED = "ASK { <https://example.org/a> <https://example.org/p> 1 }"
STORE = {"current", "generations", "kg.lock"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def faulty() -> Iterator[Process]:
    with process() as forking:
        yield forking


def fresh(model: Path, path: Path) -> Path:
    """A copy of a store in the place of another."""
    shutil.rmtree(path, ignore_errors=True)
    return Path(shutil.copytree(model, path))


def count(path: Path) -> int:
    return int(Dataset(store.open_current(path)).query(COUNT).to_dicts()[0]["n"])


def check_message(ended: Ended, fault: dict) -> None:
    """A child that was not killed ends well, or with one line that says why."""
    if fault.get("kill"):
        assert ended.code == -9
        return
    assert ended.code in (0, 2), ended
    assert "Traceback" not in ended.output
    if ended.code == 2:
        assert ended.output.startswith("kg: ") and ended.output.count("\n") == 1, ended.output


def is_clean(path: Path) -> bool:
    """Whether a store has one generation, whole, and nothing besides."""
    made = [*(path / "generations").iterdir()]
    return (
        {p.name for p in path.iterdir()} == STORE
        and len(made) == 1
        and (made[0] / "manifest.json").exists()
    )


def may_leave(ended: Ended, fault: dict) -> bool:
    """Whether a fault may leave something over: it was killed, or could not remove."""
    return bool(fault.get("kill")) or ended.last in REMOVING


def test_a_build(faulty: Process, tmp_path: Path):
    kg.build([BASE], tmp_path / "model")
    path = fresh(tmp_path / "model", tmp_path / "store")
    arguments = ("command", "build", BASE, MORE, "--store", path)
    seen = set()
    for fault in faulty.faults(*arguments):
        fresh(tmp_path / "model", path)
        ended = faulty.run(*arguments, **fault)
        check_message(ended, fault)
        new = count(path) == 3
        seen.add((new, ended.code))
        assert new or count(path) == 1, (fault, ended)
        assert new or ended.code != 0, (fault, ended)
        assert may_leave(ended, fault) or is_clean(path), (fault, ended)
        assert faulty.run(*arguments, "--force").code == 0
        assert is_clean(path), (fault, ended)
    assert seen >= {(False, 2), (False, -9), (True, -9)}


def test_a_first_build(faulty: Process, tmp_path: Path):
    path = tmp_path / "store"
    arguments = ("command", "build", BASE, "--store", path)
    for fault in faulty.faults(*arguments):
        shutil.rmtree(path)
        ended = faulty.run(*arguments, **fault)
        check_message(ended, fault)
        if store.exists(path):
            assert count(path) == 1
        else:
            assert ended.code != 0
            assert may_leave(ended, fault) or not [*path.glob("generations/*")], (fault, ended)
        assert faulty.run(*arguments, "--force").code == 0
        assert is_clean(path), (fault, ended)


def test_a_store_that_is_brought_up_to_date(
    faulty: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It is built anew where the facts that come with kg are others, and answers meanwhile."""
    (tmp_path / "facts").mkdir()
    shutil.copy(BASE, tmp_path / "facts")
    with monkeypatch.context() as patched:
        patched.setattr(builder, "SEEDS", tmp_path / "facts")
        kg.build(path=tmp_path / "model")
    shutil.copy(MORE, tmp_path / "facts")
    path = fresh(tmp_path / "model", tmp_path / "store")
    seen = set()
    for fault in faulty.faults("renew", path, tmp_path / "facts"):
        fresh(tmp_path / "model", path)
        ended = faulty.run("renew", path, tmp_path / "facts", **fault)
        assert ended.code in (0, -9), ended  # a warning tells why it is not brought up to date
        new = count(path) == 3
        seen.add((new, ended.code))
        assert new or count(path) == 1, (fault, ended)
        assert new or ended.code or "not brought up to date" in ended.output, (fault, ended)
        assert may_leave(ended, fault) or is_clean(path), (fault, ended)
        assert faulty.run("renew", path, tmp_path / "facts").code == 0
        assert is_clean(path) or new, (fault, ended)  # the old one goes with the next build
    assert seen >= {(False, 0), (False, -9), (True, -9)}


def test_an_update(faulty: Process, tmp_path: Path):
    kg.build([BASE], tmp_path / "model")
    path = fresh(tmp_path / "model", tmp_path / "store")
    seen = set()
    for fault in faulty.faults("update", path, INSERT):
        fresh(tmp_path / "model", path)
        ended = faulty.run("update", path, INSERT, **fault)
        there = bool(kg.open(path).query(INSERTED))
        seen.add((there, ended.code))
        assert there or ended.code != 0, (fault, ended)
        assert store.changes(path) == int(there)
        assert ended.code in (0, -9) or "kg.errors.StoreError: the store at" in ended.output
        assert faulty.run("update", path, INSERT).code == 0
        made = [*(path / "generations").iterdir()]  # the one before is read while a copy is made
        assert len(made) <= 2 and all((each / "manifest.json").exists() for each in made)
    assert seen >= {(False, 1), (False, -9), (True, -9)}


def put(file: Path, content: bytes | None) -> None:
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_bytes(content)


@pytest.mark.parametrize(
    "arguments",
    [["dump", "-f", "nquads"], ["query", "who-met-whom", "--cite", "-f", "json"]],
    ids=lambda arguments: arguments[0],
)
def test_an_output(arguments: list[str], faulty: Process, tmp_path: Path):
    kg.build([BASE], tmp_path / "store")
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / "file"
    whole = ("command", *arguments, "--store", tmp_path / "store", "-o", file)
    assert faulty.run(*whole).code == 0
    new, old = file.read_bytes(), b"what was there before\n" * 10
    for before in (old, None):
        put(file, before)
        for fault in faulty.faults(*whole):
            put(file, before)
            ended = faulty.run(*whole, **fault)
            check_message(ended, fault)
            there = file.read_bytes() if file.exists() else None
            assert there in (before, new), (fault, ended)
            assert there == new or ended.code != 0
            if not may_leave(ended, fault):
                assert {p.name for p in file.parent.iterdir()} <= {"file"}
            assert faulty.run(*whole).code == 0
            assert [p.name for p in file.parent.iterdir()] == ["file"], (fault, ended)


def test_a_view(faulty: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kg.build([TESTS / "small"], tmp_path / "model")
    whole = str(len(kg.open(tmp_path / "model").believing("planned")))
    path, said = fresh(tmp_path / "model", tmp_path / "store"), tmp_path / "said"
    for fault in faulty.faults("view", path, said):
        fresh(tmp_path / "model", path)
        said.unlink(missing_ok=True)
        ended = faulty.run("view", path, said, **fault)
        if fault.get("kill"):
            assert ended.code == -9
        elif ended.last != "create" and "size" not in fault:
            assert (ended.code, said.read_text()) == (0, whole), (fault, ended)
        again = faulty.run("view", path, said)
        assert (again.code, said.read_text()) == (0, whole)
        (views,) = path.glob("generations/*/views")
        assert len([*views.iterdir()]) == 1, (fault, ended)
    monkeypatch.setattr(generations, "_SMALL", 10)
    assert len(kg.open(path).believing("planned")) == int(whole)

"""Builds replace a store whole or not at all, and disturb nobody."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kg
from kg import builder
from kg import manifest as manifests
from kg import store as stores
from kg.errors import FactsError, StoreError
from kg.resources import ONTOLOGY
from kg.store import generations
from tests.conftest import TESTS, Run, hear_interrupts

pytestmark = pytest.mark.slow

BASE = TESTS / "facts" / "base.yaml"
VALID = TESTS / "facts" / "valid"
COUNT = "SELECT (COUNT(*) AS ?n) { ?claim a ent:Claim }"


def claims(dataset: kg.Dataset) -> int:
    return int(dataset.query(COUNT).to_dicts()[0]["n"])


def test_a_build_is_skipped_until_an_input_changes(tmp_path: Path):
    facts, store = tmp_path / "facts.yaml", tmp_path / "store"
    facts.write_bytes(BASE.read_bytes())
    assert kg.build([facts], store).rebuilt
    assert not kg.build([facts], store).rebuilt
    os.utime(facts, (0, 0))
    assert not kg.build([facts], store).rebuilt
    facts.write_text(BASE.read_text(encoding="utf-8").replace("at war", "at odds"), "utf-8")
    assert kg.build([facts], store).rebuilt
    assert kg.build([facts], store, force=True).rebuilt


def test_a_forced_build_is_made_though_nothing_has_changed(run: Run, tmp_path: Path):
    command = ["build", BASE, "--store", tmp_path / "store"]
    said = [run(*command, *force).stdout for force in ([], [], ["--force"])]
    assert [text.partition(":")[0] for text in said] == ["built", "up to date", "built"]


def test_an_edited_ontology_is_an_input_that_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(ONTOLOGY, tmp_path / "ontology")
    monkeypatch.setattr(builder, "ONTOLOGY", tmp_path / "ontology")
    before = builder.digest([BASE])
    for path in sorted((tmp_path / "ontology").iterdir()):
        path.write_bytes(path.read_bytes() + b"\n")
        after = builder.digest([BASE])
        assert after != before, path
        before = after
    manifest = stores.manifest(kg.build([BASE], tmp_path / "store").path)
    assert not manifest.is_touched()
    os.utime(tmp_path / "ontology" / "entente.ttl", (0, 0))
    assert manifest.is_touched() and not builder.is_outdated(manifest)


def test_a_reader_that_meets_a_finishing_build_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = tmp_path / "store"
    kg.build([BASE], store)
    real, tried = generations.Generation, []

    def replaced_meanwhile(path: Path) -> object:
        tried.append(path.name)
        if len(tried) == 1:
            kg.build([BASE], store, force=True)
        return real(path)

    monkeypatch.setattr(generations, "Generation", replaced_meanwhile)
    monkeypatch.setattr(generations, "is_sound", lambda path: True)
    assert len(stores.open_current(store).store) > 900
    assert len(set(tried)) == 2


def test_who_reads_what_a_store_was_made_of_tries_again_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = tmp_path / "store"
    kg.build([BASE], store)
    real, tried = manifests.read, []

    def replaced_meanwhile(folder: Path) -> object:
        tried.append(folder.name)
        if len(tried) == 1:
            monkeypatch.setattr(manifests, "read", real)
            kg.build([BASE], store, force=True)
        return real(folder)

    monkeypatch.setattr(manifests, "read", replaced_meanwhile)
    assert stores.manifest(store).claims == 1


def test_a_failed_build_leaves_the_old_store(tmp_path: Path):
    store = tmp_path / "store"
    kg.build([BASE], store)
    before = sorted(p.relative_to(store) for p in store.rglob("*"))
    with pytest.raises(FactsError):
        kg.build([BASE, TESTS / "facts" / "invalid" / "unknown-key.yaml"], store)
    assert sorted(p.relative_to(store) for p in store.rglob("*")) == before
    assert claims(kg.open(store)) == 1


def test_a_killed_build_leaves_the_old_store(tmp_path: Path):
    store = tmp_path / "store"
    kg.build([BASE], store)
    code = (
        "import os, signal, sys; from pathlib import Path; import kg\n"
        "def progress(n):\n"
        "    if n == 50: os.kill(os.getpid(), signal.SIGKILL)\n"
        "kg.build([], Path(sys.argv[1]), replace=True, progress=progress)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(store)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert claims(kg.open(store)) == 1
    left = len(list((store / "generations").iterdir()))
    assert left == 2
    kg.build([BASE], store, force=True)
    assert len(list((store / "generations").iterdir())) == 1


def test_readers_of_the_old_store_are_not_disturbed(tmp_path: Path):
    store = tmp_path / "store"
    kg.build([BASE], store)
    reader = kg.open(store)
    for name in ("empty", "corroboration", "statement"):
        kg.build([BASE, VALID / f"{name}.yaml"], store, replace=True)
    assert claims(reader) == 1
    assert Path(reader._source.path).is_dir()
    assert claims(kg.open(store)) == 2
    del reader
    kg.build([BASE], store, force=True, replace=True)
    assert len(list((store / "generations").iterdir())) == 1


def test_builds_at_once_take_turns(tmp_path: Path):
    store = tmp_path / "store"
    command = [sys.executable, "-m", "kg", "build", str(BASE), "--store", str(store), "--force"]
    builds = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [build.wait(timeout=60) for build in builds] == [0, 0, 0, 0]
    assert claims(kg.open(store)) == 1


def test_the_default_store_is_built_of_our_facts(run: Run, tmp_path: Path):
    home = {"KG_STORE": "", "XDG_DATA_HOME": str(tmp_path)}
    result = run("query", "-e", COUNT, "--format", "csv", **home)
    assert (result.returncode, result.stderr) == (0, "")
    assert int(result.stdout.split()[1]) > 80


def test_a_store_that_is_named_is_never_made_unasked(run: Run, tmp_path: Path):
    named = tmp_path / "mime"
    message = f"there is no store at {named}; “kg build” makes one"
    for arguments, environment in ((["--store", named], {}), ([], {"KG_STORE": str(named)})):
        for command in (["query", "who-met-whom"], ["why", "kim-ju-ae"], ["dump"], ["serve"]):
            result = run(*command, *arguments, **environment)
            assert (result.returncode, result.stdout) == (2, "")
            assert result.stderr == f"kg: {message}\n"
    with pytest.raises(StoreError, match=message):
        kg.open(named)
    assert not named.exists()


def test_a_store_of_changed_facts_is_opened_with_a_warning(run: Run, tmp_path: Path):
    facts, store = tmp_path / "facts.yaml", tmp_path / "store"
    facts.write_bytes(BASE.read_bytes())
    kg.build([facts], store)
    edited = BASE.read_text(encoding="utf-8").replace("at war", "at sea")  # as long as before
    facts.write_text(edited, "utf-8")
    result = run("query", "-e", COUNT, "--format", "csv", "--store", store)
    assert result.stdout.split() == ["n", "1"]
    assert (
        result.stderr
        == f"kg: the facts of {store} have changed since it was built; build it again\n"
    )


def test_a_damaged_store_is_said_to_be_one(run: Run, tmp_path: Path):
    store = tmp_path / "store"
    kg.build([BASE], store)
    for path in (store / "generations").rglob("MANIFEST-*"):
        path.write_bytes(b"not a manifest")
    result = run("query", "-e", COUNT, "--store", store)
    assert result.returncode == 2
    assert (
        result.stderr == f"kg: the store at {store} is damaged; “kg build --force” makes it anew\n"
    )


def test_a_file_in_the_place_of_the_store_is_said_so(tmp_path: Path):
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be written"):
        kg.build([BASE], tmp_path / "store")


def test_an_interrupt_ends_a_build_without_a_trace(tmp_path: Path):
    store = tmp_path / "store"
    code = (
        "import sys, time; from pathlib import Path; import kg\n"
        "def progress(n):\n"
        "    if n == 20: print('ready', flush=True); time.sleep(60)\n"
        "kg.build([], Path(sys.argv[1]), progress=progress)"
    )
    build = subprocess.Popen(
        [sys.executable, "-c", code, str(store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=hear_interrupts,
    )
    assert build.stdout and build.stdout.readline() == "ready\n"
    build.send_signal(signal.SIGINT)
    assert build.wait(timeout=60) != 0
    deadline = time.monotonic() + 30
    while any((store / "generations").iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)
    build.stdout.close()
    assert list((store / "generations").iterdir()) == []
    assert not (store / "current").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work")
    (tmp_path / "generations" / "thesis").mkdir(parents=True)
    with pytest.raises(StoreError, match="holds other things"):
        kg.build([BASE], tmp_path)
    assert (tmp_path / "generations" / "thesis").is_dir()


def test_what_is_not_ours_in_a_store_is_left_alone(tmp_path: Path):
    kg.build([BASE], tmp_path / "store")
    (tmp_path / "store" / "generations" / "notes").mkdir()
    kg.build([BASE], tmp_path / "store", force=True)
    assert (tmp_path / "store" / "generations" / "notes").is_dir()


def test_a_folder_without_facts_is_refused(run: Run, tmp_path: Path):
    kg.build([BASE], tmp_path / "store")
    (tmp_path / "empty").mkdir()
    result = run("build", tmp_path / "empty", "--store", tmp_path / "store")
    assert result.returncode == 2
    assert result.stderr == f"kg: no facts (.yaml) in {tmp_path / 'empty'}\n"
    assert claims(kg.open(tmp_path / "store")) == 1


def test_a_build_mends_a_damaged_store(tmp_path: Path):
    store = tmp_path / "store"
    kg.build([BASE], store)
    for path in (store / "generations").rglob("CURRENT"):
        path.write_bytes(b"x")
    assert kg.build([BASE], store).rebuilt
    assert claims(kg.open(store)) == 1


NOT_A_MANIFEST = {
    "no JSON": b"x", "cut": b'{"digest": "', "empty": b"", "a list": b"[]", "a number": b"7",
    "no keys": b"{}", "other types": b'{"digest": 1, "facts": {}}', "no text": b"\xff\xfe\x00",
}  # fmt: skip
NO_NAME = {
    "an odd byte": b"\xff", "empty": b"", "another word": b"gone\n", "elsewhere": b"../../etc\n",
    "a lost one": b"0123456789abcdef.01234567\n", "long": b"0" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "content"),
    [("generations/*/manifest.json", content) for content in NOT_A_MANIFEST.values()]
    + [("current", content) for content in NO_NAME.values()],
    ids=[
        *(f"manifest: {each}" for each in NOT_A_MANIFEST),
        *(f"current: {each}" for each in NO_NAME),
    ],
)
def test_damaged_marks_are_said_in_one_line_and_mended(
    pattern: str, content: bytes, run: Run, tmp_path: Path
):
    store = tmp_path / "store"
    kg.build([BASE], store)
    (mark,) = store.glob(pattern)
    mark.write_bytes(content)
    message = f"kg: the store at {store} is damaged; “kg build --force” makes it anew\n"
    for command in (["query", "-e", COUNT], ["build", BASE]):
        result = run(*command, "--store", store)
        assert (result.returncode, result.stdout, result.stderr) == (2, "", message)
    assert run("build", BASE, "--force", "--store", store).returncode == 0
    assert claims(kg.open(store)) == 1
    assert len(list((store / "generations").iterdir())) == 1


def test_a_forced_build_that_fails_keeps_what_is_left_of_a_damaged_store(tmp_path: Path):
    store = tmp_path / "store"
    kg.build([BASE], store)
    name = (store / "current").read_bytes()
    (store / "current").write_bytes(b"gone")
    with pytest.raises(FactsError):
        kg.build([TESTS / "facts" / "invalid" / "unknown-key.yaml"], store, force=True)
    (store / "current").write_bytes(name)
    assert claims(kg.open(store)) == 1


def test_a_lost_generation_is_damage_and_not_replaced_by_our_facts(run: Run, tmp_path: Path):
    store = tmp_path / "store"
    kg.build([BASE], store)
    (store / "current").write_text("gone\n")
    result = run("query", "-e", COUNT, "--store", store)
    assert (result.returncode, result.stdout) == (2, "")
    assert "is damaged" in result.stderr

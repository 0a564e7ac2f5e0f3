"""Which files of a folder are facts, and facts that come through a pipe."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import kg
from kg.errors import EntenteError, FactsError
from kg.facts.files import files, listing
from tests.conftest import TESTS, Run

BASE = TESTS / "facts" / "base.yaml"
MORE = TESTS / "facts" / "valid" / "corroboration.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Facts, and all that people keep beside them."""
    made = tmp_path / "facts"
    elsewhere = tmp_path / "elsewhere"
    for path in (".github/workflows", ".git", "env", "year.yaml/march", "empty"):
        (made / path).mkdir(parents=True)
    elsewhere.mkdir()
    shutil.copy(BASE, made / "base.YML")
    shutil.copy(MORE, made / "year.yaml" / "march" / "more.yaml")
    shutil.copy(MORE, elsewhere / "more.yaml")
    (made / ".#base.yaml").symlink_to("ada@host.1234:1700000000")  # the lock of an editor
    (made / "base.yaml~").write_text("a backup")
    (made / ".base.yaml.swp").write_text("a swap file")
    (made / ".github" / "workflows" / "ci.yml").write_text("on: push")
    (made / ".git" / "x.yaml").write_text("on: push")
    (made / "env" / "pyvenv.cfg").write_text("home = /usr")
    (made / "env" / "conda.yaml").write_text("name: x")
    (made / "linked").symlink_to(elsewhere)
    os.mkfifo(made / "pipe.yaml")
    return made


def test_what_lies_beside_facts_is_passed_over_and_said(folder: Path, run: Run, tmp_path: Path):
    found = listing([folder])
    assert found.files == [folder / "base.YML", folder / "year.yaml" / "march" / "more.yaml"]
    note = (
        f"passed over in {folder}: .#base.yaml, .github, env (a virtual environment), "
        "linked (a link to a folder), pipe.yaml (no regular file)"
    )
    assert found.passed_over == [note]
    result = run("build", folder, "--store", tmp_path / "store")
    assert result.stdout.startswith("built: 3 claims")
    assert result.stderr == f"kg: {note}\n"


def test_many_that_are_passed_over_are_counted(tmp_path: Path):
    for number in range(8):
        (tmp_path / f".{number}.yaml").touch()
    assert listing([tmp_path]).passed_over == [
        f"passed over in {tmp_path}: .0.yaml, .1.yaml, .2.yaml, .3.yaml, .4.yaml, 3 more"
    ]


def test_what_is_named_is_taken_whatever_its_name(folder: Path, tmp_path: Path):
    hidden = folder / ".hidden.yaml"
    shutil.copy(BASE, hidden)
    assert files([hidden, folder / "linked"]) == [hidden, folder / "linked" / "more.yaml"]


def test_a_file_is_read_once_by_whatever_paths(tmp_path: Path):
    shutil.copy(BASE, tmp_path / "base.yaml")
    (tmp_path / "linked.yaml").symlink_to("base.yaml")
    twice = [tmp_path, tmp_path / "linked.yaml", tmp_path / "base.yaml"]
    assert kg.build(twice, tmp_path / "store").claims == 1


def test_a_link_that_leads_nowhere_is_a_fault(tmp_path: Path):
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    with pytest.raises(FactsError, match=r"gone\.yaml:1:1: cannot be read: No such file"):
        kg.build([tmp_path], tmp_path / "store")


def test_a_new_file_in_a_folder_below_is_noticed(run: Run, tmp_path: Path):
    (tmp_path / "facts" / "2026").mkdir(parents=True)
    shutil.copy(BASE, tmp_path / "facts" / "base.yaml")
    kg.build([tmp_path / "facts"], tmp_path / "store")
    shutil.copy(MORE, tmp_path / "facts" / "2026" / "more.yaml")
    result = run("query", "-e", "ASK {}", "--store", tmp_path / "store")
    assert result.stderr == (
        f"kg: the facts of {tmp_path / 'store'} have changed since it was built; build it again\n"
    )


# ── Pipes ────────────────────────────────────────────────────────────────────


def kg_in_shell(command: str, cwd: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    shell = ["bash", "-c", f'kg() {{ "{sys.executable}" -m kg "$@"; }}\n{command}', "bash"]
    return subprocess.run(
        [*shell, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(TESTS.parent), "PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_facts_by_standard_input_are_read_once_and_whole(name: str, tmp_path: Path):
    result = kg_in_shell(f'cat "$1" | kg build {name} --store store', tmp_path, BASE)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("built: 1 claims")
    again = kg_in_shell(f'kg build {name} --store store < "$1"', tmp_path, BASE)
    assert again.stdout.startswith("up to date: 1 claims")
    asked = kg_in_shell("kg query -e 'ASK {}' --store store", tmp_path)
    assert (asked.returncode, asked.stderr) == (0, "")


def test_facts_by_a_substituted_process_are_read_whole(tmp_path: Path):
    result = kg_in_shell('kg build "$1" <(cat "$2") --store store', tmp_path, BASE, MORE)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("built: 3 claims")


def test_facts_by_a_named_pipe_are_read_whole(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(MORE.read_bytes()))
    writer.start()
    assert kg.build([BASE, tmp_path / "pipe"], tmp_path / "store").claims == 3
    writer.join()


@pytest.mark.slow
def test_a_pipe_never_empties_a_store(tmp_path: Path):
    kg.build([BASE], tmp_path / "store")
    for source, message in {
        'cat "$2" | kg build -': "holds other facts",
        ": | kg build - --replace": "-: brings nothing",
        "kg build - --replace < /dev/null": "-: brings nothing",
        "kg build /dev/null --replace": "/dev/null is a device, and no file of facts",
        "kg build /dev/zero --replace": "/dev/zero is a device, and no file of facts",
        "kg build - --replace <&-": "standard input is closed",
        "echo '# nothing' | kg build - --replace": "hold no facts; nothing was written",
        "echo 'claims: []' | kg build - --replace": "hold no facts; nothing was written",
    }.items():
        result = kg_in_shell(f"{source} --store store", tmp_path, BASE, MORE)
        assert (result.returncode in (1, 2), result.stdout) == (True, ""), source
        assert message in result.stderr and "Traceback" not in result.stderr, source
    assert kg.open(tmp_path / "store").query("ASK { ?claim a ent:Claim }")


def test_a_fault_in_piped_facts_has_the_name_that_was_given(tmp_path: Path):
    result = kg_in_shell("echo 'fact: x' | kg build - --store store", tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("<stdin>:1:1: unknown key “fact”")
    named = kg_in_shell("kg build <(echo 'fact: x') --store store", tmp_path)
    assert named.stderr.startswith("/dev/fd/")
    assert not (tmp_path / "store" / "current").exists()


def test_more_than_may_come_through_a_pipe_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kg.facts.files.MAX_PIPED", 1_000)
    os.mkfifo(tmp_path / "pipe")
    writer = subprocess.Popen(["sh", "-c", f"yes > {tmp_path / 'pipe'}"], stderr=subprocess.DEVNULL)
    with pytest.raises(EntenteError, match="brings more than 1,000 bytes"):
        kg.build([tmp_path / "pipe"], tmp_path / "store")
    assert writer.wait(timeout=60) != 0

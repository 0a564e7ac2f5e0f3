"""Facts files: what is accepted, and what is refused where and how."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg import store
from kg.errors import FactsError
from kg.validation import validate
from tests.conftest import TESTS, Run

FACTS = TESTS / "facts"
BASE = FACTS / "base.yaml"
VALID = sorted((FACTS / "valid").glob("*.yaml"))
INVALID = sorted((FACTS / "invalid").glob("*.yaml"))


def expected(path: Path) -> list[str]:
    """The faults that a fixture's first lines announce, as ``line:column: message [code]``."""
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    heads = [line for line in lines if line.startswith("# ") and line[2].isdigit()]
    return [line[2:] for line in heads]


def test_there_are_fixtures():
    assert len(VALID) >= 15
    assert len(INVALID) >= 75


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_valid_facts_are_built(path: Path, tmp_path: Path):
    assert kg.build([BASE, path], tmp_path / "store").rebuilt


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_what_is_only_doubtful_is_a_warning(path: Path):
    report = validate([BASE, path], reasoner=False)
    found = [
        f"{v.place}: {v.severity}: {v.message} ({v.remedy}) [{v.code}]"
        for v in report
        if v.layer == "structure"
    ]
    assert [each.replace(f"{path}:", "") for each in found] == expected(path)


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_invalid_facts_are_refused_at_their_place(path: Path, tmp_path: Path):
    with pytest.raises(FactsError) as error:
        kg.build([BASE, path], tmp_path / "store")
    faults = [f"{f} [{f.code}]".replace(f"{path}:", "") for f in error.value.faults]
    assert [fault.replace(f"{FACTS}/", "") for fault in faults] == expected(path)
    assert not store.exists(tmp_path / "store")


def test_faults_of_all_files_are_reported_in_one_run(run: Run, tmp_path: Path):
    bad = [
        FACTS / "invalid" / f"{name}.yaml" for name in ("inferred-key", "article-without-digest")
    ]
    result = run("build", BASE, *bad, "--store", tmp_path / "store")
    assert result.returncode == 1
    assert result.stdout == ""
    reported = result.stderr.splitlines()
    assert reported[:-1] == sorted(
        f"{path}:{fault.rpartition(' [')[0]}" for path in bad for fault in expected(path)
    )
    assert reported[-1] == f"{len(reported) - 1} faults in the facts; nothing was written"


def test_a_facts_file_that_is_not_there_cannot_be_built(run: Run, tmp_path: Path):
    result = run("build", tmp_path / "none.yaml")
    assert result.returncode == 2
    assert "none.yaml" in result.stderr


def test_facts_that_cannot_be_read_are_a_fault(tmp_path: Path):
    with pytest.raises(FactsError, match=r"gone\.yaml:1:1: cannot be read"):
        kg.build([BASE, tmp_path / "gone.yaml"], tmp_path / "store")


def test_a_file_that_two_ways_lead_to_is_read_once(tmp_path: Path):
    folder = tmp_path / "facts"
    folder.mkdir()
    (folder / "base.yaml").write_bytes(BASE.read_bytes())
    (tmp_path / "link.yaml").symlink_to(folder / "base.yaml")
    built = kg.build([folder, tmp_path / "link.yaml", folder / "base.yaml"], tmp_path / "store")
    assert built.claims == 1


def test_a_text_over_several_lines_is_one_line(tmp_path: Path):
    text = """entities:
  - key: mill
    type: Place
    label: |
      The mill
        by the river
"""
    (tmp_path / "facts.yaml").write_text(text, encoding="utf-8")
    kg.build([tmp_path / "facts.yaml"], tmp_path / "store")
    found = kg.open(tmp_path / "store").query("SELECT ?name { id:mill rdfs:label ?name }")
    assert found.to_dicts() == [{"name": "The mill by the river"}]

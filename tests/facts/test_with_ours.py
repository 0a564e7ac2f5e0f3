"""Ours under yours: facts of one's own refer to the reference data that comes with kg."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import kg
from kg import store
from kg.errors import EntenteError, FactsError, StoreError
from kg.resources import SEEDS
from kg.validation import validate
from tests.conftest import TESTS, Run

MINE = TESTS / "facts" / "with-ours.yaml"
ADDS = "it is reference data that comes with kg: “--with-ours” adds it"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kg.build([MINE], tmp_path_factory.mktemp("ours") / "store", with_ours=True).path


def test_a_key_that_ours_would_satisfy_is_told(run: Run, tmp_path: Path):
    told = run("build", MINE, "--store", tmp_path / "store")
    assert told.returncode == 1
    missing = ("china", "phone-call", "vladimir-putin", "xi-jinping")
    for line, key in zip(told.stderr.splitlines(), missing, strict=False):
        assert line.endswith(f": nothing has the key “{key}” ({ADDS})")
    assert told.stderr.endswith("4 faults in the facts; nothing was written\n")


def test_the_command_builds_and_validates_them(run: Run, tmp_path: Path):
    for verb in ("built", "up to date"):
        told = run("build", "--with-ours", MINE, "--store", tmp_path / "store")
        assert (told.returncode, told.stderr) == (0, "")
        assert told.stdout.startswith(f"{verb}: 1 claims, ")
    told = run("validate", "--with-ours", "--no-reasoner", MINE)
    assert (told.returncode, told.stdout.splitlines()[-1]) == (
        0,
        "conforms: nothing wrong in 1 claim",
    )
    assert run("validate", "--no-reasoner", MINE).returncode == 1
    assert run("validate", "--with-ours", "-", stdin=MINE.read_text("utf-8")).returncode == 0


def test_only_reference_data_of_ours_is_in_the_store(built: Path):
    dataset = kg.open(built)
    ask = "SELECT ?who ?how { ?call ent:participant/rdfs:label ?who ; ent:kind/rdfs:label ?how } ORDER BY ?who"
    rows = [{"who": who, "how": "phone call"} for who in ("Vladimir Putin", "Xi Jinping")]
    assert dataset.query(ask).to_dicts() == rows
    counts = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a ent:%s }"
    for kind, count in (("Claim", 1), ("Article", 1), ("Event", 1)):
        assert dataset.query(counts % kind).to_dicts() == [{"n": count}]
    assert dataset.find("Kim Jong Un")[0].key == "kim-jong-un"
    assert [each.article.key for each in dataset.coverage()] == ["herald-call"]


def test_an_entity_of_ours_is_not_introduced_again(tmp_path: Path):
    again = tmp_path / "again.yaml"
    again.write_text("entities:\n  - {key: china, type: State, label: China}\n", "utf-8")
    with pytest.raises(FactsError, match=r"again.yaml:2:11: “china” is introduced twice .*states"):
        kg.build([again], tmp_path / "store", with_ours=True)
    assert kg.build([again], tmp_path / "store").rebuilt


def test_a_label_of_ours_is_known_for_its_key(tmp_path: Path):
    path = tmp_path / "by-name.yaml"
    path.write_text(
        MINE.read_text("utf-8").replace("organOf: china", "organOf: South Korea"), "utf-8"
    )
    with pytest.raises(FactsError, match="did you mean “south-korea”"):
        kg.build([path], tmp_path / "store", with_ours=True)


def test_facts_of_ours_that_are_named_are_read_whole(tmp_path: Path):
    one = kg.build([MINE], tmp_path / "store", with_ours=True)
    all_of_them = kg.build([SEEDS, MINE], tmp_path / "store", with_ours=True)
    ours = kg.build([SEEDS], tmp_path / "ours").claims
    assert ours > 100
    assert one.claims == 1 and all_of_them.claims == ours + 1
    assert kg.build([SEEDS, MINE], tmp_path / "store").claims == ours + 1


def test_without_ours_it_is_another_store(tmp_path: Path):
    place = tmp_path / "store"
    alone = shutil.copy(TESTS / "facts" / "base.yaml", tmp_path / "mine.yaml")
    text = Path(alone).read_text("utf-8")
    own = [line for line in text.splitlines(keepends=True) if "goods" not in line]
    Path(alone).write_text("".join(own), "utf-8")
    more = kg.build([alone], place, with_ours=True)
    with pytest.raises(StoreError, match="other facts, of the reference data that comes with kg;"):
        kg.build([alone], place)
    less = kg.build([alone], place, replace=True)
    assert less.rebuilt and less.quads < more.quads
    assert kg.build([alone], place, with_ours=True).quads == more.quads


def test_a_store_is_kept_in_step_with_ours(built: Path, tmp_path: Path, recwarn):
    place = tmp_path / "store"
    shutil.copytree(built, place)
    kg.open(place)
    assert not recwarn.list
    manifest = next(place.rglob("manifest.json"))
    whole = json.loads(manifest.read_text("utf-8"))
    states = next(path for path in whole["stamps"] if path.endswith("states.yaml"))
    assert whole["with_ours"] is True
    whole["stamps"][states], whole["digest"] = [1, 1], "0" * 64  # as if ours had been edited
    manifest.write_text(json.dumps(whole), "utf-8")
    with pytest.warns(UserWarning, match="have changed since it was built"):
        kg.open(place)
    del whole["with_ours"]  # as a store has it that was built before
    manifest.write_text(json.dumps(whole), "utf-8")
    assert store.manifest(place).with_ours is False


def test_diff_reads_them_too(run: Run, built: Path):
    same = run("diff", MINE, built, "--with-ours")
    assert (same.returncode, same.stderr) == (0, "")
    assert run("diff", MINE, built).returncode == 1
    told = run("diff", built, built, "--with-ours")
    assert (told.returncode, told.stderr) == (
        2, "kg: our reference data goes beneath facts; neither state is facts\n",
    )  # fmt: skip


def test_it_is_for_facts_of_ones_own(run: Run, small: kg.Dataset, tmp_path: Path):
    told = run("build", "--with-ours", "--store", tmp_path / "store")
    assert (told.returncode, told.stderr) == (
        2, "kg: name your facts: our reference data goes beneath them\n",
    )  # fmt: skip
    assert run("validate", "--with-ours").stderr == told.stderr
    small.dump(tmp_path / "dump.trig", "trig")
    with pytest.raises(EntenteError, match="this is RDF"):
        validate([tmp_path / "dump.trig"], with_ours=True)
    (tmp_path / "empty.yaml").write_text("entities: []\n", "utf-8")
    with pytest.raises(EntenteError, match="the files hold no facts"):
        kg.build([tmp_path / "empty.yaml"], tmp_path / "store", with_ours=True)

"""Diffs: claims added, removed, changed and retracted, and the answers that differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

import kg
from kg.diff import State, compared, diff
from kg.errors import FactsError, StoreError
from tests.conftest import TESTS, Run
from tests.support import worlds
from tests.support.worlds import Told, built

World = tuple[tuple[int, Told], ...]
FACTS = TESTS / "small" / "facts.yaml"


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The small facts with one claim changed, one retracted, one renamed."""
    text = FACTS.read_text(encoding="utf-8")
    for old, new in (
        (
            "    gist: Varga waved",
            "    retracted: The quotation was misread.\n    gist: Varga waved",
        ),
        ("when: 2029\n", "when: 2030\n"),
        ("key: lp-forecast", "key: lp-outlook"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "edited.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_changed_is_told(edited: Path):
    found = diff(FACTS, edited)
    assert found.added == ("lp-outlook",)
    assert found.removed == ("lp-forecast",)
    assert found.retracted == {"lp-reply": "The quotation was misread."}
    assert list(found.changed) == ["lp-war"]
    lost, gained = found.changed["lp-war"]
    assert (
        "tells id:ferry-war ent:when 2029" in lost and "tells id:ferry-war ent:when 2030" in gained
    )
    assert set(found.answers) >= {"who-fights-whom", "who-answered-whom"}
    assert "who-met-whom" not in found.answers
    assert any("2030" in line for line in found.answers["who-fights-whom"][1])


@pytest.mark.slow
@settings(max_examples=15)
@given(worlds.disputed, worlds.disputed)
def test_a_diff_of_made_up_states_is_what_sets_say_of_them(one: World, other: World):
    found = compared(State(built(one)), State(built(other)))
    before, after = (
        {f"claim{n}": told for n, told in world if told.status != worlds.RETRACTED}
        for world in (one, other)
    )
    gone = before.keys() - after.keys()
    retracted = retractions(other) - retractions(one)
    assert set(found.added) == after.keys() - before.keys()
    assert (set(found.removed), set(found.retracted)) == (gone - retracted, retracted)
    both = before.keys() & after.keys()
    assert set(found.changed) == {key for key in both if facts(before[key]) != facts(after[key])}
    turned = compared(State(built(other)), State(built(one)))
    assert set(turned.added) == gone
    for ours, theirs in ((found.changed, turned.changed), (found.answers, turned.answers)):
        assert {name: (new, old) for name, (old, new) in ours.items()} == theirs


def retractions(world: World) -> set[str]:
    return {f"claim{n}" for n, told in world if told.status == worlds.RETRACTED}


def facts(told: Told) -> tuple[object, ...]:
    speaker = None if told.status == "Reported" else told.speaker
    return told.status, speaker, frozenset(told.triples)


@pytest.mark.slow
@settings(max_examples=10)
@given(worlds.disputed)
def test_nothing_differs_from_itself(world: World):
    assert not compared(State(built(world)), State(built(world)))


def test_a_retracted_claim_tells_nothing(edited: Path, tmp_path: Path):
    kg.build([edited], tmp_path / "store")
    dataset = kg.open(tmp_path / "store")
    assert not dataset.query("ASK { GRAPH id:lp-reply { ?s ?p ?o } }")
    assert not dataset.query("ASK { id:varga-on-ghosts ent:speaker ?who }")
    assert not dataset.query("ASK { id:lp-reply a ent:Claim }")
    rows = dataset.query("SELECT ?why { id:lp-reply a ent:RetractedClaim ; ent:retraction ?why }")
    assert rows.to_dicts() == [{"why": "The quotation was misread."}]


@pytest.mark.slow
def test_a_state_is_a_store_a_dump_or_facts(run: Run, tmp_path: Path):
    kg.build([FACTS], tmp_path / "store")
    states = [FACTS, TESTS / "small", tmp_path / "store"]
    for name, suffix in (("nquads", "nq"), ("trig", "trig")):
        states.append(tmp_path / f"dump.{suffix}")
        kg.open(tmp_path / "store").dump(states[-1], name)
    for state in states:
        assert not diff(tmp_path / "store", state)


@pytest.mark.slow
def test_the_command(run: Run, edited: Path):
    same = run("diff", FACTS, FACTS)
    assert (same.returncode, same.stdout) == (
        0,
        "claims: 0 added, 0 removed, 0 changed, 0 retracted; answers changed: 0\n",
    )
    text = run("diff", FACTS, edited)
    assert text.returncode == 1
    assert "! claim lp-reply retracted: The quotation was misread.\n" in text.stdout
    whole = json.loads(run("diff", FACTS, edited, "--json").stdout)
    assert whole["added"] == ["lp-outlook"]
    assert whole["answers"]["who-fights-whom"]["added"]
    assert run("diff", FACTS, edited.with_name("absent")).returncode == 2


def test_what_is_no_state_is_refused(tmp_path: Path):
    broken = tmp_path / "broken.nq"
    broken.write_text("no quads", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be read as a dump"):
        diff(broken, broken)
    with pytest.raises(StoreError, match="there is nothing at"):
        diff(tmp_path / "absent", broken)
    (tmp_path / "wrong.yaml").write_text("claims: nonsense", encoding="utf-8")
    with pytest.raises(FactsError):
        diff(tmp_path / "wrong.yaml", FACTS)

"""Diffs: claims added, removed, changed and retracted, and the answers that differ."""

from __future__ import annotations

import dataclasses
import html
import json
import os
import warnings
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings

import kg
from kg.diff import State, compared, diff
from kg.diff.feed import feed
from kg.errors import FactsError, OutputError, StoreError
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


def test_several_paths_of_facts_are_one_state(run: Run, edited: Path, tmp_path: Path):
    text = FACTS.read_text("utf-8")
    head, claims = text.split("claims:\n")
    (tmp_path / "entities.yaml").write_text(head, "utf-8")
    article = head[head.index("article:") :].splitlines()[0]
    (tmp_path / "claims.yaml").write_text(f"{article}\nclaims:\n{claims}", "utf-8")
    parts = (tmp_path / "entities.yaml", tmp_path / "claims.yaml")
    whole = run("diff", FACTS, edited, "--claims")
    told = run("diff", parts[0], edited, "--old", parts[1], "--claims")
    assert (told.returncode, told.stdout) == (1, whole.stdout)
    same = run("diff", *parts, "--old", parts[1], "--new", parts[0], "--claims")
    assert (same.returncode, same.stdout[:16]) == (0, "claims: 0 added,")
    assert not diff(parts, FACTS, answers=False)
    assert run("diff", parts[1], edited, "--claims").returncode == 1  # alone its keys dangle
    store = kg.build([FACTS], tmp_path / "store").path
    mixed = run("diff", store, edited, "--old", FACTS)
    assert (mixed.returncode, mixed.stderr) == (
        2, f"kg: {store} is a state by itself: only facts are put together\n",
    )  # fmt: skip


LAST = "claims: 1 added, 1 removed, 1 changed, 1 retracted"


def test_claims_alone_are_compared_without_answers(run: Run, edited: Path):
    told = run("diff", FACTS, edited, "--claims")
    assert told.returncode == 1 and told.stdout.endswith(f"{LAST}\n")
    assert "? query" not in told.stdout and "+ claim lp-outlook\n" in told.stdout
    whole = json.loads(run("diff", FACTS, edited, "--claims", "--format", "json").stdout)
    assert "answers" not in whole and whole["removed"] == ["lp-forecast"]
    assert run("diff", FACTS, FACTS, "--claims").returncode == 0


def test_the_claims_of_each_article_are_counted(run: Run, edited: Path, tmp_path: Path):
    told = run("diff", FACTS, edited, "--stat", "--claims")
    assert told.returncode == 1
    heading, _, row, counted, last = told.stdout.splitlines()
    assert heading.split() == ["article", "added", "removed", "changed", "retracted"]
    assert row.split() == ["lakeside-post-talks", "1", "1", "1", "1"]
    assert (counted, last) == ("(1 article)", LAST)
    assert "answers changed: " in run("diff", FACTS, edited, "--stat").stdout
    assert run("diff", FACTS, FACTS, "--stat", "--claims").stdout.startswith("claims: 0 added")
    odd = run("diff", FACTS, edited, "--stat", "--format", "atom")
    assert odd.returncode == 2 and "not both" in odd.stderr
    kept = run("diff", FACTS, edited, "--stat", "--claims", "-o", tmp_path / "stat.txt")
    assert (kept.returncode, kept.stdout) == (1, "")
    assert (tmp_path / "stat.txt").read_text("utf-8") == told.stdout


def test_a_claim_counts_for_each_article_that_it_quotes(edited: Path):
    found = diff(FACTS, edited, answers=False, sources=True)
    war, forecast = found.claims["lp-war"], found.claims["lp-forecast"]
    more = war.passages[0]._replace(article=war.passages[0].article._replace(key="other"))
    claims = {"lp-war": war._replace(passages=(*war.passages, more)),
              "lp-forecast": forecast._replace(passages=())}  # fmt: skip
    counts = dataclasses.replace(found, claims=claims, added=(), retracted={}).by_article()
    assert counts == {
        "": {"removed": 1},
        "lakeside-post-talks": {"changed": 1},
        "other": {"changed": 1},
    }


def read_feed(text: str) -> feedparser.FeedParserDict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return feedparser.parse(text)


def test_a_feed_reader_reads_what_is_new(run: Run, edited: Path, tmp_path: Path):
    os.utime(edited, (1_900_000_000, 1_900_000_000))
    told = run("diff", FACTS, edited, "--format", "atom")
    assert told.returncode == 1
    read = read_feed(told.stdout)
    assert (read.bozo, read.version) == (False, "atom10")
    assert read.feed.id == "https://w3id.org/entente/id/" and read.feed.subtitle == LAST
    assert read.feed.updated == "2030-03-17T17:46:40Z"
    entries = {entry.id.rpartition("/")[2]: entry for entry in read.entries}
    assert list(entries) == ["lp-outlook", "lp-war", "lp-reply"]
    after = kg.open(kg.build([edited], tmp_path / "store").path)
    for key, entry in entries.items():
        [row] = after.query(f"SELECT ?gist {{ id:{key} ent:gist ?gist }}").to_dicts()
        assert entry.title.endswith(row["gist"])
        assert entry.author == "Lakeside Post" and entry.link == entry.id
        assert entry.updated == read.feed.updated
        assert "“Varga and Otto talk again”, 2031-05-06, paragraph " in entry.content[0].value
    assert [tag.term for tag in entries["lp-war"].tags] == ["changed", "reported"]
    assert "- tells id:ferry-war ent:when 2029" in entries["lp-war"].content[0].value
    assert [tag.term for tag in entries["lp-reply"].tags] == ["retracted"]
    assert entries["lp-reply"].title.startswith("Retracted: ")
    assert entries["lp-reply"].content[0].value.endswith("\nretracted: The quotation was misread.")
    stored = run("diff", FACTS, tmp_path / "store", "-f", "atom", "-o", tmp_path / "feed.xml")
    assert stored.returncode == 1
    again = read_feed((tmp_path / "feed.xml").read_text("utf-8"))
    assert [entry.id for entry in again.entries] == [entry.id for entry in read.entries]
    built = json.loads(next((tmp_path / "store").rglob("manifest.json")).read_text())["built"]
    assert again.feed.updated == built.replace(" UTC", "Z").replace(" ", "T")


def test_a_feed_of_nothing_new_is_a_feed(run: Run):
    told = run("diff", FACTS, "-", "--format", "atom", stdin=FACTS.read_text("utf-8"))
    read = read_feed(told.stdout)
    assert (told.returncode, read.bozo, read.entries) == (0, False, [])


def test_a_feed_escapes_and_refuses_what_xml_cannot_hold(tmp_path: Path):
    path = tmp_path / "facts.yaml"
    gist = "gist: 'Bread & <b>circuses</b>, ]]> as they say'"
    old = "gist: Varga hopes to meet Otto in Graustark in 2032."
    text = FACTS.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, gist), encoding="utf-8")
    found = diff(FACTS, path, sources=True)
    entry = read_feed(feed(found, datetime(2031, 5, 6, tzinfo=UTC)).decode()).entries[0]
    assert html.unescape(entry.title) == "Changed: Bread & <b>circuses</b>, ]]> as they say"
    claim = found.claims["lp-next-meeting"]._replace(gist="a\x01b")
    broken = dataclasses.replace(found, claims={"lp-next-meeting": claim})
    with pytest.raises(OutputError, match="a character that XML cannot hold"):
        feed(broken, datetime(2031, 5, 6, tzinfo=UTC))


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

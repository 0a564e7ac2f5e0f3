"""Belief: the dataset is exactly what the chosen claims make, inference included."""

from __future__ import annotations

import json
from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

import kg
from kg import store
from kg.claims import belief
from kg.claims.belief import Belief
from kg.errors import QueryError
from kg.store import generations
from kg.vocabulary.statuses import LEVELS
from tests.conftest import Run
from tests.support import worlds
from tests.support.worlds import Told, built, triple

SUPPLIES = "SELECT ?label { ?e a ent:Supply ; rdfs:label ?label } ORDER BY ?label"


def labels(dataset: kg.Dataset, text: str) -> list[str]:
    return [row["label"] for row in dataset.query(text).to_dicts()]


def default_graph(of: ox.Store) -> set[ox.Quad]:
    return {q for q in of if isinstance(q.graph_name, ox.DefaultGraph)}


def test_most_worlds_have_what_follows_only_from_what_is_attributed():
    """Else the law above would say nothing of what is inferred."""
    follows = []

    @settings(max_examples=100, database=None)
    @given(worlds.disputed)
    def look(world: tuple[tuple[int, Told], ...]) -> None:
        made = built(world)
        usual = {quad.triple for quad in default_graph(made)}
        view = set(belief.quads(made, Belief(LEVELS["attributed"])))
        told = {triple(each) for _, claim in world for each in claim.triples}
        believed = {q.triple for q in view if isinstance(q.graph_name, ox.DefaultGraph)}
        follows.append(bool(believed - usual - told))

    look()
    assert sum(follows) >= 0.7 * len(follows)


@settings(max_examples=100)
@given(worlds.disputed)
def test_the_usual_belief_is_the_store_itself(world: tuple[tuple[int, Told], ...]):
    made = built(world)
    assert set(belief.quads(made, Belief())) == set(made)


@pytest.mark.slow
@settings(max_examples=100)
@given(worlds.disputed)
def test_who_is_not_heard_is_gone(world: tuple[tuple[int, Told], ...]):
    made = built(world)
    first = worlds.named("claim0")
    known = belief.heard(made, Belief()) - {first}
    view = set(belief.selected(made, known, belief.believed(made, Belief()) - {first}))
    assert view == set(built(world[1:]))


@pytest.mark.slow
@settings(max_examples=200)
@given(worlds.disputed, worlds.beliefs)
def test_what_is_chosen_is_as_if_nothing_else_had_been_told(
    world: tuple[tuple[int, Told], ...], whose: Belief
):
    """By article, day of publication, speaker and level, and all of these together."""
    view = store.in_memory(belief.quads(built(world), whose))
    assert set(view) == set(worlds.chosen_alone(world, whose))


def test_each_level_takes_more_on_trust(small: kg.Dataset):
    assert labels(small, SUPPLIES) == ["Rye for Ruritania", "Wheat for Ruritania"]
    attributed = small.believing("attributed")
    assert "Rifles for Ruritania" in labels(attributed, SUPPLIES)
    meetings = "SELECT ?label { ?e a ent:Meeting ; rdfs:label ?label }"
    hoped = "Hoped-for Varga–Otto meeting, 2032"
    assert hoped not in labels(attributed, meetings)
    assert hoped in labels(small.believing("planned"), meetings)
    assert "Summit of Varga, Otto and Lindqvist" not in labels(small.believing("planned"), meetings)


def test_each_choice_has_a_name_of_its_own():
    """The view of one belief is never taken for that of another."""
    one, other = ox.NamedNode("urn:one"), ox.NamedNode("urn:other")
    choices = [
        Belief(statuses, article, speaker, as_of)
        for statuses in LEVELS.values()
        for article in (None, one, other)
        for speaker in (None, one, other)
        for as_of in (None, date(2024, 12, 31), date(2025, 12, 31))
    ]
    assert len({choice.digest for choice in choices}) == len(choices)


def test_one_speaker(small: kg.Dataset):
    """Only what Lindqvist says is heard, and it is believed; and that he said something."""
    word = small.believing(speaker="Bo Lindqvist")
    assert labels(word, SUPPLIES) == ["Rifles for Ruritania"]
    assert word.query("SELECT ?c { ?c a ent:Claim } ORDER BY ?c").to_dicts() == [
        {"c": "https://w3id.org/entente/id/lp-allegation"},
        {"c": "https://w3id.org/entente/id/lp-rifles"},
    ]
    assert word.query("ASK { ?said ent:speaker id:bo-lindqvist }")
    assert word.query("SELECT ?g { GRAPH ?g { ?e a ent:Meeting } }").to_dicts() == []


def test_what_follows_only_from_what_is_not_believed_is_gone(dataset: kg.Dataset):
    one = dataset.believing(article="ft-outcast-to-ally")
    met = "ASK { id:xi-jinping ent:metWith id:kim-jong-un }"
    assert dataset.query(met) and not one.query(met)
    for (inference,) in one.query("SELECT DISTINCT ?g { GRAPH ?g { ?a ent:metWith ?b } }"):
        text = f"ASK {{ {inference} prov:wasDerivedFrom/prov:wasQuotedFrom/oa:hasSource id:ft-xi-kim-talks }}"
        claims = one.query(f"ASK {{ {inference} prov:wasDerivedFrom ?claim . ?claim a ent:Claim }}")
        assert claims and not one.query(text)


@pytest.mark.parametrize(
    ("day", "articles"),
    [
        ("2025-09-03", 0),
        ("2025-09-04", 1),
        ("2025-09-29", 1),
        ("2025-09-30", 2),
        ("2025-09", 2),
        ("2025", 2),
        ("2024", 0),
    ],
)
def test_what_was_published_by_a_day(dataset: kg.Dataset, day: str, articles: int):
    """An article of September 2025 was out by the end of it, for certain."""
    text = "SELECT DISTINCT ?a { ?c a ent:Claim ; prov:wasQuotedFrom/oa:hasSource ?a }"
    assert len(dataset.believing(as_of=day).query(text).to_dicts()) == articles


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"article": "xi-jinping"}, "“xi-jinping” is no article"),
        ({"speaker": "ft-xi-kim-talks"}, "“ft-xi-kim-talks” is no agent"),
        ({"speaker": "Nobody at all"}, "nothing is called “Nobody at all”"),
        ({"as_of": "soon"}, "“soon” is not a day, a month or a year"),
        ({"as_of": "2025-02-30"}, "“2025-02-30” is not a day"),
    ],
)
def test_a_choice_of_nothing_is_refused(dataset: kg.Dataset, choice: dict, message: str):
    with pytest.raises(QueryError, match=message):
        dataset.believing(**choice)


@pytest.mark.slow
def test_the_switches_of_query_ask_and_dump(run: Run):
    count = "SELECT (COUNT(*) AS ?n) { ?e a ent:Event }"
    numbers = [
        int(run("query", "-e", count, "-f", "csv", *switch).stdout.split()[1])
        for switch in (
            [],
            ["--believe", "attributed"],
            ["--believe", "planned"],
            ["--as-of", "2024"],
        )
    ]
    assert numbers[3] == 0 < numbers[0] < numbers[1] < numbers[2]
    dumped = run("dump", "--article", "ft-xi-kim-talks", "-f", "nquads").stdout
    assert "/xk-talks>" in dumped and "/oa-parade>" not in dumped
    reply = run("ask", "did-xi-and-kim-meet", "--article", "ft-outcast-to-ally")
    assert reply.returncode == 1
    wrong = run("query", "who-met-whom", "--speaker", "Nobody at all")
    assert wrong.returncode == 2 and wrong.stderr.startswith("kg: nothing is called")


def test_a_large_view_is_made_once_on_disk(
    small: kg.Dataset, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    kg.build([small_facts()], tmp_path / "s")
    monkeypatch.setattr(generations, "_SMALL", 10)
    generation = store.open_current(tmp_path / "s")
    first = kg.Dataset(generation, Belief(LEVELS["planned"]))
    assert len(first.store) > 0
    folders = list(generation.path.glob("views/*"))
    assert len(folders) == 1
    again = kg.Dataset(generation, Belief(LEVELS["planned"]))
    assert list(generation.path.glob("views/*")) == folders
    assert set(first.store) == set(again.store) == set(small.believing("planned").store)


def small_facts():
    from tests.conftest import TESTS

    return TESTS / "small"


def test_a_belief_cites_what_it_believes(run: Run):
    cited = json.loads(
        run(
            "query", "who-supplied-what-to-whom", "--cite", "--believe", "attributed", "-f", "json"
        ).stdout
    )
    assert {claim["status"] for claim in cited["claims"].values()} == {"reported", "attributed"}

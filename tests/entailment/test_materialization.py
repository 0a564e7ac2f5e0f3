"""What follows from the facts, and on which claims it rests."""

from __future__ import annotations

from pathlib import Path

import kg
from tests.conftest import TESTS

BASE = TESTS / "facts" / "base.yaml"


def pairs(dataset: kg.Dataset, pattern: str) -> set[tuple[str, str]]:
    solutions = dataset.query(f"SELECT ?a ?b {{ {pattern} }}")
    return {(a.value.rsplit("/")[-1], b.value.rsplit("/")[-1]) for a, b in solutions}


def test_those_who_shared_a_meeting_met(dataset: kg.Dataset):
    met = pairs(dataset, "?a ent:metWith ?b")
    assert {("xi-jinping", "kim-jong-un"), ("kim-jong-un", "xi-jinping")} <= met
    assert ("kim-jong-un", "vladimir-putin") in met
    assert not any(a == b for a, b in met)


def test_those_who_shared_only_a_parade_did_not(dataset: kg.Dataset):
    assert pairs(dataset, "?e a ent:Ceremony ; ent:participant ?a, ?b FILTER (?a != ?b)") >= {
        ("shehbaz-sharif", "xi-jinping")
    }
    assert ("shehbaz-sharif", "xi-jinping") not in pairs(dataset, "?a ent:metWith ?b")


def test_nor_did_those_whose_meeting_is_denied_or_planned(dataset: kg.Dataset):
    met = pairs(dataset, "?a ent:metWith ?b")
    assert ("xi-jinping", "vladimir-putin") not in met
    beyond = pairs(
        dataset,
        """?c ent:status ent:Denied . ?i prov:wasDerivedFrom ?c
           GRAPH ?i { ?a ent:metWith ?b }""",
    )
    assert ("xi-jinping", "vladimir-putin") in beyond


def test_grandparents_and_leaders_are_found(dataset: kg.Dataset):
    assert pairs(dataset, "?a ent:grandchildOf ?b") == {
        ("kim-jong-un", "kim-il-sung"),
        ("kim-ju-ae", "kim-jong-il"),
    }
    assert ("kim-il-sung", "kim-jong-un") in pairs(dataset, "?a ent:grandparentOf ?b")
    leaders = pairs(dataset, "?a a ent:Leader ; ent:leaderOf ?b")
    assert {("xi-jinping", "china"), ("vladimir-putin", "russia")} <= leaders
    assert not pairs(dataset, "?a a ent:Leader, ?b FILTER (?a = id:kaja-kallas)")


def test_nothing_inferred_is_listed_in_the_facts(dataset: kg.Dataset):
    for term in ("ent:metWith", "ent:grandparentOf", "ent:leaderOf"):
        assert not dataset.query(f"ASK {{ ?c ent:status ?s GRAPH ?c {{ ?x {term} ?y }} }}")
    assert not dataset.query("ASK { ?c ent:status ?s GRAPH ?c { ?x a ent:Leader } }")


def test_an_inference_names_the_claims_it_rests_on(dataset: kg.Dataset):
    rests = pairs(
        dataset,
        """GRAPH ?i { id:kim-ju-ae ent:grandchildOf id:kim-jong-il }
           ?i prov:wasDerivedFrom ?a . ?a ent:about ?b""",
    )
    assert {claim for claim, _ in rests} == {
        "oa-father",
        "oa-father-again",
        "oa-ju-ae-daughter",
        "oa-daughter-caption",
    }


def test_corroborated_meetings_are_inferred_from_each_claim_alone(tmp_path: Path):
    kg.build([BASE, TESTS / "facts" / "valid" / "corroboration.yaml"], tmp_path / "store")
    dataset = kg.open(tmp_path / "store")
    supports = pairs(dataset, "GRAPH ?a { id:anna ent:metWith id:boris } ?a prov:wasDerivedFrom ?b")
    # The second claim names one participant, so it adds nothing to the first.
    assert {claim for _, claim in supports} == {"first-word"}


def test_what_is_inferred_is_in_the_default_graph_only_if_all_of_it_is_reported(
    dataset: kg.Dataset,
):
    leaked = """ASK { ?i a ent:Inference ; prov:wasDerivedFrom/ent:status ?status
      FILTER (?status != ent:Reported)
      GRAPH ?i { ?s ?p ?o } ?s ?p ?o
      FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } FILTER (?g != ?i)
        FILTER NOT EXISTS { ?g prov:wasDerivedFrom/ent:status ?other FILTER (?other != ent:Reported) }
        FILTER NOT EXISTS { ?g ent:status ?other FILTER (?other != ent:Reported) } } }"""
    assert not dataset.query(leaked)
    assert not dataset.query(
        """ASK { ?i a ent:Inference GRAPH ?i { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o }
           FILTER NOT EXISTS { ?i prov:wasDerivedFrom/ent:status ?status
                               FILTER (?status != ent:Reported) } }"""
    )


def test_a_wider_place_follows_from_the_place(dataset: kg.Dataset):
    assert ("beijing-parade-2025", "china") in pairs(dataset, "?a ent:place ?b")
    # Of the place of the whole nothing follows for a part.
    assert ("trump-kim-meetings-first-term", "united-states") not in pairs(
        dataset, "?a ent:place ?b"
    )

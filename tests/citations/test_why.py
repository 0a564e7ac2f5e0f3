"""Why: claims for and against, derivations, and how many sources there are."""

from __future__ import annotations

import json

import pytest

import kg
from kg.errors import QueryError
from tests.conftest import Run


def test_an_inferred_triple_is_derived_from_what_is_told(small: kg.Dataset):
    why = small.why("Ilsa Varga", "metWith", "King Otto")
    assert {claim.key for claim in why.pro} == {"lp-talks", "lp-next-meeting"}
    assert why.contra == []  # the summit of three that was not held says nothing of the two
    (triple, step), *_ = why.inferred
    assert triple.predicate.value.endswith("metWith")
    assert step.axiom.startswith("ent:metWith owl:propertyChainAxiom")
    premises = {str(premise.predicate).rpartition("#")[2] for premise, _ in step.premises}
    assert premises == {"participant>", "type>"}
    assert why.sources == ["lakeside-post-talks"]


def test_a_derivation_goes_down_to_what_is_told(dataset: kg.Dataset):
    why = dataset.why("Xi Jinping", "a", "ent:Leader")
    axioms = [step.axiom for _, step in why.inferred]
    assert "owl:equivalentClass" in axioms[0]
    assert any("propertyChainAxiom" in axiom for axiom in axioms)
    told = {g.inference for _, step in why.inferred for _, g in step.premises}
    assert None in told


def test_an_event_has_claims_for_and_against(small: kg.Dataset):
    why = small.why("Summit of Varga, Otto and Lindqvist")
    assert (why.pro, [claim.key for claim in why.contra]) == ([], ["lp-no-summit"])
    assert why.sources == []
    talks = small.why("strelsau-talks-2031")
    assert [claim.key for claim in talks.pro] == ["lp-talks"]


def test_claims_are_in_order_of_date_and_articles_are_counted(dataset: kg.Dataset):
    why = dataset.why("Kim Jong Un")
    dates = [claim.passages[0].article.published for claim in why.claims]
    assert dates == sorted(dates)
    assert why.sources == ["ft-outcast-to-ally", "ft-xi-kim-talks"]
    assert len(why.claims) > len(why.sources)
    assert why.reference


def test_a_triple_of_reference_data_needs_no_claim(dataset: kg.Dataset):
    why = dataset.why("Beijing", "locatedIn", "China")
    assert why and why.reference and why.claims == ()


def test_a_description_rests_on_its_claim(dataset: kg.Dataset):
    why = dataset.why("xk-talks", "status", "ent:Reported")
    assert [claim.key for claim in why.claims] == ["xk-talks"]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (("nobody",), "nothing is called “nobody”"),
        (("kim-jong-un", "metWit", "xi-jinping"), "no property “metWit”; did you mean “metWith”?"),
        (("kim-jong-un", "metWith", "Xi Jinpin"), "nothing is called “Xi Jinpin”; did you mean"),
    ],
)
def test_what_does_not_exist_is_refused(dataset: kg.Dataset, terms: tuple[str, ...], message: str):
    with pytest.raises(QueryError) as error:
        dataset.why(*terms)
    assert message in str(error.value)


def test_the_command(run: Run):
    text = run("why", "kim-jong-un", "metWith", "xi-jinping").stdout
    assert "for:\n  2025-09-04  xk-talks (reported)" in text
    assert "inferred:" in text and text.endswith("independent sources: 1 (ft-xi-kim-talks)\n")
    whole = json.loads(run("why", "kim-jong-un", "metWith", "xi-jinping", "--json").stdout)
    assert whole["against"] == [] and whole["inferred"][0]["premises"]
    assert run("why", "kim-jong-un", "metWith", "kim-jong-un").returncode == 1
    assert run("why", "kim-jong-un", "metWith").returncode == 2

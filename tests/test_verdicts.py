"""Yes/no questions: every verdict, each with its exit code and its claims."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

import kg
from kg.endpoint.pages import rendering
from kg.errors import QueryError
from kg.sparql import catalogue
from kg.verdicts import Verdict
from tests.conftest import TESTS, Run

THREE = "ent:participant id:ilsa-varga , id:otto , id:bo-lindqvist"
QUESTIONS = [
    ("ASK { ?e a ent:Meeting ; ent:participant id:ilsa-varga , id:otto }", "yes", {"lp-talks"}),
    (f"ASK {{ ?e a ent:Meeting ; {THREE} }}", "denied", {"lp-no-summit"}),
    ("ASK { ?e a ent:Supply ; ent:item id:rifles }", "claimed by Bo Lindqvist", {"lp-rifles"}),
    (
        "ASK { ?e a ent:Meeting ; ent:participant id:otto ; ent:place id:graustark }",
        "planned by Ilsa Varga",
        {"lp-next-meeting"},
    ),
    ("ASK { id:mina ent:heirOf id:otto }", "planned by somebody who is not named", {"lp-heir"}),
    ("ASK { ?e a ent:Meeting ; ent:participant id:mina }", "no evidence", set()),
    # That the three held no summit does not tell that Otto and Lindqvist never met.
    ("ASK { id:otto ent:metWith id:bo-lindqvist }", "no evidence", set()),
    # Who held no talks may have been at one ceremony or another.
    (f"ASK {{ ?e a ent:Gathering ; {THREE} FILTER NOT EXISTS {{ ?e a ent:Ceremony }} }}", "no evidence", set()),
]  # fmt: skip


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> kg.Dataset:
    """Two papers in which much is denied."""
    path = tmp_path_factory.mktemp("store") / "harbour"
    kg.build([TESTS / "verdicts"], path)
    return kg.open(path)


@pytest.mark.parametrize(("text", "verdict", "claims"), QUESTIONS)
def test_each_verdict_has_its_claims(small: kg.Dataset, text: str, verdict: str, claims: set[str]):
    reply = small.ask(text)
    assert reply.text == verdict
    assert {claim.key for claim in reply.citation.claims} >= claims
    assert bool(reply.citation.claims) == bool(claims)


TRIO = "?m a ent:Meeting ; ent:participant id:ada , id:ben , id:cyr"
MARCH = "?m a ent:Meeting ; ent:participant id:ada , id:dov"
DENIED = [
    # All of it, and more than that: what the denial does not mention.
    (TRIO, "denied", {}),
    (f"{TRIO} ; ent:place id:verrin", "denied", {"wider": {"no-trio"}}),
    (f'{TRIO} ; ent:place/rdfs:label "Verrin"@en', "denied", {"wider": {"no-trio"}}),
    (f"{TRIO} , id:dov", "denied", {"wider": {"no-trio"}}),
    (f"{TRIO.replace('participant', 'host', 1)}", "denied", {"wider": {"no-trio"}}),
    (f'{TRIO} ; ent:earliest ?d FILTER (?d >= "2030-03-01"^^xsd:date)', "denied", {"wider": {"no-trio"}}),
    (f"{TRIO} FILTER NOT EXISTS {{ ?m ent:place id:verrin }}", "denied", {}),
    ('?m a ent:Meeting ; ent:participant ?a , id:ben , ?c . ?a rdfs:label "Ada Renn"@en . ?c rdfs:label "Cyr Vale"@en', "denied", {}),
    ("VALUES ?x { id:cyr } ?m a ent:Meeting ; ent:participant id:ada , id:ben , ?x", "denied", {}),
    # Less than that: another might have been there.
    (TRIO.replace("Meeting", "Gathering"), "no evidence", {"narrower": {"no-trio"}}),
    ("?m a ent:Meeting ; ent:participant id:ada , id:cyr", "no evidence", {"narrower": {"no-trio"}}),
    ("?m a ent:Meeting ; ent:participant id:ada , id:cyr , ?x FILTER (?x NOT IN (id:ada, id:cyr))", "no evidence", {"narrower": {"no-trio"}}),
    ("id:ada ent:metWith id:cyr", "no evidence", {"narrower": {"no-trio"}}),
    ("?m a ent:Ceremony ; ent:participant id:ada , id:ben , id:cyr", "no evidence", {}),
    # A place, and what lies in it.
    (f"{MARCH} ; ent:place id:osk", "denied, of 2030-03", {"narrower": {"renn-not-aboard"}}),
    (f"{MARCH} ; ent:place id:port-osk", "denied, of 2030-03", {"wider": {"no-talks-in-march"}, "narrower": {"renn-not-aboard"}}),
    (MARCH, "no evidence", {"narrower": {"no-talks-in-march", "renn-not-aboard"}}),
    (f"{MARCH} ; ent:place id:verrin", "no evidence", {}),
    # A time bounds the denial.
    (f'{MARCH} ; ent:place id:osk ; ent:earliest ?d FILTER (?d >= "2030-04-01"^^xsd:date)', "no evidence", {}),
    (f'{MARCH} ; ent:place id:osk ; ent:latest ?d FILTER (?d < "2030-03-01"^^xsd:date)', "no evidence", {}),
    (f'{MARCH} ; ent:place id:osk ; ent:when "2030-03-09"^^edtf:EDTF', "denied, of 2030-03", {"wider": {"no-talks-in-march"}}),
    (f'{MARCH} ; ent:place id:osk ; ent:when "2030-05"^^edtf:EDTF', "no evidence", {}),
    (f"{MARCH} ; ent:place id:osk ; ent:earliest ?d FILTER (YEAR(?d) = 2030)", "denied, of 2030-03", {}),
    (f"{MARCH} ; ent:place id:osk ; ent:earliest ?d FILTER (YEAR(?d) = 2029)", "no evidence", {}),
    # Whichever way it is put, both sides are named.
    *(
        (text, "disputed: claimed by Osk, denied by Dov Marn", {})
        for text in (
            "?s ent:supplier id:lir ; ent:item id:mines",
            "?s ent:supplier id:lir ; ent:item id:mines ; ent:recipient id:guild",
            "?s a ent:Supply ; ent:recipient id:guild",
            "?s ent:supplier ?who ; ent:item id:mines",
        )
    ),
    # Who held no talks have not met; so too where it is claimed.
    ("id:dov ent:metWith id:eli", "denied", {}),
    ("id:eli ent:metWith id:dov", "denied", {}),
    ("id:eli ent:metWith id:ben", "disputed: claimed by Ben Oster, denied by Eli Thorn", {}),
    # One article says so in its own voice, another denies it.
    ("?v ent:visitor id:ben", "yes", {"but": {"visit-denied"}}),
    ("?v ent:visitor id:ben ; ent:place id:osk", "yes", {"but": {"visit-denied"}}),
    # Of the dinner a detail is denied, not any meeting with her.
    ("?m a ent:Meeting ; ent:participant id:ada", "planned by Dov Marn", {"narrower": {"no-trio", "no-talks-in-march", "renn-not-aboard"}}),
    ("id:dinner ent:participant id:ada", "denied", {}),
    ("id:dinner a ent:Meeting", "yes", {"narrower": {"renn-not-aboard"}}),
    ("id:dinner ent:place id:verrin", "no evidence", {}),
    ("id:oster-visit ent:place id:verrin", "denied", {"wider": {"visit-denied"}}),
    # What else is asked for may be anything, but for what is denied.
    (f"{TRIO} ; ent:place ?p . ?p ent:locatedIn id:osk", "denied", {"wider": {"no-trio"}}),
    ("?s ent:supplier id:lir ; ent:item id:mines ; ent:quantity/schema:minValue ?n FILTER (?n > 100)", "denied", {"wider": {"mines-denied"}}),
    (f"OPTIONAL {{ ?x ent:host ?y }} {TRIO}", "denied", {}),
    # Relations are denied like events; where one is told, denied events do not matter.
    ("id:ben ent:childOf id:dov", "denied", {}),
    ("id:ben ent:childOf ?x", "yes", {}),
    ("?x ent:childOf id:dov ; ent:leaderOf ?y", "no evidence", {}),
    ("id:ada ent:childOf id:cyr", "yes", {}),
    # Who asks which claims there are is not told that these deny something.
    (f"GRAPH ?claim {{ {TRIO} }}", "yes", {}),
    ("?m a ent:Meeting ; ent:participant id:ada , id:ben , id:dov ; ent:place id:port-osk", "denied", {"wider": {"no-talks-in-march"}}),
    ("?m a ent:Meeting ; ent:participant id:ben , id:dov", "yes", {}),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("pattern", "text", "beside"), DENIED)
def test_what_is_denied_is_what_is_asked_and_no_less(
    harbour: kg.Dataset, pattern: str, text: str, beside: dict[str, set[str]]
):
    """Beside the verdict are named the denials of what is wider or narrower, and both sides."""
    reply = harbour.ask(f"ASK {{ {pattern} }}")
    assert reply.text == text
    words = {
        "wider": "what is denied is wider",
        "narrower": "something narrower",
        "but": "but denied",
    }
    said = {
        name: {claim.key for claim in citation.claims}
        for name, start in words.items()
        for remark, citation in reply.remarks
        if remark.startswith(start)
    }
    assert said == beside


def test_the_smallest_set_of_claims_that_decides_comes_first(harbour: kg.Dataset):
    """Of three claims about the dinner the last alone tells who was there, and where."""
    reply = harbour.ask("ASK { ?m a ent:Meeting ; ent:participant id:ben ; ent:place id:osk }")
    keys = [claim.key for claim in reply.citation.claims]
    assert keys == ["dinner-again", "dinner-held", "dinner-in-osk"]


def test_only_ask_is_a_question(small: kg.Dataset):
    with pytest.raises(QueryError, match="only an ASK query"):
        small.ask("SELECT ?s { ?s ?p ?o } LIMIT 1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "code", "start"),
    [
        (["did-xi-and-kim-meet"], 0, "yes: 1"),
        (["did-xi-putin-and-kim-hold-a-summit"], 3, "denied, of 2025-09-03: 1"),
        (["ASK { ?e ent:supplier id:nobody }"], 1, "no evidence"),
        (["-e", "ASK { ?e a ent:Meeting ; ent:place id:mars }"], 1, "no evidence"),
        (["who-met-whom"], 2, ""),
        ([], 2, ""),
    ],
)
def test_the_command(run: Run, question: list[str], code: int, start: str):
    result = run("ask", *question)
    assert result.returncode == code
    assert result.stdout.startswith(start)
    assert "Traceback" not in result.stderr


def test_json_has_the_verdict_and_the_claims(run: Run):
    reply = json.loads(run("ask", "did-xi-putin-and-kim-hold-a-summit", "--json").stdout)
    assert reply["verdict"] == "denied"
    assert [claim["status"] for claim in reply["claims"].values()] == ["denied"]


@pytest.mark.slow
def test_both_sides_are_in_text_and_json(run: Run, harbour: kg.Dataset, tmp_path: Path):
    kg.build([TESTS / "verdicts"], tmp_path / "store")
    for question, code, claims, lines in (
        ("ASK { ?v ent:visitor id:ben }", 0, ["reported", "denied"], ["yes: 1", "but denied by Pilots' Guild: 2"]),
        ("ASK { ?s ent:supplier id:lir }", 6, ["attributed", "denied"], ["disputed: claimed by Osk, denied by Dov Marn: 1, 2"]),
    ):  # fmt: skip
        text = run("ask", question, "--store", str(tmp_path / "store"))
        assert (text.returncode, text.stdout.splitlines()[: len(lines)]) == (code, lines)
        whole = json.loads(
            run("ask", question, "--json", "--store", str(tmp_path / "store")).stdout
        )
        assert whole == json.loads(json.dumps(harbour.ask(question).to_json()))
        assert [claim["status"] for claim in whole["claims"].values()] == claims
        assert sum(len(citation["claims"]) for citation in whole["citations"]) == 2


def test_exit_codes_are_documented(run: Run):
    text = run("ask", "--help").stdout
    assert [f"{v.value}  {v}" in text for v in Verdict] == [True] * 6


@pytest.mark.slow
@pytest.mark.parametrize("name", ["did-xi-putin-and-kim-hold-a-summit", "did-xi-and-kim-meet"])
@pytest.mark.parametrize("cite", [True, False])
def test_the_page_gives_the_same_verdict(dataset: kg.Dataset, name: str, cite: bool):
    reply = dataset.ask(name)
    page = rendering.answer(dataset, catalogue.named(name), {}, cite=cite)
    assert f"<strong>{reply.text}</strong>" in page
    assert all(claim.gist in html.unescape(page) for claim in reply.citation.claims)

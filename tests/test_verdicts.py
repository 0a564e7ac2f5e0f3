"""Yes/no questions: every verdict, each with its exit code and its claims."""

from __future__ import annotations

import json

import pytest

import kg
from kg import verdicts as asking
from kg.errors import QueryError
from kg.verdicts import Verdict
from tests.conftest import Run

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
    ("ASK { id:mina ent:successorOf id:otto }", "planned by somebody who is not named", {"lp-heir"}),
    ("ASK { ?e a ent:Meeting ; ent:participant id:mina }", "no evidence", set()),
    # That the three held no summit does not tell that Otto and Lindqvist never met.
    ("ASK { id:otto ent:metWith id:bo-lindqvist }", "no evidence", set()),
    # What did not happen was no gathering either.
    (f"ASK {{ ?e a ent:Gathering ; {THREE} FILTER NOT EXISTS {{ ?e a ent:Ceremony }} }}", "denied", {"lp-no-summit"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "claims"), QUESTIONS)
def test_each_verdict_has_its_claims(small: kg.Dataset, text: str, verdict: str, claims: set[str]):
    reply = asking.ask(small, text)
    assert reply.to_text() == verdict
    assert {claim.key for claim in reply.citation.claims} >= claims
    assert bool(reply.citation.claims) == bool(claims)


def test_what_some_report_and_others_deny(tmp_path):
    facts = """
article: post
entities:
  - {key: press, type: Organisation, label: Press}
  - {key: ann, type: Person, label: Ann}
  - {key: post, type: Article, label: Post, headline: Post, publisher: press, datePublished: 2030-01-01, sha256: SHA, paragraphs: 3, characters: 90}
claims:
  - {key: yes, status: Reported, gist: She came., about: visit, quoted: {paragraph: 1, start: 0, end: 9, sha256: SHA}, facts: {key: visit, type: Visit, label: Visit, visitor: ann}}
  - {key: no, status: Denied, gist: She did not come., about: visit, quoted: {paragraph: 2, start: 20, end: 29, sha256: SHA}, facts: {key: visit, visitor: ann}}
"""
    (tmp_path / "facts.yaml").write_text(facts.replace("SHA", "0" * 64), encoding="utf-8")
    kg.build([tmp_path / "facts.yaml"], tmp_path / "store")
    reply = asking.ask(kg.open(tmp_path / "store"), "ASK { ?e ent:visitor id:ann }")
    assert reply.verdict is Verdict.YES
    assert [claim.key for claim in reply.citation.claims] == ["yes"]
    assert reply.denial and [claim.key for claim in reply.denial.claims] == ["no"]


def test_only_ask_is_a_question(small: kg.Dataset):
    with pytest.raises(QueryError, match="only an ASK query"):
        asking.ask(small, "SELECT ?s { ?s ?p ?o } LIMIT 1")


@pytest.mark.parametrize(
    ("question", "code", "start"),
    [
        (["did-xi-and-kim-meet"], 0, "yes: 1"),
        (["did-xi-putin-and-kim-hold-a-summit"], 3, "denied: 1"),
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


def test_exit_codes_are_documented(run: Run):
    text = run("ask", "--help").stdout
    assert [f"{v.value}  {v}" in text for v in Verdict] == [True] * 5

"""Our own facts: complete, cited, and with nothing of the articles' own words."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import pycountry
import pytest

import kg
from kg.errors import Fault
from kg.facts import reader as facts
from kg.facts.files import files
from kg.facts.model import CuratedClaim
from kg.resources import SEEDS

PASSAGES = """SELECT ?article ?digest ?paragraph ?start ?end ?sha {
  ?passage a ent:Passage ; oa:hasSource ?source ; ent:paragraph ?paragraph ; ent:sha256 ?sha ;
    oa:hasSelector [ oa:start ?start ; oa:end ?end ] .
  ?source ent:sha256 ?digest BIND (STR(?source) AS ?article) }"""


def test_there_are_claims_of_every_status(dataset: kg.Dataset):
    found = dataset.query(
        "SELECT ?s (COUNT(*) AS ?n) { ?c a ent:Claim ; ent:status ?s } GROUP BY ?s"
    ).to_dicts()
    counts = {row["s"].rpartition("#")[2]: row["n"] for row in found}
    assert set(counts) == {"Reported", "Attributed", "Planned", "Denied"}
    assert sum(counts.values()) >= 80


def test_every_paragraph_carries_a_claim_or_a_reason_why_not(dataset: kg.Dataset):
    paragraphs = dataset.query(
        """SELECT ?article ?paragraphs ?claimed ?omitted {
          ?article a ent:Article ; ent:paragraphs ?paragraphs .
          { ?passage oa:hasSource ?article ; ent:paragraph ?claimed }
          UNION { ?article ent:omits/ent:paragraph ?omitted } }"""
    ).to_dicts()
    claimed, omitted, total = defaultdict(set), defaultdict(list), {}
    for row in paragraphs:
        total[row["article"]] = row["paragraphs"]
        claimed[row["article"]].add(row["claimed"])
        omitted[row["article"]].append(row["omitted"])
    assert len(total) == 2
    for article, count in total.items():
        with_claims = claimed[article] - {None}
        without = {n for n in omitted[article] if n}
        assert with_claims & without == set()
        assert with_claims | without == set(range(1, count + 1))


def test_states_have_their_iso_codes(dataset: kg.Dataset):
    states = dataset.query(
        """SELECT ?label ?code { ?s a ent:State ; rdfs:label ?label
           OPTIONAL { ?s ent:iso3166 ?code } }"""
    ).to_dicts()
    assert {row["label"] for row in states if not row["code"]} == {"Soviet Union"}
    for row in states:
        if row["code"]:
            country = pycountry.countries.get(alpha_2=row["code"])
            names = {
                country.name,
                getattr(country, "common_name", ""),
                getattr(country, "official_name", ""),
            }
            known = pycountry.countries.search_fuzzy(row["label"])
            assert country in known or row["label"] in names, row


def test_both_articles_tell_of_the_parade(dataset: kg.Dataset):
    articles = dataset.query(
        """SELECT DISTINCT ?article { ?claim ent:about id:beijing-parade-2025 ;
           prov:wasQuotedFrom/oa:hasSource ?article }"""
    ).to_dicts()
    assert len(articles) == 2


def test_that_something_was_said_names_who_said_it(dataset: kg.Dataset):
    said = dataset.query(
        """SELECT ?claim ?speaker ?credited { ?claim ent:status ent:Reported ; ent:about ?statement
           GRAPH ?claim { ?statement ent:speaker ?speaker }
           OPTIONAL { ?claim prov:wasAttributedTo ?credited } }"""
    ).to_dicts()
    assert len(said) > 30
    # Go, who is quoted, is the one who points to the image that the media released.
    others = {row["claim"] for row in said if row["credited"] != row["speaker"]}
    assert {claim.rpartition("/")[2] for claim in others} == {"oa-missile-image"}


def test_vague_figures_stay_vague(dataset: kg.Dataset):
    [shells] = dataset.query(
        """SELECT ?least ?most ?word { id:shells-for-russia ent:quantity ?q .
           ?q schema:minValue ?least ; ent:verbatim ?word
           OPTIONAL { ?q schema:maxValue ?most } }"""
    ).to_dicts()
    assert (shells["least"], shells["most"], shells["word"]) == (1000000, None, "millions")


def test_gists_are_sentences_of_our_own():
    faults: list[Fault] = []
    for fact in facts.read(files([SEEDS]), faults):
        if isinstance(fact, CuratedClaim):
            assert re.fullmatch(r"[A-Z].*\.", fact.description.text("gist"), re.DOTALL)
    assert faults == []


@pytest.fixture(scope="module")
def articles() -> dict[str, str]:
    """The articles' texts by digest, where somebody has them."""
    folder = os.environ.get("KG_ARTICLES")
    found = {}
    for path in Path(folder).glob("*.txt") if folder else ():
        found[sha256(path.read_bytes()).hexdigest()] = path.read_bytes().decode()
    if not found:
        pytest.skip("the articles are not here; $KG_ARTICLES names the folder that has them")
    return found


def test_every_passage_is_in_its_article(dataset: kg.Dataset, articles: dict[str, str]):
    passages = dataset.query(PASSAGES).to_dicts()
    assert len(passages) > 80
    for row in passages:
        text = articles[row["digest"]]
        span = text[row["start"] : row["end"]]
        assert sha256(span.encode()).hexdigest() == row["sha"], row
        blocks = len([b for b in re.split(r"\n\s*\n", text[: row["end"]]) if b.strip()])
        assert blocks == row["paragraph"], row


def test_no_eight_words_of_an_article_are_in_the_project(articles: dict[str, str]):
    import subprocess

    def grams(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9]+", text.lower())
        return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}

    known: set[tuple[str, ...]] = set()
    for text in articles.values():
        headline, _, body = text.partition("\n")
        known |= grams(body) - grams(headline)
    root = Path(__file__).parent.parent
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True)
    for name in tracked.stdout.split("\n"):
        path = root / name
        if path.is_file() and path.suffix in {".py", ".md", ".yaml", ".ttl", ".rq", ".csv"}:
            assert grams(path.read_text(encoding="utf-8", errors="replace")) & known == set(), name

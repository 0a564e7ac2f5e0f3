"""Dossiers: dated facts, both sides of what is disputed, a footnote for every claim."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

import kg
from kg.citations.dossier import escaped
from kg.errors import QueryError
from tests.conftest import ROOT, TESTS, Run

FACTS = (TESTS / "small" / "facts.yaml").read_text("utf-8")
SUMMIT = """
  - key: lp-summit-said
    status: Attributed
    attributedTo: otto
    gist: Otto *speaks* of a summit [1].
    about: lakes-summit-2031
    quoted:
      - {paragraph: 7, start: 823, end: 888, sha256: abababababababababababababababababababababababababababababababab}
      - {paragraph: 8, start: 920, end: 930, sha256: abababababababababababababababababababababababababababababababab}
    facts:
      - {key: lakes-summit-2031, participant: [otto], when: 2031-05-05}
"""
MARKDOWN = MarkdownIt().use(footnote_plugin)


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> kg.Dataset:
    """The small facts, and somebody who says that the summit which is denied took place."""
    folder = tmp_path_factory.mktemp("disputed")
    (folder / "facts.yaml").write_text(FACTS.rstrip() + "\n" + SUMMIT, "utf-8")
    return kg.open(kg.build([folder / "facts.yaml"], folder / "store").path)


def sections(markdown: str) -> dict[str, str]:
    """The sections by their headings."""
    parts = re.split(r"^## (.*)\n", markdown.partition("\n[^1]: ")[0], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_an_example_is_written_as_it_should_be(run: Run, tmp_path: Path):
    store = kg.build([ROOT / "docs" / "example"], tmp_path / "store").path
    told = run("report", "ottilie-brandt", "-o", tmp_path / "brandt.md", "--store", store)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    written = (tmp_path / "brandt.md").read_text("utf-8")
    assert run("report", "Ottilie Brandt", "--store", store).stdout == written
    assert written.startswith(
        "# Ottilie Brandt\n\nPerson, <https://w3id.org/entente/id/ottilie-brandt>.\n\n"
        "5 claims of 1 article: 3 reported, 1 planned, 1 denied.\n\n## By date\n\n"
        "- **from 2019 on[^1]**: Ottilie Brandt’s leadership of Ruritania (tenure)\n"
        "  - Ottilie Brandt has governed Ruritania since 2019.[^1]\n"
        "- **2026-03-03[^2]**: Brandt–Kerek talks, March 2026 (meeting)\n"
    )
    assert "(planned)[^4]\n\n## Denied\n\n- **2025-12[^5]**: " in written
    assert written.endswith(
        "[^5]: Strelsau Courier, “Ruritania’s grain brings an old rival to the table”, 2026-03-04,"
        " paragraph 5, characters 578–635: denied. Claim `rg-december`.\n"
    )


@pytest.mark.parametrize("name", ["kim-jong-un", "china", "xi-kim-talks-2025"])
def test_every_claim_has_a_footnote_and_every_footnote_is_referred_to(
    dataset: kg.Dataset, name: str
):
    written = dataset.report(name).markdown()
    told = {claim.key for claim in dataset.why(name).claims}
    notes = dict(re.findall(r"^\[\^(\d+)\]: .* Claim `(.*)`\.$", written, re.MULTILINE))
    assert told <= set(notes.values()) and len(set(notes.values())) == len(notes)
    body = re.sub(r"^\[\^\d+\]: .*$", "", written, flags=re.MULTILINE)
    assert set(re.findall(r"\[\^(\d+)\]", body)) == set(notes)
    html = MARKDOWN.render(written)
    assert html.count('class="footnote-item"') == len(notes)
    for claim in dataset.why(name).claims:
        assert body.count(escaped(claim.gist)) >= 1


def test_an_article_is_told_of_by_the_claims_that_quote_it(dataset: kg.Dataset):
    found = dataset.report("ft-xi-kim-talks")
    ask = "SELECT DISTINCT ?c { ?c prov:wasQuotedFrom/oa:hasSource id:ft-xi-kim-talks }"
    quoting = {row["c"] for row in dataset.query(ask).to_dicts()}
    told = {claim.iri.value for each in found.happenings for claim in each.claims}
    assert len(quoting) > 50
    assert quoting <= told


def test_what_happened_comes_in_order_of_time(dataset: kg.Dataset):
    found = dataset.report("kim-jong-un").happenings
    days = [first or last for first, last in (each.bounds for each in found) if first or last]
    assert days == sorted(days) and len(days) > 20
    undated = sections(dataset.report("kim-jong-un").markdown())["Without a date"]
    assert "**" not in undated and "\n- " in undated


def test_both_sides_of_a_dispute_are_shown(disputed: kg.Dataset):
    for name in ("lakes-summit-2031", "ilsa-varga", "bo-lindqvist"):
        found = sections(disputed.report(name).markdown())["Disputed"]
        lines = [re.sub(r"\[\^\d+\]", "", line) for line in found.splitlines() if line]
        assert lines == [
            "### **2031-05-05**: Summit of Varga, Otto and Lindqvist (meeting)",
            "Some say so:",
            r"- Otto \*speaks\* of a summit \[1\]. (attributed to King Otto)",
            "It is denied:",
            "- There was no summit of the three. (denied)",
        ]
    written = disputed.report("otto").markdown()
    assert "## Denied" not in written
    places = "paragraph 7, characters 823–888; paragraph 8, characters 920–930"
    assert f"“Varga and Otto talk again”, 2031-05-06, {places}: attributed to King Otto." in written


def test_who_only_denies_makes_no_dispute(small: kg.Dataset):
    found = sections(small.report("lakes-summit-2031").markdown())
    assert "Disputed" not in found
    assert "There was no summit of the three. (denied)" in found["Denied"]


def test_other_names_are_told(dataset: kg.Dataset):
    assert "Also called: Kim Jong-un, 김정은." in dataset.report("kim-jong-un").markdown()


def test_what_nobody_tells_of_is_refused(run: Run, small: kg.Dataset, tmp_path: Path):
    with pytest.raises(QueryError, match="no claim tells of “goods”: there is nothing to report"):
        small.report("goods")
    told = run("report", "nobody-at-all")
    assert told.returncode == 2 and "nothing is called" in told.stderr
    path = tmp_path / "facts.yaml"
    path.write_text(
        FACTS.replace("    gist: Varga waved", "    retracted: Misread.\n    gist: Varga waved"),
        "utf-8",
    )
    dataset = kg.open(kg.build([path], tmp_path / "store").path)
    assert "lp-reply" not in dataset.report("ilsa-varga").markdown()


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40) | st.text("\\`*_[]<>#|~&!$-+=1.) ab^:;", min_size=1, max_size=30))  # fmt: skip
def test_a_text_is_shown_to_the_letter(text: str):
    shown = " ".join(text.split())
    tokens = MARKDOWN.parse(f"- {escaped(text)}")
    inline = [token for token in tokens if token.type == "inline"]
    told = "".join(child.content for token in inline for child in token.children or ())
    assert told == shown
    assert [t.type for t in tokens if t.type.endswith("_open")] in (
        ["bullet_list_open", "list_item_open", "paragraph_open"],
        ["bullet_list_open", "list_item_open"],
    )


def test_the_shell_completes_entities(run: Run):
    told = run(_KG_COMPLETE="bash_complete", COMP_WORDS="kg report xi-j", COMP_CWORD="2")
    assert "xi-jinping" in told.stdout

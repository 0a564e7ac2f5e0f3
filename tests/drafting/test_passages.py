"""Passages by their words: put by place in the file, or refused; no text lands by accident."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from kg import schema
from kg.store import exists as is_there
from tests.conftest import ROOT, Run

EXAMPLE = ROOT / "docs" / "example" / "ruritania-grain.yaml"
ARTICLE = EXAMPLE.with_suffix(".txt")
TEXT = ARTICLE.read_text("utf-8")
ENTRY = "      - {paragraph: 3, start: 260, end: 335, sha256: 276517ea8c315226edc2037b433fc6cd99271c1a53091411dd214f79021ddca2}\n"
WHEAT = "Ruritania has shipped thousands of tonnes of wheat to Borvia since November"


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A folder with the example and its article."""
    shutil.copy(EXAMPLE, tmp_path / "facts.yaml")
    shutil.copy(ARTICLE, tmp_path / "article.txt")
    return tmp_path / "facts.yaml"


def given(facts: Path, entry: str) -> str:
    """Write another entry in the place of one passage; return the file before."""
    before = EXAMPLE.read_bytes().decode()
    assert before.count(ENTRY) == 1
    facts.write_bytes(before.replace(ENTRY, entry).encode())
    return before


def test_the_words_of_a_passage_are_replaced_by_its_place(run: Run, facts: Path):
    before = given(facts, f"      - {{text: {WHEAT}}}\n")
    told = run("locate", "--write", facts, "--articles", facts.parent)
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr == (
        f"line 97: paragraph 3, characters 260–335\n{facts}: 1 passages put by their place\n"
    )
    assert facts.read_bytes().decode() == before
    again = run("locate", "--write", facts, "--articles", facts.parent)
    assert again.returncode == 0 and facts.read_bytes().decode() == before


@pytest.mark.parametrize(
    "entry",
    [
        f"- text: {WHEAT} # why\n",
        f"- text: >- # why\n          {WHEAT[:21]}\n          {WHEAT[22:]}\n\n  # below\n",
        f"- {{ paragraph: 3, text: '{WHEAT}' , source: sc-ruritania-grain}} # why\n",
        f"- source: sc-ruritania-grain # why\n        text: |\n          {WHEAT}\n        paragraph: 3\n",
        f"- 'text': \"{WHEAT[:21]}\n          {WHEAT[22:]}\"\n        paragraph: 3 # why\n",
        f"- text: {WHEAT.replace(' ', '  ')}\n        source: sc-ruritania-grain # why\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_comments_and_order_stay_however_it_is_written(
    run: Run, facts: Path, entry: str, line_end: str
):
    given(facts, "      " + entry)
    written = "\ufeff# 😀 é\n" + facts.read_bytes().decode()
    facts.write_bytes(written.replace("\n", line_end).encode())
    assert run("locate", "--write", facts, "--articles", facts.parent).returncode == 0
    after = facts.read_bytes().decode()
    assert after.startswith("\ufeff#") and after.count("# why") == entry.count("# why") == 1
    assert after.count("# below") == entry.count("# below")
    assert after.count("\n") == after.count(line_end)
    lines, whole = after.splitlines(), written.splitlines()
    assert lines[:96] == whole[:96] and lines[-50:] == whole[-50:]
    claim = yaml.safe_load(after)["claims"][1]
    (passage,) = claim["quoted"]
    passage.pop("source", None)
    assert passage == yaml.safe_load(ENTRY)[0]
    built = run("build", facts, "--store", facts.parent / "store")
    assert built.returncode == 0, built.stderr


def test_what_was_matched_is_shown_where_it_differs(run: Run, facts: Path):
    given(facts, '      - {text: "Borvia\'s  foreign ministry"}\n')
    told = run("locate", "--write", facts, "--articles", facts.parent)
    there = TEXT.index("Borvia’s foreign ministry")
    assert told.stderr.splitlines()[0] == (
        f"line 97: paragraph 4, characters {there}–{there + 25};"
        " “Borvia's  foreign ministry” is “Borvia’s foreign ministry” there"
    )
    shown = run("locate", ARTICLE, "Borvia's foreign ministry")
    assert shown.stderr == "kg: “Borvia's foreign ministry” is “Borvia’s foreign ministry” there\n"
    assert yaml.safe_load(shown.stdout)[0]["start"] == there


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{text: Ruritania has shiped thousands}", "paragraph 3 has “Ruritania has shipped thou"),
        ("{text: Marren}", "stands 2 times; give more of its words, or its “paragraph”"),
        ("{text: Marren, paragraph: 3}", "“Marren” does not stand in paragraph 3, but in 2, 6"),
        ("{text: Marren, paragraph: x}", "“x” is no number of a paragraph"),
        ("{text: Marren, start: 9}", "“text” stands in place of “start”; keep one of them"),
        ('{text: ""}', "“text” is empty"),
    ],
)
def test_what_is_not_there_once_is_refused_and_nothing_written(
    run: Run, facts: Path, entry: str, message: str
):
    given(facts, f"      - {entry}\n      - {{text: {WHEAT}}}\n")
    before = facts.read_bytes()
    told = run("locate", "--write", facts, "--articles", facts.parent)
    assert told.returncode == 1 and f"{facts}:97:9: " in told.stderr
    assert message in told.stderr and "1 fault in the facts; nothing was written" in told.stderr
    assert facts.read_bytes() == before


def test_several_places_are_listed_and_a_paragraph_chooses(run: Run, facts: Path):
    given(facts, "      - {text: Marren}\n")
    told = run("locate", "--write", facts, "--articles", facts.parent).stderr.splitlines()
    assert told[1].startswith("  1: paragraph 2, characters 163–169: … ") and "Marren on" in told[1]
    assert told[2].startswith("  2: paragraph 6, ")
    given(facts, "      - {paragraph: 6, text: Marren}\n")
    assert run("locate", "--write", facts, "--articles", facts.parent).returncode == 0
    passage = yaml.safe_load(facts.read_text("utf-8"))["claims"][1]["quoted"][0]
    assert (passage["paragraph"], TEXT[passage["start"] : passage["end"]]) == (6, "Marren")


def test_all_files_are_written_or_none(run: Run, facts: Path):
    given(facts, f"      - {{text: {WHEAT}}}\n")
    other = facts.with_name("other.yaml")
    claim = "article: sc-ruritania-grain\nclaims:\n  - quoted: {text: no such words}\n"
    other.write_text(claim, "utf-8")
    before = facts.read_bytes()
    arguments = ("locate", "--write", facts, other, "--articles", facts.parent)
    assert run(*arguments).returncode == 1 and facts.read_bytes() == before
    other.write_text(claim.replace("no such words", "two clocks"), "utf-8")
    assert run(*arguments).returncode == 0
    assert facts.read_bytes() == EXAMPLE.read_bytes()
    assert "quoted: {paragraph: 6, start: " in other.read_text("utf-8")


def test_standard_input_comes_out_again(run: Run, facts: Path):
    given(facts, f"      - {{text: {WHEAT}}}\n")
    arguments = ("locate", "--write", "-", "--articles", facts.parent)
    told = run(*arguments, stdin=facts.read_text("utf-8"))
    assert (told.returncode, told.stdout) == (0, EXAMPLE.read_text("utf-8"))
    assert run(*arguments, stdin="claims: }").stderr.startswith("<stdin>:1:9: not YAML")


def test_an_article_that_is_not_at_hand_is_said(run: Run, facts: Path):
    given(facts, f"      - {{text: {WHEAT}}}\n")
    assert "give --articles" in run("locate", "--write", facts).stderr
    told = run("locate", "--write", facts, "--articles", EXAMPLE.parents[1] / "example" / "..")
    assert told.returncode == 0  # a folder above will do
    given(facts, f"      - {{text: {WHEAT}, source: nobody}}\n")
    told = run("locate", "--write", facts, "--articles", facts.parent)
    assert told.returncode == 2 and "“nobody”" in told.stderr
    (facts.parent / "article.txt").write_text("other", "utf-8")
    given(facts, f"      - {{text: {WHEAT}}}\n")
    told = run("locate", "--write", facts, "--articles", facts.parent)
    assert told.returncode == 2 and "has the digest of sc-ruritania-grain" in told.stderr


def test_every_command_refuses_what_is_left_with_one_message(run: Run, facts: Path):
    given(facts, f"      - {{text: {WHEAT}}}\n      - text: Marren\n")
    store = facts.parent / "store"
    for arguments in (
        ("build", facts, "--store", store),
        ("validate", "--no-reasoner", facts),
        ("diff", EXAMPLE, facts),
    ):
        told = run(*arguments)
        whole = told.stdout + told.stderr
        assert told.returncode == 1, arguments
        assert whole.count(f"“kg locate --write {facts} --articles DIR”") == 1
        assert f"{facts}:97:10: " in whole
        assert len([line for line in whole.splitlines() if f"{facts}:" in line]) == 1
        assert "1 fault in" in whole or "1 violation in" in whole
    assert not is_there(store)


def test_an_editor_takes_the_words_while_drafting(facts: Path):
    document = Draft202012Validator(schema.document())
    given(facts, "      - {text: Marren, paragraph: 6}\n      - {text: Marren, start: 6}\n")
    told = yaml.load(facts.read_text("utf-8"), yaml.BaseLoader)
    told = json.loads(json.dumps(told))
    wrong = list(document.iter_errors({"claims": told["claims"], "article": "x"}))
    assert {tuple(error.absolute_path)[-2:] for error in wrong} == {("quoted", 1)}


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("kg locate docs/", {"file"}),
        ("kg locate ft-", {"plain"}),
        ("kg locate --write facts/a", {"file"}),
    ],
)
def test_files_are_completed_as_well_as_articles(run: Run, words: str, kinds: set[str]):
    parts = words.split(" ")
    told = run(_KG_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(parts) - 1))
    assert {line.partition(",")[0] for line in told.stdout.splitlines()} == kinds

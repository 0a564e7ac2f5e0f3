"""A draft does the bookkeeping of an article, and leaves every judgement to a person."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.drafting.date_phrases import date_phrases
from kg.drafting.draft import Headings, draft
from kg.drafting.entity_names import key_of, known, unknown
from kg.drafting.hints import hint
from kg.drafting.sentences import sentences
from kg.errors import EntenteError
from kg.facts.locating import paragraph
from tests.conftest import ROOT, Run

EXAMPLE = ROOT / "docs" / "example" / "ruritania-grain.txt"
LIGHTHOUSE = Path(__file__).parent / "articles" / "lighthouse.txt"
GIVEN = ("--publisher", "Strelsau Courier", "--date", "2026-03-04")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the facts of the example."""
    return kg.build([EXAMPLE.parent], tmp_path_factory.mktemp("draft") / "store").path


def test_the_record_and_every_passage_are_right(run: Run, example: Path):
    told = run("draft", EXAMPLE, *GIVEN, "--key", "sc-grain", "--store", example)
    assert (told.returncode, told.stderr) == (0, "")
    whole, text = yaml.safe_load(told.stdout), EXAMPLE.read_text("utf-8")
    made = yaml.safe_load(EXAMPLE.with_suffix(".yaml").read_text("utf-8"))["entities"][0]
    words = (
        "label",
        "headline",
        "publisher",
        "datePublished",
        "sha256",
        "paragraphs",
        "characters",
    )
    assert {w: whole["entities"][0][w] for w in words} == {w: made[w] for w in words}
    passages = [passage for claim in whole["claims"] for passage in claim["quoted"]]
    assert len(passages) == 10 and {p["paragraph"] for p in passages} == {2, 3, 4, 5, 6, 7}
    for passage in passages:
        cut = text[passage["start"] : passage["end"]]
        assert cut == cut.strip() and cut.endswith(".")
        assert sha256(cut.encode()).hexdigest() == passage["sha256"]
        assert paragraph(text, passage["start"]) == passage["paragraph"]
    assert [claim["status"] for claim in whole["claims"]] == ["?"] * 10
    dated = {
        c["key"]: str(c["facts"][0]["when"]) for c in whole["claims"] if "when" in c["facts"][0]
    }
    assert dated == {
        "sc-grain-2-1": "2026-03-03",
        "sc-grain-3-1": "2025-11/..",
        "sc-grain-5-1": "2025-12",
        "sc-grain-5-2": "2026-06/2026-07",
    }
    named = re.findall(r"# named: (.*)", told.stdout)
    assert named[0] == "ottilie-brandt, ruritania, borvia, janos-kerek, marren"
    assert named[-1] == "ottilie-brandt, janos-kerek"  # by their last names
    assert [e["key"] for e in whole["entities"][1:]] == ["olm"]
    assert "# “since 2019” may be 2019/.." in told.stdout.replace("when: ", "")


@given(
    st.lists(
        st.sampled_from("AaBé.?!,’“” \n\r\t:#\"'-\\\x00\x7f\x85\u2028\ud7ff\ufeff😀12")
        | st.sampled_from(["Ina ", " since 2019", "\n\n", " on Monday", "Dr. ", "last month"]),
        min_size=1,
    ).map("".join)
)
def test_of_any_text_a_draft_is_yaml_with_passages_that_hold(text: str):
    headings = Headings("mill", "post", "2026-03-04")
    if not text.strip():
        with pytest.raises(EntenteError, match="has no text"):
            draft(text, headings, {})
        return
    for with_text in (False, True):
        whole = yaml.load(
            draft(text, headings, {"Ina": "ina"}, with_text=with_text), yaml.CBaseLoader
        )
        for claim in whole["claims"]:
            (passage,) = claim["quoted"]
            cut = text[int(passage["start"]) : int(passage["end"])]
            assert cut.strip() and sha256(cut.encode()).hexdigest() == passage["sha256"]
            assert passage["paragraph"] == str(paragraph(text, int(passage["start"])))


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[n:] for n in range(8)), strict=False))


@pytest.mark.parametrize("article", [EXAMPLE, LIGHTHOUSE], ids=lambda p: p.stem)
def test_no_sentence_is_in_it_unless_asked_for(run: Run, example: Path, article: Path):
    body = article.read_text("utf-8").partition("\n\n")[2]
    arguments = ("draft", article, *GIVEN, "--store", example, "--key", "other")
    assert runs(body).isdisjoint(runs(run(*arguments).stdout))
    private = run(*arguments, "--with-text").stdout
    shown = set(re.findall(r"  # (.*)\n  - key", private))
    assert shown == {
        body[s.start - len(article.read_text("utf-8")) + len(body) :][: s.end - s.start]
        for s in sentences(article.read_text("utf-8"))
    }


def test_what_is_not_decided_is_refused_with_one_message_each(
    run: Run, example: Path, tmp_path: Path
):
    out = tmp_path / "facts.yaml"
    given = ("--publisher", "Osk Echo", "--date", "2026-03-04")
    told = run("draft", LIGHTHOUSE, *given, "-o", out, "--store", example)
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr == f"{out}: 8 stubs to be decided\n"
    items = yaml.safe_load(out.read_text("utf-8"))
    count = len(items["claims"]) + len(items["entities"]) - 1
    for arguments in (
        ("build", out, "--store", tmp_path / "store"),
        ("validate", "--no-reasoner", out),
    ):
        refused = run(*arguments)
        whole = refused.stdout + refused.stderr
        assert refused.returncode == 1
        assert (
            whole.count("not decided yet: “status”, “gist”, “about”, “key”, “type”, “label”") == 8
        )
        assert whole.count("not decided yet") == count
        assert whole.count(f"{out}:") == count
    again = run("draft", LIGHTHOUSE, *GIVEN, "-o", out, "--store", example)
    assert again.returncode == 2 and "does not replace facts" in again.stderr


def test_a_draft_that_is_decided_is_built(run: Run, tmp_path: Path):
    out, article = tmp_path / "facts.yaml", tmp_path / "mill.txt"
    article.write_text("Mill\n\nIna Orvik runs the mill of Sel.\n", "utf-8")
    told = run("draft", article, "--publisher", "Sel Post", "--date", "2026-03", "-o", out)
    assert told.returncode == 0, told.stderr
    text = out.read_text("utf-8")
    assert "monthPublished: 2026-03" in text and 'label: "Sel Post"' in text
    for name, kind in (("Sel Post", "Organisation"), ("Ina Orvik", "Person"), ("Sel", "Place")):
        text = text.replace(f'type: "?"\n    label: "{name}"', f'type: {kind}\n    label: "{name}"')
    for word, value in (
        ("status", "Reported"), ("gist", "Sel has a miller"), ("about", "mill-of-sel"),
        ("key", "mill-of-sel"), ("type", "Event"), ("label", "The mill of Sel"),
    ):  # fmt: skip
        assert text.count(f'{word}: "?"') == 1, word
        text = text.replace(f'{word}: "?"', f"{word}: {value}")
    out.write_text(text + "        place: sel\n", "utf-8")
    built = run("build", out, "--store", tmp_path / "store")
    assert built.returncode == 0, built.stderr
    verified = run("verify", "--store", tmp_path / "store", "--articles", tmp_path)
    assert (verified.returncode, verified.stdout) == (0, "1 passages hold\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--date", "2026-03-04"), "Who published it (a key or a name)? give --publisher"),
        (("--publisher", "x"), "give --date"),
        (("--publisher", "x", "--date", "4 March"), "“4 March” is no date of publication"),
        (("--publisher", "x", "--date", "2026-02-30"), "“2026-02-30” is no date of publication"),
        (
            ("--publisher", "x", "--date", "2026", "--key", "russia"),
            "“russia” is the key of something",
        ),
        (("--publisher", "×", "--date", "2026"), "“×” makes no key"),
        (
            ("--publisher", "x", "--date", "2026", "--tagger", "y"),
            "no tagger “y” (installed: none)",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_said(run: Run, options: tuple[str, ...], message: str):
    told = run("draft", LIGHTHOUSE, *options, stdin="")
    assert (told.returncode, told.stdout) == (2, "") and message in told.stderr


def test_a_person_at_a_terminal_is_asked(example: Path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kg", "draft", str(EXAMPLE), "--store", str(example)]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    os.write(ours, b"Strelsau Courier\n2026\n")
    out, asked = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0 and asked.count("?") == 2
    assert "publisher: strelsau-courier\n    yearPublished: 2026\n" in out


def test_another_tagger_is_plugged_in(run: Run, tmp_path: Path):
    info = tmp_path / "shouts-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouts\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[kg.taggers]\nshouts = shouts:spans\nwild = shouts:wild\n"
    )
    (tmp_path / "shouts.py").write_text(
        "def spans(text):\n    yield text.index('guards'), text.index('guards') + 6\n"
        "def wild(text):\n    return [(5, len(text) + 1)]\n"
    )
    arguments = ("draft", LIGHTHOUSE, *GIVEN, "--tagger")
    told = run(*arguments, "shouts", PYTHONPATH=str(tmp_path))
    assert (
        'label: "guards"' in told.stdout and "guards" in re.findall(r"named: (.*)", told.stdout)[0]
    )
    wrong = run(*arguments, "wild", PYTHONPATH=str(tmp_path))
    assert wrong.returncode == 2 and "the tagger “wild” gave 5–" in wrong.stderr


@pytest.mark.parametrize(
    ("words", "reading"),
    [
        ("met on Tuesday", "2026-03-03"), ("met on Wednesday", "2026-03-04"),
        ("will meet on Tuesday", ""), ("met last Tuesday", ""), ("met yesterday", "2026-03-03"),
        ("in March 2025", "2025-03"), ("on 2 March 2025", "2025-03-02"), ("March 2, 2025", "2025-03-02"),
        ("on Monday, 2 March 2026", "2026-03-02"), ("in spring 2021", "2021-21"), ("in 2024", "2024"),
        ("since 2019", "2019/.."), ("around 2021", "2021~"), ("in the 1980s", "198X"),
        ("in the late 1990s", "1995/1999"), ("in 2000 tonnes", None), ("2000 tonnes", None),
        ("in December", "2025-12"), ("since November", "2025-11/.."), ("in June or July", "2026-06/2026-07"),
        ("in August", ""), ("in March", "2026-03"), ("last March", ""), ("last June", "2025-06"),
        ("next June", "2026-06"), ("since June", "2025-06/.."), ("on 12 January", "2026-01-12"),
        ("on December 24", "2025-12-24"), ("on 31 February", ""), ("on 5 August", ""),
        ("last month", "2026-02"), ("this year", "2026"), ("next year", "2027"),
        ("last week", "2026-02-23/2026-03-01"), ("last spring", ""), ("last winter", "2025-24"),
        ("last autumn", "2025-23"), ("last summer", "2025-22"), ("three years ago", "2023~"),
        ("a year ago", "2025~"), ("one year ago", "2025~"), ("2 months ago", "2026-01~"), ("ten days ago", "2026-02-22~"),
        ("sailed since 12 January", "2026-01-12/.."), ("since 2 March 2025", "2025-03-02/.."),
        ("since last month", "2026-02/.."), ("by June", ""), ("until 2 May 2026", ""),
        ("before Tuesday", None), ("after last month", ""), ("will meet in December", ""),
        ("plan to meet in June", "2026-06"), ("will meet tomorrow", "2026-03-05"),
        ("he may 12 times", None), ("in Marchland", None), ("decades ago", None),
    ],
)  # fmt: skip
def test_dates_are_read_carefully(words: str, reading: str | None):
    found = [phrase.edtf for phrase in date_phrases(f"They {words}.", date(2026, 3, 4))]
    assert found == ([] if reading is None else [reading])
    if reading and not re.search(r"\b(19|20)\d\d", words) and "19" not in words:
        assert [each.edtf for each in date_phrases(words, None)] == [""]


def test_the_last_spring_is_the_one_that_is_over():
    assert [p.edtf for p in date_phrases("last spring", date(2026, 2, 1))] == ["2025-21"]
    assert [p.edtf for p in date_phrases("last winter", date(2026, 7, 1))] == ["2025-24"]
    assert [p.edtf for p in date_phrases("last winter", date(2026, 1, 1))] == [""]


def test_sentences_end_where_they_do():
    text = LIGHTHOUSE.read_text("utf-8")
    found = [(s.paragraph, s.number, text[s.start : s.end]) for s in sentences(text)]
    assert [each[:2] for each in found] == [
        (2, 1),
        (2, 2),
        (2, 3),
        (3, 1),
        (3, 2),
        (4, 1),
        (4, 2),
        (4, 3),
    ]
    assert found[1][2] == "“We never did,” she told Dr. T. Brell."
    assert found[4][2].startswith("Mr. Lind said")


def test_names_are_those_of_things():
    text = LIGHTHOUSE.read_text("utf-8")
    spans = [(s.start, s.end) for s in sentences(text)]
    assert unknown(text, spans, {"Ilsa Varga": "v", "Osk": "osk"}) == [
        "Ostmark", "Norlund", "T. Brell", "Pavo Lind", "Osk Gazette",
    ]  # fmt: skip
    told = "While Osk slept, Norse President Ilsa Varga met Osk TV and Osk-led Osk-Norlund envoys."
    assert unknown(told, [(0, len(told))], {"Ilsa Varga": "v", "Osk": "o", "Norlund": "n"}) == [
        "Osk TV"
    ]
    assert known("South Korea’s and Korea", {"Korea": "k", "South Korea": "s"}) == ["s", "k"]
    assert known("the Koreans", {"Korea": "k"}) == []
    assert key_of("Zoë Orvik") == "zoe-orvik"


def test_hints_name_the_words():
    assert hint("She denied it.") == "“denied”: Denied?"
    assert hint("He plans to go, according to Ina.").count("?") == 2
    assert hint("They met.") == ""

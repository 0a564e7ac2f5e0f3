"""Articles: found by their digest, compared to the letter, never kept."""

from __future__ import annotations

import os
import re
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

import kg
from kg.claims.articles import Articles
from kg.errors import AbsentError, ArticlesError
from kg.facts import locating
from tests.conftest import ROOT, TESTS, Run

ARTICLE = TESTS / "small" / "article.txt"
KEY = "lakeside-post-talks"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds the article under another name, deep down, beside other things."""
    place = tmp_path / "articles" / "2031"
    place.mkdir(parents=True)
    shutil.copy(ARTICLE, place / "whatever.bin")
    (place / "picture.png").write_bytes(b"\x89PNG\xff")
    return tmp_path / "articles"


@pytest.fixture(scope="module")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("articles") / "small"
    kg.build([TESTS / "small"], path)
    return path


def changed(folder: Path, text: str) -> None:
    (folder / "2031" / "whatever.bin").write_text(text, encoding="utf-8")


def test_every_passage_holds(small: kg.Dataset, folder: Path):
    report = small.verify(Articles(folder))
    assert (report.exit_code, report.wrong, report.unchecked) == (0, [], 0)
    assert report.held >= 15


def test_without_the_articles_it_says_how_many_it_could_not_check(
    small: kg.Dataset, tmp_path: Path
):
    for found in (None, Articles(tmp_path)):
        report = small.verify(found)
        assert (report.exit_code, report.held) == (2, 0)
        assert list(report.lines())[-1].endswith(f"{report.unchecked} could not be checked")
        assert report.unchecked >= 15


def test_a_changed_article_is_named_and_what_moved_is_hinted_at(small: kg.Dataset, folder: Path):
    text = ARTICLE.read_text(encoding="utf-8")
    changed(
        folder,
        text.replace("The weather was fine.", "").replace("Varga and", "Otto and Varga and", 1),
    )
    report = small.verify(Articles(folder))
    assert report.exit_code == 1
    assert report.wrong[0].startswith(f"{KEY} has changed: whatever.bin has another digest")
    assert "paragraph 2, characters 27–158 now stands at characters 36–167" in " ".join(
        report.hints
    )
    assert report.held == 0  # a hint never counts as a match


def test_a_passage_that_was_changed_is_not_matched_by_likeness(small: kg.Dataset, folder: Path):
    text = ARTICLE.read_text(encoding="utf-8")
    changed(folder, text.replace("rifles went the same way", "rifles went that same way"))
    report = small.verify(Articles(folder))
    assert any("lp-rifles" in hint and "occurs no more" in hint for hint in report.hints)


def test_a_wrong_citation_of_an_unchanged_article(tmp_path: Path, folder: Path):
    facts = (TESTS / "small" / "facts.yaml").read_text(encoding="utf-8")
    first = "paragraph: 2, start: 27, end: 158"
    assert first in facts
    for wrong, message in (
        ("paragraph: 2, start: 26, end: 158", "the text there has another digest"),
        ("paragraph: 3, start: 27, end: 158", "it lies in paragraph 2"),
    ):
        path = tmp_path / "facts.yaml"
        path.write_text(facts.replace(first, wrong, 1), encoding="utf-8")
        kg.build([path], tmp_path / "store")
        report = kg.open(tmp_path / "store").verify(Articles(folder))
        assert report.exit_code == 1
        [complaint] = (line for line in report.wrong if line.startswith("lp-talks: "))
        assert complaint.endswith(message)


COPIED = "its gist has 8 words in a row, or more, of the article"


@pytest.mark.parametrize(
    ("old", "new", "warnings"),
    [
        ("gist: Varga hopes to meet Otto", "gist: Varga hopes to see Otto", [f"lp-next-meeting: {COPIED}"]),
        (
            "gist: Varga hopes to meet Otto in Graustark in 2032.",
            "gist: She says she VARGA—hopes to see “Otto” in Graustark, in 2032!",
            [f"lp-next-meeting: {COPIED}"],
        ),
        ("gist: Varga hopes to meet Otto", "gist: She hopes to see Otto", [f"lp-next-meeting: {COPIED}"]),
        ("gist: Varga hopes to meet Otto in Graustark in 2032.",
         "gist: She hopes to see Otto in Graustark in that year.", []),
        ("attributedTo: bo-lindqvist\n    gist: Lindqvist says", "attributedTo: ilsa-varga\n    gist: Varga says",
         ["lp-rifles: no passage of it names Ilsa Varga, whose word it is"]),
        ("attributedTo: bo-lindqvist\n    gist: Lindqvist says", "attributedTo: lakeside-post\n    gist: They say", []),
        ("label: Bo Lindqvist", "label: Premier", ["lp-rifles: no passage of it names Premier, whose word it is"]),
        ("label: Bo Lindqvist", "label: Premier\n    altLabel: {en: [LINDQVIST]}", []),
    ],
)  # fmt: skip
def test_a_gist_that_is_copied_and_a_speaker_who_is_not_named_are_warned_of(
    old: str, new: str, warnings: list[str], tmp_path: Path, folder: Path
):
    facts = (TESTS / "small" / "facts.yaml").read_text(encoding="utf-8")
    assert facts.count(old) == 1
    path = tmp_path / "facts.yaml"
    path.write_text(facts.replace(old, new), encoding="utf-8")
    kg.build([path], tmp_path / "store")
    report = kg.open(tmp_path / "store").verify(Articles(folder))
    assert (report.exit_code, report.warnings) == (0, warnings)
    assert [line for line in report.lines() if line.startswith("warning: ")] == [
        f"warning: {warning}" for warning in warnings
    ]


def test_verify_is_a_command(run: Run, small_store: Path, folder: Path):
    result = run("verify", "--store", small_store, "--articles", folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert run("verify", "--store", small_store, KG_ARTICLES=str(folder)).returncode == 0
    assert run("verify", "--store", small_store).returncode == 2
    text = ARTICLE.read_text(encoding="utf-8")
    changed(folder, "New " + text)
    assert run("verify", "--store", small_store, "--articles", folder).returncode == 1


def test_locate_prints_a_passage_as_facts_have_it(run: Run, small_store: Path, folder: Path):
    text = "The three held no summit."
    for article in (KEY, "2031/whatever.bin"):
        result = run("locate", "--store", small_store, "--articles", folder, article, text)
        [passage] = yaml.safe_load(result.stdout)
        assert passage == {
            "paragraph": 7,
            "start": 889,
            "end": 914,
            "sha256": sha256(text.encode()).hexdigest(),
        }
    assert result.stdout.strip("- \n") in (TESTS / "small" / "facts.yaml").read_text("utf-8")


def test_locate_refuses_what_it_cannot_place(run: Run, small_store: Path, folder: Path):
    place = ("--store", small_store, "--articles", folder)
    twice = run("locate", *place, KEY, "Strelsau")
    assert twice.returncode == 1 and "“Strelsau” stands 3 times" in twice.stderr
    second = run("locate", *place, KEY, "Strelsau", "--occurrence", "2")
    assert second.returncode == 0 and "paragraph: 7" in second.stdout
    assert run("locate", *place, KEY, "Strelsau", "--occurrence", "9").returncode == 1
    assert run("locate", *place, KEY, "strelsau on 4 May").returncode == 1
    assert run("locate", *place, KEY, "").returncode == 2
    assert run("locate", "--store", small_store, KEY, "x").returncode == 2
    assert (
        "no file in"
        in run("locate", "--store", small_store, "--articles", small_store, KEY, "x").stderr
    )


def test_paragraphs_are_blocks_between_blank_lines():
    text = "\n\none\nmore\n\n \n\ntwo\n\nthree"
    assert [locating.paragraph(text, text.index(w)) for w in ("one", "more", "two", "three")] == [
        1,
        1,
        2,
        3,
    ]


def test_sentences_are_shown_beside_the_reference_and_nowhere_else(
    run: Run, small_store: Path, folder: Path
):
    query = ("query", "-e", "SELECT ?e { ?e a ent:Pledge }", "--store", small_store, "--cite")
    sentence = "promised him open locks"
    assert f"    > {sentence}\n" in run(*query, "--articles", folder).stdout
    for name in ("json", "csv"):
        assert sentence in run(*query, "--articles", folder, "-f", name).stdout
    assert sentence not in run(*query).stdout
    construct = (
        "query",
        "-e",
        "CONSTRUCT WHERE { ?e a ent:Pledge }",
        "--store",
        small_store,
        "--cite",
    )
    assert sentence not in run(*construct, "--articles", folder).stdout
    assert sentence not in run("dump", "--store", small_store, "-f", "nquads").stdout
    for path in small_store.rglob("*"):
        assert not path.is_file() or sentence.encode() not in path.read_bytes()


def test_a_text_that_is_not_there_is_an_error_of_its_own():
    with pytest.raises(AbsentError, match="does not have “two”"):
        locating.locate("one", "two")
    with pytest.raises(ArticlesError, match="no text"):
        locating.locate("one", "")


@pytest.mark.skipif("KG_ARTICLES" not in os.environ, reason="$KG_ARTICLES names no articles")
def test_our_own_citations_hold(dataset: kg.Dataset):
    report = dataset.verify(Articles(Path(os.environ["KG_ARTICLES"])))
    assert (report.exit_code, report.wrong) == (0, [])


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the articles of the small facts and of the example."""
    folder = tmp_path_factory.mktemp("two")
    facts = [TESTS / "small" / "facts.yaml", EXAMPLE.with_suffix(".yaml")]
    text = facts[0].read_text("utf-8")
    for key in ("ruritania", "strelsau", "goods", "wheat"):  # both introduce these
        start = text.index(f"  - key: {key}\n")
        text = text[:start] + text[text.index("  - key: ", start + 3) :]
    (folder / "facts.yaml").write_text(text, "utf-8")
    return kg.build([folder / "facts.yaml", facts[1]], folder / "store").path


EXAMPLE = ROOT / "docs" / "example" / "ruritania-grain.txt"


def test_one_article_alone_is_verified_where_the_others_are_not_at_hand(
    run: Run, two: Path, folder: Path
):
    given = ("--store", two, "--articles", folder)
    assert run("verify", *given).returncode == 2
    told = run("verify", "--article", KEY, *given)
    assert (told.returncode, told.stderr) == (0, "")
    assert re.fullmatch(r"\d\d passages hold\n", told.stdout)
    other = run("verify", "--article", "sc-ruritania-grain", *given)
    assert other.returncode == 2
    assert other.stdout.endswith("0 passages hold, 11 could not be checked\n")
    shutil.copy(EXAMPLE, folder)
    both = run("verify", "--article", "sc-ruritania-grain", "--article", KEY, *given)
    assert (both.returncode, both.stdout) == (0, run("verify", *given).stdout)
    shutil.copy(EXAMPLE, folder / "2031" / "copy.txt")
    changed(folder, "New " + ARTICLE.read_text("utf-8"))
    assert run("verify", "--article", "sc-ruritania-grain", *given).returncode == 0
    assert run("verify", "--article", KEY, *given).returncode == 1


def test_an_article_that_is_not_there_is_not_verified(run: Run, two: Path):
    told = run("verify", "--article", "otto", "--store", two)
    assert (told.returncode, told.stderr) == (2, "kg: “otto” is no article\n")


def test_warnings_are_of_the_article_that_is_asked_for(two: Path, folder: Path, tmp_path: Path):
    shutil.copy(EXAMPLE, folder)
    text = (two.parent / "facts.yaml").read_text("utf-8")
    path = tmp_path / "facts.yaml"
    path.write_text(text.replace("gist: Varga hopes to meet", "gist: Varga hopes to see"), "utf-8")
    dataset = kg.open(kg.build([path, EXAMPLE.with_suffix(".yaml")], tmp_path / "store").path)
    articles = Articles(folder)
    assert dataset.verify(articles, KEY).warnings == [f"lp-next-meeting: {COPIED}"]
    assert dataset.verify(articles, "sc-ruritania-grain").warnings == []

"""Coverage: each paragraph of an article is claimed, omitted with a reason, or left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kg
from kg.errors import ArticlesError, QueryError
from kg.validation import validate
from tests.conftest import TESTS, Run

FACTS = (TESTS / "small" / "facts.yaml").read_text("utf-8")
OMISSION = "      - {paragraph: 10, gist: The weather.}\n"
KEY = "lakeside-post-talks"


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The small facts with changes, in a file of their own."""
    text = FACTS
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    path = folder / "facts.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_paragraph_is_claimed_or_omitted(small: kg.Dataset):
    [found] = small.coverage()
    states = {each.number: each.state for each in found.paragraphs}
    assert states == {n: "omitted" if n in (1, 10) else "claimed" for n in range(1, 11)}
    assert (found.left, found.share) == ([], 100)
    assert "lp-talks" in found.paragraphs[1].claims
    assert found.paragraphs[9].reasons == ("The weather.",)
    assert small.coverage(KEY, KEY, "Varga and Otto talk again") == [found]


def test_what_is_neither_is_left_and_the_exit_code_says_so(run: Run, tmp_path: Path):
    facts = written(tmp_path, (OMISSION, ""), ("paragraphs: 10", "paragraphs: 13"))
    store = kg.build([facts], tmp_path / "store").path
    told = run("coverage", KEY, "--store", store)
    assert (told.returncode, told.stderr) == (0, "")
    lines = told.stdout.splitlines()
    assert lines[0] == f"Lakeside Post, “Varga and Otto talk again”, 2031-05-06 ({KEY})"
    assert lines[3] == "1          omitted  The headline."
    assert lines[4].startswith("2          claimed  ") and "lp-talks" in lines[4]
    assert lines[12:16] == [f"{n}         left" for n in range(10, 14)]
    assert lines[-1] == "covered: 9 of 13 paragraphs (69 %); 8 claimed, 1 omitted, 4 left: 10–13"
    assert run("coverage", "--exit-code", "--store", store).returncode == 1
    [whole] = json.loads(run("coverage", "--json", "--store", store).stdout)
    assert (whole["share"], whole["left"], whole["article"]["key"]) == (69, [10, 11, 12, 13], KEY)
    assert whole["paragraphs"][0] == {"paragraph": 1, "state": "omitted", "reasons": ["The headline."]}  # fmt: skip
    assert whole["paragraphs"][12] == {"paragraph": 13, "state": "left"}


def test_where_nothing_is_left_the_exit_code_is_0(run: Run):
    told = run("coverage", "--exit-code")
    assert told.returncode == 0
    assert told.stdout.count("0 left\n") == 2 and told.stdout.count("(100 %)") == 2


def test_the_share_is_100_only_where_all_is_covered(tmp_path: Path):
    facts = written(
        tmp_path, (OMISSION, "".join(OMISSION.replace("10", str(n)) for n in range(10, 1000))),
        ("paragraphs: 10", "paragraphs: 1000"),
    )  # fmt: skip
    kg.build([facts], tmp_path / "store")
    [found] = kg.open(tmp_path / "store").coverage()
    assert (found.left, found.share) == ([1000], 99)


def test_retracted_claims_cover_nothing(tmp_path: Path):
    path = written(
        tmp_path, ("    gist: Varga waved", "    retracted: Misread.\n    gist: Varga waved")
    )
    kg.build([path], tmp_path / "store")
    dataset = kg.open(tmp_path / "store")
    assert not any("lp-reply" in each.claims for each in dataset.coverage()[0].paragraphs)


def test_a_record_that_has_too_few_paragraphs_is_refused(run: Run, tmp_path: Path):
    facts = written(tmp_path, ("    paragraphs: 10\n", "    paragraphs: 9\n"))
    store = kg.build([facts], tmp_path / "store").path
    told = run("coverage", KEY, "--store", store)
    reason = f"{KEY}: its record has 9 paragraphs, yet its facts name paragraph 10"
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == f"kg: {reason}; “kg validate” says where\n"


def test_a_record_without_its_paragraphs_is_refused(small: kg.Dataset, tmp_path: Path):
    small.dump(tmp_path / "whole.nq", "nquads")
    lines = (tmp_path / "whole.nq").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if 'ontology#paragraphs> "10"' not in line]
    assert len(kept) < len(lines)
    (tmp_path / "some.nq").write_text("".join(kept), "utf-8")
    dataset = kg.open_rdf(tmp_path / "some.nq")
    assert dataset.coverage() == []
    with pytest.raises(ArticlesError, match=f"{KEY}: its record lacks “paragraphs”"):
        dataset.coverage(KEY)


def test_what_is_no_article_is_refused(small: kg.Dataset):
    with pytest.raises(QueryError, match="“otto” is no article"):
        small.coverage("otto")


def test_a_validation_notes_what_is_left(run: Run, tmp_path: Path):
    whole = validate([TESTS / "small" / "facts.yaml"], reasoner=False)
    assert not any("covered" in note for note in whole.notes)
    facts = written(tmp_path, (OMISSION, ""))
    note = f"{KEY}: covered: 9 of 10 paragraphs (90 %); 8 claimed, 1 omitted, 1 left: 10"
    told = run("validate", "--no-reasoner", facts)
    assert told.returncode == 0 and f"note: {note}\n" in told.stdout
    store = kg.build([facts], tmp_path / "store").path
    assert note in kg.open(store).validate(reasoner=False).notes


def test_a_validation_that_leaves_claims_out_does_not_note_what_they_cover(
    run: Run, tmp_path: Path
):
    facts = written(tmp_path, (OMISSION, ""))
    heard = run("validate", "--no-reasoner", "--speaker", "ilsa-varga", facts)
    assert heard.returncode == 0 and "covered" not in heard.stdout
    broken = written(tmp_path, (OMISSION, ""), ("about: ferry-war", "abaut: ferry-war"))
    assert "covered" not in run("validate", "--no-reasoner", broken).stdout


def test_of_many_articles_a_validation_notes_a_few(tmp_path: Path):
    article = FACTS[FACTS.index(f"  - key: {KEY}") : FACTS.index("claims:")].replace(OMISSION, "")
    more = "".join(
        article.replace(KEY, f"{KEY}-{n}").replace("63744e6e", f"63744e{n:02}").replace(
            "Varga and Otto", f"Varga {n} and Otto"
        )
        for n in range(7)
    )  # fmt: skip
    facts = written(tmp_path, ("claims:\n", f"{more}claims:\n"))
    notes = [n for n in validate([facts], reasoner=False).notes if "covered" in n or "left" in n]
    assert len(notes) == 6
    assert notes[-1] == "of 2 more articles paragraphs are left; “kg coverage” tells"


def test_the_shell_completes_articles(run: Run):
    told = run(_KG_COMPLETE="bash_complete", COMP_WORDS="kg coverage ft-x", COMP_CWORD="2")
    assert "ft-xi-kim-talks" in told.stdout and "ft-outcast" not in told.stdout

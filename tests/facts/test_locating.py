"""Where a text stands in an article: to the letter, or what comes nearest to it."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import AbsentError, ArticlesError
from kg.facts.locating import locate, nearest, text_of
from tests.conftest import Run

MILL = "The mill\n\nShe said that the mill’s wheel —\nall of it — was “gone”.\n\nZoë Orvik knew.\n"


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    (tmp_path / "mill.txt").write_text(MILL, "utf-8")
    return tmp_path / "mill.txt"


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("mill's wheel", "paragraph 2 has “mill’s wheel”"),
        ('wheel - all of it - was "gone"', "paragraph 2 has “wheel — all of it — was “gone””"),
        ("zoe orvik", "paragraph 3 has “Zoë Orvik”"),
        ("Zoe\u0308 Orvik", "paragraph 3 has “Zoë Orvik”"),
        ("the mills wheel", "paragraph 2 has “the mill’s wheel”"),
        ("wheel  —\nall", "paragraph 2 has “wheel — all”"),
    ],
)
def test_what_is_written_otherwise_is_told_as_the_article_has_it(wanted: str, near: str):
    with pytest.raises(AbsentError) as told:
        locate(MILL, wanted)
    assert near in str(told.value)


def test_nothing_is_told_where_nothing_is_near():
    for wanted in ("xylophone quartet", " ", "’"):
        assert nearest(MILL.replace("’", ""), wanted) is None


@given(
    st.text(st.sampled_from("aA ’'\n\u0308ßİﬁé"), max_size=30),
    st.text(st.sampled_from("aA '\nfi"), max_size=8),
)
def test_whatever_is_near_stands_in_the_article(text: str, wanted: str):
    if near := nearest(text, wanted):
        assert near.text in " ".join(text.split())


@given(
    st.lists(st.text(st.sampled_from("ab é\U0001f600\n"), min_size=1), min_size=1, max_size=5),
    st.data(),
)
def test_a_passage_is_where_its_offsets_say(blocks: list[str], data: st.DataObject):
    """Offsets count characters, paragraphs the blocks with letters between blank lines."""
    text = "\n\n".join(blocks)
    start = data.draw(st.integers(0, len(text) - 1))
    wanted = text[start : data.draw(st.integers(start + 1, len(text)))]
    places = [n for n in range(len(text)) if text.startswith(wanted, n)]
    if len(places) > 1:
        with pytest.raises(AbsentError, match=f"stands {len(places)} times"):
            locate(text, wanted)
    (passage,) = yaml.safe_load(locate(text, wanted, places.index(start) + 1))
    assert text[passage["start"] : passage["end"]] == wanted
    assert passage["start"] == start
    assert passage["sha256"] == sha256(wanted.encode()).hexdigest()
    if wanted.strip():
        begun = start + len(wanted) - len(wanted.lstrip())
        before = [block for block in blank_lines.split(text[: begun + 1]) if block.strip()]
        if not wanted[0].isspace():
            assert passage["paragraph"] == len(before)


blank_lines = re.compile(r"\n[ ]*\n")


def test_a_text_has_to_be_utf8(tmp_path: Path, run: Run):
    for name, data in (
        ("latin.txt", "Head\n\nRené".encode("latin-1")),
        ("utf16.txt", "R".encode("utf-16")),
    ):
        file = tmp_path / name
        file.write_bytes(data)
        with pytest.raises(ArticlesError, match=f"{name}:[13]: no UTF-8"):
            text_of(file)
        told = run("locate", file, "R")
        assert told.returncode == 2 and told.stderr.count("\n") == 1 and "no UTF-8" in told.stderr


def test_a_file_is_named_as_the_shell_completes_it(run: Run, mill: Path):
    alone = run("locate", mill, "wheel")
    assert alone.stdout == run("locate", "mill.txt", "wheel", "--articles", mill.parent).stdout
    piped = run("locate", "-", "wheel", stdin=MILL)
    assert alone.stdout == piped.stdout != ""
    told = run("locate", "mill.txt", "wheel")
    assert told.returncode == 2 and "there is no file “mill.txt”, and where are" in told.stderr


def test_many_texts_are_located_or_none(run: Run, mill: Path):
    lines = run("locate", mill, stdin="wheel\n\nZoë Orvik\n").stdout
    passages = yaml.safe_load(lines)
    assert [MILL[p["start"] : p["end"]] for p in passages] == ["wheel", "Zoë Orvik"]
    assert lines == run("locate", mill, "wheel", "Zoë Orvik").stdout
    told = run("locate", mill, "wheel", "zoe", "quartet")
    assert (told.returncode, told.stdout) == (1, "")
    assert [line[:41] for line in told.stderr.splitlines()] == [
        "kg: the article does not have “zoe”, to t",
        "kg: the article does not have “quartet”, ",
    ]
    for arguments in (("-",), (mill,)):
        assert run("locate", *arguments, stdin="").returncode == 2

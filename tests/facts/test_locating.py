"""Where a text stands in an article: to the letter, or what comes nearest to it."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import AbsentError, ArticlesError
from kg.facts.locating import locate, placed, text_of
from kg.facts.matching import nearest, spans
from tests.conftest import Run

MILL = "The mill\n\nShe said that the mill’s wheel —\nall of it — was “gone”.\n\nZoë Orvik knew.\n"


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    (tmp_path / "mill.txt").write_text(MILL, "utf-8")
    return tmp_path / "mill.txt"


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ("mill's Wheel", "paragraph 2 has “mill’s wheel”"),
        ('wheel - all of it - was "gone"', "paragraph 2 has “wheel — all of it — was “gone””"),
        ("zoe orvik", "paragraph 3 has “Zoë Orvik”"),
        ("the mills wheel", "paragraph 2 has “the mill’s wheel”"),
        ("gone\nZoë", "paragraph 2 has “gone”. Zoë"),
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
        assert 0 <= near[0] < near[1] <= len(text)


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("mill's wheel", "mill’s wheel"),
        ('was "gone".', "was “gone”."),
        ("Zoe\u0308  Orvik", "Zoë Orvik"),
        (" wheel  —  all of it ", "wheel —\nall of it"),
        ("The mill\n \n\nShe said", "The mill\n\nShe said"),
    ],
)
def test_quotes_spaces_and_normal_forms_are_forgiven(wanted: str, there: str):
    place = placed(MILL, wanted)
    assert place.text == there == MILL[place.start : place.end]


def test_nothing_else_is_forgiven():
    assert spans("Zoë ran", "Zoe") == spans("Zoe\u0308 ran", "Zoe ran") == []
    assert spans("a mill\n\nShe", "mill She") == spans("the Mill’s", "mill's") == []
    assert spans("m²", "m 2") == spans("eﬁ", "ef") == []
    assert spans("it's it’s", "it's") == [(0, 4)]  # to the letter goes first


@given(st.text(st.sampled_from("ab’“”é ñ\n."), min_size=1, max_size=30), st.data())
def test_whatever_is_written_with_other_marks_and_forms_is_found(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    wanted = text[start:end].strip()
    begun = start + len(text[start:end]) - len(text[start:end].lstrip())
    other = unicodedata.normalize("NFD", wanted.translate(str.maketrans("’“”", '\'""')))
    if wanted:
        assert (begun, begun + len(wanted)) in spans(text, other)


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
        "kg: the article does not have “zoe”; para",
        "kg: the article does not have “quartet”",
    ]
    for arguments in (("-",), (mill,)):
        assert run("locate", *arguments, stdin="").returncode == 2

"""Names are found however they are typed, and what is unlike is not suggested."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.vocabulary.spelling import Match, Search, nearest, plain, ranked

PEOPLE = ["Kim Il Sung", "Kim Jong Un", "Zoë Orvik", "Øystein Łukasz", "Xi–Kim talks"]


def how(words: str, name: str) -> Match | None:
    found = Search(words).match(name)
    return found and found[0]


@pytest.mark.parametrize(
    ("words", "name", "expected"),
    [
        ("KIM JONG UN", "Kim Jong Un", Match.EXACT),
        ("zoe\u0308 orvik", "Zoë Orvik", Match.EXACT),
        ("zoe orvik", "Zoë Orvik", Match.EXACT),
        ("oystein lukasz", "Øystein Łukasz", Match.EXACT),
        ("xi-kim talks", "Xi–Kim talks", Match.EXACT),
        ("mill's", "mill’s", Match.EXACT),
        ("ℌans", "hans", Match.EXACT),
        ("میخواهم", "می\u200cخواهم", Match.EXACT),
        ("kim jo", "Kim Jong Un", Match.PREFIX),
        ("un kim", "Kim Jong Un", Match.WORD),
        ("kim", "Xi–Kim talks", Match.WORD),
        ("im", "Kim Jong Un", None),
        ("Kim Jong Uno", "Kim Jong Un", Match.NEAR),
        ("Nobody", "food", None),
        ("", "food", None),
        ("?", "food", None),
    ],
)
def test_how_words_match_a_name(words: str, name: str, expected: Match | None):
    assert how(words, name) is expected


def test_the_best_come_first():
    names = ["Akim", "Xi–Kim talks", "Kim Jong Un", "Kim", "Kin"]
    assert ranked("kim", names) == ["Kim", "Kim Jong Un", "Xi–Kim talks", "Akim", "Kin"]
    assert nearest("bulid", ["build", "dump"]) == "did you mean “build”?"
    assert nearest("Nobody", ["food", "Nauru"]) == ""


@given(st.text(max_size=30), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_normal_form_and_case_make_no_difference(name: str, form: str):
    assert plain(unicodedata.normalize(form, name)) == plain(name)
    assert plain(plain(name)) == plain(name)

"""Dates of EDTF in words, and those that are better left as they are."""

from __future__ import annotations

import pytest

from kg.vocabulary.periods import in_words


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2025-21", "spring 2025"),
        ("2025-24", "winter 2025–26"),
        ("1999-24", "winter 1999–00"),
        ("2025-22~", "about summer 2025"),
        ("2025-33", "the first quarter of 2025"),
        ("../2025-10-04", "by 4 October 2025"),
        ("/2017", "over by 2017"),
        ("1953/", "from 1953, end not known"),
        ("2022/..", "from 2022 on"),
        ("1987~/2025~", "about 1987 to about 2025"),
        ("2025-09-03/2025-09-05", "3 September 2025 to 5 September 2025"),
        ("[1953..]", "some time from 1953 on"),
        ("[..2017]", "some time up to 2017"),
        ("[1953..1960]", "some time from 1953 to 1960"),
        ("[2014,2016]", "2014 or 2016"),
        ("[2014, 2015, 2016-12]", "2014, 2015 or December 2016"),
        ("198X", "the 1980s"),
        ("2025-10-XX", "October 2025"),
        ("2025-10-04?", "perhaps 4 October 2025"),
        ("2025-10%", "perhaps about October 2025"),
    ],
)
def test_dates_are_told_in_words(date: str, words: str):
    assert in_words(date) == words


@pytest.mark.parametrize(
    "date",
    [
        "2025", "2025-09", "2025-09-03", "{2014,2016}", "19XX", "2025-12-2X", "1922?-23", "2004-06-~04",
        "2025-10-04T10:00:00Z", "../..", "/", "", "2025-13", "[..]", "[2014]", "2025-XX-12", "198X-05",
        "no date", "2025-29", "2025-21-03",
    ],
)  # fmt: skip
def test_what_has_no_plain_words_stays_as_it_is(date: str):
    assert in_words(date) == date

"""EDTF dates and their bounds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from kg.vocabulary.dates import DateError, bounds

days = st.dates(date(1, 1, 1), date(9999, 12, 31))


@given(days)
def test_a_day_is_its_own_bounds(day: date):
    assert bounds(day.isoformat()) == (day, day)


@given(days)
def test_a_month_and_a_year_hold_their_days(day: date):
    for text in (day.isoformat()[:7], day.isoformat()[:4]):
        earliest, latest = bounds(text)
        assert earliest and latest and earliest <= day <= latest


vague = days.map(date.isoformat).flatmap(
    lambda day: st.sampled_from([day, day[:7], day[:4], f"{day[:3]}X", f"{day[:2]}XX"])
)


@given(vague.filter(lambda text: not text.startswith(("000X", "00XX"))))
def test_plain_dates_have_the_bounds_that_the_library_gives_them(text: str):
    parsed = parse_edtf(text)
    assert bounds(text) == (date(*parsed.lower_strict()[:3]), date(*parsed.upper_strict()[:3]))


@pytest.mark.parametrize("text", ["000X", "00XX", "0000"])
def test_there_is_no_year_nought(text: str):
    with pytest.raises(DateError, match="no day of the calendar"):
        bounds(text)


@given(days, days)
def test_an_interval_runs_forwards_or_is_refused(start: date, end: date):
    text = f"{start}/{end}"
    if start <= end:
        assert bounds(text) == (start, end)
    else:
        with pytest.raises(DateError, match="ends before it begins"):
            bounds(text)


@given(days)
def test_open_and_unknown_ends_have_no_bound(day: date):
    assert bounds(f"{day}/..") == bounds(f"{day}/") == (day, None)
    assert bounds(f"../{day}") == bounds(f"/{day}") == (None, day)


@given(days.filter(lambda d: 1 < d.year < 9999))
def test_an_approximate_day_is_wider_than_the_day(day: date):
    earliest, latest = bounds(f"{day}~")
    assert earliest and latest and earliest < day < latest


@given(st.text(alphabet="0123456789-/.X~?% ", max_size=24))
def test_no_text_does_more_than_be_refused(text: str):
    try:
        earliest, latest = bounds(text)
    except DateError as error:
        assert str(error).startswith("“")
    else:
        assert earliest or latest
        assert not (earliest and latest) or latest - earliest >= timedelta(0)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("198X", date(1980, 1, 1), date(1989, 12, 31)),
        ("1950/1953", date(1950, 1, 1), date(1953, 12, 31)),
        ("2025-21", date(2025, 3, 1), date(2025, 5, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_vague_dates_stay_vague(text: str, earliest: date, latest: date):
    assert bounds(text) == (earliest, latest)

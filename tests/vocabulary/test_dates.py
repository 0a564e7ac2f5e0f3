"""EDTF dates and their bounds."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import NamedTuple

import pytest
from dateutil.relativedelta import relativedelta
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.vocabulary.datatypes import DATATYPES
from kg.vocabulary.dates import DateError, bounds, last_day

FORM = re.compile(DATATYPES["edtf:EDTF"].form)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))


# ── A second definition: a date means the days that its letters admit ─────────

SPRING, SUMMER, AUTUMN, WINTER = ["03 04 05", "06 07 08", "09 10 11", "12 01 02"]
GROUPS = dict(
    enumerate(
        [
            SPRING, SUMMER, AUTUMN, WINTER,  # wherever
            SPRING, SUMMER, AUTUMN, WINTER,  # in the north
            AUTUMN, WINTER, SPRING, SUMMER,  # in the south
            "01 02 03", "04 05 06", "07 08 09", "10 11 12",
            "01 02 03 04", "05 06 07 08", "09 10 11 12",
            "01 02 03 04 05 06", "07 08 09 10 11 12",
        ],
        start=21,
    )
)  # fmt: skip


class Part(NamedTuple):
    """A year, month or day as digits and ``X``, with the qualifiers before and after it."""

    text: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        return self.before + self.text + self.after


Parts = tuple[Part, ...]
ANY = Part("XX")


def letters(year: Part) -> str:
    """The four digits of a year, those that are not significant as ``X``."""
    digits, _, significant = year.text.partition("S")
    return digits[: int(significant)] + "X" * (4 - int(significant)) if significant else digits


def like(pattern: str, numbers: range) -> list[int]:
    form = re.compile(pattern.replace("X", r"\d"))
    return [n for n in numbers if form.fullmatch(str(n).zfill(len(pattern)))]


def meant(parts: Parts) -> list[date]:
    """All days that the parts admit, their qualifiers aside."""
    year, month, day = (*parts, ANY, ANY)[:3]
    group = GROUPS.get(int(month.text)) if month.text.isdigit() else None
    numbers = map(int, group.split()) if group else like(month.text, range(1, 13))
    # Of the year after, where a number falls: winter is 12, 1 and 2.
    months = [(number < 3 and group == WINTER, number) for number in numbers]
    found = []
    for n, (is_later, m), d in product(
        like(letters(year), range(1, 10_000)), months, like(day.text, range(1, 32))
    ):
        with suppress(ValueError):
            found.append(date(n + is_later, m, d))
    return found


def margin(parts: Parts, position: int) -> int:
    after = [part.after for part in parts[position:]]
    strengths = {"": 0, "?": 1, "~": 1, "%": 2}
    return max(strengths[q] for q in [parts[position].before, *after])


@cache
def expected(parts: Parts) -> tuple[date, date] | None:
    """The first and last day, moved as far as qualifiers allow; ``None`` where there is no day."""
    found = meant(parts)
    if not found:
        return None
    years, months, spare = [margin(parts, n) if n < len(parts) else 0 for n in range(3)]
    years *= 10 ** letters(parts[0]).count("X")
    if len(parts) == 2 and parts[1].text.isdigit() and int(parts[1].text) in GROUPS:
        months *= len(GROUPS[int(parts[1].text)].split())
    first = min(found) - relativedelta(years=years, months=months) - timedelta(spare)
    if len(parts) == 3:
        return first, max(found) + relativedelta(years=years, months=months) + timedelta(spare)
    after = max(found) + timedelta(1)  # the first of a month
    return first, after + relativedelta(years=years, months=months) - timedelta(1)


qualifiers = st.sampled_from(["", "", "", "?", "~", "%"])
digits = st.integers(1300, 2700).map(str)
years = st.one_of(
    digits,
    digits.map(lambda y: y[:3] + "X"),
    digits.map(lambda y: y[:2] + "X" + y[3]),
    st.tuples(digits, st.sampled_from("34")).map("S".join),
)
two = st.integers(1, 12).map("{:02}".format)
months = st.one_of(two, two, st.just("XX"), st.sampled_from(["0X", "1X", "X1", "X2"]))
groups = st.integers(21, 41).map(str)
numbers = st.one_of(
    st.integers(1, 31).map("{:02}".format),
    st.sampled_from(["XX", "0X", "1X", "2X", "3X", "X0", "X1", "X9"]),
)


def qualified(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Part]:
    return st.one_of(
        texts.map(Part),
        st.tuples(texts, st.just(""), qualifiers).map(lambda told: Part(*told)),
        st.tuples(texts, qualifiers).map(lambda told: Part(*told)),
    )


dates = st.one_of(
    st.tuples(qualified(years)),
    st.tuples(qualified(years), qualified(months | groups)),
    st.tuples(qualified(years), qualified(months), qualified(numbers)),
)


def text_of(parts: Parts) -> str:
    return "-".join(map(str, parts))


@settings(max_examples=150)
@given(dates)
def test_a_date_is_bounded_by_the_days_that_its_letters_admit(parts: Parts):
    if (found := expected(parts)) is None:
        with pytest.raises(DateError, match="no day of the calendar"):
            bounds(text_of(parts))
    else:
        assert bounds(text_of(parts)) == found
    assert FORM.fullmatch(text_of(parts))


told = dates.filter(lambda parts: expected(parts) is not None)
ends = st.one_of(told, told, st.sampled_from(["", ".."]))


@given(ends, ends)
def test_an_interval_has_the_bounds_of_its_ends(start: Parts | str, end: Parts | str):
    pieces = [end if isinstance(end, str) else text_of(end) for end in (start, end)]
    text = "/".join(pieces)
    first = None if isinstance(start, str) else expected(start)[0]  # type: ignore[index]
    last = None if isinstance(end, str) else expected(end)[1]  # type: ignore[index]
    if not first and not last:
        with pytest.raises(DateError, match="names no date at all"):
            bounds(text)
    elif first and last and first > last:
        with pytest.raises(DateError, match="ends before it begins"):
            bounds(text)
    else:
        assert bounds(text) == (first, last)
        assert FORM.fullmatch(text)


@given(
    st.lists(told, min_size=1, max_size=3),
    st.sampled_from(["[]", "{}"]),
    st.booleans(),
    st.booleans(),
)
def test_a_set_reaches_from_its_first_date_to_its_last(
    members: list[Parts], brackets: str, is_open_below: bool, is_open_above: bool
):
    inner = ",".join(map(text_of, members))
    text = f"{brackets[0]}{'..' * is_open_below}{inner}{'..' * is_open_above}{brackets[1]}"
    if len(members) == 1 and is_open_below and is_open_above:
        return
    found = [expected(parts) for parts in members]
    first = None if is_open_below else min(one[0] for one in found if one)
    last = None if is_open_above else max(one[1] for one in found if one)
    assert bounds(text) == (first, last)
    assert FORM.fullmatch(text)


# ── What the standard, and common sense, say ──────────────────────────────────


@given(days)
def test_a_day_is_its_own_bounds_at_whatever_hour(day: date):
    assert bounds(day.isoformat()) == (day, day)
    assert bounds(f"{day}T10:20:30Z") == bounds(f"{day}T10:20:30+02:00") == (day, day)


vague = days.map(date.isoformat).flatmap(
    lambda day: st.sampled_from([day, day[:7], day[:4], f"{day[:3]}X", f"{day[:2]}XX"])
)


@given(vague.filter(lambda text: not text.startswith(("000X", "00XX"))))
def test_plain_dates_have_the_bounds_that_another_library_gives_them(text: str):
    parsed = parse_edtf(text)
    assert bounds(text) == (date(*parsed.lower_strict()[:3]), date(*parsed.upper_strict()[:3]))


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
    assert bounds(f"{day}/..") == bounds(f"{day}/") == bounds(f"[{day}..]") == (day, None)
    assert bounds(f"../{day}") == bounds(f"/{day}") == bounds(f"[..{day}]") == (None, day)


@given(st.text(alphabet="0123456789-/.X~?%TZSY[]{}, ", max_size=24))
def test_no_text_does_more_than_be_refused(text: str):
    try:
        earliest, latest = bounds(text)
    except DateError as error:
        assert str(error).startswith("“")
    else:
        assert earliest or latest
        assert not (earliest and latest) or earliest <= latest


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("198X", "1980-01-01", "1989-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-24", "2025-12-01", "2026-02-28"),
        ("2023-24", "2023-12-01", "2024-02-29"),
        ("2025-22", "2025-06-01", "2025-08-31"),
        ("2025-30", "2025-12-01", "2026-02-28"),
        ("2025-06~", "2024-05-01", "2026-07-31"),
        ("2025-01-31~", "2023-12-30", "2026-03-01"),
        ("2025-12-2X", "2025-12-20", "2025-12-29"),
        ("1922?-23", "1921-09-01", "1923-11-30"),
        ("2011-23~", "2010-06-01", "2013-02-28"),
        ("[1760-12..]", "1760-12-01", None),
        ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31"),
        ("{1960,1961-12}", "1960-01-01", "1961-12-31"),
        ("1XXX-12", "1000-12-01", "1999-12-31"),
        ("190X-02-29", "1904-02-29", "1908-02-29"),
        ("1950S2", "1900-01-01", "1999-12-31"),
        ("2004-06-~01/2004-06-~20", "2004-05-31", "2004-06-21"),
    ],
)
def test_what_is_vague_stays_vague(text: str, earliest: str, latest: str | None):
    assert bounds(text) == (
        date.fromisoformat(earliest),
        date.fromisoformat(latest) if latest else None,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0000", "“0000” may be in the year 0: only the years 1 to 9999 are taken"),
        ("000X", "“000X” may be in the year 0: only the years 1 to 9999 are taken"),
        ("XXXX-12-XX", "“XXXX-12-XX” leaves the year open: write the years it may be in, such as 190X-12-XX"),
        ("-0044-03-15", "“-0044-03-15” is before the year 1: only the years 1 to 9999 are taken"),
        ("44 BC", "“44 BC” is before the year 1: only the years 1 to 9999 are taken"),
        ("Y170000002", "“Y170000002” is after the year 9999: only the years 1 to 9999 are taken"),
        ("9999-24", "“9999-24” reaches beyond the years 1 to 9999"),
        ("0001~", "“0001~” reaches beyond the years 1 to 9999"),
        ("2025-42", "“2025-42” has no month from 01 to 12, nor a season from 21 to 41"),
        ("2025-02-3X", "“2025-02-3X” is no day of the calendar"),
        ("[1953..,1955]", "“[1953..,1955]” is no set of dates, such as [1967,1968] or [1953..]"),
        ("[..]", "“[..]” is no set of dates, such as [1967,1968] or [1953..]"),
        ("[1955..1953]", "“[1955..1953]” ends before it begins"),
        ("last spring", "“last spring” counts from the day of the article: write the date, such as 2025-21"),
        ("on Tuesday", "“on Tuesday” counts from the day of the article: write the date, such as 2025-21"),
        ("?2004?-01", "“?2004?-01” is not an EDTF date, such as 2025-09-03, 2025-09 or 2022/.."),
    ],
)  # fmt: skip
def test_what_has_no_bounds_is_refused_with_a_reason(text: str, message: str):
    with pytest.raises(DateError) as error:
        bounds(text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("2 March 2026", "2026-03-02"),
        ("Tuesday, 2nd of September 2025", "2025-09-02"),
        ("Sept. 3, 2025", "2025-09-03"),
        ("September 2025", "2025-09"),
        ("spring 2026", "2026-21"),
        ("the fall of 2024", "2024-23"),
        ("Q3 2025", "2025-35"),
        ("02-03-2026", "2026-03-02 or 2026-02-03"),
        ("13/03/2026", "2026-03-13"),
        ("2026/03/02", "2026-03-02"),
        ("2026-3-2", "2026-03-02"),
        ("2026-3", "2026-03"),
        ("20260302", "2026-03-02"),
        ("2026-03-02 10:00", "2026-03-02"),
        ("2005-07-25T10:10:10Z/2006-01", "2005-07-25/2006-01"),
        ("the 1950s", "195X"),
        ("early 1980s", "1980/1984"),
        ("19th century", "18XX"),
        ("198x", "198X"),
        ("c. 1920", "1920~"),
        ("since May 2020", "2020-05/.."),
        ("before 3 May 1901", "../1901-05-03"),
        ("after 1953", "[1953..]"),
        ("1953..", "1953/.. if it goes on, [1953..] if it is at some time from then on"),
        ("1914–1918", "1914/1918"),
        ("1967 or 1968", "[1967,1968]"),
        ("[1967, 196X]", "[1967,196X]"),
        (" 1901", "1901"),
        ("Y1985", "1985"),
    ],
)
def test_what_is_written_otherwise_is_told_what_to_write(text: str, instead: str):
    with pytest.raises(DateError) as error:
        bounds(text)
    assert str(error.value) == f"“{text}” is not an EDTF date: write {instead}"
    for date_text in re.split(" or | if it .*?, | if it .*", instead):
        assert not date_text or bounds(date_text)


@pytest.mark.parametrize("text", ["31 February 2026", "30-30-2026", "2026-13-01", "soon", "9", "…"])
def test_no_day_is_suggested_that_there_is_not(text: str):
    with pytest.raises(DateError) as error:
        bounds(text)
    assert "write" not in str(error.value)


def test_a_date_may_have_a_hundred_characters():
    longest = f"[1901-05~,{','.join(['1901'] * 18)}]"
    assert len(longest) == 100
    assert bounds(longest) == (date(1900, 4, 1), date(1902, 6, 30))
    with pytest.raises(DateError, match="more than 100 characters"):
        bounds(longest.replace("]", "~]"))


@pytest.mark.parametrize(
    ("text", "last"),
    [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2024-02-03", "2024-02-03")],
)
def test_the_last_day_of_a_plain_date(text: str, last: str):
    assert last_day(text).isoformat() == last


@pytest.mark.parametrize(
    "text", ["2024-24", "202X", "2024~", "2024-02-30", "2024/2025", "soon", ""]
)
def test_only_plain_dates_have_a_last_day(text: str):
    with pytest.raises(DateError, match="is not a day, a month or a year such as 2025-09"):
        last_day(text)

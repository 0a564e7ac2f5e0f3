"""One date in EDTF: its grammar, and the first and the last day that it can mean.

The Extended Date/Time Format (Library of Congress, 2019; ISO 8601-2), levels 0 to 2, in the years
1 to 9999, which all tools read as ``xsd:date``. Intervals and sets of dates are in ``dates``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple


class DateError(ValueError):
    """A date that is ill-formed, impossible or reversed; the message says which."""


_QUARTERS = (3, 6, 9, 12)  # the months in which spring, summer, autumn and winter begin
# A season, quarter, third or half of the year: its first month, and how many it has. Winter ends
# in February of the year after; in the south, spring begins when autumn does in the north.
_SEASONS = {
    **dict(zip(range(21, 25), product(_QUARTERS, (3,)), strict=True)),
    **dict(zip(range(25, 29), product(_QUARTERS, (3,)), strict=True)),
    **dict(zip(range(29, 33), product((9, 12, 3, 6), (3,)), strict=True)),
    **dict(zip(range(33, 37), product((1, 4, 7, 10), (3,)), strict=True)),
    **dict(zip(range(37, 40), product((1, 5, 9), (4,)), strict=True)),
    **dict(zip(range(40, 42), product((1, 7), (6,)), strict=True)),
}
_PARTS = ("year", "month", "day")
_STRENGTH = {None: 0, "": 0, "?": 1, "~": 1, "%": 2}


def _part(name: str, form: str) -> str:
    """Return the form of a part, with a qualifier of its own before it or a group's after it."""
    return rf"(?P<{name}_own>[?~%])?(?P<{name}>{form})(?P<{name}_group>(?({name}_own)|[?~%]?))"


_DATE = re.compile(
    _part("year", r"[0-9X]{4}|[0-9]{4}S[1-4]")
    + f"(?:-{_part('month', '[0-9X]{2}')}(?:-{_part('day', '[0-9X]{2}')})?)?"
)


class Span(NamedTuple):
    """The first and the last day that a date can mean, inclusive."""

    first: date
    last: date


def is_formed(text: str) -> bool:
    """Tell whether a text has the form of one date, be there such a day or not."""
    return bool(_DATE.fullmatch(text))


def span(text: str) -> Span:
    """Return the first and the last day that one date can mean. Raises ``DateError``.

    ``198X`` → 1980-01-01 to 1989-12-31; ``2025-24`` (winter) → 2025-12-01 to 2026-02-28. A part
    that is uncertain (``?``) or approximate (``~``) may be off by one, by two where it is both
    (``%``): ``2025-06~`` → 2024-05-01 to 2026-07-31. So may a decade, by ten years.
    """
    found = _DATE.fullmatch(text)
    if not found:
        raise DateError(f"“{text}” is not an EDTF date")
    year, month, day = found.group(*_PARTS)
    if "S" in year:  # so many digits are significant: 1950S2 is 19XX
        year = year[: int(year[-1])].ljust(4, "X")
    if year.replace("X", "0") == "0000":
        raise DateError(_year_nought(text, year))
    is_season = month and not day and month.isdecimal() and int(month) in _SEASONS
    edges = _season(year, int(month)) if is_season else _calendar(text, year, month, day)
    years, months, days = _margins(found)
    years *= 10 ** year.count("X")
    months = 12 * years + months * (_SEASONS[int(month)][1] if is_season else 1)
    if not (months or days):
        return edges
    try:
        return Span(
            _moved(edges.first, -months) - timedelta(days),
            _moved(edges.last, months, to_end=not day) + timedelta(days),
        )
    except (ValueError, OverflowError) as error:
        raise DateError(f"“{text}” reaches beyond the years 1 to 9999") from error


def _year_nought(text: str, year: str) -> str:
    if year == "XXXX":
        years = text.replace("XXXX", "190X")
        return f"“{text}” leaves the year open: write the years it may be in, such as {years}"
    return f"“{text}” may be in the year 0: only the years 1 to 9999 are taken"


def _calendar(text: str, year: str, month: str | None, day: str | None) -> Span:
    """Return the first and last day of the calendar that digits admit, ``X`` being any digit."""
    choices = [_numbers(year, 9999), _numbers(month or "XX", 12), _numbers(day or "XX", 31)]
    if not choices[1]:
        raise DateError(f"“{text}” has no month from 01 to 12, nor a season from 21 to 41")
    first = _earliest(choices)
    last = _earliest([numbers[::-1] for numbers in choices])
    if not first or not last:
        raise DateError(f"“{text}” is no day of the calendar")
    return Span(first, last)


def _numbers(pattern: str, most: int) -> Sequence[int]:
    """Return the numbers from 1 to ``most`` with these digits: of ``2X``, 20 to 29."""
    low, high = int(pattern.replace("X", "0")), int(pattern.replace("X", "9"))
    like = re.compile(pattern.replace("X", "."))
    numbers = range(max(low, 1), min(high, most) + 1)
    return [n for n in numbers if like.fullmatch(f"{n:0{len(pattern)}}")]


def _earliest(choices: Sequence[Sequence[int]]) -> date | None:
    """Return the first day that there is among years, months and days, in their order."""
    for year, month, day in product(*choices):
        if day <= 28 or day <= monthrange(year, month)[1]:
            return date(year, month, day)
    return None


def _season(year: str, season: int) -> Span:
    month, length = _SEASONS[season]
    years = _numbers(year, 9999)
    try:
        last = _moved(date(years[-1], month, 1), length - 1, to_end=True)
    except ValueError as error:
        raise DateError(f"“{year}-{season}” reaches beyond the years 1 to 9999") from error
    return Span(date(years[0], month, 1), last)


def _margins(found: re.Match[str]) -> list[int]:
    """Return by how many years, months and days a date may be off.

    A qualifier after a part is of all up to there, one before it of that part alone.
    """
    margins, group = [], 0
    for name in reversed(_PARTS):
        group = max(group, _STRENGTH[found[f"{name}_group"]])
        margins.append(max(group, _STRENGTH[found[f"{name}_own"]]))
    return margins[::-1]


def _moved(day: date, months: int, *, to_end: bool = False) -> date:
    """Return the day so many months later, or the last of that month."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if to_end else min(day.day, last))

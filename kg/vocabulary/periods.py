"""Dates of EDTF in words, for people: ``2025-21`` is “spring 2025”.

What is a plain day, month or year stays as it is; so does what no words are known for, since a
date that is told wrongly is worse than one in EDTF.
"""

from __future__ import annotations

import re

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn"}
_QUARTERS = {"33": "first", "34": "second", "35": "third", "36": "last"}
_PLAIN = re.compile(r"\d{4}(-\d\d){0,2}")
_DATE = re.compile(r"(\d{3}[\dX])(?:-(\d\d|XX))?(?:-(\d\d|XX))?([?~%]?)")
_QUALIFIED = {"": "", "~": "about ", "?": "perhaps ", "%": "perhaps about "}
_SET = re.compile(r"\[([^\[\]{}]*)\]")


def in_words(text: str) -> str:
    """Return a date of EDTF in words, or as it is.

    ``../2025-10-04`` → ``by 4 October 2025``; ``1987~/2025~`` → ``about 1987 to about 2025``;
    ``[1953..]`` → ``some time from 1953 on``.
    """
    if _PLAIN.fullmatch(text) and not _season(text):
        return text
    chosen = _SET.fullmatch(text)
    begun, slash, ended = text.partition("/")
    if chosen:
        words = _one_of(chosen[1])
    elif slash:
        words = _interval(begun, ended)
    else:
        words = _date(text)
    return words or text


def _interval(begun: str, ended: str) -> str:
    first, last = _date(begun), _date(ended)
    if first and last:
        return f"{first} to {last}"
    if first and ended in ("", ".."):
        return f"from {first} on" if ended else f"from {first}, end not known"
    if last and begun in ("", ".."):
        return f"by {last}" if begun else f"over by {last}"
    return ""


def _one_of(text: str) -> str:
    """Return the words for one of several dates: ``..2017`` → ``some time up to 2017``."""
    begun, dots, ended = text.partition("..")
    if not dots:
        dates = [_date(part.strip()) for part in text.split(",")]
        return f"{', '.join(dates[:-1])} or {dates[-1]}" if all(dates) and dates[1:] else ""
    first, last = _date(begun), _date(ended)
    if first and last:
        return f"some time from {first} to {last}"
    if first and not ended:
        return f"some time from {first} on"
    return f"some time up to {last}" if last and not begun else ""


def _date(text: str) -> str:
    """Return a day, month, year, season or decade in words; empty for anything else."""
    found = _DATE.fullmatch(text)
    if not found:
        return ""
    year, month, day, sign = found.groups()
    if year.endswith("X"):
        words = f"the {year[:3]}0s" if not month else ""
    elif month in (None, "XX"):
        words = year if not day else ""
    elif not day:
        words = _season(text) or _month(month, year)
    else:
        words = _day(day, _month(month, year))
    return words and _QUALIFIED[sign] + words


def _season(text: str) -> str:
    year, month = text[:4], text[5:7]
    if month in _QUARTERS:
        return f"the {_QUARTERS[month]} quarter of {year}"
    if month == "24":  # it ends in the next year
        return f"winter {year}–{(int(year) + 1) % 100:02}"
    return f"{_SEASONS[month]} {year}" if month in _SEASONS else ""


def _month(month: str, year: str) -> str:
    return f"{_MONTHS[int(month) - 1]} {year}" if "01" <= month <= "12" else ""


def _day(day: str, month: str) -> str:
    if not month or day == "XX":
        return month
    return f"{int(day)} {month}"

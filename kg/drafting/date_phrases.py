"""What a sentence says of when, in its own words, and a careful reading of that in EDTF.

What counts from the day of publication is read against it. What may be either of two times, or
depends on tense, is left open: a reading is empty rather than firmer than the words.
"""

from __future__ import annotations

import re
from calendar import day_name, month_name
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from kg.vocabulary.date_words import meant

_MONTHS = list(month_name)[1:]
_DAYS = list(day_name)
_M = rf"(?P<m>{'|'.join(_MONTHS)})"
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
_NUMBERS = ["a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NEAR = 4
"""A month without a year is read as the nearest one if it is so many months away, or fewer."""
_AHEAD = re.compile(r"\b(will|would|plan|due|expect|schedul|set to|intend|hope|mean to|later)")
_OPEN = re.compile("until|till|by|before|after|from|between")
_BEFORE = re.compile(rf"\b(?:since|{_OPEN.pattern})\s+(?:the\s+)?\Z", re.IGNORECASE)


class DatePhrase(NamedTuple):
    """A phrase of a text on when something was, and its reading in EDTF, empty if it is open."""

    text: str
    edtf: str


def date_phrases(sentence: str, published: date | None) -> Iterator[DatePhrase]:
    """Yield the phrases of a sentence that date anything, in order.

    “met on Tuesday”, published on Wednesday, 4 March 2026 → ``on Tuesday``, 2026-03-03.
    """
    is_ahead = bool(_AHEAD.search(sentence))
    for found in _PHRASE.finditer(sentence):
        form, reading = _FORMS[int(str(found.lastgroup)[1:])]
        match = re.fullmatch(form, found[0])
        assert match
        before = _BEFORE.search(sentence[: found.start()])
        text = " ".join(f"{before[0] if before else ''}{found[0]}".split())
        edtf = reading(match, published)
        if is_ahead and reading is not _absolute and published:
            edtf = "" if "|".join(_DAYS) in form or _is_past(edtf, published) else edtf
        yield DatePhrase(text, _bounded(text, edtf))


def _is_past(edtf: str, published: date) -> bool:
    last = edtf.rpartition("/")[2].rstrip("~")
    return last != ".." and last < published.isoformat()[: len(last)]


def _bounded(text: str, edtf: str) -> str:
    """Return what a reading is after “since”; after other words that bound a time it is open."""
    word = text.partition(" ")[0].lower()
    if word == "since" and edtf and "/" not in edtf:
        return f"{edtf}/.."
    return edtf if not _OPEN.fullmatch(word) else ""


_Reading = Callable[[re.Match[str], date | None], str]


def _absolute(found: re.Match[str], _published: date | None) -> str:
    plain = re.sub(r"^(?:on|in|of|during)\s+", "", found[0].lower())
    reading = meant(plain)
    return "" if " or " in reading else reading


def _relative(reading: Callable[[re.Match[str], date], str]) -> _Reading:
    """Return a reading that needs to know the day of publication."""
    return lambda found, published: reading(found, published) if published else ""


def _weekday(found: re.Match[str], published: date) -> str:
    back = (published.weekday() - _DAYS.index(found["d"])) % 7
    return (published - timedelta(back)).isoformat()


def _day(found: re.Match[str], published: date) -> str:
    days = {"yesterday": -1, "today": 0, "tomorrow": 1}[found[0].lower()]
    return (published + timedelta(days)).isoformat()


def _moved(published: date, months: int) -> str:
    year, month = divmod(published.year * 12 + published.month - 1 + months, 12)
    return f"{year:04}-{month + 1:02}"


def _month(name: str, published: date, direction: str = "") -> str:
    """Read a month without a year: the nearest one, or the last or the next, never this one."""
    ahead = (_MONTHS.index(name) + 1 - published.month) % 12
    if direction:
        months = {"last": ahead - 12, "since": ahead - 12, "next": ahead}[direction]
        return _moved(published, months) if ahead else ""
    if ahead <= _NEAR or ahead >= 12 - _NEAR:
        return _moved(published, ahead if ahead <= _NEAR else ahead - 12)
    return ""


def _in_month(found: re.Match[str], published: date) -> str:
    direction = (found["way"] or "").lower()
    reading = _month(found["m"], published, direction)
    return f"{reading}/.." if reading and direction == "since" else reading


def _either(found: re.Match[str], published: date) -> str:
    first, second = (_month(found[name], published) for name in ("m", "n"))
    return f"{first}/{second}" if first and second and first < second else ""


def _day_of_month(found: re.Match[str], published: date) -> str:
    months = _month(found["m"], published)
    return meant(f"{found['day']} {found['m']} {months[:4]}") if months else ""


def _around(found: re.Match[str], published: date) -> str:
    way = {"last": -1, "this": 0, "next": 1}[found["way"].lower()]
    if found["unit"] == "year":
        return f"{published.year + way:04}"
    if found["unit"] == "month":
        return _moved(published, way)
    monday = published + timedelta(7 * way - published.weekday())
    return f"{monday}/{monday + timedelta(6)}"


def _last_season(found: re.Match[str], published: date) -> str:
    """Read the last season as the latest that was over; open while it is that season."""
    number = _SEASONS[found["s"]]
    start = 3 * (number - 20)
    since = (published.month - start) % 12
    if since < 3:
        return ""
    return f"{_moved(published, -since)[:4]}-{number}"


def _ago(found: re.Match[str], published: date) -> str:
    text = found["n"].lower()
    number = int(text) if text.isdecimal() else _NUMBERS.index("a" if text == "one" else text) + 1
    if found["unit"] == "year":
        return f"{published.year - number:04}~" if number < published.year else ""
    if found["unit"] == "month":
        return f"{_moved(published, -number)}~"
    return f"{published - timedelta(number)}~"


_Y = r"(?:1[5-9]|20)\d\d"
_FORMS: list[tuple[str, _Reading]] = [
    (rf"(?:[Oo]n\s+)?(?:(?:{'|'.join(_DAYS)}),?\s+)?\d{{1,2}}\s+{_M},?\s+{_Y}", _absolute),
    (rf"(?:[Oo]n\s+)?(?:(?:{'|'.join(_DAYS)}),?\s+)?{_M}\s+\d{{1,2}},?\s+{_Y}", _absolute),
    (rf"(?:[Ss]ince\s+|[Ii]n\s+)?{_M},?\s+{_Y}", _absolute),
    (rf"(?:[Ii]n\s+)?(?:the\s+)?(?:spring|summer|autumn|winter)(?:\s+of)?\s+{_Y}", _absolute),
    (r"(?:[Ii]n\s+)?the\s+(?:early\s+|mid\s+|late\s+)?\d{3}0s", _absolute),
    (rf"(?:[Ii]n|[Ss]ince|of|[Dd]uring|[Aa]round|[Aa]bout)\s+{_Y}(?![\d,.]*\d|\s+[a-z]+s\b)",
     _absolute),
    (rf"(?:[Ii]n\s+)?{_M}\s+or\s+(?P<n>{'|'.join(_MONTHS)})", _relative(_either)),
    (rf"(?:[Oo]n\s+)?(?P<day>\d{{1,2}})\s+{_M}", _relative(_day_of_month)),
    (rf"(?:[Oo]n\s+)?{_M}\s+(?P<day>\d{{1,2}})", _relative(_day_of_month)),
    (rf"(?:(?P<way>[Ss]ince|[Ll]ast|[Nn]ext)|[Ii]n|[Ff]or|[Bb]y|[Uu]ntil)\s+{_M}",
     _relative(_in_month)),
    (rf"[Oo]n\s+(?P<d>{'|'.join(_DAYS)})", _relative(_weekday)),
    (rf"(?:[Ll]ast|[Nn]ext)\s+(?:{'|'.join(_DAYS)})", lambda found, published: ""),
    (r"[Yy]esterday|[Tt]oday|[Tt]omorrow", _relative(_day)),
    (r"(?P<way>[Ll]ast|[Tt]his|[Nn]ext)\s+(?P<unit>week|month|year)", _relative(_around)),
    (r"[Ll]ast\s+(?P<s>spring|summer|autumn|winter)", _relative(_last_season)),
    (rf"(?P<n>\d{{1,3}}|[Oo]ne|{'|'.join(f'[{n[0].upper()}{n[0]}]{n[1:]}' for n in _NUMBERS)})\s+"
     r"(?P<unit>year|month|day)s?\s+ago", _relative(_ago)),
]  # fmt: skip
_PHRASE = re.compile(
    "|".join(
        rf"(?P<f{n}>\b(?:{re.sub(r'[(][?]P<[a-z]+>', '(?:', form)})\b)"
        for n, (form, _) in enumerate(_FORMS)
    )
)


def is_of_calendar(word: str) -> bool:
    """Tell whether a word names a day of the week or a month."""
    return word in _DAYS or word in _MONTHS

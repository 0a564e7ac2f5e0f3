"""Dates as the sources give them: EDTF, and the first and last day that it allows.

The Extended Date/Time Format (Library of Congress, 2019; ISO 8601-2) is parsed by the ``edtf``
package; here is only what it leaves open: open and unknown ends, days that no month has,
intervals that run backwards. Plain centuries, decades, years, months and days, which most dates
are, are left to the standard library, which takes a thousandth of the time.
"""

from __future__ import annotations

import io
import re
from calendar import monthrange
from contextlib import redirect_stdout
from datetime import date
from functools import lru_cache

# Where the calendar date of an EDTF string stands; other digits are no years, months or days.
_DAY = re.compile(r"(?<![\dX])(\d{4})-(\d\d)-(\d\d)(?!\d)")
_PLAIN = re.compile(
    r"\d\d(?:XX|\dX)|\d{4}(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?)?", re.ASCII
)
_OPEN = ("", "..")
_LONGEST = 100
_NOT_EDTF = "is not an EDTF date, such as 2025-09-03, 2025-09 or 2022/.."


class DateError(ValueError):
    """A date that is ill-formed, impossible or reversed; the message says which."""


@lru_cache(maxsize=4096)
def bounds(text: str) -> tuple[date | None, date | None]:
    """Return the first and last day within which an EDTF date lies, inclusive.

    ``None`` stands for an end that is open (``..``) or unknown (empty). An approximate or
    uncertain date (``~``, ``?``) is given the library's margin, which is ample: a year, and a
    month and a day more where those are told. Years outside 1–9999 have no ``xsd:date`` that
    all tools read and are refused. Raises ``DateError``.
    """
    if len(text) > _LONGEST:  # of some forms, each part takes longer than the one before
        raise DateError(f"the date has more than {_LONGEST} characters")
    start, slash, end = text.partition("/")
    if re.search(r"\s", text) or "/" in end:
        raise DateError(f"“{text}” {_NOT_EDTF}")
    if not slash:
        return _first(text), _last(text)
    if start in _OPEN and end in _OPEN:
        raise DateError(f"“{text}” names no date at all")
    earliest = None if start in _OPEN else _first(start)
    latest = None if end in _OPEN else _last(end)
    if earliest and latest and _first(start) > _last(end):
        raise DateError(f"“{text}” ends before it begins")
    return earliest, latest


def last_day(text: str) -> date:
    """Return the last day of a day, a month or a year such as 2025-09. Raises ``DateError``."""
    message = f"“{text}” is not a day, a month or a year such as 2025-09"
    if "X" in text or not _PLAIN.fullmatch(text):
        raise DateError(message)
    try:
        return _last(text)
    except DateError as error:
        raise DateError(message) from error


def _first(text: str) -> date:
    if not (plain := _PLAIN.fullmatch(text)):
        return _edge(text, "lower_fuzzy")
    return _plain(text, text[:4].replace("X", "0"), plain["month"] or "1", plain["day"] or "1")


def _last(text: str) -> date:
    if not (plain := _PLAIN.fullmatch(text)):
        return _edge(text, "upper_fuzzy")
    year, month = text[:4].replace("X", "9"), plain["month"] or "12"
    first = _plain(text, year, month, "1")
    last = monthrange(first.year, first.month)[1]
    return _plain(text, year, month, plain["day"] or str(last))


def _plain(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise DateError(f"“{text}” is no day of the calendar") from error


def _edge(text: str, edge: str) -> date:
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        with redirect_stdout(io.StringIO()):  # the parser prints what it cannot build
            parsed = parse_edtf(text)
        for year, month, day in _DAY.findall(text):
            date(int(year), int(month), int(day))
        return date(*getattr(parsed, edge)()[:3])
    except EDTFParseException as error:
        raise DateError(f"“{text}” {_NOT_EDTF}") from error
    except (TypeError, AttributeError) as error:
        remedy = "write an interval, such as ../1905"
        raise DateError(f"when “{text}” begins and ends is not known: {remedy}") from error
    except (ValueError, OverflowError) as error:
        raise DateError(f"“{text}” is no day of the calendar") from error

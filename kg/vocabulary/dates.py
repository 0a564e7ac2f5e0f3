"""Dates as the sources give them: EDTF, and the first and last day that it allows.

Here are intervals and sets, whose ends may be open or unknown; one date by itself is in ``edtf``.
Nothing is invented: an end that is not told has no day.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from kg.vocabulary.edtf import DateError, Span, is_formed, span

__all__ = ["Bounds", "DateError", "bounds", "last_day"]

_UNTOLD = ("", "..")
_LONGEST = 100
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-][01][0-9](:[0-5][0-9])?)?"
)
_PLAIN = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")

Bounds = tuple[date | None, date | None]


@lru_cache(maxsize=4096)
def bounds(text: str) -> Bounds:
    """Return the first and last day within which an EDTF date lies, inclusive.

    ``None`` stands for an end that is open (``..``) or unknown (empty): ``1953/``, ``1953/..``
    and ``[1953..]`` → 1953-01-01 and ``None``; ``/2017``, ``../2017`` and ``[..2017]`` →
    ``None`` and 2017-12-31. A set such as ``[1967,1969..1971]`` lies within the first and the
    last of its dates. Raises ``DateError``, with what to write where that can be told.
    """
    if len(text) > _LONGEST:
        raise DateError(f"the date has more than {_LONGEST} characters")
    if text[:1] in ("[", "{") and text[-1:] in ("]", "}"):
        return _set(text)
    start, slash, end = text.partition("/")
    if not slash:
        moment = _MOMENT.fullmatch(text)
        return _span(moment[1] if moment else text, text)
    if start in _UNTOLD and end in _UNTOLD:
        raise DateError(f"“{text}” names no date at all")
    first = None if start in _UNTOLD else _span(start, text)
    last = None if end in _UNTOLD else _span(end, text)
    return _in_order(text, first, last)


def last_day(text: str) -> date:
    """Return the last day of a day, a month or a year: ``2025-09`` → 2025-09-30.

    Raises ``DateError``.
    """
    if _PLAIN.fullmatch(text):
        try:
            return span(text).last
        except DateError:
            pass
    raise DateError(f"“{text}” is not a day, a month or a year such as 2025-09")


def _set(text: str) -> Bounds:
    """Return the first and last day of a set: one of its dates (``[…]``), or all (``{…}``)."""
    runs = [_run(member) for member in text[1:-1].split(",")]
    is_open_within = not all(start for start, _ in runs[1:]) or not all(end for _, end in runs[:-1])
    if text[0] + text[-1] not in ("[]", "{}") or is_open_within or runs == [("", "")]:
        raise DateError(f"“{text}” is no set of dates, such as [1967,1968] or [1953..]")
    found = [_in_order(text, *(_span(end, text) if end else None for end in run)) for run in runs]
    earliest, latest = ([day for day in days if day] for days in zip(*found, strict=True))
    return min(earliest) if runs[0][0] else None, max(latest) if runs[-1][1] else None


def _run(member: str) -> tuple[str, str]:
    """Return the two ends of a member of a set: of ``1953..1955`` both, of ``1953..`` one."""
    start, dots, end = member.partition("..")
    return start, end if dots else start


def _in_order(text: str, first: Span | None, last: Span | None) -> Bounds:
    if first and last and first.first > last.last:
        raise DateError(f"“{text}” ends before it begins")
    return first.first if first else None, last.last if last else None


def _span(part: str, whole: str) -> Span:
    """Return the first and last day of a date that is part of a text, or the whole of it."""
    if not is_formed(part):
        from kg.vocabulary.date_words import complaint

        raise DateError(complaint(whole, part))
    return span(part)

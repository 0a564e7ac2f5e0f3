"""Lexical forms: whether a text is one of its datatype's (XML Schema 1.1 part 2, and EDTF)."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from kg.vocabulary import dates
from kg.vocabulary.context import context

_PATTERNS = {
    "xsd:integer": (r"[+-]?[0-9]+", "a whole number such as 12"),
    "xsd:decimal": (r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", "a number such as 1000000 or 2.5"),
    "xsd:gYear": (r"(?!0000)[0-9]{4}", "a year such as 2025"),
    "xsd:gYearMonth": (r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])", "a month such as 2025-09"),
    "edtf:EDTF": (r"[0-9XSTZ~?%/.,:\[\]{}+-]+", "a date in EDTF"),
    "xsd:date": (r"(?!0000)[0-9]{4}-[0-9][0-9]-[0-9][0-9]", "a day such as 2025-09-03"),
}

_NUMBERS = ("xsd:integer", "xsd:decimal")
_DIGITS = 18
"""The engine counts no further."""


def complaint(text: str, datatype: str) -> str:
    """Return what is wrong with a text as a literal of the datatype (an IRI); empty if nothing.

    Datatypes that are not listed here take any text.
    """
    name, pattern, example = _rule(datatype)
    if name == "edtf:EDTF":
        return _edtf(text)
    if pattern and not pattern.fullmatch(text):
        return f"“{text}” is not {example}"
    if name in _NUMBERS and len(text.lstrip("+-0").partition(".")[0]) > _DIGITS:
        return f"“{text[: 2 * _DIGITS]}” has more than {_DIGITS} digits"
    return _day(text) if name == "xsd:date" else ""


def lexical_form(datatype: str) -> str:
    """Return a regular expression that all texts of the datatype (an IRI) match whole.

    Not all that match are of the datatype: there is no 30 February. Empty where any text is.
    """
    _, compiled, _ = _rule(datatype)
    return compiled.pattern if compiled else ""


@cache
def _rule(datatype: str) -> tuple[str, re.Pattern[str] | None, str]:
    name = context().compact(datatype)
    pattern, example = _PATTERNS.get(name, ("", ""))
    return name, re.compile(pattern, re.ASCII) if pattern else None, example


def _edtf(text: str) -> str:
    try:
        dates.bounds(text)
    except dates.DateError as error:
        return str(error)
    return ""


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        return f"“{text}” is no day of the calendar"
    return ""

"""What a text that is not an EDTF date was meant to be: words, other orders, other signs.

For messages alone: no fact is ever dated by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_THIRDS = {"early": (0, 4), "mid": (4, 6), "late": (5, 9)}
_ABOUT = r"(?:circa|ca\.?|c\.?|around|about|approximately)"
_Y, _M, _D = r"(?P<y>\d{4})", rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?", r"(?P<d>\d{1,2})"
_S = rf"(?P<s>{'|'.join(_SEASONS)})"
_TH = r"(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:[a-z]+day,? )?"


def complaint(text: str, part: str) -> str:
    """Say that a text, for one of its parts, is not an EDTF date, and what to write instead.

    ``2 March 2026`` → “2 March 2026” is not an EDTF date: write 2026-03-02.
    """
    if re.match(r"-\d|Y-|0000", part) or re.search(r"\bBCE?$", text):
        return f"“{text}” is before the year 1: only the years 1 to 9999 are taken"
    if re.match(r"Y\d{5}|\d{4,}E\d", part):
        return f"“{text}” is after the year 9999: only the years 1 to 9999 are taken"
    if instead := meant(text) or meant(part):
        return f"“{text}” is not an EDTF date: write {instead}"
    if re.search(r"\b(last|next|this|ago|tomorrow|[a-z]+day)\b", text.lower()):
        return f"“{text}” counts from the day of the article: write the date, such as 2025-21"
    return f"“{text}” is not an EDTF date, such as 2025-09-03, 2025-09 or 2022/.."


def meant(text: str) -> str:
    """Return the EDTF date that a text stands for, or two where it may be either; else nothing.

    ``spring 2026`` → ``2026-21``; ``02-03-2026`` → ``2026-03-02 or 2026-02-03``.
    """
    plain = " ".join(text.lower().split())
    for form, told in _FORMS.items():
        if found := re.fullmatch(form, plain, re.ASCII):
            return told(found)
    return ""


def _day(year: str, month: str | int, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _ordered(found: re.Match[str]) -> str:
    """Read a day whose year stands last: as in Europe, as in America, or either."""
    one, other, year = found.groups()
    days = [_day(year, other, one), _day(year, one, other)]
    return " or ".join(dict.fromkeys(filter(None, days)))


def _named(found: re.Match[str]) -> str:
    month = _MONTHS.index(found["month"]) + 1
    day = found.groupdict().get("d")
    return _day(found["y"], month, day) if day else f"{found['y']}-{month:02}"


def _decade(found: re.Match[str]) -> str:
    if not found["third"]:
        return f"{found['y']}X"
    first, last = _THIRDS[found["third"]]
    return f"{found['y']}{first}/{found['y']}{last}"


def _within(form: str) -> Callable[[re.Match[str]], str]:
    """Return what puts the date that the rest of a text means into a form: ``{}~``."""

    def told(found: re.Match[str]) -> str:
        parts = [meant(part) for part in found.groups()]
        return form.format(*parts) if all(p and " or " not in p for p in parts) else ""

    return told


_FORMS: Mapping[str, Callable[[re.Match[str]], str]] = {
    r"\d{4}(-\d\d(-\d\d)?)?": lambda m: m[0],
    rf"{_Y}[-/. ](?P<m>\d\d?)[-/. ]{_D}": lambda m: _day(m["y"], m["m"], m["d"]),
    r"(\d{4})(\d\d)(\d\d)": lambda m: _day(*m.groups()),
    rf"{_Y}-{_D}": lambda m: f"{m['y']}-{m['d']:0>2}" if 1 <= int(m["d"]) <= 12 else "",
    r"(\d\d?)[-/. ](\d\d?)[-/. ](\d{4})": _ordered,
    r"[\[{].*\s.*[\]}]": lambda m: m[0].replace(" ", "").upper(),
    r"(\d{4}-\d\d-\d\d)[t ]\d\d?:[^/]*(/.*)?": lambda m: m[1] + (m[2] or "").upper(),
    rf"{_WEEKDAY}{_D}{_TH} (?:of )?{_M},? {_Y}": _named,
    rf"{_WEEKDAY}{_M} {_D}{_TH},? {_Y}": _named,
    rf"{_M},? {_Y}": _named,
    rf"(?:the )?{_S}(?: of)?,? {_Y}": lambda m: f"{m['y']}-{_SEASONS[m['s']]}",
    rf"q(?P<d>[1-4])[ /-]?{_Y}": lambda m: f"{m['y']}-{32 + int(m['d'])}",
    rf"{_Y}[ /-]?q(?P<d>[1-4])": lambda m: f"{m['y']}-{32 + int(m['d'])}",
    r"(?:the )?(?:(?P<third>early|mid|late)[ -])?(?:the )?(?P<y>\d{3})0'?s": _decade,
    r"(?:the )?(\d\d?)(?:st|nd|rd|th) century": lambda m: f"{int(m[1]) - 1:02}XX",
    r"\d{2,3}[x?]{1,2}(-xx)*|\d{4}(-\d\d)?(-[x?]{2})+": lambda m: re.sub("[x?]", "X", m[0]),
    rf"{_ABOUT} ?(.+)": _within("{}~"),
    r"(?:since|from) (.+)": _within("{}/.."),
    r"(?:before|until|till|by|up to) (.+)": _within("../{}"),
    r"(?:after|not before) (.+)": _within("[{}..]"),
    r"(\d{4}) ?(?:-|–|—|to|until) ?(\d{4})": _within("{}/{}"),
    r"(?:from |between )?(.+) (?:to|until|–|—|and) (.+)": _within("{}/{}"),
    r"(.+?)(?: or |, ?)(.+)": _within("[{},{}]"),
    r"([\d-]+)\.\.": _within("{0}/.. if it goes on, [{0}..] if it is at some time from then on"),
    r"\.\.([\d-]+)": _within("../{}"),
    r"([\d-]+)\.\.([\d-]+)": _within("{}/{}"),
    r"y(\d{4})": lambda m: m[1],
}  # fmt: skip

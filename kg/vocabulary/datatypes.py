"""Datatypes: the texts that are of each, and their values in Python.

One table for facts, parameters of queries, answers, the JSON Schema and the reasoner. Its forms
are those of XML Schema 1.1 part 2, but that years are 1 to 9999 and that days, months and years
have no zone; and EDTF.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from kg.vocabulary import dates
from kg.vocabulary.context import context


class Datatype(NamedTuple):
    """A datatype: the form of its texts, one as an example, and how a text becomes a value.

    ``form`` is a regular expression that Python and ECMA-262 have in common; ``value`` raises
    ``ValueError`` for what has the form and is no such value all the same, as 30 February.
    ``json`` are the types that such a text may have where YAML is read as JSON.
    """

    form: str
    example: str
    value: Callable[[str], Any]
    json: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Tell whether the engine counts with its values, up to some digits."""
        return self.form in (_INTEGER, _DECIMAL)


_INTEGER = r"[+-]?[0-9]+"
_WHOLE = "a whole number such as 12"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_DAY = r"(?!0000)[0-9]{4}-[0-9][0-9]-[0-9][0-9]"
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_ONE = r"[?~%]?[0-9X]{4}(S[1-4])?[?~%]?(-[?~%]?[0-9X]{2}[?~%]?){0,2}"
_EDTF = (
    rf"{_ONE}(T[0-9:]+(Z|[+-][0-9:]+)?)?|({_ONE}|\.\.)?/({_ONE}|\.\.)?"
    rf"|[\[{{](\.\.)?{_ONE}((,|\.\.){_ONE})*(\.\.)?[\]}}]"
)
_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}
# The least and the greatest of each kind of whole number; None for no limit.
_INTEGERS: Mapping[str, tuple[int | None, int | None]] = {
    "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0), "negativeInteger": (None, -1),
    **{name: (-(1 << bits - 1), (1 << bits - 1) - 1) for name, bits in _BITS.items()},
    **{f"unsigned{name.title()}": (0, (1 << bits) - 1) for name, bits in _BITS.items()},
}  # fmt: skip


def _within(least: int | None, most: int | None) -> Callable[[str], int]:
    def value(text: str) -> int:
        number = int(text)
        if (least is not None and number < least) or (most is not None and number > most):
            raise ValueError(text)
        return number

    return value


def _edtf(text: str) -> str:
    dates.bounds(text)
    return text


DATATYPES: Mapping[str, Datatype] = {
    **{
        f"xsd:{name}": Datatype(_INTEGER, _WHOLE, _within(*limits), ("integer",))
        for name, limits in _INTEGERS.items()
    },
    "xsd:decimal": Datatype(_DECIMAL, "a number such as 1000000 or 2.5", Decimal, ("number",)),
    "xsd:double": Datatype(_FLOAT, "a number such as 1.5e9", float, ("number",)),
    "xsd:float": Datatype(_FLOAT, "a number such as 1.5e9", float, ("number",)),
    "xsd:boolean": Datatype(
        "true|false|1|0", "true or false", lambda text: text in ("true", "1"), ("boolean",)
    ),
    "xsd:date": Datatype(_DAY, "a day such as 2025-09-03", date.fromisoformat),
    "xsd:dateTime": Datatype(
        rf"{_DAY}T[0-9][0-9]:[0-9][0-9]:[0-9][0-9](\.[0-9]{{1,6}})?{_ZONE}",
        "a moment such as 2025-09-03T10:00:00Z",
        datetime.fromisoformat,
    ),
    "xsd:gYear": Datatype("(?!0000)[0-9]{4}", "a year such as 2025", str, ("integer",)),
    "xsd:gYearMonth": Datatype(
        "(?!0000)[0-9]{4}-(0[1-9]|1[0-2])", "a month such as 2025-09", str
    ),
    "edtf:EDTF": Datatype(_EDTF, "a date in EDTF", _edtf, ("integer",)),
}  # fmt: skip
"""Datatypes by compact IRI; those that are not listed take any text."""

_ANY = Datatype("", "", str, ("number", "boolean"))
_DIGITS = 18
"""The engine counts no further."""


def of(datatype: str) -> Datatype:
    """Return what is known of the datatype with the IRI."""
    return _entry(datatype)[0]


def value(text: str, datatype: str) -> Any:  # noqa: ANN401  as the datatype has it
    """Return the Python value of a literal; its text where it is ill-formed, or has no value.

    ``"12"^^xsd:integer`` → ``12``; ``"maybe"^^xsd:boolean`` → ``"maybe"``.
    """
    known, form = _entry(datatype)
    try:
        return known.value(text) if not form or form.fullmatch(text) else text
    except (ValueError, ArithmeticError):
        return text


def complaint(text: str, datatype: str) -> str:
    """Return what is wrong with a text as a literal of the datatype (an IRI); empty if nothing.

    ``"a lot"^^xsd:decimal`` → ``“a lot” is not a number such as 1000000 or 2.5``.
    """
    known, form = _entry(datatype)
    wrong = ""
    try:
        known.value(text)
    except dates.DateError as error:
        return str(error)
    except (ValueError, ArithmeticError):
        no_day = known.form.startswith(_DAY)
        wrong = f"“{text}” is {'no day of the calendar' if no_day else f'not {known.example}'}"
    if form and not form.fullmatch(text):
        return f"“{text}” is not {known.example}"
    if known.is_counted and len(text.lstrip("+-0").partition(".")[0]) > _DIGITS:
        return f"“{text[: 2 * _DIGITS]}” has more than {_DIGITS} digits"
    return wrong


def midnight(day: str) -> str:
    """Return the moment that stands for a day, which OWL 2's datatype map (4) does not have.

    ``2025-09-03`` → ``2025-09-03T00:00:00``; ``2025-09-03Z`` → ``2025-09-03T00:00:00Z``.
    """
    length = len("2025-09-03")
    return f"{day[:length]}T00:00:00{day[length:]}"


@lru_cache(256)
def _entry(datatype: str) -> tuple[Datatype, re.Pattern[str] | None]:
    known = DATATYPES.get(context().compact(datatype), _ANY)
    return known, re.compile(known.form, re.ASCII) if known.form else None

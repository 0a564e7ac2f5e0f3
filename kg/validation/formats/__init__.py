"""A report in the formats of ``kg validate``: text, JSON, SARIF and Turtle (SHACL).

In comes a report, out comes the text of a file; each module ``as_FORMAT`` has one function
``formatted``, which takes the report and whether to use colours.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from kg.validation.report import Report

Format = Callable[[Report, bool], str]


def _format(name: str) -> Format:
    def formatted(report: Report, colour: bool) -> str:
        written: str = import_module(f"kg.validation.formats.as_{name}").formatted(report, colour)
        return written

    return formatted


FORMATS = {name: _format(name) for name in ("text", "json", "sarif", "turtle")}

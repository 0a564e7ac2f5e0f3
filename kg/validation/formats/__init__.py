"""A report in the formats of ``kg validate``; each takes whether to use colours."""

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

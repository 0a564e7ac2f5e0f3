"""For programs: the whole report as one JSON object."""

from __future__ import annotations

import json
from typing import Any

from kg.errors import Mark
from kg.validation.report import SEVERITIES, Report, Violation


def formatted(report: Report, colour: bool) -> str:
    """Return a report as JSON; ``colour`` makes no difference."""
    whole = {
        "conforms": bool(report),
        "strict": report.strict,
        "claims": report.claims,
        "counts": {severity: report.count(severity) for severity in SEVERITIES},
        "notes": list(report.notes),
        "violations": [_violation(violation) for violation in report],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _violation(violation: Violation) -> dict[str, Any]:
    fields = violation._asdict()
    del fields["mark"], fields["related"], fields["general"]
    said = {name: text for name, text in fields.items() if text}
    related = [{**_place(r.mark), "message": r.message} for r in violation.related]
    return _place(violation.mark) | said | ({"related": related} if related else {})


def _place(mark: Mark) -> dict[str, Any]:
    """Return a place; without line and column where they are not known."""
    lines = {"line": mark.line, "column": mark.column} if mark.line else {}
    return {"file": mark.path} | lines

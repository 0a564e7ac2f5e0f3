"""For code review: Static Analysis Results Interchange Format 2.1.0 (OASIS, 2020)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kg import __version__
from kg.errors import Mark
from kg.validation.report import Report, Violation

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


def formatted(report: Report, colour: bool) -> str:
    """Return a report as a SARIF log; ``colour`` makes no difference."""
    codes = sorted({violation.code for violation in report})
    first = {violation.code: violation for violation in reversed(report.violations)}
    run = {
        "tool": {
            "driver": {
                "name": "kg validate",
                "version": __version__,
                "informationUri": "https://w3id.org/entente/ontology",
                "rules": [_rule(first[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": note}} for note in report.notes
                ],
            }
        ],
        "results": [_result(violation, codes.index(violation.code)) for violation in report],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(violation: Violation) -> dict[str, Any]:
    """Return the rule that a violation is of, in general where a shape words it so."""
    rule: dict[str, Any] = {"id": violation.code}
    if violation.reason:
        rule["fullDescription"] = {"text": violation.reason}
    if violation.rule.startswith("https:"):
        rule["properties"] = {"shape": violation.rule}
    return rule | {"defaultConfiguration": {"level": _LEVELS[violation.severity]}}


def _result(violation: Violation, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": violation.code,
        "ruleIndex": index,
        "level": _LEVELS[violation.severity],
        "message": {"text": violation.text},
        "locations": [_location(violation.mark, violation.focus)],
    }
    if violation.related:
        result["relatedLocations"] = [
            _location(related.mark) | {"id": number, "message": {"text": related.message}}
            for number, related in enumerate(violation.related)
        ]
    said = {"layer": violation.layer, "claim": violation.claim, "focus": violation.focus}
    if violation.layer == "consistency":
        said["axiom"] = violation.rule
    return result | {"properties": {name: text for name, text in said.items() if text}}


def _location(mark: Mark, focus: str = "") -> dict[str, Any]:
    path = Path(mark.path)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if mark.line:
        physical["region"] = {"startLine": mark.line, "startColumn": mark.column}
    logical = {"logicalLocations": [{"name": focus}]} if focus else {}
    return {"physicalLocation": physical} | logical

"""For code review: Static Analysis Results Interchange Format 2.1.0 (OASIS, 2020)."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kg import __version__
from kg.errors import Mark
from kg.validation.report import SEVERITIES, Report, Violation

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


MAX_RESULTS = 25_000
"""So many results of one run are taken at most (GitHub's code scanning)."""


def formatted(report: Report, colour: bool) -> str:
    """Return a report as a SARIF log; ``colour`` makes no difference.

    Of very many results the graver ones are written, and a note tells how many there are.
    """
    notes, shown = list(report.notes), report.violations
    if len(shown) > MAX_RESULTS:
        graver = sorted(shown, key=lambda violation: SEVERITIES.index(violation.severity))
        shown = tuple(graver[:MAX_RESULTS])
        notes.append(f"{MAX_RESULTS:,} of {len(report):,} results are written: no more are taken")
    codes = sorted({violation.code for violation in shown})
    first = {violation.code: violation for violation in reversed(shown)}
    root = _root()
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
                    {"level": "note", "message": {"text": note}} for note in notes
                ],
            }
        ],
        "results": [_result(violation, codes.index(violation.code), root) for violation in shown],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(violation: Violation) -> dict[str, Any]:
    """Return the rule that a violation is of: what it asks, in general."""
    words = violation.general or f"{violation.code.replace('-', ' ').capitalize()}."
    rule: dict[str, Any] = {"id": violation.code, "shortDescription": {"text": _plain(words)}}
    if violation.rule.startswith(("https:", "http:")):
        rule["properties"] = {"shape": violation.rule}
    return rule | {"defaultConfiguration": {"level": _LEVELS[violation.severity]}}


def _plain(text: str) -> str:
    """Return a message without what it has in the place of values: ``{?value}`` → ``…``."""
    return re.sub(r"\{[?$]\w+\}", "…", text)


def _result(violation: Violation, index: int, root: Path) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": violation.code,
        "ruleIndex": index,
        "level": _LEVELS[violation.severity],
        "message": {"text": violation.text},
        "locations": [_location(violation.mark, root, violation.focus)],
    }
    if violation.related:
        result["relatedLocations"] = [
            _location(related.mark, root) | {"id": number, "message": {"text": related.message}}
            for number, related in enumerate(violation.related)
        ]
    said = {"layer": violation.layer, "claim": violation.claim, "focus": violation.focus}
    if violation.layer == "consistency":
        said["axiom"] = violation.rule
    return result | {"properties": {name: text for name, text in said.items() if text}}


def _location(mark: Mark, root: Path, focus: str = "") -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(mark.path, root)}
    if mark.line:
        physical["region"] = {"startLine": mark.line, "startColumn": mark.column}
    logical = {"logicalLocations": [{"name": focus}]} if focus else {}
    return {"physicalLocation": physical} | logical


def _artifact(path: str, root: Path) -> dict[str, str]:
    """Return where a file is, from the root of the repository if it lies within."""
    # What is told nowhere has the names of all files that were read.
    first = path if Path(path).exists() else path.split(", ")[0]
    absolute = Path(os.path.abspath(first))  # noqa: PTH100  a link stays in its folder
    if not absolute.is_relative_to(root):
        return {"uri": absolute.as_uri()}
    return {"uri": quote(os.fsencode(absolute.relative_to(root))), "uriBaseId": "%SRCROOT%"}


def _root() -> Path:
    """Return the root of the repository in which the command runs; else where it runs."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)

"""What reports say in each format, beyond that they are well-formed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import Mark
from kg.validation import Report, Violation, validate
from kg.validation.formats import FORMATS, as_sarif
from tests.conftest import TESTS

INVALID = TESTS / "validation" / "invalid"
BASE = TESTS / "facts" / "base.yaml"
FAULTY = INVALID / "supplier-is-the-recipient.yaml"


def sarif(report: Report) -> dict:
    [run] = json.loads(FORMATS["sarif"](report, False))["runs"]
    return run


def uris(run: dict) -> set[str]:
    places = [place for result in run["results"] for place in result["locations"]]
    return {place["physicalLocation"]["artifactLocation"]["uri"] for place in places}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with facts in a folder, in which the tests run."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "my facts#1"
    folder.mkdir()
    shutil.copy(BASE, folder)
    shutil.copy(FAULTY, folder / "50 % ä.yaml")
    monkeypatch.chdir(folder)
    return tmp_path


def test_sarif_names_files_from_the_root_of_the_repository(checkout: Path):
    name = "my%20facts%231/50%20%25%20%C3%A4.yaml"
    for path in (
        "50 % ä.yaml",
        checkout / "my facts#1" / "50 % ä.yaml",
        "../my facts#1/50 % ä.yaml",
    ):
        run = sarif(validate(["base.yaml", path], reasoner=False))
        assert uris(run) == {name}
        [result] = run["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 10


def test_sarif_names_files_elsewhere_whole(checkout: Path):
    [uri] = uris(sarif(validate([BASE, FAULTY], reasoner=False)))
    assert uri == FAULTY.as_uri()


def test_sarif_explains_a_rule_by_what_the_rule_asks():
    [rule] = sarif(validate([BASE, FAULTY], reasoner=False))["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "A supply has a supplier, who is not its recipient."
    dates = validate([BASE, INVALID / "claims-date-one-event-apart.yaml"], reasoner=False)
    [rule] = sarif(dates)["tool"]["driver"]["rules"]
    assert "on … at the earliest" in rule["shortDescription"]["text"]
    unknown = validate([BASE, TESTS / "facts" / "invalid" / "unknown-key.yaml"], reasoner=False)
    assert (
        sarif(unknown)["tool"]["driver"]["rules"][0]["shortDescription"]["text"] == "Unknown key."
    )


def test_sarif_has_regions_for_rdf_that_has_lines(tmp_path: Path):
    path = tmp_path / "facts.nt"
    quads = ox.parse(path=INVALID / "place-is-a-person.ttl")
    path.write_bytes(ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES))
    [result] = sarif(validate(path, reasoner=False))["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1


def test_sarif_has_no_more_results_than_are_taken(monkeypatch: pytest.MonkeyPatch):
    assert as_sarif.MAX_RESULTS == 25_000
    monkeypatch.setattr(as_sarif, "MAX_RESULTS", 3)
    severities = ["info", "warning", "violation", "warning", "violation"]
    report = Report(
        Violation(Mark("facts.yaml", line, 1), "It is wrong.", severity, "shapes", "wrong")
        for line, severity in enumerate(severities, 1)
    )
    run = sarif(report)
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
    notes = [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert notes == ["3 of 5 results are written: no more are taken"]


def test_a_warning_means_that_a_graph_does_not_conform_to_shacl():
    report = validate([BASE, INVALID / "supply-of-nothing.yaml"], reasoner=False)
    assert report and len(report) == 1
    graph = ox.Store()
    graph.load(FORMATS["turtle"](report, False).encode(), ox.RdfFormat.TURTLE)
    query = "SELECT ?is { ?r <http://www.w3.org/ns/shacl#conforms> ?is }"
    [row] = graph.query(query)
    assert row["is"].value == "false"


def test_the_caret_stands_below_what_is_wrong_in_a_long_line(tmp_path: Path):
    path = tmp_path / "long.yaml"
    text = FAULTY.read_text("utf-8")
    begin = text.index("{key: salt-supply")
    path.write_text(f"{text[:begin]}{{label: {'x' * 200}, {text[begin + 1 :]}", "utf-8")
    report = validate([BASE, path], reasoner=False)
    placed = [v for v in report if v.mark.column > 160]
    lines = FORMATS["text"](report, False).splitlines()
    carets = [number for number, line in enumerate(lines) if line.strip() == "^"]
    assert placed and carets
    source = path.read_text("utf-8").splitlines()
    for number in carets:
        shown, column = lines[number - 1], lines[number].index("^")
        assert shown.startswith("    …")
        assert any(
            shown[column:].startswith(source[v.mark.line - 1][v.mark.column - 1 :][:8])
            for v in placed
        )


def test_a_fault_at_the_beginning_of_a_claim_is_of_that_claim(tmp_path: Path):
    path = tmp_path / "facts.yaml"
    first = FAULTY.read_text("utf-8").rstrip("\n")
    assert "- key: a-claim" in first
    second = first[first.index("  - key: a-claim") : first.index("    facts:")]
    path.write_text(f"{first}\n{second.replace('a-claim', 'empty-claim')}    facts: []\n", "utf-8")
    report = validate([BASE, path], reasoner=False)
    assert {v.code: v.claim for v in report}["claim-tells-nothing"] == "empty-claim"


@pytest.mark.slow
def test_a_usual_run_has_no_note_of_literals():
    """What is a date in EDTF where one is wanted matters to no axiom."""
    command = [sys.executable, "-m", "kg", "validate", str(BASE)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, "literal" in done.stdout) == (0, False)

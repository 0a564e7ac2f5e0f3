"""Output anywhere: every encoding, a full disk, a closed pipe, a terminal of any width."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg.sparql.presentation.terminal_text import cells
from tests.conftest import TESTS, Run
from tests.support.serving import serving
from tests.support.terminals import on_terminal

pytestmark = pytest.mark.slow

ODD = TESTS / "cli" / "facts" / "odd-letters.yaml"
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
STEERED = """DELETE { %(old)s } INSERT { %(new)s } WHERE { %(old)s FILTER (REGEX(?o, "[\ue01b\ue007]"))
    BIND (REPLACE(REPLACE(STR(?o), "\ue01b", "\\u001B"), "\ue007", "\\u0007") AS ?text)
    BIND (IF(LANG(?o) = "", ?text, STRLANG(?text, LANG(?o))) AS ?n) }"""
READING = {
    "ask": ["ask", "ASK { ?x a ent:Meeting }"],
    "find": ["find", "lena"],
    "why": ["why", "lena"],
    "query": ["query", "who-met-whom"],
    "csv": ["query", "-e", "SELECT ?l { ?x rdfs:label ?l }", "-f", "csv"],
    "cite": ["query", "who-met-whom", "--cite"],
    "json": ["why", "lena", "--json"],
    "queries": ["queries"],
    "dump": ["dump"],
    "verify": ["verify"],
    "references": ["cite", "lena"],
    "coverage": ["coverage"],
    "report": ["report", "lena"],
    "schema": ["schema"],
}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    kg.build([ODD], folder / "store")
    with serving(folder / "store", folder / "log", "--writable") as server:
        for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
            assert server.update(STEERED % {"old": pattern, "new": pattern.replace("?o", "?n")}).status == 204  # fmt: skip
    return folder / "store"


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8", "latin-1:strict"])
@pytest.mark.parametrize("name", ["ask", "find", "why", "query", "cite", "csv"])
def test_any_encoding_of_standard_output_will_do(run: Run, odd: Path, name: str, encoding: str):
    result = run(*READING[name], KG_STORE=str(odd), PYTHONUTF8="0", PYTHONIOENCODING=encoding)
    usual = run(*READING[name], KG_STORE=str(odd))
    assert (result.returncode, result.stdout, result.stderr) == (0, usual.stdout, "")


@pytest.mark.parametrize("name", READING)
def test_a_full_disk_is_told_in_one_line(odd: Path, name: str):
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "kg", *READING[name]],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "KG_STORE": str(odd)},
            check=False,
        )
    assert result.returncode == 2
    assert result.stderr == "kg: standard output cannot be written: No space left on device\n"


@pytest.mark.parametrize("name", [*READING, "help"])
def test_a_reader_that_has_enough_is_no_error(odd: Path, name: str):
    arguments = READING.get(name, ["query", "--help"])
    ours, theirs = os.pipe()
    os.close(ours)  # nobody reads
    result = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "KG_STORE": str(odd)},
        check=False,
    )
    os.close(theirs)
    assert result.stderr == ""
    assert result.returncode == (2 if name == "verify" else 0)  # no articles to compare with


@pytest.mark.parametrize("columns", [30, 80, 200])
@pytest.mark.parametrize("name", [n for n in READING if n not in ("dump", "schema")])
def test_nothing_steers_a_terminal_and_people_need_not_scroll_sideways(
    odd: Path, name: str, columns: int
):
    code, printed = on_terminal(*READING[name], columns=columns, KG_STORE=str(odd))
    assert code == (2 if name == "verify" else 0)
    assert STEERING.findall(printed) == []
    if name not in ("csv", "json", "references", "report"):
        assert max(map(cells, printed.splitlines())) <= columns
    if name in ("query", "csv"):
        assert "می\u200cخواهم" in printed  # joiners spell words


def test_files_and_pipes_get_what_the_facts_say(run: Run, odd: Path):
    printed = run(*READING["csv"], KG_STORE=str(odd)).stdout
    assert "Le\x1b[31mna \u202eDorn\u2066" in printed


def test_a_message_does_not_steer_a_terminal_either(odd: Path):
    code, printed = on_terminal("why", "no\x1b[31mbody", KG_STORE=str(odd))
    assert code == 2
    assert STEERING.findall(printed) == []


def test_standard_output_has_its_usual_name(run: Run, tmp_path: Path):
    usual = run("query", "-e", "ASK {}", "-f", "csv").stdout
    assert run("query", "-e", "ASK {}", "-f", "csv", "-o", "-").stdout == usual
    assert run("schema", "-o", "-").stdout == run("schema").stdout
    assert run("dump", "-o", "-").stdout == run("dump").stdout


def test_a_fault_of_the_program_is_one_line(run: Run, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(
        "import kg.dataset\n\ndef broken(self, *_): raise ZeroDivisionError('first\\nsecond')\n"
        "kg.dataset.Dataset.query = broken\n"
    )
    at_fault = {"PYTHONPATH": str(tmp_path)}
    result = run("query", "-e", "ASK {}", **at_fault)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "kg: unexpected: ZeroDivisionError: first second (KG_DEBUG=1 shows where)\n"
    )
    debugged = run("query", "-e", "ASK {}", **at_fault, KG_DEBUG="1")
    assert debugged.returncode == 1
    assert "Traceback" in debugged.stderr and "ZeroDivisionError" in debugged.stderr

"""Citing beside the scheme of the literature: witness queries that ask each triple for its graph."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
@pytest.mark.parametrize("told", [[], ["--told"]], ids=["inferred too", "told"])
def test_citing_names_the_claims_that_witness_queries_name(told: list[str]):
    options = ["--claims", "200", "--queries", "30", "--seed", "1", "--times", "1", *told]
    command = [sys.executable, str(ROOT / "benchmarks" / "watdiv.py"), *options]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    [*_, last] = done.stdout.splitlines()
    _, shape, queries, alike, solutions, inferred, *_ = (cell.strip() for cell in last.split("|"))
    assert (shape, queries, alike) == ("all", "30", "30")
    assert int(solutions.replace(",", "")) > 100
    assert (inferred == "0") == bool(told)

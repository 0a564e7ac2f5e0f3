"""The wheel carries all that the command needs, wherever it is run."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kg.sparql import catalogue as queries
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, unpacked away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("entente_kg-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_answers_from_any_folder(installed: Path, tmp_path: Path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "KG_STORE": "",
        "XDG_DATA_HOME": str(tmp_path),
    }
    where = "import kg, sys; print(kg.__file__, file=sys.stderr); from kg.cli import main; main()"
    mine = str(ROOT / "tests" / "facts" / "with-ours.yaml")
    for arguments, shown in (
        (["query", "who-met-whom"], "Kim Jong Un"),
        (["dump"], "Kim Jong Un"),
        (["queries"], "who-met-whom"),
        (["build", "--with-ours", mine, "--store", "mine"], "built: 1 claims"),
        (["validate", "--with-ours", "--no-reasoner", mine], "conforms"),
        (["find", "Putin", "--store", "mine"], "vladimir-putin"),
    ):
        result = subprocess.run(
            [sys.executable, "-c", where, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
        )
        assert result.returncode == 0, result.stderr
        assert str(installed) in result.stderr
        assert shown in result.stdout


def test_it_carries_data_licence_and_types(installed: Path):
    names = {path.relative_to(installed).as_posix() for path in installed.rglob("*")}
    assert {f"kg/data/queries/{name}.rq" for name in queries.names()} <= names
    assert {
        "kg/data/ontology/entente.ttl",
        "kg/data/ontology/context.jsonld",
        "kg/py.typed",
    } <= names
    assert "kg/data/seeds/xi-kim-talks.yaml" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests", "docs", "benchmarks")) for name in names)

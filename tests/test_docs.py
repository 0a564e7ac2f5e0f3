"""What the documentation shows is what happens, and every command is documented."""

from __future__ import annotations

import ast
import doctest
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import kg
from kg.cli import COMMANDS
from tests.conftest import ROOT
from tests.test_architecture import ORDER

pytestmark = pytest.mark.slow

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = [page for page in PAGES if BLOCK.search(page.read_text(encoding="utf-8"))]


def commands(page: Path) -> list[tuple[str, str]]:
    """The commands of a page's console blocks, each with the output shown for it."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif line.startswith("> ") and not found[-1][1]:
                found[-1] = (found[-1][0] + line[2:], "")
            else:
                found[-1] = (found[-1][0], found[-1][1] + line)
    return found


def test_there_are_pages_with_commands():
    assert {page.name for page in SHOWN} >= {"README.md", "curating.md"}


@pytest.mark.parametrize("page", SHOWN, ids=lambda p: p.name)
def test_commands_print_what_is_shown(page: Path, store: Path, tmp_path: Path):
    root = tmp_path / "entente"
    for name in ("docs", "seeds", "queries", "ontology", "tests"):
        shutil.copytree(ROOT / name, root / name)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "KG_STORE": str(store),
        "PYTHONUTF8": "1",
    }
    environment.pop("KG_ARTICLES", None)  # what is shown is shown without the articles
    for command, shown in commands(page):
        if command.startswith("make "):
            continue  # both are run by whoever runs these tests
        result = subprocess.run(
            ["sh", "-c", command],
            cwd=root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
        )
        assert result.stdout == shown, command


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if PYTHON.search(page.read_text(encoding="utf-8"))],
    ids=lambda p: p.name,
)
def test_python_gives_what_is_shown(page: Path, store: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KG_STORE", str(store))
    for number, block in enumerate(PYTHON.findall(page.read_text(encoding="utf-8"))):
        shown = doctest.DocTestParser().get_doctest(block, {}, f"{page.name}:{number}", None, None)
        assert shown.examples, f"no prompts in {block}"
        told: list[str] = []
        doctest.DocTestRunner().run(shown, out=told.append)
        assert told == []


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"kg {name}" not in readme] == []


def test_links_lead_somewhere():
    for page in PAGES:
        for target, anchor in re.findall(r"\]\(([^)#:]*)#?([^):]*)\)", page.read_text("utf-8")):
            path = page.parent / target if target else page
            assert path.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors(path), f"{page.name}: {target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings: ``## 4. The first claim`` → ``4-the-first-claim``."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_what_is_run_by_python_is_there():
    pages = [*PAGES, ROOT / "SECURITY.md", ROOT / "benchmarks" / "README.md"]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    run = re.findall(r"python (?:-m )?((?:tests|benchmarks|docs)[./][\w./]*\w)", text)
    assert len(run) > 15
    for name in run:
        path = ROOT / (name if name.endswith(".py") else name.replace(".", "/") + ".py")
        assert path.is_file(), name


def test_the_page_on_the_ontology_is_generated():
    check = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    result = subprocess.run(check, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PICTURES = re.findall(r"^```mermaid\n(.*?)^```$", ARCHITECTURE, re.MULTILINE | re.DOTALL)


def arrows(picture: str) -> list[tuple[str, str]]:
    """The arrows of a flowchart: ``a --> b --> c`` has two."""
    lines = [line.split(" --> ") for line in picture.splitlines() if " --> " in line]
    return [(a.strip(), b.strip()) for line in lines for a, b in pairwise(line)]


def test_the_pictures_of_the_architecture_join_what_imports_joins():
    assert len(PICTURES) == 3
    for picture in PICTURES:
        joined = arrows(picture)
        assert len(joined) > 8
        for a, b in joined:
            assert a in imports(b) or b in imports(a), f"{a} --> {b}"


def imports(module: str) -> set[str]:
    """The modules of the package that a module imports anywhere, without “kg.”."""
    path = ROOT / "kg" / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return {name.removeprefix("kg.") for name in found}


def test_the_table_of_the_architecture_is_in_the_order_of_imports():
    cells = re.findall(r"^\| (`.*?) \|", ARCHITECTURE, re.MULTILINE)
    named = [name for cell in cells for name in re.findall(r"`([a-z]+)/?`", cell)]
    assert named == [part for part in ORDER if not part.startswith("__")]


def test_the_architecture_names_modules_that_are_there():
    named = re.findall(r"`((?:[a-z]+/)+[a-z_]*)`", ARCHITECTURE.replace("kg/", ""))
    assert len(named) > 40
    for name in named:
        path = ROOT / "kg" / name
        assert path.is_dir() or path.with_suffix(".py").is_file(), name


def test_the_query_for_each_class_can_be_pasted(dataset: kg.Dataset):
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    queries = re.findall(r"^\| `(\w[\w:]*)` \| `(SELECT .*)` \|$", page, re.MULTILINE)
    assert len(queries) > 35
    found = {name for name, query in queries if dataset.query(query).to_dicts()}
    assert {"Meeting", "Claim", "Leader", "State", "Statement", "Article"} <= found

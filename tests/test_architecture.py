"""Imports point one way, and the command imports only what it uses."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

import kg

PACKAGE = Path(kg.__file__).parent

# A module imports only from those above it.
ORDER = [
    "errors", "resources", "sandbox", "output", "manifest", "vocabulary", "store", "facts", "sparql",
    "mapper", "entailment", "lineage", "claims", "citations", "verdicts", "builder", "dataset", "opener",
    "diff", "remote", "schema", "validation", "endpoint", "__init__", "cli", "__main__",
]  # fmt: skip


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def position(path: Path) -> int:
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return ORDER.index(first)


def imported(path: Path) -> set[str]:
    """The modules of the package that a module imports when it runs, not only for types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing_only:
            if node.module == "kg":
                found |= {alias.name for alias in node.names}
            elif node.module and node.module.startswith("kg."):
                found.add(node.module.split(".")[1])
    return found & set(ORDER)


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_upwards(path: Path):
    here = position(path)
    below = {name for name in imported(path) if ORDER.index(name) > here}
    assert below == set()


def test_every_module_has_its_place():
    assert {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in modules()} == set(
        ORDER
    )


def test_modules_are_small():
    assert {
        p.name: n for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > 260
    } == {}


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["queries"], ["query", "-e", "ASK {}"]],
    ids=" ".join,
)
def test_the_command_imports_no_more_than_it_needs(arguments: list[str], store: Path):
    if arguments[0] == "query":
        arguments = [*arguments, "--store", str(store)]
    code = (
        "import sys\nsys.argv = ['kg', *sys.argv[1:]]\nfrom kg.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in result.stderr.split()}
    assert "kg" in loaded
    assert (
        loaded
        & {
            "rdflib",
            "owlready2",
            "yaml",
            "edtf",
            "pandas",
            "polars",
            "pyshacl",
            "urllib3",
            "uvicorn",
            "werkzeug",
            "jinja2",
        }
        == set()
    )
    if arguments == ["--version"]:
        assert "pyoxigraph" not in loaded


def entered(work: Callable[[], object]) -> set[str]:
    """The modules of the package in which a function runs while something is done."""
    found = set()

    def profile(frame: FrameType, what: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if what == "call" and path.is_relative_to(PACKAGE) and frame.f_code.co_name != "<module>":
            found.add(str(path.relative_to(PACKAGE).with_suffix("")))

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


def test_an_answer_is_a_short_way_through_the_package(store: Path):
    """Whoever follows an answer, cited or not, reads so many modules at the most."""
    dataset = kg.open(store)
    plain = entered(lambda: dataset.query("who-met-whom").serialize(io.BytesIO(), "table"))
    cited = entered(lambda: dataset.cite("who-met-whom").serialize(io.BytesIO(), "table"))
    assert "dataset" in plain and "citations/citer" in cited
    assert len(plain) <= 16, sorted(plain)
    assert len(cited) <= 36, sorted(cited)
    assert {name.partition("/")[0] for name in cited} <= {
        "dataset", "sparql", "lineage", "entailment", "claims", "citations", "vocabulary",
    }  # fmt: skip

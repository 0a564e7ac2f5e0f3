"""Imports point one way, and the command imports only what it uses."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path
from types import FrameType

import pytest

import kg

PACKAGE = Path(kg.__file__).parent

# A module imports only from those above it; of a package's own parts, likewise.
ORDER = [
    "errors", "resources", "sandbox", "output", "manifest", "vocabulary", "store", "facts", "sparql",
    "mapper", "entailment", "lineage", "claims", "citations", "verdicts", "validation", "builder", "exports",
    "dataset", "opener", "diff", "drafting", "remote", "schema", "endpoint", "__init__", "cli", "__main__",
]  # fmt: skip
PARTS = {
    "endpoint": ["log", "http", "protocol", "workers", "pages", "jobs", "cache", "service", "metrics", "routes", "server", "__init__"],
    "validation": ["isolation", "locations", "report", "violations", "rdf", "shacl", "owl", "selection", "inputs", "run", "formats", "__init__"],
}  # fmt: skip


def modules() -> dict[str, Path]:
    """The modules by name: ``kg.store``; a package is named as its ``__init__``."""
    root = PACKAGE.parent
    dotted = {".".join(p.relative_to(root).with_suffix("").parts): p for p in PACKAGE.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in sorted(dotted.items())}


MODULES = modules()


def imported(name: str, *, typing: bool = True) -> set[str]:
    """The modules of the package that a module imports anywhere, ``typing``: for types too."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    typing_only = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
        for node in ast.walk(branch)
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (typing or id(node) not in typing_only):
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & set(MODULES)
            found |= inner or {node.module or ""} & set(MODULES)
    return found


def place(name: str, level: int) -> str:
    """The name's part at a level: of ``kg.endpoint.http.reply``, ``endpoint`` and ``http``."""
    return [*name.split("."), "__init__", "__init__"][level]


def test_imports_point_upwards():
    wrong = {
        (name, other)
        for name in MODULES
        for other in imported(name, typing=False) - {"kg"}
        if ORDER.index(place(other, 1)) > ORDER.index(place(name, 1))
    }
    assert wrong == set()


@pytest.mark.parametrize("package", PARTS)
def test_imports_point_upwards_within(package: str):
    order = PARTS[package]
    within = [name for name in MODULES if place(name, 1) == package]
    wrong = {
        (name, other)
        for name in within
        for other in imported(name, typing=False) & set(within)
        if order.index(place(other, 2)) > order.index(place(name, 2))
    }
    assert wrong == set()


def test_no_imports_go_round_not_even_for_types():
    # The package's own list of names, and the packages', import what they name when it is used.
    links = {name: imported(name) for name in MODULES if MODULES[name].name != "__init__.py"}
    TopologicalSorter(links).prepare()  # raises CycleError, which names the modules


def test_every_module_has_its_place():
    assert {place(name, 1) for name in MODULES} == set(ORDER)


def test_modules_are_small():
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: count for name, count in lines.items() if count > 260} == {}


def test_folders_are_small():
    folders = Counter(path.parent for path in MODULES.values() if not path.stem.startswith("__"))
    top = [path for path in PACKAGE.iterdir() if not path.name.startswith("_")]
    assert len([path for path in top if path.suffix in ("", ".py")]) <= 26
    del folders[PACKAGE]
    assert {str(folder): count for folder, count in folders.items() if count > 12} == {}


def test_a_public_class_name_means_one_thing():
    named = defaultdict(set)
    for name, path in MODULES.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named[node.name].add(name)
    assert {name: homes for name, homes in named.items() if len(homes) > 1} == {}


def test_every_package_says_what_comes_in_and_what_goes_out():
    for name, path in MODULES.items():
        if path.name == "__init__.py" and name != "kg":
            assert len(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "") > 200, name


HEAVY = {
    "edtf", "jinja2", "owlready2", "pandas", "polars", "pyshacl", "rdflib", "urllib3", "uvicorn",
    "werkzeug", "yaml",
}  # fmt: skip
FOR_A_VERSION = {"kg", "kg.__main__", "kg.cli", "kg.cli.terminal", "kg.errors", "kg.output"}
NOT_FOR_A_QUERY = {
    "kg.builder", "kg.citations", "kg.claims.curation", "kg.claims.mentions.misnamed",
    "kg.claims.search", "kg.claims.sources", "kg.claims.supports", "kg.entailment", "kg.facts",
    "kg.lineage", "kg.sparql.bombs", "kg.sparql.presentation.dump", "kg.validation",
    "kg.vocabulary.dates",
}  # fmt: skip


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
    loaded = set(result.stderr.split())
    assert "kg.cli" in loaded
    assert loaded & HEAVY == set()
    assert set(MODULES) >= FOR_A_VERSION | NOT_FOR_A_QUERY
    if arguments == ["--version"]:
        assert {name for name in loaded if name.partition(".")[0] == "kg"} <= FOR_A_VERSION
        assert "pyoxigraph" not in loaded
    if arguments[0] == "query":
        assert "kg.dataset" in loaded and loaded & NOT_FOR_A_QUERY == set()


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
    assert len(plain) <= 17, sorted(plain)
    assert len(cited) <= 36, sorted(cited)
    assert {name.partition("/")[0] for name in cited} <= {
        "dataset", "sparql", "lineage", "entailment", "claims", "citations", "vocabulary",
    }  # fmt: skip

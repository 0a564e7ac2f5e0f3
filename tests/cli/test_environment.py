"""Every variable of the environment that is read has a test that shows its effect."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.store import ENVIRONMENT
from tests.conftest import TESTS, Run
from tests.support.terminals import on_terminal

pytestmark = pytest.mark.slow

SHOWN = {
    "KG_ARTICLES": "test_articles_are_found_by_their_variable",
    "KG_DEBUG": "test_a_fault_of_the_program_is_one_line",
    "KG_STORE": "test_the_default_store_is_where_the_environment_says",
    "KG_TOKEN": "test_what_it_does_not_start_with",
    "LOCALAPPDATA": "test_the_default_store_is_where_the_environment_says",
    "NO_COLOR": "test_colours_and_progress_are_for_terminals_that_want_them",
    "TERM": "test_colours_and_progress_are_for_terminals_that_want_them",
    "XDG_DATA_HOME": "test_the_default_store_is_where_the_environment_says",
    "_KG_COMPLETE": "test_help_version_and_completion",
}
BASE = TESTS / "facts" / "base.yaml"


def variables(path: Path) -> Iterator[str]:
    """The variables that a module reads: of ``os.environ``, by a helper of ours, or by click."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("os.environ.get", "os.getenv"):
                yield from named(node.args[0])
            elif called.endswith("token") and len(node.args) > 1:
                yield from named(node.args[1])
            for keyword in node.keywords:
                yield from named(keyword.value) if keyword.arg == "envvar" else ()
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield from named(node.slice)
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "os.environ":
            yield from named(node.left)


def named(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield node.value
    elif ast.unparse(node).endswith("ENVIRONMENT"):
        yield ENVIRONMENT


def test_each_variable_is_shown_by_a_test():
    package = Path(kg.__file__).parent
    assert {name for path in package.rglob("*.py") for name in variables(path)} == set(SHOWN)
    texts = "\n".join(path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))
    assert [name for name in SHOWN.values() if not re.search(rf"def {name}\(", texts)] == []


def test_the_default_store_is_where_the_environment_says(run: Run, tmp_path: Path):
    none = {"KG_STORE": "", "XDG_DATA_HOME": "", "LOCALAPPDATA": "", "HOME": str(tmp_path / "home")}
    for name, below in {
        "KG_STORE": "", "XDG_DATA_HOME": "entente-kg/store", "LOCALAPPDATA": "entente-kg/store",
        "HOME": ".local/share/entente-kg/store",
    }.items():  # fmt: skip
        place = tmp_path / name
        assert run("build", BASE, **{**none, name: str(place)}).returncode == 0
        assert len(kg.open(place / below).query("SELECT ?c { ?c a ent:Claim }").to_dicts()) == 1  # type: ignore[union-attr]
    both = {**none, "KG_STORE": str(tmp_path / "first"), "XDG_DATA_HOME": str(tmp_path / "second")}
    assert run("build", BASE, **both).returncode == 0
    assert (tmp_path / "first").is_dir() and not (tmp_path / "second").exists()


def test_articles_are_found_by_their_variable(run: Run, tmp_path: Path):
    kg.build([TESTS / "small"], tmp_path / "store")
    asked = ["query", "who-met-whom", "--cite", "--store", tmp_path / "store"]
    assert "    > " not in run(*asked, KG_ARTICLES="").stdout
    assert "    > " in run(*asked, KG_ARTICLES=str(TESTS / "small")).stdout


COLOUR = re.compile(r"\x1b\[[\d;]*m")
FAULTY = TESTS / "facts" / "invalid" / "unknown-key.yaml"


@pytest.mark.skipif(os.name == "nt", reason="needs terminals of Unix")
def test_colours_and_progress_are_for_terminals_that_want_them(tmp_path: Path):
    plain = {"NO_COLOR": "1"}, {"TERM": "dumb"}
    _, coloured = on_terminal("validate", "--no-reasoner", FAULTY, NO_COLOR="")
    assert COLOUR.search(coloured)
    for environment in plain:
        _, printed = on_terminal("validate", "--no-reasoner", FAULTY, **environment)
        assert not COLOUR.search(printed) and "unknown-key.yaml" in printed
    build = ["build", BASE, "--force", "--store", tmp_path / "store"]
    assert "\x1b[K" in on_terminal(*build)[1]
    assert "\x1b[K" not in on_terminal(*build, TERM="dumb")[1]


def test_a_pipe_gets_no_colours():
    """What goes to a file or a pipe has no colours, whatever the terminal is called."""
    printed = subprocess.run(
        [sys.executable, "-m", "kg", "validate", "--no-reasoner", str(FAULTY)],
        capture_output=True, text=True, env={**os.environ, "TERM": "xterm", "NO_COLOR": ""},
    )  # fmt: skip
    assert printed.returncode == 1
    assert "\x1b[" not in printed.stdout + printed.stderr

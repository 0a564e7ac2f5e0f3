"""Stores of other users, and folders that may not be read or written.

What root may do anyway is tried by another user. A user owns what the tests make, so there, what
a user may not do is forbidden by the modes of files alone.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg import builder, opener, store  # noqa: F401  imported before the user changes
from kg.claims import belief  # noqa: F401
from kg.store import generations
from tests.conftest import ROOT, TESTS
from tests.support.users import as_nobody, is_open

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX")

needs_open_checkout = pytest.mark.skipif(
    not is_open(ROOT), reason=f"other users may not enter {ROOT}, whose files are wanted here"
)

BASE = TESTS / "facts" / "base.yaml"
COUNT = "SELECT (COUNT(*) AS ?n) { ?claim a ent:Claim }"
DENIED = "Permission denied"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may enter, which those of pytest are not."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    shutil.copy(BASE, made / "base.yaml")
    (made / "base.yaml").chmod(0o644)
    kg.build([made / "base.yaml"], made / "store")
    yield made
    for path in made.rglob("*"):
        if not path.is_symlink() and path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(made)


def count(path: Path) -> str:
    return kg.open(path).query(COUNT).to_dicts()[0]["n"]


def warm(path: Path) -> None:
    """Import all that asking and building import."""
    count(path)
    kg.build([BASE], path.with_name("warm"))


@pytest.mark.slow
@pytest.mark.parametrize("name", [".", "current", "generations", "generations/*",
                                  "generations/*/CURRENT", "generations/*/*.sst",
                                  "generations/*/readers", "generations/*/manifest.json"])  # fmt: skip
def test_a_store_that_may_not_be_read_is_called_that(name: str, folder: Path):
    warm(path := folder / "store")
    for each in [path] if name == "." else [*path.glob(name)]:
        each.chmod(0)
    said = as_nobody(lambda: count(path))
    assert said == f"StoreError: the store at {path} cannot be read: {DENIED}"


@needs_open_checkout
def test_a_store_of_another_user_is_read_and_not_written(folder: Path):
    warm(path := folder / "store")
    for each in (path, *path.rglob("*")):
        each.chmod(0o555 if each.is_dir() else 0o444)
    before = sorted(path.rglob("*"))
    assert as_nobody(lambda: count(path)) == "1"
    for options in ({"replace": True}, {"force": True, "discard_changes": True, "replace": True}):
        said = as_nobody(lambda given=options: kg.build([BASE, TESTS / "small"], path, **given))
        assert said.startswith(f"StoreError: the store at {path} cannot be written: ")
        assert said.endswith(DENIED)
    assert sorted(path.rglob("*")) == before


def test_a_large_view_of_a_store_of_another_user_is_made_in_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    warm(path := folder / "store")
    len(kg.open(path).believing("planned"))  # imports what that needs
    monkeypatch.setattr(generations, "_SMALL", 10)
    (generation,) = (path / "generations").iterdir()
    generation.chmod(0o555)
    kept = as_nobody(lambda: len(kg.open(path).believing("planned")))
    assert int(kept) > 900
    assert not (generation / "views").exists()


@needs_open_checkout
def test_no_store_is_made_where_nobody_may_write(folder: Path):
    warm(folder / "store")
    folder.chmod(0o555)
    said = as_nobody(lambda: kg.build([BASE], folder / "new"))
    assert said == f"StoreError: the store at {folder / 'new'} cannot be written: {DENIED}"


def test_a_folder_of_facts_that_may_not_be_read_is_named(folder: Path):
    warm(folder / "store")
    (folder / "facts" / "closed").mkdir(parents=True)
    shutil.copy(BASE, folder / "facts" / "base.yaml")
    (folder / "facts" / "closed").chmod(0)
    target = Path(tempfile.mkdtemp(dir=folder))
    target.chmod(0o777)
    said = as_nobody(lambda: kg.build([folder / "facts"], target / "store"))
    assert said == f"EntenteError: {folder / 'facts' / 'closed'} cannot be read: {DENIED}"


@needs_open_checkout
def test_facts_that_may_not_be_looked_at_do_not_count_as_changed(folder: Path):
    warm(path := folder / "store")
    (folder / "base.yaml").chmod(0)
    os.utime(folder)
    assert as_nobody(lambda: count(path)) == "1"

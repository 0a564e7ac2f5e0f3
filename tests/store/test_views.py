"""Views on disk: found again, bounded in number and bytes, and never taken from under a reader."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg import store
from kg.store import Generation, generations, views
from kg.store.views import READERS, View
from tests.conftest import TESTS


@pytest.fixture
def generation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generation:
    """A generation that counts as large."""
    kg.build([TESTS / "small"], tmp_path / "store")
    monkeypatch.setattr(generations, "_SMALL", 10)
    monkeypatch.setattr(views, "SHARE", 1_000)
    return store.open_current(tmp_path / "store")


def view(generation: Generation, name: str) -> View:
    return generation.view(name, lambda whole: iter(whole))


def names(generation: Generation) -> set[str]:
    return {path.name for path in (generation.path / "views").iterdir()}


def used(generation: Generation, name: str, when: int) -> None:
    os.utime(generation.path / "views" / name / READERS, (when, when))


def test_a_view_is_made_once(generation: Generation):
    first = view(generation, "a")

    def never(_: object) -> Iterator:
        raise AssertionError("it is there already")

    again = generation.view("a", never)
    assert set(first.store) == set(again.store) == set(generation.store)


def test_the_view_not_used_for_longest_goes_first(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(views, "MAX_VIEWS", 3)
    for when, name in enumerate("abc"):
        view(generation, name)
        used(generation, name, when)
    view(generation, "a")  # used again
    view(generation, "d")
    assert names(generation) == {"a", "c", "d"}


def test_a_view_that_is_read_stays(generation: Generation, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(views, "MAX_VIEWS", 2)
    held = [view(generation, name) for name in "ab"]
    third = view(generation, "c")
    assert names(generation) == {"a", "b"}
    assert len(third.store) == len(generation.store)  # made in memory
    del held[0]
    view(generation, "c")
    assert names(generation) == {"b", "c"}


def test_all_views_together_have_a_bound_in_bytes(
    generation: Generation, monkeypatch: pytest.MonkeyPatch
):
    view(generation, "a")
    size = views._size(generation.path / "views" / "a")
    own = views._size(generation.path)
    monkeypatch.setattr(views, "SHARE", 2.5 * size / own)
    for when, name in enumerate("abcd"):
        view(generation, name)
        used(generation, name, when)
    assert names(generation) == {"c", "d"}
    monkeypatch.setattr(views, "SHARE", 0)
    assert len(view(generation, "e").store) == len(generation.store)
    assert "e" not in names(generation)


def test_what_ended_readers_left_is_removed_by_the_next(generation: Generation):
    view(generation, "a")
    left = generation.path / "views" / "b.0123abcd"
    shutil.copytree(generation.path / "views" / "a", left)
    Generation(generation.path)
    assert names(generation) == {"a"}


def test_a_damaged_view_is_made_again(generation: Generation):
    view(generation, "a")
    (generation.path / "views" / "a" / "CURRENT").write_text("x")
    assert len(view(generation, "a").store) == len(generation.store)
    assert len(view(generation, "a").store) == len(generation.store)

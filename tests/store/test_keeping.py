"""A build never takes away, unasked, what it cannot bring back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import kg
from kg import store
from kg.errors import StoreError
from tests.conftest import TESTS, Run
from tests.support.serving import TOKEN, serving

pytestmark = pytest.mark.slow

BASE = TESTS / "facts" / "base.yaml"
MORE = TESTS / "facts" / "valid" / "corroboration.yaml"
COUNT = "SELECT (COUNT(*) AS ?n) { ?claim a ent:Claim }"
INSERT = "INSERT DATA { <https://example.org/a> <https://example.org/p> %d }"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was changed twice over HTTP."""
    folder = tmp_path_factory.mktemp("changed")
    kg.build([BASE], folder / "store")
    with serving(folder / "store", folder / "log", "--writable") as server:
        assert [server.update(INSERT % n).status for n in (1, 2)] == [204, 204]
    return folder / "store"


@pytest.fixture
def copy(changed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(changed, tmp_path / "store"))


def inserted(path: Path) -> int:
    return len(kg.open(path).query("SELECT * { ?s <https://example.org/p> ?n }").to_dicts())


@pytest.mark.parametrize("options", [[], ["--force"], ["--replace"], ["--force", "--replace"]])
def test_what_was_changed_over_http_is_not_built_over(options: list[str], copy: Path, run: Run):
    result = run("build", BASE, "--store", copy, *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert re.fullmatch(
        rf"kg: the store at {copy} was changed 2 times over HTTP since it was built on "
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; “--discard-changes” builds it without what was "
        r"changed\n",
        result.stderr,
    )
    assert inserted(copy) == 2
    assert run("build", BASE, "--store", copy, "--discard-changes").returncode == 0
    assert (inserted(copy), store.changes(copy)) == (0, 0)
    assert run("build", BASE, "--store", copy).stdout.startswith("up to date")


@pytest.mark.parametrize(
    ("pattern", "content"),
    [("current", b"\xff"), ("generations/*/manifest.json", b"[]"), ("generations/*/CURRENT", b"x")],
    ids=["current", "manifest", "files"],
)
def test_changes_in_a_damaged_store_are_not_built_over(
    pattern: str, content: bytes, copy: Path, run: Run
):
    name = (copy / "current").read_text().strip()
    (mark,) = copy.glob(pattern.replace("*", name))
    mark.write_bytes(content)
    said = run("query", "-e", COUNT, "--store", copy)
    assert said.stderr == (
        f"kg: the store at {copy} is damaged; “kg build --force --discard-changes” makes it anew,"
        " without what was changed over HTTP (2 times)\n"
    )
    refused = run("build", BASE, "--force", "--store", copy)
    assert refused.returncode == 2 and "was changed 2 times over HTTP" in refused.stderr
    advised = run("build", BASE, "--force", "--discard-changes", "--store", copy)
    assert (advised.returncode, inserted(copy)) == (0, 0)


def test_facts_that_were_edited_are_built_again_unasked(tmp_path: Path):
    facts, path = tmp_path / "facts", tmp_path / "store"
    facts.mkdir()
    shutil.copy(BASE, facts / "base.yaml")
    kg.build([facts], path)
    shutil.copy(MORE, facts / "more.yaml")
    assert kg.build([facts], path).claims == 3
    (facts / "more.yaml").unlink()
    assert kg.build([facts], path).claims == 1
    assert kg.build([facts / "base.yaml", MORE], path).claims == 3


OTHERS = {
    "ours for one's own": ([BASE], []),
    "one's own for ours": ([], [BASE]),
    "one's own for one's own": ([BASE], [TESTS / "small"]),
    "some of them": ([BASE, MORE], [BASE]),
}


@pytest.mark.parametrize(("first", "second"), OTHERS.values(), ids=OTHERS)
def test_other_facts_are_not_put_in_the_place_of_facts(
    first: list[Path], second: list[Path], run: Run, tmp_path: Path
):
    path = tmp_path / "store"
    built = kg.build(first, path)
    for force in ([], ["--force"], ["--discard-changes"]):
        result = run("build", *second, "--store", path, *force)
        assert (result.returncode, result.stdout) == (2, "")
        lost = (set(first) - set(second)) or {"the facts that come with kg"}
        assert result.stderr.startswith(f"kg: the store at {path} holds other facts, of ")
        assert all(str(name) in result.stderr for name in lost)
        assert "“--replace”" in result.stderr and result.stderr.count("\n") == 1
    assert int(kg.open(path).query(COUNT).to_dicts()[0]["n"]) == built.claims
    assert run("build", *second, "--store", path, "--replace").returncode == 0
    assert run("build", *second, "--store", path).stdout.startswith("up to date")


def test_the_same_facts_under_another_name_replace_nothing(tmp_path: Path):
    kg.build([BASE], tmp_path / "store")
    shutil.copy(BASE, tmp_path / "copy.yaml")
    assert not kg.build([tmp_path / "copy.yaml"], tmp_path / "store").rebuilt


def test_after_a_failed_build_nothing_answers_of_other_facts(run: Run, tmp_path: Path):
    faulty = TESTS / "facts" / "invalid" / "unknown-key.yaml"
    home = {"KG_STORE": "", "XDG_DATA_HOME": str(tmp_path)}
    assert run("build", faulty, **home).returncode == 1
    result = run("query", "-e", COUNT, **home)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"building it of {faulty} has not succeeded" in result.stderr
    assert run("build", BASE, **home).returncode == 0
    assert run("query", "-e", COUNT, "-f", "csv", **home).stdout.split() == ["n", "1"]


def test_a_first_build_of_our_facts_that_was_killed_is_begun_again(run: Run, tmp_path: Path):
    home = {"KG_STORE": "", "XDG_DATA_HOME": str(tmp_path)}
    with store.building(tmp_path / "entente-kg" / "store"):
        pass
    assert run("query", "-e", COUNT, **home).returncode == 0


@contextmanager
def contents(folder: Path) -> Iterator[None]:
    """See that a folder holds afterwards what it held before."""

    def held() -> dict[str, bytes | None]:
        return {
            str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None
            for p in folder.rglob("*")
        }

    before = held()
    yield
    assert held() == before


FOREIGN = {
    "a thesis": ["thesis.txt"],
    "links to versions": ["current", "generations/1/thesis.txt"],
    "a name like ours": ["current", "generations/0123456789abcdef.01234567/thesis.txt", "notes"],
    "a lost generation": ["current", "generations/thesis.txt"],
}


@pytest.mark.parametrize("names", FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_store_is_never_overwritten(names: list[str], run: Run, tmp_path: Path):
    for name in names:
        (tmp_path / "things" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "things" / name).write_text("years of work")
    with contents(tmp_path / "things"):
        for options in ([], ["--force", "--replace", "--discard-changes"]):
            result = run("build", BASE, "--store", tmp_path / "things", *options)
            assert (result.returncode, result.stdout) == (2, "")
            assert result.stderr == (
                f"kg: {tmp_path / 'things'} holds other things; a store needs a folder of its own\n"
            )


def test_a_copy_of_a_store_is_a_store(tmp_path: Path):
    kg.build([BASE], tmp_path / "store")
    shutil.copytree(tmp_path / "store", tmp_path / "copy")
    (tmp_path / "copy" / "kg.lock").unlink()
    assert not kg.build([BASE], tmp_path / "copy").rebuilt


def test_a_server_changes_only_a_store_that_makes_sense(copy: Path, tmp_path: Path):
    with serving(copy, tmp_path / "log", "--writable") as server:
        for manifest in copy.glob("generations/*/manifest.json"):
            manifest.write_bytes(b"[]")
        answer = server.update(INSERT % 3)
        assert answer.status == 503 and "is damaged" in answer.text
        assert TOKEN not in answer.text


def test_an_error_names_the_store(tmp_path: Path):
    with pytest.raises(StoreError, match=re.escape(str(tmp_path / "none"))):
        store.manifest(tmp_path / "none")

"""What we depend on is documented, bounded, and locked for those who deploy."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import metadata
from itertools import chain

import pytest

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
GROUPS = {
    "Always": PROJECT["dependencies"],
    "`entente-kg[reasoner]`": PROJECT["optional-dependencies"]["reasoner"],
    "`entente-kg[serve]`": PROJECT["optional-dependencies"]["serve"],
}
REQUIREMENT = re.compile(r"([A-Za-z0-9_-]+)(\S*)")
PAGE = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
FAMILIES = ("MIT", "BSD", "Apache", "LGPL", "GPL", "MPL", "Public Domain")


def named(requirements: list[str]) -> set[str]:
    return {REQUIREMENT.match(each)[1].lower() for each in requirements}


def documented(title: str) -> dict[str, tuple[str, str]]:
    """The rows of a section's table: the licence of each package, and why it is there."""
    section = PAGE.split(f"\n## {title}\n")[1].partition("\n## ")[0]
    rows = re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
    return {name: (licence, why) for name, licence, why in rows if name != "package"}


@pytest.mark.parametrize("title", GROUPS)
def test_every_dependency_is_documented_with_its_licence(title: str):
    rows = documented(title)
    assert set(rows) == named(GROUPS[title])
    for name, (licence, _) in rows.items():
        told = metadata(name)
        words = [told.get("License-Expression"), told.get("License"),
                 *(each for each in told.get_all("Classifier") or () if "License" in each)]  # fmt: skip
        said = " ".join(word[:200] for word in words if word).replace(
            "GNU General Public License", "GPL"
        )
        families = [family for family in FAMILIES if family in licence]
        assert families and any(family in said for family in families), (name, licence, said)


def test_every_dependency_has_a_lowest_version():
    everything = [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]
    unbounded = [
        each for each in everything
        if not each.startswith("entente-kg") and not re.search(r">=|==", each)
    ]  # fmt: skip
    assert unbounded == []


def test_what_is_used_beyond_its_interface_has_an_upper_bound():
    everything = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["serve"]]
    bounded = {REQUIREMENT.match(each)[1] for each in everything if "<" in each}
    assert bounded >= {"uvicorn", "pyoxigraph"}


def test_the_lock_file_has_a_hash_for_everything_and_names_no_host():
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text and "index-url" not in text
    blocks = re.split(r"\n(?=[a-z])", text.strip())
    locked = {re.match(r"([a-z0-9-]+)==", block)[1] for block in blocks}
    assert all("--hash=sha256:" in block for block in blocks)
    assert locked >= set().union(*map(named, GROUPS.values()))

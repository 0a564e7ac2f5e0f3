"""What would fill memory, recurse without end or wait for ever is refused with one message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.errors import Fault
from kg.facts import reader, source, yaml

HEAD = "entities:\n  - {key: sel, type: Place, label: "


def faults(path: Path) -> list[str]:
    found: list[Fault] = []
    list(reader.read([path], found))
    return [f"{fault}".replace(str(path), "FILE") for fault in found]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("entities: " + "[" * 300_000, "FILE:1:1010: not YAML: brackets without end (facts nest less than 8 deep)"),
        ("entities: " + "{a: " * 300_000, "FILE:1:39: nested more than 8 deep"),
        ("entities:\n" + "".join(f"{' ' * n}-\n" for n in range(1, 3_000)), "FILE:9:9: nested more than 8 deep"),
        (HEAD + "a" * 30_000 + "}", "FILE:2:36: a text of more than 20000 characters"),
        (HEAD + '"' + "a\n" * 3_000_000 + '"}', "FILE:{}:1: more than 2 MB in one text or comment"),
        ("# " + "a" * 5_000_000 + "\nentities: []", "FILE:1:1: more than 2 MB in one text or comment"),
        (HEAD + "Sel, participant: [" + "a, " * 10_001 + "]}", "FILE:2:30055: a list of more than 10000 items"),
    ],
    ids=["brackets", "braces", "dashes", "text", "text-over-lines", "comment", "list"],
)  # fmt: skip
def test_what_is_too_much_is_one_fault(text: str, message: str, tmp_path: Path):
    path = tmp_path / "facts.yaml"
    path.write_text(text, encoding="utf-8")
    [fault] = faults(path)
    begin, _, end = message.partition("{}")
    assert fault.startswith(begin)
    assert fault.endswith(end)


@pytest.mark.slow
def test_many_texts_are_no_long_one(tmp_path: Path):
    path = tmp_path / "facts.yaml"
    lines = [f"  - {{key: p{n}, type: Place, label: Place {n}}} # of many\n" for n in range(60_000)]
    path.write_text("entities:\n" + "".join(lines), encoding="utf-8")
    assert path.stat().st_size > source.MAX_PENDING
    assert faults(path) == []


@pytest.mark.parametrize("kind", ["a pipe or a device", "a folder"])
def test_what_is_no_file_is_not_read(kind: str, tmp_path: Path):
    path = tmp_path / "facts.yaml"
    os.mkfifo(path) if kind.startswith("a pipe") else path.mkdir()
    assert faults(path) == [f"FILE:1:1: cannot be read: it is {kind}"]
    found: list[Fault] = []
    assert list(yaml.read(path, found)) == []
    assert len(found) == 1

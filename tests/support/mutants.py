"""Our facts with one thing wrong: every claim broken in every way that ``kg validate`` is to see.

A claim is written as JSON, which is YAML too, where it stands in its file.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from kg.facts.files import files
from kg.resources import SEEDS
from kg.vocabulary.context import context
from kg.vocabulary.ontology import ontology

CLAIM = "Claim"
NOBODY = "nobody-has-this-key"
_REFERENCES = frozenset(
    key for key, term in context().terms.items() if term.coercion == "@id"
) - {"quoted", "quantity", "selector"}  # fmt: skip
EVENT = frozenset({context().expand("ent:Event")})
_NO_EVENTS = ("Person", "Claim", "Concept")
_TIMES = ("when", "earliest", "latest", "asOf")

Node = dict[str, Any]


class Mutant(NamedTuple):
    """A claim with keys of one of its nodes changed, and dropped where the value is ``None``.

    ``node`` is as it was, of ``cls``; ``key`` is what the mutant is about; ``text`` is the claim
    as it is written now.
    """

    kind: str
    file: Path
    claim: Node
    node: Node
    cls: str
    key: str
    change: Node
    text: str

    def __str__(self) -> str:
        was = {key: self.node.get(key) for key in self.change}
        return f"{self.kind}: {self.claim['key']}: {self.cls}: {was} → {self.change}"


class Facts(NamedTuple):
    """Our facts as mappings of text: what each file has, and the class of each key."""

    claims: dict[Path, list[Node]]
    entities: dict[str, Node]
    classes: dict[str, str]
    told: dict[str, list[tuple[Node, Node]]]

    def of(self, cls: str) -> str:
        """Return the first key of a class."""
        return next(key for key, each in self.classes.items() if each == cls)


@cache
def our_facts() -> Facts:
    found = Facts({}, {}, {}, defaultdict(list))
    for path in files([SEEDS]):
        document = yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)
        for entity in document.get("entities", ()):
            found.entities[entity["key"]] = entity
            found.classes[entity["key"]] = entity["type"]
        found.claims[path] = document.get("claims", [])
        for claim in found.claims[path]:
            found.classes[claim["key"]] = CLAIM
            for node in claim["facts"]:
                found.told[node["key"]].append((claim, node))
                if "type" in node:
                    found.classes[node["key"]] = node["type"]
    return found


# ── What is changed ──────────────────────────────────────────────────────────


def mutants() -> Iterator[Mutant]:
    """Yield every mutant of every claim, in the order of the claims."""
    for path, claims in our_facts().claims.items():
        for claim in claims:
            yield from _of_claim(path, claim)


def _of_claim(path: Path, claim: Node) -> Iterator[Mutant]:
    for at, cls in _nodes(claim):
        node = _at(claim, at)
        for kind, key, change in _changes(node, cls):
            if any(value != node.get(word) for word, value in change.items()):
                text = json.dumps(_changed(claim, at, change), ensure_ascii=False)
                yield Mutant(kind, path, claim, node, cls, key, change, text)
        for key in node:
            whole, part = (json.dumps(each, ensure_ascii=False) for each in (claim, node))
            twice = f"{{{json.dumps(key)}: {json.dumps(node[key], ensure_ascii=False)}, {part[1:]}"
            text = whole.replace(part, twice)
            yield Mutant("key twice", path, claim, node, cls, key, {}, text)


def _nodes(claim: Node) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield the mappings of a claim: how each is reached, and its class."""
    yield (), CLAIM
    for number, _ in enumerate(claim["quoted"]):
        yield ("quoted", number), "Passage"
    for number, node in enumerate(claim["facts"]):
        yield ("facts", number), our_facts().classes[node["key"]]
        if "quantity" in node:
            yield ("facts", number, "quantity"), "QuantitativeValue"


def _at(claim: Node, at: tuple[Any, ...]) -> Node:
    node: Any = claim
    for step in at:
        node = node[step]
    return node


def _changed(claim: Node, at: tuple[Any, ...], change: Node) -> Node:
    """Return a claim with keys of one of its mappings changed, or dropped where ``None``."""
    whole = json.loads(json.dumps(claim))
    node = _at(whole, at)
    for key, value in change.items():
        if value is None:
            node.pop(key)
        else:
            node[key] = value
    return whole


Change = tuple[str, str, Node]
"""A kind of mutation, the key that is changed, and the keys' new values."""


def _changes(node: Node, cls: str) -> Iterator[Change]:
    for key, value in node.items():
        yield "key dropped", key, {key: None}
        yield "key misspelt", key, {key: None, key[1:] + key[0]: value}
        yield "value emptied", key, {key: ""}
        yield "value is a mapping", key, {key: {"about": "this"}}
        if isinstance(value, str):
            yield "value doubled", key, {key: [value, value + "-2"]}
        if isinstance(value, list) and len(value) > 1:
            yield "all but one dropped", key, {key: value[:1]}
        if key in _REFERENCES:
            yield from _renamed(node, key)
        if key in _TIMES:
            yield from _dated(key, value)
    yield from _swapped(node, cls)
    yield from _OF_CLASS.get(cls, _event)(node)


def _renamed(node: Node, key: str) -> Iterator[Change]:
    ours = our_facts()
    first, *rest = values(node[key])
    named = first.get("key") if isinstance(first, dict) else first
    yield "renamed to nothing", key, {key: [NOBODY, *rest]}
    yield "renamed to itself", key, {key: [node["key"], *rest]}
    for cls in ("Person", "State", "Place", "Organisation", "Concept", "Article", "Death", CLAIM):
        if ours.classes.get(named) != cls:
            yield "renamed to another kind", key, {key: [ours.of(cls), *rest]}


def _dated(key: str, value: Any) -> Iterator[Change]:
    first = values(value)[0]
    for years in (-100, 100):
        yield f"date moved by {years} years", key, {key: _moved(first, years)}
    yield "date of no calendar", key, {key: "2025-02-30"}
    yield "date in words", key, {key: "last Tuesday"}
    start, _, end = first.partition("/")
    if start != end and start and end:
        yield "date reversed", key, {key: f"{end}/{start}"}
    if key == "when":
        yield "date contradicted", key, {key: first, "asOf": "1815-06-18"}


def _moved(date: str, years: int) -> str:
    return re.sub(r"\d{4}", lambda year: f"{int(year[0]) + years}", date)


def _swapped(node: Node, cls: str) -> Iterator[Change]:
    """Swap the values of two keys that refer to something, give one both, rename one."""
    keys = [key for key in node if key in _REFERENCES]
    for number, one in enumerate(keys):
        for other in keys[number + 1 :]:
            yield "two keys swapped", f"{one}", {one: node[other], other: node[one]}
            yield "same in two keys", f"{other}", {other: node[one]}
        others = [key for key in _REFERENCES if key not in node]
        other = sorted(others)[len(one + node.get("key", "")) % len(others)]
        yield "moved to another key", one, {one: None, other: node[one]}


def _claim(node: Node) -> Iterator[Change]:
    for status in ("Reported", "Attributed", "Planned", "Denied", "Rumoured"):
        if status != node["status"]:
            yield "status changed", "status", {"status": status}
    other = next(k for k, c in our_facts().classes.items() if c == CLAIM and k != node["key"])
    yield "key of another", "key", {"key": other}


def _passage(node: Node) -> Iterator[Change]:
    start, end = int(node["start"]), int(node["end"])
    for kind, key, value in (
        ("paragraph nought", "paragraph", "0"),
        ("paragraph beyond the end", "paragraph", "99"),
        ("paragraph in words", "paragraph", "four"),
        ("paragraph of another", "paragraph", f"{int(node['paragraph']) + 1}"),
        ("span beyond the end", "end", "99999"),
        ("span of nothing", "end", f"{start}"),
        ("span negative", "start", "-1"),
        ("span begun later", "start", f"{start + 1}"),
        ("span begun too early", "start", "0"),
        ("span ended later", "end", f"{end + 1}"),
        ("digest cut", "sha256", node["sha256"][:-1]),
        ("digest in capitals", "sha256", node["sha256"].upper()),
        ("digest of no hexadecimals", "sha256", "g" + node["sha256"][1:]),
        ("digest of another text", "sha256", node["sha256"][::-1]),
        ("source is no article", "source", "financial-times"),
    ):
        yield kind, key, {key: value}
    yield "span reversed", "end", {"start": f"{end}", "end": f"{start}"}


def _quantity(node: Node) -> Iterator[Change]:
    for kind, value in (("negative", "-5"), ("in words", "many"), ("infinite", "INF")):
        yield f"quantity {kind}", "minValue", {"minValue": value}
    yield "quantity reversed", "maxValue", {"minValue": "9", "maxValue": "8"}


def _event(node: Node) -> Iterator[Change]:
    if "type" not in node:
        return
    for cls in sorted(ontology().superclasses):
        name = context().compact(cls).partition(":")[2]
        if name != node["type"] and (ontology().is_a(cls, EVENT) or name in _NO_EVENTS):
            yield "retyped", "type", {"type": name}
    yield "type misspelt", "type", {"type": node["type"] + "s"}
    yield "introduced as another", "key", {"key": "xi-jinping"}


_OF_CLASS = {CLAIM: _claim, "Passage": _passage, "QuantitativeValue": _quantity}


def values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

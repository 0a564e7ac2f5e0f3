"""Passages that a facts file gives by their words, put by paragraph, offsets and digest.

``{text: met in Marren}`` becomes ``{paragraph: 2, start: 52, end: 65, sha256: …}``. Only these
characters of the file change; its comments, order and line ends stay.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from kg.errors import AbsentError, ArticlesError, FactsError, Fault, Mark
from kg.facts import yaml as facts_yaml
from kg.facts.locating import Quotation, flow, placed

TextOf = Callable[[str], str]
"""From the key of an article to its text. Raises ``EntenteError``."""

_INSTEAD = ("start", "end", "sha256", "selector")
_REMEDY = "give more of its words, or its “paragraph” beside the text"


class Located(NamedTuple):
    """A passage that was found: where its words were in the facts file, and what they were."""

    mark: Mark
    wanted: str
    place: Quotation


class Rewritten(NamedTuple):
    """A facts file with its passages put, as text, and what was found for each."""

    text: str
    located: list[Located]


class _Wanted(NamedTuple):
    """A passage that is given by its words: its node in the file, and the article it is in."""

    node: yaml.MappingNode
    source: str

    def value(self, key: str) -> str:
        return next((str(v.value) for k, v in self.node.value if k.value == key), "")


def rewritten(path: Path, text_of: TextOf) -> Rewritten:
    """Return a facts file with passages in place of their words.

    Raises ``FactsError`` with every passage that is not in its article once, and where the file
    is not YAML as facts are; ``EntenteError`` where an article is not at hand.
    """
    faults: list[Fault] = []
    for _ in facts_yaml.read(path, faults):
        pass
    if faults:
        raise FactsError(faults)
    data = path.read_bytes()
    text, has_mark = data.decode("utf-8-sig"), data.startswith(BOM_UTF8)
    found: list[Located] = []
    edits: list[tuple[int, int, str]] = []
    for wanted in _wanted(yaml.compose(text, yaml.CBaseLoader)):
        mark = wanted.node.start_mark
        try:
            place = _placed(wanted, text_of)
        except AbsentError as error:
            message, _, listed = str(error).partition("\n")
            fault = Fault(_mark(path, mark), message + ("\n" if listed else "") + listed)
            faults.append(fault._replace(code="passage-not-located"))
            continue
        found.append(Located(_mark(path, mark), wanted.value("text"), place))
        edits.append(_edit(text, wanted, place))
    if faults:
        raise FactsError(faults)
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    left = [*_wanted(yaml.compose(text, yaml.CBaseLoader))]
    if left:
        place_left = _mark(path, left[0].node.start_mark)
        raise ArticlesError(f"{place_left}: the passage cannot be put here; write it in braces")
    return Rewritten("\ufeff" * has_mark + text, found)


def _mark(path: Path, mark: Any) -> Mark:  # noqa: ANN401  the types know no mark of libyaml
    return Mark(str(path), mark.line + 1, mark.column + 1)


def _wanted(root: yaml.Node | None) -> Iterator[_Wanted]:
    """Yield the passages of all claims that are given by their words, in order."""
    article = next((str(v.value) for k, v in _items(root) if k.value == "article"), "")
    for section, claims in _items(root):
        for claim in _each(claims) if section.value == "claims" else ():
            for key, passages in _items(claim):
                for passage in _each(passages) if key.value == "quoted" else ():
                    keys = {k.value: v for k, v in _items(passage)}
                    if "text" in keys and isinstance(passage, yaml.MappingNode):
                        source = keys.get("source")
                        yield _Wanted(passage, str(source.value) if source else article)


def _items(node: yaml.Node | None) -> Iterable[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else ()


def _each(node: yaml.Node) -> Iterable[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else (node,)


def _placed(wanted: _Wanted, text_of: TextOf) -> Quotation:
    """Return where the words stand. Raises ``AbsentError`` and other ``EntenteError``."""
    if extra := [key for key in _INSTEAD if wanted.value(key)]:
        raise AbsentError(f"“text” stands in place of “{extra[0]}”; keep one of them")
    if not wanted.source:
        raise AbsentError("which article is it in? begin the file with “article:”")
    words = wanted.value("text")
    if not words.strip():
        raise AbsentError("“text” is empty; give the words of the passage")
    number = wanted.value("paragraph")
    if number and not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        raise AbsentError(f"“{number}” is no number of a paragraph; they count from 1")
    whole = text_of(wanted.source)
    return placed(whole, words, within=int(number or 0), remedy=_REMEDY)


def _edit(text: str, wanted: _Wanted, place: Quotation) -> tuple[int, int, str]:
    """Return what to put from where to where: the passage for the words.

    A mapping of one key without braces gets them, as passages are written; where others stand on
    lines beside it, each key of the passage has a line too.
    """
    pairs = wanted.node.value
    key, value = next((k, v) for k, v in pairs if k.value == "text")
    start, end = key.start_mark.index, value.end_mark.index
    comment = ""
    if value.style in ("|", ">"):
        end = start + len(text[start:end].rstrip())
        header = text[value.start_mark.index : end].partition("\n")[0]
        comment = "".join(re.findall(r"\s+#.*\S", header)[:1])
    fields = dict(place.fields)
    if wanted.value("paragraph"):
        del fields["paragraph"]
    if wanted.node.flow_style:
        return start, end, ", ".join(f"{word}: {each}" for word, each in fields.items())
    if len(pairs) == 1:
        return start, end, flow(place) + comment
    line_end = "\r\n" if "\r\n" in text else "\n"
    lines = [f"{word}: {each}" for word, each in fields.items()]
    lines[-1] += comment
    return start, end, (line_end + " " * key.start_mark.column).join(lines)

"""Passages: from the short form of facts files to a passage with its selector and its source."""

from __future__ import annotations

import re
from collections.abc import Callable

from kg.facts.yaml import Mapping, Scalar
from kg.vocabulary import iris

_NUMBER = re.compile(r"[0-9]{1,18}")


def passage(
    mapping: Mapping, article: Scalar | None, fault: Callable[..., None]
) -> tuple[Mapping, str]:
    """Return a passage as the vocabulary has it, and its key.

    ``{paragraph: 3, start: 10, end: 60}`` becomes ``{paragraph: 3, selector: {start: 10, end: 60},
    source: herald-talks}`` with the key ``herald-talks.10-60``. ``article`` is the source of what
    names none; ``fault`` is called with the place, message, remedy and code of what is wrong.
    """
    items, marks = dict(mapping.items), dict(mapping.key_marks)
    if article and "source" not in items:
        items["source"], marks["source"] = article, article.mark
    if "selector" in items:
        remedy = "give its “start” and “end” by themselves"
        message = "a passage has no “selector” of its own"
        fault(marks["selector"], message, remedy, code="span-in-selector")
    span = [items.pop(word, None) for word in ("start", "end")]
    start, end = (v.text if isinstance(v, Scalar) else "" for v in span)
    if _NUMBER.fullmatch(start) and _NUMBER.fullmatch(end):
        if int(start) >= int(end):
            remedy = "the end is exclusive and lies after the start"
            fault(
                marks["start"],
                f"the span {start}–{end} is reversed or empty",
                remedy,
                code="span-reversed",
            )
    elif "selector" not in items:
        fault(
            mapping.mark,
            "a passage needs whole numbers as “start” and “end”",
            code="span-missing",
        )
    selector = Mapping(mapping.mark, {}, marks)
    selector.items.update({w: v for w, v in zip(("start", "end"), span, strict=True) if v})
    items["selector"], marks["selector"] = selector, mapping.mark
    source = items.get("source")
    key = source.text if isinstance(source, Scalar) else ""
    return Mapping(mapping.mark, items, marks), iris.passage(key, start, end)


def refuse_words(mapping: Mapping, fault: Callable[..., None]) -> None:
    """Refuse a passage that is given by its words: no text of an article belongs in facts."""
    mark = mapping.key_marks["text"]
    message = "a passage given by its words is a draft; the words belong in no facts"
    remedy = f"“kg locate --write {mark.path} --articles DIR” puts places for all of them"
    fault(mark, message, remedy, code="passage-not-located")

"""Why the engine did not take a text for a query or an update, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.sparql.tokens import QUERIES, UPDATES, form, place, tokens
from kg.vocabulary.spelling import nearest


def diagnosis(text: str, prefixes: Iterable[str], complaint: str) -> str:
    """Say why a text is no query.

    ``prefixes`` were declared beforehand; ``complaint`` is the engine's own, of which only the
    place is of use.
    """
    if (word := form(text)) in UPDATES:
        return f"{word} is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are run"
    return _told(text, prefixes, complaint, "query")


def update_diagnosis(text: str, prefixes: Iterable[str], complaint: str) -> str:
    """Say why a text is no update."""
    if (word := form(text)) in QUERIES:
        return f"{word} is a query; an update changes something"
    return _told(text, prefixes, complaint, "update")


def _told(text: str, prefixes: Iterable[str], complaint: str, what: str) -> str:
    if undeclared := _undeclared(text, set(prefixes)):
        return undeclared
    found = re.search(r"(\d+):(\d+)", complaint)
    if not found:
        return f"not SPARQL: {complaint}"
    line, column = int(found[1]), int(found[2])
    near = "".join(text.splitlines()[line - 1 : line])[column - 1 :].strip()[:30]
    if near:
        return f"{line}:{column}: “{near}” cannot stand here"
    if text.count("{") > text.count("}"):
        return f"{line}:{column}: it ends too early"
    return f"{line}:{column}: what stands before this is no SPARQL {what}"


def _undeclared(text: str, declared: set[str]) -> str:
    previous = ""
    for kind, word, offset in tokens(text):
        prefix = word.partition(":")[0]
        if kind == "name" and previous == "PREFIX":
            declared.add(prefix)
        elif kind == "name" and prefix not in declared:
            remedy = nearest(prefix, declared) or f"add “PREFIX {prefix}: <…>”"
            return f"{place(text, offset)}: the prefix “{prefix}:” is not declared; {remedy}"
        previous = word.upper()
    return ""

"""Why the engine did not take a text for a query or an update, in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from kg.sparql.tokens import QUERIES, UPDATES, form, place, tokens
from kg.vocabulary.spelling import nearest

# What the engine's parser has reasons for, among the signs that it would have taken instead.
_REASONS = {
    "a variable that is unbound": (
        "SELECT has a variable that is not grouped; name it in GROUP BY, or aggregate it"
    ),
    "Duplicated variable name": "SELECT gives two columns one name",
    "SELECT * is not authorized": "SELECT * cannot stand with GROUP BY; name the variables",
    "<unreported>": "one label of a blank node stands in two groups; use a variable",
}
_NAMED = re.compile(r"\bAS\s+[?$](\w+)\s*\)", re.IGNORECASE)


def diagnosis(
    text: str, prefixes: Iterable[str], complaint: str, parses: Callable[[str], bool]
) -> str:
    """Say why a text is no query.

    ``prefixes`` were declared beforehand; ``complaint`` is the engine's own, with the place and
    at times the reason; ``parses`` tells whether it takes a text.
    """
    if not form(text) and text.strip():
        words = "SELECT, ASK, CONSTRUCT or DESCRIBE"
        return f"not SPARQL: a query has {words}, as in ASK {{ ?x ent:metWith ?y }}"
    if (word := form(text)) in UPDATES:
        return f"{word} is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are run"
    found = _bound_already(text, parses) or _relative(text, parses)
    return found or _told(text, prefixes, complaint, "query")


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
    for words, reason in _REASONS.items():
        if words in complaint:
            return f"{line}:{column}: {reason}"
    near = "".join(text.splitlines()[line - 1 : line])[column - 1 :].strip()[:30]
    if near:
        return f"{line}:{column}: “{near}” cannot stand here"
    if text.count("{") > text.count("}"):
        return f"{line}:{column}: it ends too early"
    return f"{line}:{column}: what stands before this is no SPARQL {what}"


def _bound_already(text: str, parses: Callable[[str], bool]) -> str:
    """Tell of a BIND of a variable that has a value: with another name the text is a query."""
    for found in _NAMED.finditer(text):
        renamed = text[: found.start(1)] + "_kg_renamed" + text[found.end(1) :]
        earlier = re.search(rf"[?$]{found[1]}\b", text[: found.start()])
        if earlier and parses(renamed):
            at = place(text, found.start(1) - 1)
            return f"{at}: ?{found[1]} has a value already; give this one another name"
    return ""


def _relative(text: str, parses: Callable[[str], bool]) -> str:
    """Tell of an IRI that is relative: with a BASE the text is a query."""
    for kind, word, offset in tokens(text):
        if kind == "iri" and ":" not in word and parses(f"BASE <http://localhost/> {text}"):
            return f"{place(text, offset)}: {word} is relative; write it whole, or declare a BASE"
    return ""


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

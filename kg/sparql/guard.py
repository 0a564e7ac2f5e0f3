"""What is refused of a SPARQL text before the engine evaluates it.

A text that would exhaust the stack, and one that would ask another server: SERVICE and LOAD.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from kg.errors import QueryError
from kg.sparql.depth import refuse_deep
from kg.sparql.keywords import Parses, is_keyword, keywords, occurrences
from kg.sparql.tokens import place

MAX_LENGTH = 100_000
"""Characters of a query."""
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

# All that the engine reads as one IRI of the web, whatever reads it: no escapes, no user, no
# BASE. The keyword itself may be followed by SILENT.
_ASKED = re.compile(
    r"\s+(?:SILENT\s+)?<(?P<iri>https?://"
    r"(?P<host>(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?)"
    r"(?:[/?#][^<>\"{}|^`\\\x00-\x20]*)?)>",
    re.IGNORECASE,
)


def guard(text: str, parses: Parses, hosts: Collection[str] = ()) -> None:
    """Refuse a query that the engine would not. Raises ``QueryError``.

    One that is very long or deep, on which its parser exhausts the stack, and one that would
    ask another server than those on the ``hosts`` (``example.org`` or ``example.org:8080``).
    ``parses`` tells whether the engine takes a text for a query.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query has more than {MAX_LENGTH:,} characters")
    refuse_deep(text)
    _refuse_abroad(text, ("SERVICE",), parses, hosts)


def guard_update(text: str, parses: Parses, hosts: Collection[str] = ()) -> None:
    """Refuse an update that the engine would not: for its depth, or for SERVICE and LOAD.

    It may be long, for it may carry data. ``parses`` tells whether the engine takes a text for
    an update. Raises ``QueryError``.
    """
    refuse_deep(text)
    _refuse_abroad(text, ("SERVICE", "LOAD"), parses, hosts)


def _refuse_abroad(
    text: str, words: Collection[str], parses: Parses, hosts: Collection[str]
) -> None:
    # The engine decodes escapes inside of tokens; another one decodes them before all else.
    for reading in dict.fromkeys((text, _ESCAPE.sub(_decoded, text))):
        for word in words:
            found = occurrences(reading, word)
            if found and parses(reading) and is_keyword(reading, found, parses):
                _refuse_others(reading, word, parses, hosts)


def _refuse_others(text: str, word: str, parses: Parses, hosts: Collection[str]) -> None:
    """Refuse each keyword that is not followed by an IRI on one of the hosts."""
    allowed = f" but from {', '.join(sorted(hosts))}, by a whole IRI" if hosts else ""
    for match in keywords(text, word, parses):
        asked = _ASKED.match(text, match.end())
        if not asked or asked["host"].lower() not in hosts:
            message = f"{word} is not allowed{allowed}; it would ask another server"
            raise QueryError(f"{place(text, match.start())}: {message}")


def relayed(text: str, words: Collection[str], parses: Parses, relay: Callable[[str], str]) -> str:
    """Return a guarded text in which others are asked by the IRIs that ``relay`` gives.

    ``SERVICE <http://a.example/>`` becomes ``SERVICE <http://127.0.0.1:40001/…>``.
    """
    if not parses(text):
        return text  # to be refused as it is written
    spans = {
        asked.span("iri"): asked["iri"]
        for word in words
        for match in keywords(text, word, parses)
        if (asked := _ASKED.match(text, match.end()))
    }
    pieces, end = [], 0
    for (begin, over), iri in sorted(spans.items()):
        pieces += [text[end:begin], relay(iri)]
        end = over
    return "".join([*pieces, text[end:]])


def _decoded(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 else escape[0]

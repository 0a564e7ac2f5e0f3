"""What is refused of a SPARQL text before the engine evaluates it.

A text that would exhaust the stack, and one that would ask another server: SERVICE and LOAD.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from kg.errors import QueryError
from kg.sparql.keywords import Parses, is_keyword, keywords, occurrences
from kg.sparql.tokens import place, tokens

MAX_LENGTH = 100_000
"""Characters of a query."""
MAX_DEPTH = 200
"""Brackets in brackets."""
MAX_STEPS = 6_000
"""What chains may weigh together. At 8,000 eight MB of stack are full."""

_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")
_SIGNS = frozenset("!|&+-*/^=<>")
_KEYWORD, _BRACE, _BRACKET = 4, 3, MAX_STEPS // MAX_DEPTH
_FLAT = {"VALUES", "DATA"}
"""After these words a group in braces has terms and triples only: nothing in it is a chain."""

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
    _refuse_deep(text)
    _refuse_abroad(text, ("SERVICE",), parses, hosts)


def guard_update(text: str, parses: Parses, hosts: Collection[str] = ()) -> None:
    """Refuse an update that the engine would not: for its depth, or for SERVICE and LOAD.

    It may be long, for it may carry data. ``parses`` tells whether the engine takes a text for
    an update. Raises ``QueryError``.
    """
    _refuse_deep(text)
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


def _refuse_deep(text: str) -> None:
    """Refuse a text that would take the engine too deep. Raises ``QueryError``.

    The engine parses, plans and evaluates by recursion: a level for each bracket, for each step
    of a chain (``1+1+1``, triple after triple), for each pattern around another (``OPTIONAL``).

    ``ASK { FILTER (!!!!true) }`` is two levels deep, and weighs four for its signs, four for
    each of its three words, three for the brace and one for the bracket.
    """
    brackets = sum(map(text.count, _OPEN))
    if _KEYWORD * len(text) + _BRACKET * brackets <= MAX_STEPS:
        return  # however it is read
    reading = _Reading(text)
    for kind, word, offset in tokens(text):
        reading.take(kind, word, offset)


class _Reading:
    """The brackets that are open at a token, and the weight of all before it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[str] = []
        self._steps = 0
        self._flat_from = -1  # how many brackets are open where VALUES or DATA stands
        self._is_operand = False  # “<” after it may be “less than”
        self._is_in_doubt = False  # which brackets are open

    def take(self, kind: str, word: str, offset: int) -> None:
        """Go over a token. Raises ``QueryError`` where it is too deep."""
        if kind == "other":
            self._go_over_sign(word)
        elif self._flat_from < 0:
            self._steps += self._term(kind, word, offset)
            if word.upper() in _FLAT and kind == "word":
                self._flat_from = len(self._open)
        self._is_operand = kind != "other" or word in _CLOSE
        if len(self._open) > MAX_DEPTH:
            raise QueryError(f"the query is nested more than {MAX_DEPTH} deep")
        if self._steps > MAX_STEPS:
            raise QueryError(
                f"the query has chains of more than {MAX_STEPS:,} signs; VALUES and IN take lists"
            )

    def _go_over_sign(self, word: str) -> None:
        is_list = word == "," and self._is_in_parentheses() and not self._is_in_doubt
        if self._flat_from < 0 and word not in _CLOSE and not is_list:
            self._steps += _BRACE if word == "{" else 1
        if word in _OPEN:
            self._open.append(word)
        elif word in _CLOSE and self._open:
            self._open.pop()
            if word == "}" and len(self._open) <= self._flat_from:
                self._flat_from = -1

    def _term(self, kind: str, word: str, offset: int) -> int:
        """Return what a term or a keyword weighs; one after another is of a collection."""
        if kind == "word":
            return _KEYWORD
        if not self._is_operand or not (self._is_in_parentheses() or self._is_in_doubt):
            return 0
        return self._perhaps_less(word, offset) if kind == "iri" else 1

    def _perhaps_less(self, word: str, offset: int) -> int:
        """Return what weighs more: an IRI, or “less than” and what follows it."""
        if "#" in word:  # then all that follows in the line is a comment, or is none
            raise QueryError(
                f"{place(self._text, offset)}: this is an IRI, or “less than” and a comment; "
                "write the IRI as a name with a prefix, or a space after “<”"
            )
        self._is_in_doubt |= "(" in word or ")" in word
        return 1 + sum(_BRACKET if sign == "(" else sign in _SIGNS for sign in word)

    def _is_in_parentheses(self) -> bool:
        return bool(self._open) and self._open[-1] == "("

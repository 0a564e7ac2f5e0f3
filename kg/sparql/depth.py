"""How deep a SPARQL text takes the engine, which parses, plans and evaluates by recursion.

A level for each bracket, for each step of a chain (``1+1+1``, ``!!true``, triple after triple)
and for each pattern that wraps another (``OPTIONAL``); at the end of the stack the process ends.
"""

from __future__ import annotations

from kg.errors import QueryError
from kg.sparql.tokens import place, tokens

MAX_DEPTH = 200
"""Brackets in brackets."""
MAX_STEPS = 6_000
"""What chains may weigh together. At 8,000 eight MB of stack are full."""

_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")
_SIGNS = frozenset("!|&+-*/^=<>")
_KEYWORD, _BRACE, _BRACKET = 4, 3, MAX_STEPS // MAX_DEPTH
_FLAT = {"VALUES", "DATA"}
"""After these words a group in braces has terms and triples only: nothing in it is a chain."""


def refuse_deep(text: str) -> None:
    """Refuse a text that would take the engine too deep. Raises ``QueryError``.

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

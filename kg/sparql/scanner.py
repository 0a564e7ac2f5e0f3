"""The tokens of a SPARQL text as the engine reads them (SPARQL 1.1 Query, section 19.8, from 139).

There are no tokens before there is a grammar: in ``?a <?b && ?c> ?d`` the same signs are an IRI
where a term may stand and two operators where none may. So a scanner is asked for what may come
next, as the engine's own parser asks; what that decodes late (``\\u0061``) stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from kg.errors import QueryError
from kg.sparql.tokens import ESCAPE, place

_ASCII = "A-Za-z"
_BEYOND = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_JOINED = "\u00b7\u0300-\u036f\u203f-\u2040"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

_KINDS = {
    "iri": rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*>",
    "anonymous": r"\[[ \t\r\n]*\]",
    "nil": r"\([ \t\r\n]*\)",
    "number": r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+",
    "string": rf"'''(?:'{{0,2}}(?:[^'\\]|{ESCAPE}))*'''"
    rf'|"""(?:"{{0,2}}(?:[^"\\]|{ESCAPE}))*"""'
    rf"|'(?:[^'\\\n\r]|{ESCAPE})*'"
    rf'|"(?:[^"\\\n\r]|{ESCAPE})*"',
    "language": r"@[A-Za-z]++(?:-[A-Za-z0-9]+)*+(?!-)",
    "word": r"[A-Za-z][A-Za-z0-9_]*",
    "space": r"(?:[ \t\r\n]|\#[^\r\n]*)*",
}


def _names(base: str, joined: str) -> dict[str, str]:
    """Return the kinds of tokens that have names in them, of the letters that names may have."""
    word = base + "_0-9" + joined
    chars = word + r"\-"
    prefix = rf"(?:[{base}][{chars}]*(?:\.+[{chars}]+)*)?:"
    local = (
        rf"(?:[{base}_:0-9]|{_PLX})(?:[{chars}:]|{_PLX})*"
        rf"(?:\.+(?:[{chars}:]|{_PLX})+)?"  # the engine takes no second group of dots
    )
    return {
        "variable": rf"[?$][{base}_0-9][{word}]*",
        "name": rf"{prefix}(?:{local})?",
        "prefix": prefix,
        "blank": rf"_:[{base}_0-9][{chars}]*(?:\.+[{chars}]+)*",
    }


_ASCII_NAMES, _ALL_NAMES = _names(_ASCII, ""), _names(_ASCII + _BEYOND, _JOINED)


@cache
def _pattern(kind: str, is_ascii: bool) -> re.Pattern[str]:
    """Return what finds a kind of token in a text; for one in ASCII, it compiles at once."""
    return re.compile({**_KINDS, **(_ASCII_NAMES if is_ascii else _ALL_NAMES)}[kind])


class Scanner:
    """A place in a query text, moved on token by token.

    ``prefixes`` are those declared: a name with any other is two tokens to the engine, or none.
    """

    def __init__(self, text: str, prefixes: Collection[str]) -> None:
        self.text = text
        self.prefixes = set(prefixes)
        self._is_ascii = text.isascii()
        self.end = 0  # of the token before
        self.at = 0  # of the next token
        self._skip()

    def _skip(self) -> None:
        found = _pattern("space", self._is_ascii).match(self.text, self.at)
        assert found
        self.at = found.end()

    def peek(self, kind: str) -> str:
        """Return the next token if it is of a kind, else nothing."""
        found = _pattern(kind, self._is_ascii).match(self.text, self.at)
        if not found or (kind == "name" and found[0].partition(":")[0] not in self.prefixes):
            return ""
        return found[0]

    def take(self, *kinds: str) -> str:
        """Step over the next token if it is of one of the kinds, and return it."""
        for kind in kinds:
            if token := self.peek(kind):
                self._step(token)
                return token
        return ""

    def _step(self, token: str) -> None:
        self.end = self.at + len(token)
        self.at = self.end
        self._skip()

    def sees(self, *signs: str) -> str:
        """Return the first of these signs and keywords (in capitals) that comes next, if any.

        ``filter:a`` is a name, where its prefix is declared, and no keyword.
        """
        word = "" if self.peek("name") else self.peek("word").upper()
        return next((s for s in signs if s == word or self._is_sign(s)), "")

    def _is_sign(self, text: str) -> bool:
        return not text[0].isalpha() and self.text.startswith(text, self.at)

    def accept(self, *signs: str) -> str:
        """Step over the first of these signs and keywords that comes next, and return it."""
        if found := self.sees(*signs):
            self._step(found)
        return found

    def expect(self, *signs: str) -> str:
        """Step over one of these signs or keywords, which has to come."""
        return self.accept(*signs) or self.refuse()

    def since(self, start: int) -> str:
        """Return the text from an offset to the end of the token before."""
        return self.text[start : self.end]

    def refuse(self) -> str:
        """Say that what comes next is not understood. Raises ``QueryError``."""
        what = self.peek("word") or "".join(self.text[self.at : self.at + 20].split()[:1])
        reason = f"“{what}” is no SPARQL 1.1 here" if what else "it ends too early"
        raise QueryError(f"{place(self.text, self.at)}: cannot be cited: {reason}")


_KEPT = re.compile(rf"({_KINDS['string']}|{_KINDS['iri']})|(?:[ \t\r\n]|\#[^\r\n]*)+")


def in_one_line(text: str) -> str:
    """Return a part of a query text without its comments and line breaks."""
    return _KEPT.sub(lambda found: found[1] or " ", text)

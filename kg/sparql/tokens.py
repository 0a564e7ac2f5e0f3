"""The tokens of a SPARQL text (SPARQL 1.1 Query, section 19.8), as the engine cuts them.

Tokens are enough to say things well and to write things into a text. What must never be wrong,
whether a word is a keyword to the engine, is asked of the engine itself: ``kg.sparql.guard``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
QUERIES = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}

# What names begin with and go on with (rules 164 to 167), and more beyond ASCII: what the grammar
# leaves out there stands in strings, IRIs and comments only. Said by what it is not, which
# compiles at once; ranges beyond U+00FF take milliseconds.
_FIRST = r"[^\x00-@\[-`{-\xbf]"
_WORD = r"[^\x00-/:-@\[-^`{-\xb6\xb8-\xbf]"
_DASHED = r"[^\x00-,./:-@\[-^`{-\xb6\xb8-\xbf]"
_DOTTED = r"[^\x00-,/:-@\[-^`{-\xb6\xb8-\xbf]"
_PART = r"(?:\\.|[^\x00-$&-,./;-@\[-^`{-\xb6\xb8-\xbf])"


@cache
def _token() -> re.Pattern[str]:
    # Strings, IRIs and comments first, so that nothing inside them is taken for a keyword. Three
    # quotation marks that nothing closes are an empty string and the beginning of another.
    return re.compile(
        rf"""(?P<string>\"{{3}}(?:\"{{0,2}}(?:\\.|[^\\"]))*+\"{{3}}
                      | '{{3}}(?:'{{0,2}}(?:\\.|[^\\']))*+'{{3}}
                      | "(?:\\.|[^"\\\n\r])*+" | '(?:\\.|[^'\\\n\r])*+')
      | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
      | (?P<comment>\#[^\n\r]*)
      | (?P<variable>[?$]{_WORD}+)
      | (?P<blank>_:{_WORD}(?:{_DOTTED}*{_DASHED})?)
      | (?P<name>(?:{_FIRST}(?:{_DOTTED}*{_DASHED})?)?:(?:(?:{_PART}|\.)*{_PART})?)
      | (?P<number>(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|\d*\.\d+|\d+)
      | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<word>[A-Za-z][A-Za-z0-9_]*)
      | (?P<other>\s+|.)""",
        re.VERBOSE | re.DOTALL,
    )


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and offset of each token but white space and comments.

    ``tokens("ASK {}")`` yields ``("word", "ASK", 0)``, ``("other", "{", 4)`` and so on.
    """
    for match in _token().finditer(text):
        kind = match.lastgroup or "other"
        if kind != "comment" and not match.group().isspace():
            yield kind, match.group(), match.start()


def form(text: str) -> str:
    """Return the first word that says what a text does, such as ``SELECT`` or ``INSERT``."""
    words = (word.upper() for kind, word, _ in tokens(text) if kind == "word")
    return next((word for word in words if word in QUERIES | UPDATES), "")


def declared(text: str, prefixes: Mapping[str, str]) -> str:
    """Return a query with a ``PREFIX`` for each of these that it uses and does not declare."""
    used: dict[str, str] = {}
    own: set[str] = set()
    previous = ""
    for kind, word, _ in tokens(text):
        if kind == "name":
            prefix = word.partition(":")[0]
            if previous == "PREFIX":
                own.add(prefix)
            elif prefix in prefixes:
                used[prefix] = prefixes[prefix]
        previous = word.upper()
    lines = (f"PREFIX {name}: <{iri}> " for name, iri in used.items() if name not in own)
    return "".join(lines) + text


def place(text: str, offset: int) -> str:
    """Return ``line:column`` of an offset, both counted from 1."""
    return f"{text.count(chr(10), 0, offset) + 1}:{offset - text.rfind(chr(10), 0, offset)}"

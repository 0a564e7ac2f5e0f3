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
_LOCAL_FIRST = r"(?:\\.|[^\x00-$&-/;-@\[-^`{-\xbf])"
_PART = r"(?:\\.|[^\x00-$&-,./;-@\[-^`{-\xb6\xb8-\xbf])"

ESCAPE = (
    r"\\(?:[tbnrf\"'\\]|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|U(?:0010|000[1-9A-Fa-f]|0000(?![dD][89a-fA-F]))[0-9A-Fa-f]{4})"
)
"""What stands for a character in a string; any other backslash ends what was no string then."""


@cache
def _token() -> re.Pattern[str]:
    # A quotation mark is any string, a run what may be a name or several words.
    return re.compile(
        rf"""(?P<quote>["'])
      | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
      | (?P<comment>\#[^\n\r]*)
      | (?P<variable>[?$]{_WORD}+)
      | (?P<blank>_:{_WORD}(?:{_DOTTED}*{_DASHED})?)
      | (?P<word>[A-Za-z][A-Za-z0-9_]*+(?!:|{_DOTTED}))
      | (?P<run>{_FIRST}{_DOTTED}*+)
      | (?P<name>:(?:{_LOCAL_FIRST}{_PART}*+(?:\.++{_PART}++)?)?)  # one group of dots, no more
      | (?P<number>(?:\d++\.?\d*+|\.\d++)[eE][+-]?\d++|\d*+\.\d++|\d++)
      | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
      | (?P<space>\s+)
      | (?P<other>.)""",
        re.VERBOSE | re.DOTALL,
    )


@cache
def _inside(quote: str) -> re.Pattern[str]:
    """Return what is in a string between two of these quotation marks."""
    if len(quote) == 1:
        return re.compile(rf"(?:[^{quote}\\\n\r]|{ESCAPE})*+")
    return re.compile(rf"(?:{quote[0]}{{0,2}}(?:[^{quote[0]}\\]|{ESCAPE}))*+")


_BARE = re.compile("[A-Za-z][A-Za-z0-9_]*")


class _Reader:
    """Tells where tokens end that one pattern cannot tell in bounded time.

    What was tried in vain up to some place is not tried again before it: every text takes time
    in proportion to its length.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._no_name_before = 0
        self._no_string_before: dict[str, int] = {}

    def token(self, at: int) -> tuple[str, int]:
        """Return the kind of the token at an offset, and where it ends.

        Example: in ``?x{}``, at 0, that is ``("variable", 2)``.
        """
        if at < self._no_name_before and (self._text[at].isalpha() or self._text[at] > "\xbf"):
            return self._bare(at)
        found = _token().match(self._text, at)
        assert found
        kind = found.lastgroup or "other"
        if kind == "quote":
            return self._string(at)
        return self._run(at, found.end()) if kind == "run" else (kind, found.end())

    def _run(self, at: int, end: int) -> tuple[str, int]:
        """Read ``ent:Leader``, or the first word of ``a-b``."""
        if self._text.startswith(":", end) and self._text[end - 1] != ".":
            return "name", self.token(end)[1]
        self._no_name_before = end
        return self._bare(at)

    def _bare(self, at: int) -> tuple[str, int]:
        found = _BARE.match(self._text, at)
        return ("word", found.end()) if found else ("other", at + 1)

    def _string(self, at: int) -> tuple[str, int]:
        """Read a string. Three marks that nothing closes are an empty one and the next's first."""
        mark = self._text[at]
        for quote in (mark * 3, mark):
            if self._text.startswith(quote, at) and at >= self._no_string_before.get(quote, 0):
                found = _inside(quote).match(self._text, at + len(quote))
                assert found
                if self._text.startswith(quote, found.end()):
                    return "string", found.end() + len(quote)
                self._no_string_before[quote] = found.end()
        return "other", at + 1


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and offset of each token but white space and comments.

    ``tokens("ASK {}")`` yields ``("word", "ASK", 0)``, ``("other", "{", 4)`` and so on.
    """
    reader, at = _Reader(text), 0
    while at < len(text):
        kind, end = reader.token(at)
        if kind not in ("space", "comment"):
            yield kind, text[at:end], at
        at = end


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

"""What can be told of a SPARQL text without evaluating it (SPARQL 1.1 Query, section 19).

The engine's parser judges the grammar. Here its tokens are looked at for what the engine does
not refuse (SERVICE) or says badly (updates, undeclared prefixes).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from functools import cache
from itertools import accumulate

from kg.errors import QueryError
from kg.vocabulary.spelling import nearest

MAX_LENGTH = 100_000
MAX_DEPTH = 1_000

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
_QUERIES = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


@cache
def _token() -> re.Pattern[str]:
    # Strings, IRIs and comments first, so that nothing inside them is taken for a keyword.
    return re.compile(
        r"""(?P<string>\"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z) | '{3}(?:\\.|[^\\])*?(?:'{3}|\Z)
                 | "(?:\\.|[^"\\\n\r])*" | '(?:\\.|[^'\\\n\r])*')
      | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<comment>\#[^\n\r]*)
      | (?P<variable>[?$]\w+)
      | (?P<blank>_:\w(?:[\w.-]*[\w-])?)
      | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:\\.|[\w.:%-])*(?:\\.|[\w:%-]))?)
      | (?P<number>(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|\d*\.\d+|\d+)
      | (?P<language>@[A-Za-z-]+)
      | (?P<word>[A-Za-z]\w*)
      | (?P<other>\s+|.)""",
        re.VERBOSE | re.DOTALL,
    )


def tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and offset of each token but white space and comments."""
    for match in _token().finditer(text):
        kind = match.lastgroup or "other"
        if kind != "comment" and not match.group().isspace():
            yield kind, match.group(), match.start()


def form(text: str) -> str:
    """Return the first word that says what a text does, such as ``SELECT`` or ``INSERT``."""
    words = (word.upper() for kind, word, _ in tokens(text) if kind == "word")
    return next((word for word in words if word in _QUERIES | _UPDATES), "")


def guard(text: str, hosts: Collection[str] = ()) -> None:
    """Refuse a query that the engine would not. Raises ``QueryError``.

    One that is very long or deep, on which its parser exhausts the stack, and one that would
    ask another server than those on the ``hosts`` (``example.org`` or ``example.org:8080``).
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query has more than {MAX_LENGTH:,} characters")
    _guard(text, hosts, {"SERVICE"})


def guard_update(text: str, hosts: Collection[str] = ()) -> None:
    """Refuse an update that the engine would not: for its depth, or for SERVICE and LOAD.

    It may be long, for it may carry data. Raises ``QueryError``.
    """
    _guard(text, hosts, {"SERVICE", "LOAD"})


def _guard(text: str, hosts: Collection[str], abroad: Set[str]) -> None:
    if _depth(text) > MAX_DEPTH:
        raise QueryError(f"the query is nested more than {MAX_DEPTH:,} deep")
    # Code point escapes (section 19.2) are decoded before anything else is read.
    decoded = _ESCAPE.sub(_decoded, text)
    if any(word.lower() in decoded.lower() for word in abroad):
        for reading in {text, decoded}:
            _refuse(reading, hosts, abroad)


def diagnosis(text: str, prefixes: Iterable[str], complaint: str) -> str:
    """Say in plain words why the engine did not take a text for a query.

    ``prefixes`` were declared beforehand; ``complaint`` is the engine's own, of which only the
    place is of use.
    """
    if (word := form(text)) in _UPDATES:
        return f"{word} is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are run"
    return _told(text, prefixes, complaint, "query")


def update_diagnosis(text: str, prefixes: Iterable[str], complaint: str) -> str:
    """Say in plain words why the engine did not take a text for an update."""
    if (word := form(text)) in _QUERIES:
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


def _depth(text: str) -> int:
    """Return how deep brackets are nested at most; those in strings count too, which is rare."""
    steps = (1 if c in "{([" else -1 for c in text if c in "{([])}")
    return max(accumulate(steps), default=0)


def _refuse(text: str, hosts: Collection[str], abroad: Set[str]) -> None:
    """Refuse what asks another server, by keywords that an IRI on a host of these must follow."""
    keyword, offset = "", 0
    for kind, word, here in tokens(text):
        if keyword and word.upper() == "SILENT":
            continue
        if keyword and not (kind == "iri" and _host(word[1:-1]) in hosts):
            allowed = f" but from {', '.join(sorted(hosts))}, by a whole IRI" if hosts else ""
            message = f"{keyword} is not allowed{allowed}; it would ask another server"
            raise QueryError(f"{place(text, offset)}: {message}")
        keyword, offset = (word.upper() if kind == "word" else ""), here
        keyword = keyword if keyword in abroad else ""
    if keyword:
        raise QueryError(f"{place(text, offset)}: {keyword} is followed by nothing")


def _host(iri: str) -> str:
    """Return the host of an IRI of the web, with its port where it has one; else nothing."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(iri)
    except ValueError:
        return ""
    return parts.netloc.lower() if parts.scheme in ("http", "https") else ""


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


def place(text: str, offset: int) -> str:
    """Return ``line:column`` of an offset, both counted from 1."""
    return f"{text.count(chr(10), 0, offset) + 1}:{offset - text.rfind(chr(10), 0, offset)}"


def _decoded(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 else escape[0]

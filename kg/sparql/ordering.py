"""The order of rows and of columns: ORDER BY made total, and SELECT * as the query names things.

The engine's own comparison of terms is no total order.

It compares numbers with numbers and days with days by value, but both with texts by their
letters; sorting some dozens of such values by it ends the process. So each key of an ORDER BY is
preceded by what kind of value it is, and made comparable with all of its kind::

    ORDER BY DESC(?v)  →  ORDER BY DESC(kind of ?v) DESC(comparable ?v) DESC(exact ?v)

SPARQL 1.1 (section 15.1) says of mixed literals only that they follow IRIs. Here texts come
first, with all that has no order of its own, durations among them; then numbers; then each kind
of dates. A day without a time zone is taken as one of UTC, as XPath has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from kg.errors import QueryError
from kg.sparql.keywords import Parses, keywords, occurrences
from kg.sparql.tokens import QUERIES, place, tokens

_XSD = "http://www.w3.org/2001/XMLSchema#"
_UTC = f'"PT0S"^^<{_XSD}dayTimeDuration>'
_DURATIONS = ", ".join(
    f"<{_XSD}{name}>" for name in ("duration", "dayTimeDuration", "yearMonthDuration")
)
_KIND = (
    'IF(ISNUMERIC(KEY), "1", COALESCE('
    f'STR(DATATYPE(ADJUST(KEY, {_UTC}))), IF(ISTRIPLE(KEY), "z", "")))'
)
_TRIPLE = 'COALESCE(CONCAT(STR(SUBJECT(KEY)), " ", STR(PREDICATE(KEY)), " ", STR(OBJECT(KEY))), "")'
_COMPARABLE = (
    f"IF(ISNUMERIC(KEY), <{_XSD}double>(KEY), "
    f'COALESCE(IF(TZ(KEY) = "", ADJUST(KEY, {_UTC}), KEY), '
    f"IF(ISTRIPLE(KEY), {_TRIPLE}, IF(DATATYPE(KEY) IN ({_DURATIONS}), STR(KEY), KEY)), KEY))"
)
# Where two are the same as doubles: whole numbers and decimals may yet differ.
_EXACT = f"IF(ISNUMERIC(KEY), IF(DATATYPE(KEY) IN (<{_XSD}float>, <{_XSD}double>), 1/0, KEY), 0)"

_OPERANDS = {"variable", "iri", "name", "number", "string", "language", "blank", ")", "]", "}"}
_ENDS = ("LIMIT", "OFFSET", "VALUES")
_FICKLE = {"RAND", "UUID", "STRUUID", "BNODE"}

_MOST = 100
"""So many conditions may an ORDER BY have, for each is written several times."""

Token = tuple[str, str, int]


def ordered(text: str, parses: Parses) -> str:
    """Return a query whose ORDER BY is total; as it is where it has none.

    ``parses`` tells whether the engine takes a text for a query. Raises ``QueryError`` for an
    ORDER BY that is written so that it cannot be read here with certainty, or is by chance.
    """
    return _ordered(text, parses) if occurrences(text, "ORDER") else text


@lru_cache(maxsize=256)
def _ordered(text: str, parses: Parses) -> str:
    if not parses(text):
        return text  # to be refused as it is written
    found = list(tokens(text))
    clauses = [at for at, token in enumerate(found) if _is(token, "ORDER")]
    _check(text, {found[at][2] for at in clauses}, parses)
    pieces, end = [], 0
    for at in clauses:
        for number, (start, over) in enumerate(_conditions(text, found, at)):
            if number >= _MOST:
                where = place(text, found[start][2])
                raise QueryError(f"{where}: ORDER BY has more than {_MOST} conditions")
            begin, end_of_it = found[start][2], found[over - 1][2] + len(found[over - 1][1])
            pieces += [text[end:begin], _keys(text[begin:end_of_it])]
            end = end_of_it
    return "".join([*pieces, text[end:]])


def _is(token: Token, *keywords: str) -> bool:
    return token[0] == "word" and token[1].upper() in keywords


def _check(text: str, starts: Set[int], parses: Parses) -> None:
    """Refuse a text in which the engine sees ORDER elsewhere than at these offsets."""
    found = {match.start() for match in keywords(text, "ORDER", parses)}
    if found != starts:
        where = place(text, min(found ^ starts))
        raise QueryError(f"{where}: ORDER is understood only where it stands between spaces")


def _conditions(text: str, found: list[Token], at: int) -> Iterator[tuple[int, int]]:
    """Yield the first token of each condition after the ORDER at an index, and the next one."""
    if at + 1 >= len(found) or not _is(found[at + 1], "BY"):
        raise _unreadable(text, found[at])
    at += 2
    while at < len(found) and (over := _end(text, found, at)) > at:
        for token in found[at:over]:
            if _is(token, *_FICKLE):
                name = token[1].upper()
                raise QueryError(
                    f"{place(text, token[2])}: ORDER BY {name}() is another order at each look; "
                    f"BIND ({name}() AS ?r) first, and ORDER BY ?r"
                )
        yield at, over
        at = over


def _end(text: str, found: list[Token], at: int) -> int:
    """Return the index after a condition: a variable, or all up to a bracket that closes."""
    kind, word, _ = found[at]
    if kind == "variable":
        return at + 1
    if word in ("}", ")") or (kind == "word" and word.upper().startswith(_ENDS)):
        return at
    open_brackets: list[str] = []
    before = ""
    for here in range(at, len(found)):
        kind, word, _ = found[here]
        if kind == "iri" and before in _OPERANDS and "{" not in open_brackets:
            raise _unreadable(text, found[here])  # it may be “less than”
        if kind == "other" and word in "{(":
            open_brackets.append(word)
        elif kind == "other" and word in ")}" and open_brackets:
            open_brackets.pop()
            if not open_brackets:
                return here + 1
        before = word if kind == "other" else kind
    raise _unreadable(text, found[at])


def _unreadable(text: str, token: Token) -> QueryError:
    return QueryError(f"{place(text, token[2])}: cannot be read in ORDER BY; write it with spaces")


def _keys(condition: str) -> str:
    """Return what stands for a condition, such as ``?v``, ``DESC(?v)`` or ``STR(?v)``."""
    found = re.match(r"(ASC|DESC)\b(?=[^:])", condition, re.IGNORECASE)
    direction = found[1] if found else "ASC"
    key = condition[found.end() :] if found else condition
    return " ".join(
        f"{direction}({part.replace('KEY', key)})" for part in (_KIND, _COMPARABLE, _EXACT)
    )


def projected(text: str, variables: Sequence[str]) -> str:
    """Return a query with the variables in place of its ``*``, in the order of the text.

    The specification leaves the order of ``SELECT *`` open (SPARQL 1.1 Query, section 16.1); the
    engine's is by alphabet. ``variables`` are those that it says the query has; a query without
    a ``*`` is returned as it is.

    ``SELECT * { ?s ent:visitor ?o }`` → ``SELECT ?s ?o { ?s ent:visitor ?o }``.
    """
    found = list(tokens(text))
    star = _star(found)
    if star is None:
        return text
    seen = dict.fromkeys(token[1:] for kind, token, _ in found if kind == "variable")
    order = [name for name in seen if name in variables]
    if not order or len(order) < len(variables) or order == list(variables):
        return text
    return f"{text[:star]}{' '.join(f'?{name}' for name in order)} {text[star + 1 :]}"


def _star(found: Sequence[Token]) -> int | None:
    """Return the offset of the ``*`` of the outermost SELECT, if it has one."""
    words = (
        n for n, (kind, word, _) in enumerate(found) if kind == "word" and word.upper() in QUERIES
    )
    first = next(words, None)
    if first is None or found[first][1].upper() != "SELECT":
        return None
    rest = found[first + 1 : first + 3]
    if rest and rest[0][1].upper() in ("DISTINCT", "REDUCED"):
        rest = rest[1:]
    return rest[0][2] if rest and rest[0][1] == "*" else None

"""The catalogue: named questions, each a ``.rq`` file that is plain SPARQL.

A header of comments says what a query answers and which of its variables may be bound, in the
style of grlc. A parameter stands in the text as ``VALUES ?name { UNDEF }``, which binds nothing
until ``UNDEF`` is replaced::

    #+ summary: Who met whom, when and where.
    #+ theme: meetings and visits
    #+ param: place entity Only meetings in this place
    SELECT … WHERE { VALUES ?place { UNDEF } … }
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from kg.errors import QueryError
from kg.resources import QUERIES

_DECORATOR = re.compile(r"^#\+ *(\w+): *(.*?) *$", re.MULTILINE)
_NAME = re.compile(r"[^\s{}<>?$*:#]+")


KINDS = ("entity", "date", "string", "integer")


class Param(NamedTuple):
    """A variable that may be bound: its name, its kind of value and what binding it does."""

    name: str
    kind: str
    summary: str


class Query(NamedTuple):
    """A query text with what its header says."""

    name: str
    text: str
    summary: str = ""
    params: Mapping[str, Param] = MappingProxyType({})
    theme: str = ""

    def bound(self, terms: Mapping[str, str]) -> str:
        """Return the text with parameters bound to terms, each as SPARQL writes it.

        Raises ``QueryError`` where the text does not say where a parameter belongs.
        """
        text = self.text
        for name, term in terms.items():
            place = re.compile(rf"(\bVALUES\s+\?{re.escape(name)}\s*\{{\s*)UNDEF\b", re.IGNORECASE)
            text, count = place.subn(partial(_filled, term), text)
            if not count:
                raise QueryError(f"{self.name} has no “VALUES ?{name} {{ UNDEF }}” to bind")
        return text


def _filled(term: str, place: re.Match[str]) -> str:
    return place[1] + term


def parse(text: str, name: str = "query") -> Query:
    """Read the header of a query text; without one, there is no summary and no parameter.

    Raises ``QueryError`` where a parameter is of no known kind.
    """
    summary, theme, params = "", "", {}
    for decorator, value in _DECORATOR.findall(text):
        if decorator == "summary":
            summary = value
        elif decorator == "theme":
            theme = value
        elif decorator == "param":
            param, kind, about = [*value.split(maxsplit=2), "", "", ""][:3]
            if kind not in KINDS:
                raise QueryError(f"{name}: {param} is of no kind “{kind}”; {', '.join(KINDS)}")
            params[param] = Param(param, kind, about)
    return Query(name, text, summary, params, theme)


def catalogue(folder: Path = QUERIES) -> Iterator[Query]:
    """Yield the named queries of a folder by name."""
    return (named(name, folder) for name in names(folder))


def names(folder: Path = QUERIES) -> list[str]:
    """Return the names of the catalogue, sorted."""
    return sorted(path.stem for path in folder.glob("*.rq"))


def found(text: str) -> Query:
    """Return the named query where the text is such a name, else the text as a query.

    Example: ``ASK{}`` is a query though it is one word, ``who-met-whom`` is a name.
    """
    word = text.strip()
    return named(word) if _NAME.fullmatch(word) else parse(text)


def iri(text: str) -> str:
    """Return an IRI, checked. Raises ``QueryError`` where it is none."""
    import pyoxigraph as ox

    try:
        return ox.NamedNode(text).value
    except ValueError as error:
        raise QueryError(f"“{text}” is no IRI; one begins with a scheme, as https://…") from error


def named(name: str, folder: Path = QUERIES) -> Query:
    """Return the query of that name. Raises ``QueryError`` where the catalogue has none."""
    path = folder / f"{name}.rq"
    if name not in names(folder):
        from kg.vocabulary.spelling import nearest

        remedy = nearest(name, names(folder)) or "“kg queries” lists them"
        raise QueryError(f"the catalogue has no query “{name}”; {remedy}")
    return parse(path.read_text(encoding="utf-8"), name)

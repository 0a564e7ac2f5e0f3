"""The SPARQL 1.1 Protocol: from a request to the job that it asks for (sections 2.1 and 2.2).

A job is what a reader or the writer does: a name and arguments, all of it hashable, since equal
jobs over one generation of the store have equal answers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from kg.claims.belief import PARAMETERS
from kg.endpoint.http import negotiation
from kg.endpoint.http.messages import FORM, Fields, Request, absolute, fields, only, text
from kg.errors import RequestError
from kg.sparql import catalogue
from kg.vocabulary.statuses import LEVELS

QUERY, UPDATE = "application/sparql-query", "application/sparql-update"

Arguments = dict[str, str | list[str] | dict[str, str]]

_DATASET = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}
_SMALL = 16 * 1024


class Job(NamedTuple):
    """Something to be done: its name, what was given for it, and what may be answered.

    ``offers`` maps kinds of answers to the media type and format chosen for each; a kind that
    the client does not take is absent.
    """

    name: str
    given: Fields = ()
    offers: tuple[tuple[str, negotiation.Choice], ...] = ()
    coding: str = ""

    def to_json(self) -> dict[str, object]:
        """Return it as a reader gets it."""
        offers = {kind: [c.content_type, c.format_name] for kind, c in self.offers}
        return {"name": self.name, "given": self.given, "offers": offers, "coding": self.coding}


def job(name: str, request: Request, given: Fields, *kinds: str) -> Job:
    """Return a job whose answer is of one of some kinds, as the client likes it.

    Raises ``RequestError`` (406) where it takes none of them.
    """
    wanted = only(given, "format") or ""
    accept = request.header("accept")
    chosen = [(kind, negotiation.choose(kind, accept, wanted)) for kind in kinds]
    offers = tuple((kind, choice) for kind, choice in chosen if choice)
    if not offers:
        raise RequestError(406, unacceptable(wanted or accept, *kinds))
    return Job(name, given, offers, negotiation.coding(request.header("accept-encoding")))


def unacceptable(wanted: str, *kinds: str) -> str:
    """Say which formats there are."""
    known = ", ".join(dict.fromkeys(m for kind in kinds for m in negotiation.media_types(kind)))
    return f"there is no “{wanted}” of this; ask for one of {known}"


def read(request: Request) -> Job:
    """Return the query that a request asks. Raises ``RequestError``.

    A request without a query is for the description of the service (SPARQL 1.1 Service
    Description, section 2).
    """
    if len(request.body) > _SMALL or len(request.query) > _SMALL:
        return _read(request)
    names = ("accept", "accept-encoding", "content-type")
    return _remembered(
        request.method, request.query, request.body, *(request.header(name) for name in names)
    )


def operation(request: Request) -> str:
    """Tell whether a request to ``/sparql`` is a ``query`` or an ``update``, by its body."""
    if request.method != "POST":
        return "query"
    kind = negotiation.media_type(request.header("content-type"))
    if kind == FORM:
        names = {name for name, _ in fields(request.body)}
        if {"query", "update"} <= names:
            raise RequestError(400, "both a query and an update; send one")
        return "update" if "update" in names else "query"
    return "update" if kind == UPDATE else "query"


def update(request: Request) -> Fields:
    """Return what is given with an update: its text and dataset. Raises ``RequestError``."""
    given = _given(request, "update", UPDATE)
    if only(given, "update") is None:
        raise RequestError(400, "no update; send one as “update” or as the body")
    check_dataset(given, "update")
    return given


@lru_cache(maxsize=1024)
def _remembered(
    method: str, query: str, body: bytes, accept: str, coding: str, content_type: str
) -> Job:
    headers = {"accept": accept, "accept-encoding": coding, "content-type": content_type}
    return _read(Request(method, "", query, headers, body))


def _read(request: Request) -> Job:
    given = _given(request, "query", QUERY)
    check_reader(given)
    graphs = check_dataset(given, "query")
    cited = truth(given, "cite")
    if only(given, "query") is None:
        if request.method not in ("GET", "HEAD"):
            raise RequestError(400, "no query; send one as “query” or as the body")
        return job("description", request, given, "graph")
    if cited and graphs:
        raise RequestError(400, "a cited query names its graphs itself, with FROM")
    wanted = only(given, "format") or ""
    kinds = ("results", "graph", "page")
    if negotiation.favourite(kinds, request.header("accept"), wanted) == "page":
        return job("answer", request, given, "page")
    return job("query", request, given, "results", "graph")


def question(request: Request, name: str) -> Job:
    """Return the page of the answer to a named query. Raises ``RequestError``."""
    if name not in catalogue.names():
        raise RequestError(404, f"the catalogue has no query “{name}”")
    given = tuple((key, value) for key, value in fields(request.query) if value)
    check_reader(given)
    truth(given, "cite")
    return job("answer", request, (*given, ("query", name)), "page")


def page(name: str, request: Request, *about: tuple[str, str]) -> Job:
    """Return a page, or, where the client would rather have it, the same as RDF.

    Raises ``RequestError``.
    """
    given = fields(request.query)
    check_reader(given)
    wanted = only(given, "format") or ""
    kind = negotiation.favourite(("graph", "page"), request.header("accept"), wanted)
    return job(name, request, (*given, *about), kind)


def _given(request: Request, name: str, direct: str) -> Fields:
    """Return the parameters of a request: of its target, and of its form or body."""
    given = fields(request.query)
    if request.method not in ("GET", "HEAD"):
        kind = negotiation.media_type(request.header("content-type"))
        if kind == FORM:
            given += fields(request.body)
        elif kind == direct:
            given += ((name, text(request.body)),)
        else:
            said = f"“{kind}”" if kind else "a body without Content-Type"
            raise RequestError(415, f"{said} is no {name}; send {direct} or {FORM}")
    only(given, name)
    return given


def check_dataset(given: Fields, operation: str) -> list[str]:
    """Return the graphs that a request names for its dataset. Raises ``RequestError``."""
    return [absolute(value) for name, value in given if name in _DATASET[operation]]


def check_reader(given: Fields) -> None:
    """Check what is said of whom to believe. Raises ``RequestError``."""
    for name in PARAMETERS:
        value = only(given, name)
        if name == "believe" and value and value not in LEVELS:
            raise RequestError(400, f"“believe” is one of {', '.join(LEVELS)}, not “{value}”")


def truth(given: Fields, name: str) -> bool:
    """Return the value of a switch. Raises ``RequestError`` where it is neither yes nor no."""
    value = (only(given, name) or "").lower()
    if value not in ("true", "false", ""):
        raise RequestError(400, f"“{name}” is true or false, not “{value}”")
    return value == "true"


def ask(request: Request) -> Job:
    """Return the yes/no question that a request asks. Raises ``RequestError``."""
    given = _given(request, "query", QUERY)
    if not only(given, "query"):
        raise RequestError(400, "no question; give its name, or an ASK query, as “query”")
    check_reader(given)
    return job("ask", request, given, "json")


def why(request: Request) -> Job:
    """Return what a request wants explained. Raises ``RequestError``."""
    given = fields(request.query)
    if not only(given, "name"):
        raise RequestError(400, "explain what? give “name”: a key, a label or an IRI")
    if bool(only(given, "property")) != bool(only(given, "value")):
        raise RequestError(400, "a triple has three terms: give “property” and “value”")
    check_reader(given)
    return job("why", request, given, "json")

"""The SPARQL 1.1 Protocol: from a request to the job that it asks for (sections 2.1 and 2.2).

A job is what a reader or the writer does: a name and arguments, all of it hashable, since equal
jobs over one generation of the store have equal answers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from kg.claims.belief import PARAMETERS
from kg.endpoint.http import negotiation
from kg.endpoint.http.messages import FORM, Fields, Request, fields, text
from kg.endpoint.protocol import parameters
from kg.endpoint.protocol.operations import QUERY_TYPE, UPDATE_TYPE, Operation
from kg.endpoint.protocol.parameters import Given
from kg.errors import RequestError
from kg.sparql import catalogue
from kg.sparql.guard import MAX_LENGTH

_DIRECT = {QUERY_TYPE: "query", UPDATE_TYPE: "update"}
"""The parameter that the whole body is, by its media type."""
_HEADERS = ("accept", "accept-encoding", "content-type")
"""The headers on which a job depends."""
_SMALL = 4 * 1024
"""Requests of so many bytes are remembered with the jobs that they ask for."""


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


def given(operation: Operation, request: Request) -> Given:
    """Return the parameters of a request: of its target, and of its form or body.

    Raises ``RequestError``.
    """
    pairs = fields(request.query)
    if operation.bodies:
        kind = negotiation.media_type(request.header("content-type"))
        if kind not in operation.bodies:
            said = f"“{kind}”" if kind else "a body without Content-Type"
            what = " or ".join(_DIRECT[body] for body in operation.bodies if body in _DIRECT)
            raise RequestError(415, f"{said} is no {what}; send {', '.join(operation.bodies)}")
        if kind == FORM:
            pairs += fields(request.body)
        else:
            pairs += ((_DIRECT[kind], text(request.body)),)
    return parameters.read(pairs, operation.parameters, strict=operation.strict)


def job(name: str, request: Request, fields: Fields, *kinds: str) -> Job:
    """Return a job whose answer is of one of some kinds, as the client likes it.

    What a job is given has an effect on its answer: equal jobs have one place in the cache.
    Raises ``RequestError`` (406) where the client takes none of the kinds.
    """
    formats = _formats(fields)
    accept = request.header("accept")
    chosen = [(kind, negotiation.choose(kind, accept, formats)) for kind in kinds]
    offers = tuple((kind, choice) for kind, choice in chosen if choice)
    if not offers:
        raise RequestError(406, unacceptable(", ".join(formats) or accept, *kinds))
    rest = tuple(field for field in fields if field[0] != "format")
    return Job(name, rest, offers, negotiation.coding(request.header("accept-encoding")))


def unacceptable(wanted: str, *kinds: str) -> str:
    """Say which formats there are."""
    known = ", ".join(dict.fromkeys(m for kind in kinds for m in negotiation.media_types(kind)))
    return f"there is no “{wanted}” of this; ask for one of {known}"


def query(operation: Operation, request: Request) -> Job:
    """Return the query that a request asks. Raises ``RequestError``.

    A request without a query is for the description of the service (SPARQL 1.1 Service
    Description, section 2).
    """
    headers = tuple(request.header(name) for name in _HEADERS)
    target = (request.method, request.query, request.url)
    if len(request.body) + sum(map(len, (*target, *headers))) > _SMALL:
        return _query(operation, request)
    return _remembered(operation, target, request.body, headers)


def is_update(request: Request) -> bool:
    """Tell whether a request to ``/sparql`` is an update, by its body. Raises ``RequestError``."""
    kind = negotiation.media_type(request.header("content-type"))
    if kind != FORM:
        return kind == UPDATE_TYPE
    names = {name for name, _ in fields(request.body)}
    if {"query", "update"} <= names:
        raise RequestError(400, "both a query and an update; send one")
    return "update" in names


def update(operation: Operation, request: Request) -> tuple[dict[str, Any], bytes]:
    """Return the job of the writer that does an update, and the text. Raises ``RequestError``."""
    found = given(operation, request).fields
    text = dict(found).get("update")
    if text is None:
        raise RequestError(400, "no update; send one as “update” or as the body")
    dataset = {
        "default": [value for name, value in found if name == "using-graph-uri"],
        "named": [value for name, value in found if name == "using-named-graph-uri"],
    }
    return {"name": "update", "base": request.url, **dataset}, text.encode()


def question(operation: Operation, request: Request, name: str) -> Job:
    """Return the page of the answer to a named query. Raises ``RequestError``."""
    if name not in catalogue.names():
        raise RequestError(404, f"the catalogue has no query “{name}”")
    found = given(operation, request).fields
    return job("answer", request, (*found, ("query", name)), "page")


def page(operation: Operation, request: Request, *about: tuple[str, str]) -> Job:
    """Return a page, or, where the client would rather have it, the same as RDF.

    Raises ``RequestError``.
    """
    found = given(operation, request).fields
    accept = request.header("accept")
    kind = negotiation.favourite(operation.answers, accept, _formats(found))
    return job(operation.handler, request, (*found, *about), kind)


def sitemap(operation: Operation, request: Request) -> Job:
    """Return the sitemap that a request asks for. Raises ``RequestError``."""
    found = (*given(operation, request).fields, ("base", request.base))
    offers = (("sitemap", negotiation.Choice(operation.answers[0], "xml")),)
    return Job("sitemap", found, offers, negotiation.coding(request.header("accept-encoding")))


def missing(request: Request, message: str) -> Job:
    """Return the page of what a request asks for and there is not, with what may be meant."""
    kept = [pair for pair in read_leniently(request) if pair[0] in PARAMETERS and pair[1]]
    given = (("path", request.path), ("message", message), *kept)
    offers = (("page", negotiation.Choice("text/html", "html")),)
    return Job("missing", given, offers)


def read_leniently(request: Request) -> Fields:
    """Return the parameters of an address, for a page that shows them; none if it has no form."""
    try:
        return fields(request.query)
    except RequestError:
        return ()


def ask(operation: Operation, request: Request) -> Job:
    """Return the yes/no question that a request asks. Raises ``RequestError``."""
    found = given(operation, request).fields
    if not dict(found).get("query", "").strip():
        raise RequestError(400, "no question; give its name, or an ASK query, as “query”")
    return job("ask", request, (*found, ("base", request.url)), "json")


def why(operation: Operation, request: Request) -> Job:
    """Return what a request wants explained. Raises ``RequestError``."""
    found = given(operation, request).fields
    named = dict(found)
    if not named.get("name"):
        raise RequestError(400, "explain what? give “name”: a key, a label or an IRI")
    if ("property" in named) != ("value" in named):
        raise RequestError(400, "a triple has three terms: give “property” and “value”")
    return job("why", request, found, "json")


@lru_cache(maxsize=512)
def _remembered(
    operation: Operation, target: tuple[str, str, str], body: bytes, headers: tuple[str, ...]
) -> Job:
    method, query, url = target
    named = dict(zip(_HEADERS, headers, strict=True))
    return _query(operation, Request(method, "", query, named, body, url=url))


def _query(operation: Operation, request: Request) -> Job:
    found, others = given(operation, request)
    asked = dict(found)
    text = asked.get("query")
    if text is None:
        return _description(operation, request, found, others)
    if not text.strip():
        raise RequestError(400, "no query: “query” is empty")
    if len(text) > MAX_LENGTH:
        raise RequestError(413, f"the query has more than {MAX_LENGTH:,} characters")
    if asked.get("cite") == "true" and any(name.endswith("-graph-uri") for name in asked):
        raise RequestError(400, "a cited query names its graphs itself, with FROM")
    based = (*found, ("base", request.url))
    accept = request.header("accept")
    if negotiation.favourite(operation.answers, accept, _formats(found)) == "page":
        return job("answer", request, based, "page")
    return job("query", request, based, "results", "graph")


def _description(
    operation: Operation, request: Request, found: Fields, others: tuple[str, ...]
) -> Job:
    """Return the description of the service, unless the query was only forgotten."""
    extra = [name for name, _ in found if name != "format"] + list(others)
    if extra or operation.bodies:
        said = f" (there is “{extra[0]}”)" if extra else ""
        raise RequestError(400, f"no query{said}; send one as “query” or as the body")
    return job("description", request, found, "graph")


def _formats(found: Fields) -> tuple[str, ...]:
    return tuple(value for name, value in found if name == "format")

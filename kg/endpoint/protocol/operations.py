"""What is served, and where: each path with its methods, and what each takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kg.endpoint.http.messages import FORM
from kg.endpoint.http.negotiation import RDF_TYPES
from kg.endpoint.protocol import parameters as p

QUERY_TYPE, UPDATE_TYPE = "application/sparql-query", "application/sparql-update"
MULTIPART = "multipart/form-data"


class Operation(NamedTuple):
    """What a method does at a path. ``handler`` names the method of ``routes.Handlers``.

    ``answers`` are kinds of answers as negotiation knows them, or one media type that is not
    negotiated; ``bodies`` the media types of a body that is needed. ``statuses`` are those beyond
    what follows from the rest. Where it is ``strict``, there may be no other parameters.
    """

    handler: str
    summary: str
    parameters: tuple[p.Parameter, ...] = ()
    answers: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    strict: bool = False
    writes: bool = False

    @property
    def is_negotiated(self) -> bool:
        """Whether the Accept header chooses the form of the answer."""
        return bool(self.answers) and "/" not in self.answers[0]


_ASKED = (p.QUERY, p.BINDING, *p.DATASET, p.CITE, p.FORMAT, *p.BELIEF)
_ANSWERS = ("results", "graph", "page")
_TEXT = ("text/plain",)

QUERY = Operation(
    "query", "Answer a query, or describe the service.", _ASKED, _ANSWERS, statuses=(403, 502)
)
QUERY_POST = QUERY._replace(summary="Answer a query.", bodies=(FORM, QUERY_TYPE))
UPDATE = Operation(
    "update", "Do an update: all of its operations, or none.", (p.UPDATE, *p.USING),
    bodies=(FORM, UPDATE_TYPE), statuses=(204, 502), writes=True,
)  # fmt: skip
EITHER = QUERY_POST._replace(
    handler="either", summary="Answer a query or do an update.",
    parameters=(*_ASKED, p.UPDATE, *p.USING), bodies=(FORM, QUERY_TYPE, UPDATE_TYPE),
    statuses=(204, 401, 403, 502),
)  # fmt: skip
ASK = Operation(
    "ask", "Give the verdict on a yes/no question.", (p.QUERY, p.BINDING, *p.BELIEF), ("json",)
)
_GET = Operation(
    "graph", "Give a graph, or all of them.", (*p.GRAPH, p.FORMAT), ("graph",), statuses=(404,),
    strict=True,
)  # fmt: skip
_PUT = Operation(
    "put", "Replace a graph, or all of them.", _GET.parameters, bodies=RDF_TYPES,
    statuses=(201, 204), strict=True, writes=True,
)  # fmt: skip
_POST = _PUT._replace(handler="post", summary="Add to a graph.", bodies=(*RDF_TYPES, MULTIPART))
_DELETE = _PUT._replace(
    handler="delete", summary="Remove a graph, or all of them.", bodies=(), statuses=(204, 404)
)
_STORE = {"GET": _GET, "PUT": _PUT, "POST": _POST, "DELETE": _DELETE}

OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    "/": {
        "GET": Operation(
            "home", "Say what this is, with the questions of the catalogue and a form for queries.",
            (p.FORMAT, *p.BELIEF), ("page",),
        ),
    },
    "/search": {
        "GET": Operation(
            "search", "Find what is called so, or nearly so: a page, or JSON.",
            (p.WORDS, p.KIND, p.PAGE, p.FORMAT, *p.BELIEF), ("page", "json"), statuses=(404,),
        ),
    },
    "/browse": {
        "GET": Operation(
            "browse", "List the classes that there are things of.", (p.FORMAT, *p.BELIEF),
            ("page",),
        ),
    },
    "/browse/": {
        "GET": Operation(
            "members", "List the things of a class: a page, or RDF.",
            (p.KIND, p.STATE, p.YEAR, p.STATUS, p.SOURCE, p.SORT, p.PAGE, p.FORMAT, *p.BELIEF),
            ("page", "graph"), statuses=(403, 404),
        ),
    },
    "/questions/": {
        "GET": Operation(
            "question", "Give the page of the answer to a named query.",
            (p.BINDING, p.CITE, p.FORMAT, *p.BELIEF), ("page",), statuses=(403, 404),
        ),
    },
    "/id/": {
        "GET": Operation(
            "resource", "Describe an individual: a page, or RDF.", (p.FORMAT, *p.BELIEF),
            ("graph", "page"), statuses=(404,),
        ),
    },
    "/ontology": {
        "GET": Operation(
            "ontology", "Give the ontology: a page, or RDF.", (p.FORMAT, *p.BELIEF),
            ("graph", "page"),
        ),
    },
    "/style.css": {
        "GET": Operation("style", "Give the style sheet of the pages.", answers=("text/css",)),
    },
    "/sitemap.xml": {
        "GET": Operation(
            "sitemap", "List the pages for search engines.", (p.PAGE,), ("application/xml",),
            statuses=(304, 404, 500),
        ),
    },
    "/opensearch.xml": {
        "GET": Operation(
            "opensearch", "Tell browsers and programs how to search here.",
            answers=("application/opensearchdescription+xml",),
        ),
    },
    "/robots.txt": {
        "GET": Operation("robots", "Tell crawlers what is for them.", answers=_TEXT),
    },
    "/query": {"GET": QUERY, "POST": QUERY_POST, "QUERY": QUERY_POST},
    "/sparql": {"GET": QUERY, "POST": EITHER, "QUERY": QUERY_POST},
    "/update": {"POST": UPDATE},
    "/store": _STORE,
    "/store/": {method: each._replace(parameters=(p.FORMAT,)) for method, each in _STORE.items()},
    "/ask": {"GET": ASK, "POST": ASK._replace(bodies=(FORM, QUERY_TYPE))},
    "/why": {
        "GET": Operation(
            "why", "Give the claims for and against something.", (*p.TRIPLE, *p.BELIEF), ("json",)
        ),
    },
    "/.well-known/void": {
        "GET": Operation("void", "Give the statistics of the dataset.", (p.FORMAT,), ("graph",)),
    },
    "/healthz": {"GET": Operation("health", "Say that the server runs.", answers=_TEXT)},
    "/readyz": {
        "GET": Operation("ready", "Say whether queries can be answered.", answers=_TEXT),
    },
    "/metrics": {"GET": Operation("metrics", "Give the counts, for Prometheus.", answers=_TEXT)},
    "/openapi.json": {
        "GET": Operation("openapi", "Describe all this in OpenAPI.", answers=("application/json",)),
    },
}  # fmt: skip
"""A path that ends in “/”, but for the first, stands for all below it."""

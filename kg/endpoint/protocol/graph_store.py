"""The SPARQL 1.1 Graph Store HTTP Protocol: from a request to the graph that it is about.

A graph is named by the parameter ``graph`` or ``default``, or by the IRI of the request itself
where that lies below ``/store/`` (sections 4.1 and 4.2). Without either it is all graphs.
"""

from __future__ import annotations

import io
from secrets import token_hex
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from kg.endpoint.http import negotiation
from kg.endpoint.http.messages import Request, absolute, fields, only
from kg.endpoint.protocol.requests import Job, job
from kg.errors import RequestError
from kg.sparql.formats import RDF_FORMATS

PATH = "/store"
_MULTIPART = "multipart/form-data"


def read(request: Request) -> Job:
    """Return the job that gives a graph, or all graphs. Raises ``RequestError``."""
    name = graph(request)
    wanted = tuple(p for p in fields(request.query) if p[0] == "format")
    if name is None:
        return job("graph", request, wanted, "dataset")
    return job("graph", request, (*wanted, ("graph", name) if name else ("default", "")), "graph")


def graph(request: Request) -> str | None:
    """Return the IRI of the graph, empty for the default graph, ``None`` for all of them.

    Raises ``RequestError``.
    """
    given = fields(request.query)
    if unknown := {name for name, _ in given} - {"graph", "default", "format"}:
        # One that is misspelt must not make a request be about all graphs.
        raise RequestError(400, f"there is no parameter “{sorted(unknown)[0]}”; name a “graph”")
    name, default = only(given, "graph"), only(given, "default")
    direct = request.path != PATH
    if (name is not None) + (default is not None) + direct > 1:
        raise RequestError(400, "one graph at a time: by “graph”, “default” or the path")
    if direct:
        return request.base + request.path
    if name is None:
        return None if default is None else ""
    return absolute(name)


def put(request: Request) -> tuple[dict[str, Any], bytes]:
    """Return the job of the writer that replaces a graph, and its content."""
    name = graph(request)
    kind = negotiation.rdf_format(request.header("content-type"))
    _check(name, kind)
    return {"name": "put", "graph": name, "format": kind}, request.body


def post(request: Request) -> tuple[dict[str, Any], bytes, str]:
    """Return the job of the writer that adds to a graph, its content, and the graph if it is new.

    Triples without a graph to go to make a new one (section 5.5).
    """
    name = graph(request)
    content_type = request.header("content-type")
    if negotiation.media_type(content_type) == _MULTIPART:
        parts, content = _parts(request)
    else:
        kind = negotiation.rdf_format(content_type)
        parts, content = [{"format": kind, "start": 0, "end": len(request.body)}], request.body
    made = ""
    if name is None and not all(RDF_FORMATS[p["format"]].supports_datasets for p in parts):
        name = made = f"{request.base}{PATH}/{token_hex(8)}"
    return {"name": "post", "graph": name, "parts": parts}, content, made


def delete(request: Request) -> tuple[dict[str, Any], bytes]:
    """Return the job of the writer that removes a graph."""
    return {"name": "delete", "graph": graph(request)}, b""


def _check(name: str | None, kind: str) -> None:
    if name is None and not RDF_FORMATS[kind].supports_datasets:
        raise RequestError(400, "triples need a graph: give “graph” or “default”")


def _parts(request: Request) -> tuple[list[dict[str, Any]], bytes]:
    """Take a form of files apart: the format of each, and where it lies in all of them."""
    _, options = parse_options_header(request.header("content-type"))
    boundary = options.get("boundary", "").encode()
    if not boundary:
        raise RequestError(400, f"{_MULTIPART} without a boundary")
    parser = MultiPartParser(max_form_memory_size=len(request.body), max_form_parts=100)
    try:
        _, files = parser.parse(io.BytesIO(request.body), boundary, len(request.body))
    except (ValueError, RequestEntityTooLarge) as error:
        raise RequestError(400, f"not {_MULTIPART}: {error}") from error
    parts, whole = [], b""
    for file in (each for files_of in files.listvalues() for each in files_of):
        content = file.read()
        kind = negotiation.rdf_format(file.content_type or "")
        parts.append({"format": kind, "start": len(whole), "end": len(whole) + len(content)})
        whole += content
    if not parts:
        raise RequestError(400, "the form has no file")
    return parts, whole

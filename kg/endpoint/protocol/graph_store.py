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
from kg.endpoint.http.messages import Fields, Request, absolute
from kg.endpoint.protocol.operations import MULTIPART, Operation
from kg.endpoint.protocol.requests import Job, given, job
from kg.errors import RequestError
from kg.sparql.formats import RDF_FORMATS

PATH = "/store"


def read(operation: Operation, request: Request) -> Job:
    """Return the job that gives a graph, or all graphs. Raises ``RequestError``."""
    name = graph(operation, request)
    formats = tuple(p for p in _given(operation, request) if p[0] == "format")
    if name is None:
        return job("graph", request, formats, "dataset")
    return job("graph", request, (*formats, ("graph", name) if name else ("default", "")), "graph")


def graph(operation: Operation, request: Request) -> str | None:
    """Return the IRI of the graph, empty for the default graph, ``None`` for all of them.

    Raises ``RequestError``; a parameter that is misspelt must not make it about all graphs.
    """
    found = dict(_given(operation, request))
    direct = request.path != PATH
    if ("graph" in found) + ("default" in found) + direct > 1:
        raise RequestError(400, "one graph at a time: by “graph”, “default” or the path")
    if direct:
        return absolute(request.url)
    return found.get("graph", "" if "default" in found else None)


def _given(operation: Operation, request: Request) -> Fields:
    return given(operation._replace(bodies=()), request).fields


def put(operation: Operation, request: Request) -> tuple[dict[str, Any], bytes]:
    """Return the job of the writer that replaces a graph, and its content."""
    name = graph(operation, request)
    kind = negotiation.rdf_format(request.header("content-type"))
    _check(name, kind)
    return {"name": "put", "graph": name, "base": request.url, "format": kind}, request.body


def post(operation: Operation, request: Request) -> tuple[dict[str, Any], bytes, str]:
    """Return the job of the writer that adds to a graph, its content, and the graph if it is new.

    Triples without a graph to go to make a new one (section 5.5).
    """
    name = graph(operation, request)
    content_type = request.header("content-type")
    if negotiation.media_type(content_type) == MULTIPART:
        parts, content = _parts(request)
    else:
        kind = negotiation.rdf_format(content_type)
        parts, content = [{"format": kind, "start": 0, "end": len(request.body)}], request.body
    made = ""
    if name is None and not all(RDF_FORMATS[p["format"]].supports_datasets for p in parts):
        name = made = f"{request.base}{PATH}/{token_hex(8)}"
    return {"name": "post", "graph": name, "base": request.url, "parts": parts}, content, made


def delete(operation: Operation, request: Request) -> tuple[dict[str, Any], bytes]:
    """Return the job of the writer that removes a graph."""
    return {"name": "delete", "graph": graph(operation, request)}, b""


def _check(name: str | None, kind: str) -> None:
    if name is None and not RDF_FORMATS[kind].supports_datasets:
        raise RequestError(400, "triples need a graph: give “graph” or “default”")


def _parts(request: Request) -> tuple[list[dict[str, Any]], bytes]:
    """Take a form of files apart: the format of each, and where it lies in all of them."""
    _, options = parse_options_header(request.header("content-type"))
    boundary = options.get("boundary", "").encode()
    if not boundary:
        raise RequestError(400, f"{MULTIPART} without a boundary")
    parser = MultiPartParser(max_form_memory_size=len(request.body), max_form_parts=100)
    try:
        _, files = parser.parse(io.BytesIO(request.body), boundary, len(request.body))
    except (ValueError, RequestEntityTooLarge) as error:
        raise RequestError(400, f"not {MULTIPART}: {error}") from error
    parts, pieces, size = [], [], 0
    for file in (each for files_of in files.listvalues() for each in files_of):
        content = file.read()
        kind = negotiation.rdf_format(file.content_type or "")
        parts.append({"format": kind, "start": size, "end": size + len(content)})
        pieces.append(content)
        size += len(content)
    if not parts:
        raise RequestError(400, "the form has no file")
    return parts, b"".join(pieces)

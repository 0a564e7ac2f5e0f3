"""The description of the endpoint in OpenAPI 3.1, made from its operations and parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kg.endpoint.http.messages import FORM
from kg.endpoint.http.negotiation import media_types
from kg.endpoint.protocol.operations import (
    MULTIPART,
    OPERATIONS,
    QUERY_TYPE,
    UPDATE_TYPE,
    Operation,
)
from kg.endpoint.protocol.parameters import BINDING, VALUES, Parameter

_STATUSES = {
    201: "A new graph has been made.",
    204: "The change is made; whoever asks from now on sees it.",
    304: "The answer that If-None-Match names is still right.",
    400: "The request, the query or the update is wrong; the text says what and where.",
    401: "A change needs the bearer token.",
    403: "The dataset is read-only here, or the answer is larger than allowed.",
    404: "There is no such thing.",
    405: "There is no such method here; Allow has those that are.",
    406: "None of the formats that are asked for.",
    408: "The body took too long to come.",
    413: "The body, or the query, is too long.",
    415: "The body is in no format that is read here.",
    421: "The host that is asked for is not served here.",
    431: "The head of the request is too large.",
    500: "A fault of the program; the text names it.",
    501: "A transfer coding that is not understood.",
    502: "A server that SERVICE or LOAD asks gave no answer.",
    503: "The query took too long or too much memory, or too many were waiting.",
}
_HEADERS = {
    201: {"Location": {"schema": {"type": "string"}}},
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    503: {"Retry-After": {"schema": {"type": "integer"}}},
}
_BARE = (201, 204, 304)
_ALWAYS = {400, 405, 421, 431, 501, 503}
_EXAMPLES = {"query": "ASK {}", "update": "INSERT DATA { <urn:s> <urn:p> 1 }"}
_PATHS = {
    "/questions/": ("name", "The name of a query of the catalogue."),
    "/browse/": ("class", "The name of a class of the ontology, such as Meeting."),
    "/id/": ("key", "The key of an individual, the end of its IRI."),
    "/store/": ("path", "What makes the IRI of the request that of a graph."),
}
_TEXT = {"type": "string"}


def document() -> dict[str, Any]:
    """Return the document."""
    declared = [each for operation in _operations() for each in operation.parameters]
    parameters = {each.name: _parameter(each) for each in declared if each is not BINDING}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Entente",
            "version": "1",
            "summary": "A cited knowledge graph of diplomacy.",
            "description": "The SPARQL 1.1 Protocol, Graph Store HTTP Protocol and Service "
            "Description, with parameters of its own for citations and belief. The method QUERY "
            "is taken where POST is for queries.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            _path(path): {
                # OpenAPI 3.1 has no word for the method QUERY.
                method.lower(): _operation(path, method, operation)
                for method, operation in methods.items()
                if method != "QUERY"
            }
            for path, methods in OPERATIONS.items()
        },
        "components": {
            "parameters": {**parameters, "others": _others()},
            "responses": {**_good(), **{str(s): _response(s) for s in sorted(_STATUSES)}},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _path(path: str) -> str:
    return f"{path}{{{_PATHS[path][0]}}}" if path in _PATHS else path


def _operation(path: str, method: str, operation: Operation) -> dict[str, Any]:
    words = re.findall("[a-z]+", _path(path).partition(".json")[0]) or ["home"]
    good = {"200": _named("_".join(operation.answers))} if operation.answers else {}
    others = {str(status): _named(status) for status in sorted(_statuses(operation))}
    found: dict[str, Any] = {
        "operationId": method.lower() + "".join(word.title() for word in words),
        "summary": operation.summary,
        "parameters": [*_in_path(path), *_in_query(operation)],
        "responses": {**good, **others},
    }
    if operation.bodies:
        found["requestBody"] = {"required": True, "content": _bodies(operation)}
    if operation.writes or 401 in operation.statuses:
        found["security"] = [{"token": []}] if operation.writes else [{}, {"token": []}]
    return found


def _named(response: object) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{str(response).replace('/', '_')}"}


def _statuses(operation: Operation) -> set[int]:
    """Return the statuses of an operation: its own, and those that follow from what it does."""
    found = _ALWAYS | set(operation.statuses)
    if operation.is_negotiated:
        found |= {304, 406, 500}
    if operation.bodies:
        found |= {408, 413, 415}
    return found | ({401, 403, 500} if operation.writes else set())


def _good() -> dict[str, Any]:
    """Return each good response once, by the kinds of answers that it may be."""
    found = {}
    for operation in _operations():
        types = dict.fromkeys(
            media_type
            for kind in operation.answers
            for media_type in ([kind] if "/" in kind else media_types(kind))
        )
        tag = {"headers": {"ETag": {"schema": _TEXT}}} if operation.is_negotiated else {}
        response = {"description": "The answer.", **tag, "content": _content(types)}
        found["_".join(operation.answers).replace("/", "_")] = response
    del found[""]
    return found


def _operations() -> list[Operation]:
    return [operation for methods in OPERATIONS.values() for operation in methods.values()]


def _content(types: Iterable[str]) -> dict[str, Any]:
    return {t: {} if "json" in t else {"schema": _TEXT} for t in types}


def _bodies(operation: Operation) -> dict[str, Any]:
    known = {parameter.name: parameter for parameter in operation.parameters}
    direct = {QUERY_TYPE: "query", UPDATE_TYPE: "update"}
    found: dict[str, Any] = {}
    for media_type in operation.bodies:
        if media_type == FORM:
            own = [name for name in direct.values() if name in known]
            found[FORM] = {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in own},
                    **({"required": own} if len(own) == 1 else {}),
                },
                "example": {own[0]: _EXAMPLES[own[0]]},
            }
        elif media_type in direct:
            found[media_type] = {"schema": _TEXT, "example": _EXAMPLES[direct[media_type]]}
        elif media_type == MULTIPART:
            files = {"type": "array", "items": _TEXT}
            found[media_type] = {"schema": {"type": "object", "properties": {"file": files}}}
        else:
            found[media_type] = {"schema": _TEXT}
    return found


def _in_path(path: str) -> list[dict[str, Any]]:
    if path not in _PATHS:
        return []
    name, about = _PATHS[path]
    schema = {"type": "string", "pattern": "^[^/]+$"}
    return [{"name": name, "in": "path", "required": True, "description": about, "schema": schema}]


def _in_query(operation: Operation) -> list[dict[str, str]]:
    """Return the parameters of the target; with a body, what is required comes in it."""
    names = [
        each.name
        for each in operation.parameters
        if each is not BINDING and not (operation.bodies and each.is_required)
    ]
    names += [] if operation.strict else ["others"]
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if values := parameter.choices or VALUES.get(parameter.name, ()):
        schema["enum"] = [*values, ""]
    if parameter.is_iri:
        schema["format"] = "uri"
    if parameter.may_repeat and not values:
        schema = {"type": "array", "items": schema}
    found = {"name": parameter.name, "in": "query", "description": parameter.about}
    return {**found, "schema": schema}


def _others() -> dict[str, Any]:
    return {
        "name": "others",
        "in": "query",
        "description": f"{BINDING.about} Any other parameter is ignored, as clients send some of "
        "their own, unless it is near to one that there is.",
        "style": "form",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": True},
    }


def _response(status: int) -> dict[str, Any]:
    content = {} if status in _BARE else {"content": _content(("text/plain", "text/html"))}
    headers = {"headers": _HEADERS[status]} if status in _HEADERS else {}
    return {"description": _STATUSES[status], **headers, **content}

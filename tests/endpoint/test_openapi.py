"""The document at ``/openapi.json`` is right about every route, by schemathesis."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

from kg.endpoint.protocol.operations import OPERATIONS
from tests.conftest import ROOT
from tests.support.serving import TOKEN, Server, writable

pytestmark = pytest.mark.slow

DOCUMENT = json.loads((ROOT / "kg" / "endpoint" / "openapi.json").read_bytes())
TYPES = [t for t in str(DOCUMENT).split("'") if t.startswith(("application/", "text/"))]


@schemathesis.serializer(*sorted({t for t in TYPES if "json" not in t and "form" not in t}))
def text(_: object, value: object) -> bytes:
    """A body of a type that schemathesis does not know is text."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with writable(tmp_path_factory.mktemp("openapi")) as server:
        yield server


@SCHEMA.parametrize()
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_server_does_what_the_document_says(case: schemathesis.Case, server: Server):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    # What is SPARQL, and what is in the dataset, a schema cannot tell; other parameters than
    # ours are ignored. Which values are refused, the tests of the protocol say.
    beyond = [positive_data_acceptance, negative_data_rejection]
    if case.operation.path in ("/query", "/sparql"):  # OpenAPI 3.1 has no word for QUERY
        beyond += [unsupported_method, allow_header_conformance]
    case.call_and_validate(base_url=server.url, headers=headers, excluded_checks=beyond)


def test_the_document_is_served_and_names_every_route(server: Server):
    assert json.loads(server.get("/openapi.json").text) == DOCUMENT
    documented = {
        path.partition("{")[0]: {m.upper() for m in each}
        for path, each in DOCUMENT["paths"].items()
    }
    assert documented == {path: set(each) - {"QUERY"} for path, each in OPERATIONS.items()}
    for path, methods in documented.items():
        got = server.ask("OPTIONS", path)
        assert methods <= set(got.headers["allow"].split(", ")), path

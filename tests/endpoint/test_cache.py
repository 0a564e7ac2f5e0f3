"""What is kept of answers: the least recently used goes first, and everything that is kept counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.endpoint.cache import Cache
from kg.endpoint.http.messages import Response
from tests.support.serving import FORM, Server, serving


def test_the_least_recently_used_answer_is_forgotten_first():
    cache = Cache(16 * 10_000)
    names = [f"answer-{number}" for number in range(16)]
    for name in names:
        cache.put(name, Response(content=b"x" * 7_500))
    assert cache.size == 16 * 10_000
    assert cache.get(names[0])
    cache.put("new", Response(content=b"x" * 7_500))
    assert cache.get("new") and cache.get(names[0])
    assert cache.get(names[1]) is None
    assert cache.size == 16 * 10_000


def test_an_answer_that_is_too_large_or_kept_already_is_counted_rightly():
    cache = Cache(160_000)
    cache.put("large", Response(content=b"x" * 10_001))
    assert (cache.get("large"), cache.size) == (None, 0)
    for _ in range(3):
        cache.put("same", Response(content=b"x"))
    once = cache.size
    cache.put("other", Response(content=b"x"))
    assert cache.size == 2 * once
    assert (cache.hits, cache.misses) == (0, 1)


@pytest.fixture(scope="module")
def server(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(store, tmp_path_factory.mktemp("cache") / "log", "--cache", "1") as server:
        yield server


def test_what_has_no_effect_is_no_part_of_a_key(server: Server):
    given = {"query": "SELECT ?x { ?x a ent:Person }"}
    tag = server.get("/query", given).headers["etag"]
    kept = server.metric("kg_cache_bytes")
    same = [
        {**given, "output": "json"}, {**given, "cite": ""}, {**given, "believe": ""},
        {**given, "default-graph-uri": ""}, {**given, "x": "y" * 10_000}, {"timeout": "9", **given},
    ]  # fmt: skip
    assert {server.get("/query", each).headers["etag"] for each in same} == {tag}
    assert {
        server.query(given["query"], Accept=f"x/y{n}, */*").headers["etag"] for n in range(9)
    } == {tag}
    assert server.metric("kg_cache_bytes") == kept
    graph = "default-graph-uri"
    one, two = [(graph, "urn:a"), (graph, "urn:b")], [(graph, "urn:b"), (graph, "urn:a")]
    other = [[*given.items(), *pairs] for pairs in (one, two, one[:1])]
    assert tag not in {server.get("/query", each).headers["etag"] for each in other}


@pytest.mark.slow
def test_the_bytes_that_are_counted_have_a_bound(server: Server):
    for number in range(500):
        body = f"query=ASK+%7B%7D+%23{number}{'x' * 50_000}"
        assert server.ask("POST", "/query", body, Content_Type=FORM).status == 200
    assert 0 < server.metric("kg_cache_bytes") <= 1 << 20

"""The cases of the W3C's graph store tests by name, and what the specification says beyond."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from urllib.parse import quote

import pytest
import rdflib

from kg.store import building
from tests.conftest import TESTS
from tests.support.serving import TOKEN, Got, Server, serving, writable

BEARER = {"Authorization": f"Bearer {TOKEN}"}
JOHN = "@prefix v: <http://www.w3.org/2006/vcard/ns#> . <urn:john> a v:Individual ; v:fn 'John'."
JANE = "@prefix v: <http://www.w3.org/2006/vcard/ns#> . <urn:jane> a v:Individual ; v:fn 'Jane'."
TURTLE = "text/turtle; charset=utf-8"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with writable(tmp_path_factory.mktemp("graphs")) as server:
        yield server


def at(name: str) -> str:
    return f"/store?graph={quote(f'http://example.org/{name}', safe='')}"


def put(server: Server, target: str, text: str, content_type: str = TURTLE) -> Got:
    return server.ask("PUT", target, text, Content_Type=content_type, **BEARER)


def graph(got: Got) -> rdflib.Graph:
    assert got.status == 200, got.text
    return rdflib.Graph().parse(data=got.text, format="turtle")


def same(got: Got, *texts: str) -> bool:
    whole = rdflib.Graph()
    for text in texts:
        whole.parse(data=text, format="turtle")
    return graph(got).isomorphic(whole)


@pytest.mark.slow
def test_put_initial_state_and_get_of_put_initial_state(server: Server):
    assert server.ask("GET", at("initial")).status == 404
    assert put(server, at("initial"), JOHN).status == 201
    assert same(server.ask("GET", at("initial"), Accept="text/turtle"), JOHN)
    assert not same(server.ask("GET", at("initial"), Accept="text/turtle"), JANE)


@pytest.mark.slow
def test_entities_that_are_made_of_entities_are_refused(server: Server):
    text = (TESTS / "validation/invalid/entities-of-entities.rdf").read_text("utf-8")
    refused = put(server, at("entities"), text, "application/rdf+xml")
    assert refused.status == 400
    assert "an entity that is made of entities" in refused.text
    assert server.ask("GET", at("entities")).status == 404
    text = (TESTS / "validation/valid/entities-of-text.rdf").read_text("utf-8")
    assert put(server, at("entities"), text, "application/rdf+xml").status == 201


def test_put_graph_already_in_store(server: Server):
    put(server, at("twice"), JOHN)
    assert put(server, at("twice"), JANE).status == 204
    assert same(server.ask("GET", at("twice"), Accept="text/turtle"), JANE)


def test_put_default_graph_and_get_of_put_default_graph(server: Server):
    before = server.ask("GET", "/store?default", Accept="text/turtle")
    assert "kim-jong-un" in before.text
    assert put(server, "/store?default", JOHN).status == 204
    assert same(server.ask("GET", "/store?default", Accept="text/turtle"), JOHN)
    assert put(server, "/store?default", before.text).status == 204
    assert same(server.ask("GET", "/store?default", Accept="text/turtle"), before.text)


def test_put_mismatched_payload(server: Server):
    assert put(server, at("mismatched"), JOHN, "application/rdf+xml").status == 400
    assert put(server, at("mismatched"), JOHN, "image/png").status == 415
    assert put(server, at("mismatched"), JOHN, "").status == 415
    assert server.ask("GET", at("mismatched")).status == 404


@pytest.mark.slow
def test_put_empty_graph_and_get_of_it(server: Server):
    assert put(server, at("empty"), "").status == 201
    assert same(server.ask("GET", at("empty"), Accept="text/turtle"), "")


def test_delete_existing_graph_and_get_of_it(server: Server):
    put(server, at("gone"), JOHN)
    assert server.ask("DELETE", at("gone")).status == 401
    assert server.ask("GET", at("gone")).status == 200
    assert server.ask("DELETE", at("gone"), **BEARER).status == 204
    assert server.ask("GET", at("gone")).status == 404


def test_delete_nonexistent_graph(server: Server):
    assert server.ask("DELETE", at("never"), **BEARER).status == 404


def test_post_existing_graph(server: Server):
    put(server, at("more"), JOHN)
    got = server.ask("POST", at("more"), JANE, Content_Type=TURTLE, **BEARER)
    assert got.status == 204
    assert same(server.ask("GET", at("more"), Accept="text/turtle"), JOHN, JANE)


def test_post_multipart_form_data(server: Server):
    parts = [("john", JOHN), ("jane", JANE)]
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{n}"; filename="{n}.ttl"\r\n'
        f"Content-Type: {TURTLE}\r\n\r\n{text}\r\n"
        for n, text in parts
    )
    headers = {"Content_Type": "multipart/form-data; boundary=x", **BEARER}
    assert server.ask("POST", at("form"), body + "--x--\r\n", **headers).status == 201
    assert same(server.ask("GET", at("form"), Accept="text/turtle"), JOHN, JANE)
    assert server.ask("POST", at("form2"), "--x--\r\n", **headers).status == 400
    assert server.ask("POST", at("form2"), body, **headers).status == 400  # cut off
    no_type = body.replace(f"Content-Type: {TURTLE}\r\n", "") + "--x--\r\n"
    assert server.ask("POST", at("form2"), no_type, **headers).status == 415
    assert server.ask("GET", at("form2")).status == 404


def test_post_create_new_graph_and_get_of_it(server: Server):
    got = server.ask("POST", "/store", JOHN, Content_Type=TURTLE, **BEARER)
    assert got.status == 201
    made = got.headers["location"]
    assert made.startswith(f"{server.url}/store/")
    direct = server.ask("GET", made.removeprefix(server.url), Accept="text/turtle")
    assert same(direct, JOHN)
    assert same(server.get("/store", {"graph": made}, Accept="text/turtle"), JOHN)


def test_direct_identification(server: Server):
    assert put(server, "/store/mine", JOHN).status == 201
    assert same(server.ask("GET", "/store/mine", Accept="text/turtle"), JOHN)
    indirect = server.get("/store", {"graph": f"{server.url}/store/mine"}, Accept="text/turtle")
    assert same(indirect, JOHN)
    assert server.ask("DELETE", "/store/mine", **BEARER).status == 204
    assert server.ask("GET", "/store/mine").status == 404


def test_head_on_an_existing_graph(server: Server):
    put(server, at("head"), JOHN)
    got = server.ask("HEAD", at("head"), Accept="text/turtle")
    assert (got.status, got.type, got.content) == (200, "text/turtle", b"")
    assert int(got.headers["content-length"]) == len(
        server.ask("GET", at("head"), Accept="text/turtle").content
    )


def test_head_on_a_nonexistent_graph(server: Server):
    assert server.ask("HEAD", at("nowhere")).status == 404


def test_all_graphs_at_once(server: Server):
    put(server, at("all"), JOHN)
    got = server.ask("GET", "/store", Accept="application/n-quads")
    assert got.type == "application/n-quads"
    whole = rdflib.Dataset().parse(data=got.text, format="nquads")
    names = {str(g.identifier) for g in whole.graphs()}
    assert "http://example.org/all" in names
    assert server.ask("GET", "/store", Accept="text/turtle").status == 406
    quad = "<urn:s> <urn:p> <urn:o> <http://example.org/quads> .\n"
    got = server.ask("POST", "/store", quad, Content_Type="application/n-quads", **BEARER)
    assert got.status == 204
    assert "urn:o" in server.ask("GET", at("quads"), Accept="application/n-triples").text
    assert server.ask("GET", at("all")).status == 200  # what was there stays


@pytest.mark.parametrize(
    "target",
    ["/store?graph=relative", "/store?graph=", "/store/a%0d%0ab?graph=urn:a", "/store?graph=urn:a&default", "/store?graph=urn:a&graph=urn:b",
     "/store/direct?graph=urn:a", "/store?graph=http://a/%3Cb"],
)  # fmt: skip
def test_graphs_that_are_not_said_rightly(server: Server, target: str):
    assert server.ask("GET", target).status == 400
    assert put(server, target, JOHN).status == 400


def test_a_misspelt_parameter_does_not_mean_all_graphs(server: Server):
    assert server.ask("DELETE", "/store?grpah=urn:a", **BEARER).status == 400
    assert "kim-jong-un" in server.ask("GET", "/store?default", Accept="text/turtle").text


def test_triples_cannot_replace_the_whole_dataset(server: Server):
    assert put(server, "/store", JOHN).status == 400
    assert "kim-jong-un" in server.ask("GET", "/store?default", Accept="text/turtle").text


@pytest.fixture
def own(store: Path, tmp_path: Path) -> Iterator[Server]:
    """A server whose whole dataset may be lost."""
    shutil.copytree(store, tmp_path / "store", symlinks=True)
    with serving(tmp_path / "store", tmp_path / "log", "--writable") as server:
        yield server


@pytest.mark.slow
def test_the_whole_dataset_can_be_replaced_and_removed(own: Server):
    quads = "<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> <urn:o> .\n"
    kind = "application/n-quads"
    assert put(own, "/store", quads, kind).status == 204
    got = own.ask("GET", "/store", Accept=kind)
    assert sorted(got.text.splitlines(keepends=True)) == sorted(quads.splitlines(keepends=True))
    assert own.ask("DELETE", "/store").status == 401
    assert own.ask("DELETE", "/store", **BEARER).status == 204
    assert own.ask("GET", "/store", Accept=kind).text == ""
    assert own.ask("DELETE", "/store?default", **BEARER).status == 204
    assert own.ask("DELETE", at("g"), **BEARER).status == 404


@pytest.mark.slow
def test_a_change_waits_for_a_build_that_is_under_way(own: Server, tmp_path: Path):
    with ThreadPoolExecutor(1) as pool:
        with building(tmp_path / "store"):
            change = pool.submit(put, own, at("late"), JOHN)
            assert wait([change], timeout=1).not_done
            assert own.ask("GET", at("late")).status == 404
        assert change.result().status == 201
    assert own.ask("GET", at("late")).status == 200


def test_a_byte_order_mark_is_no_triple(server: Server):
    assert put(server, at("marked"), f"\ufeff{JOHN}").status == 201
    assert same(server.ask("GET", at("marked"), Accept="text/turtle"), JOHN)
    assert put(server, at("old"), JOHN, "application/x-turtle").status == 201
    assert put(server, at("n3"), JOHN, "text/n3; charset=utf-8").status == 201


def test_relative_iris_of_the_default_graph_are_those_of_the_request(own: Server):
    assert put(own, "/store?default", "<a> <urn:b> <> .").status == 204
    got = own.ask("GET", "/store?default", Accept="application/n-triples")
    assert got.text == f"<{own.url}/a> <urn:b> <{own.url}/store> .\n"


def test_relative_iris_are_those_of_the_graph(server: Server):
    put(server, at("base/"), "<a> <b> <c> .")
    got = server.ask("GET", at("base/"), Accept="application/n-triples")
    assert got.text.startswith("<http://example.org/base/a>")


@pytest.mark.slow
def test_a_read_only_server_takes_no_change(store: Path, tmp_path: Path):
    with serving(store, tmp_path / "log") as server:
        for method in ("PUT", "POST", "DELETE"):
            body = JOHN if method != "DELETE" else None
            got = server.ask(method, at("x"), body, Content_Type=TURTLE, **BEARER)
            assert got.status == 403
        assert server.update("INSERT DATA { <urn:a> <urn:b> 1 }").status == 403
        assert server.ask("GET", at("x")).status == 404
        assert "kim-jong-un" in server.ask("GET", "/store?default", Accept="text/turtle").text

"""Lists of what there is: counted, narrowed, sorted, a page at a time, cited, under a belief."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
import rdflib

import kg
from kg.citations.footnotes import Footnotes, no_text
from kg.endpoint.pages.browsing import members
from kg.endpoint.pages.contents import Resources
from kg.endpoint.pages.environment import QUERIES
from kg.endpoint.pages.site import Site
from kg.errors import RequestError
from kg.sparql import catalogue as queries
from kg.sparql.engine import evaluate
from kg.vocabulary.iris import ID
from kg.vocabulary.ontology import ent
from tests.endpoint.test_page_requests import BROWSER
from tests.endpoint.test_pages import Page
from tests.endpoint.test_search_pages import seen
from tests.support.serving import Server

COUNT = "SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x rdfs:label ?l . {} }}"


def counted(server: Server, pattern: str, **belief: str) -> int:
    query = {"query": COUNT.format(pattern), **belief}
    return int(server.get("/query", query, Accept="text/csv").text.split()[1])


def total(shown: Page) -> int:
    match = re.search(r"(\d+)(?: of \d+)?\s+· for who believes", shown.text)
    assert match
    return int(match[1])


def names(shown: Page) -> list[str]:
    """The keys of the things of a list, in its order."""
    links = [a.partition("?")[0] for a in shown.values("a", "href") if a.startswith("/id/")]
    return [link.removeprefix("/id/") for link in links]


def test_every_class_that_has_things_is_counted_as_sparql_counts_it(server: Server):
    shown = seen(server, "/browse")
    links = [a for a in shown.values("a", "href") if a.startswith("/browse/")]
    assert {"/browse/Person", "/browse/State", "/browse/Organisation", "/browse/Place",
            "/browse/Meeting", "/browse/Article", "/browse/Claim"} <= set(links)  # fmt: skip
    for link in links:
        expected = counted(server, f"?x a ent:{link.removeprefix('/browse/')}")
        assert total(seen(server, link)) == expected > 0, link


def test_belief_changes_what_there_is(server: Server):
    usual, more = seen(server, "/browse/Event"), seen(server, "/browse/Event?believe=planned")
    assert total(more) == counted(server, "?x a ent:Event", believe="planned") > total(usual)
    assert all("believe=planned" in a for a in more.values("a", "href") if a.startswith("/id/"))


@pytest.mark.parametrize(
    ("choice", "pattern"),
    [
        ("kind=Meeting", "?x a ent:Meeting"),
        ("kind=nuclear-test", "?x ent:kind id:nuclear-test"),
        ("status=denied", "?x a ent:Event . ?c ent:status ent:Denied . GRAPH ?c { { ?x ?p ?o } UNION { ?s ?p ?x } }"),
        ("source=ft-xi-kim-talks", "?x a ent:Event . ?c prov:wasQuotedFrom/oa:hasSource id:ft-xi-kim-talks . GRAPH ?c { { ?x ?p ?o } UNION { ?s ?p ?x } }"),
        ("year=1952", "?x a ent:Event ; ent:earliest ?a ; ent:latest ?b FILTER (YEAR(?a) <= 1952 && YEAR(?b) >= 1952)"),
        ("state=jamaica", "?x a ent:Event . { ?x ?p id:jamaica } UNION { ?x ?p ?who . ?who ent:leaderOf id:jamaica }"),
    ],
)  # fmt: skip
def test_a_choice_leaves_what_sparql_finds(server: Server, choice: str, pattern: str):
    expected = counted(server, pattern)
    shown = seen(server, f"/browse/Event?{choice}")
    assert total(shown) == expected > 0
    assert f"/browse/Event?{choice}" not in shown.values("a", "href")
    assert "/browse/Event" in shown.values("a", "href")  # takes the choice away


def test_an_event_is_of_the_states_whose_leaders_took_part(server: Server):
    way = "?x ?p ?who . ?who ent:leaderOf id:china FILTER NOT EXISTS { ?x ?any id:china }"
    query = {"query": f"SELECT DISTINCT ?x {{ ?x a ent:Event . {way} }}"}
    rows = server.get("/query", query, Accept="text/csv").text.split()[1:]
    listed = set(names(seen(server, "/browse/Event?state=china")))
    assert rows and {row.removeprefix(ID) for row in rows} <= listed


def test_an_event_is_of_the_state_in_which_its_place_is():
    store = ox.Store()
    store.update(
        """PREFIX ent: <https://w3id.org/entente/ontology#> PREFIX : <urn:>
        INSERT DATA { :talks a ent:Meeting ; ent:place :marren .
                      :marren ent:locatedIn :borvia . :borvia a ent:State }"""
    )
    states = queries.named("states", QUERIES)
    text = states.bound({"class": f"<{ent.Meeting}>"})
    (row,) = evaluate(text, store, states.name)  # type: ignore[misc]
    assert (row["thing"].value, row["value"].value) == ("urn:talks", "urn:borvia")


def test_the_number_beside_a_value_is_how_many_it_leaves(server: Server):
    for start in ("/browse/Event?state=china", "/browse/Claim", "/browse/Person", "/browse/Place"):
        shown = seen(server, start)
        text = " ".join(shown.text.split())
        narrowed = [a for a in shown.values("a", "href")
                    if a.startswith(start) and re.search(r"(kind|year|status|source|state)=", a[len(start):])]  # fmt: skip
        assert narrowed, start
        for link in narrowed[::5]:
            after = seen(server, link)
            words = re.findall(r"(?:kind|state|year|status|article): ([^✕]+) ✕", after.text)
            assert any(f"{word} {total(after)}" in text for word in words), link


def test_lists_are_sorted(server: Server):
    query = "SELECT ?x { ?x a ent:Person ; rdfs:label ?name } ORDER BY LCASE(STR(?name))"
    expected = server.query(query, Accept="text/csv").text.split()[1:]
    assert names(seen(server, "/browse/Person"))[: len(expected)] == [
        iri.removeprefix(ID) for iri in expected
    ]
    first = names(seen(server, "/browse/Person?sort=claims"))[0]
    assert first == "kim-jong-un"
    dated = names(seen(server, "/browse/Meeting?sort=date"))
    assert dated.index("xi-kim-talks-2025") < dated.index("xi-kim-meeting-2019")
    assert server.get("/browse/Person", {"sort": "age"}, Accept=BROWSER).status == 400


def test_a_long_list_has_pages_that_together_are_all(server: Server):
    keys: list[str] = []
    target, pages = "/browse/Claim", 0
    while target:
        shown = seen(server, target)
        pages += 1
        standing = [
            a for t, a in shown.tags if t == "a" and (a.get("class") or "").startswith("status")
        ]
        keys += [a["href"] or "" for a in standing]
        nexts = [a["href"] or "" for t, a in shown.tags if t == "a" and a.get("rel") == "next"]
        target = nexts[0] if nexts else ""
    assert pages == 4 and len(keys) == len(set(keys)) == counted(server, "?x a ent:Claim")
    assert server.get("/browse/Claim", {"page": "9"}, Accept=BROWSER).status == 404


def test_kinds_and_dates_name_the_claims_that_they_rest_on(server: Server):
    shown = seen(server, "/browse/Meeting")
    assert "paragraph 3, characters 105–272" in shown.text
    for link in shown.values("a", "href"):
        assert not link.startswith("#source") or link[1:] in shown.anchors
    claims = seen(server, "/browse/Claim?status=denied")
    assert "✕" in server.get("/style.css").text and "denied" in claims.text
    assert "characters" in claims.text


def test_a_list_is_rdf_too(server: Server):
    got = server.get("/browse/Meeting", {"year": "2025"}, Accept="text/turtle")
    graph = rdflib.Graph().parse(data=got.content)
    listed = set(names(seen(server, "/browse/Meeting?year=2025")))
    subjects = {str(s).removeprefix(ID) for s in graph.subjects()}
    assert subjects and subjects <= listed
    assert len(subjects) == total(seen(server, "/browse/Meeting?year=2025"))


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        ("/browse/Metting", 404, "did you mean “Meeting”"),
        ("/browse/Event?year=25", 400, "four digits"),
        ("/browse/Event?state=atlantis", 400, "atlantis"),
        ("/browse/Event?state=kim-jong-un", 400, "is no state"),
        ("/browse/Event?status=true", 400, "one of reported"),
        ("/browse/Event?kind=metting", 400, "metting"),
    ],
)
def test_what_there_is_not_is_refused_with_a_reason(
    server: Server, target: str, status: int, words: str
):
    got = server.ask("GET", target, Accept="text/html;q=0.5, text/plain")
    assert (got.status, words in got.text) == (status, True), got.text


def test_nothing_left_is_said(server: Server):
    assert "There is nothing of this" in seen(server, "/browse/Agreement").text
    assert "There is nothing of this" in seen(server, "/browse/Meeting?year=1066").text


def test_in_a_large_dataset_lists_are_of_names_alone(
    dataset: kg.Dataset, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kg.endpoint.pages.members.MOST", 10)
    whole = dataset.believing("planned")
    resources = Resources(whole, Footnotes(no_text))
    site = Site("/browse/Person", (("page", "1"),))
    shown = Page(members(resources, whole, ent.Person, site))
    assert "this list is by name alone" in shown.text
    assert "kim-jong-un" in names(shown)
    assert not any("year=" in link or "sort=date" in link for link in shown.values("a", "href"))
    for choice in (("year", "2025"), ("sort", "claims")):
        with pytest.raises(RequestError, match="ask a query"):
            members(resources, whole, ent.Person, Site("/browse/Person", (choice,)))


def test_a_list_names_few_claims_of_each_value_and_says_so(server: Server):
    shown = seen(server, "/browse/Event")
    assert "more claims tell so; the page of the thing names all" in shown.text
    rows = server.get("/browse/Event", Accept=BROWSER).text.split("<tr>")
    (parade,) = [row for row in rows if "Beijing military parade" in row]
    kinds = parade.split("</td>")[1]
    assert len(re.findall(r"#source-\d+", kinds)) == 3
    assert re.search(r"#source-[a-z]", kinds)

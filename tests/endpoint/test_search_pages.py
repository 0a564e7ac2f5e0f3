"""Finding by name over HTTP: a form on every page, results as ``kg find`` ranks them, and belief
that is kept from page to page.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import kg
from tests.endpoint.test_page_requests import BROWSER, page
from tests.endpoint.test_pages import Page
from tests.support.serving import Server

EVERY = ("/", "/search?q=kim", "/id/kim-jong-un", "/ontology", "/questions/who-met-whom",
         "/query?query=ASK%7B%7D")  # fmt: skip


def seen(server: Server, target: str) -> Page:
    return page(server.ask("GET", target, Accept=BROWSER))


def found(shown: Page) -> list[str]:
    """Where the results of a page lead, in their order."""
    links = [a for t, a in shown.tags if t == "a" and a.get("class") == "name"]
    return [(a["href"] or "").partition("?")[0] for a in links]


def test_every_page_has_the_search_box_and_tells_whom_one_believes(server: Server):
    for target in EVERY:
        shown = seen(server, target)
        assert "/search" in shown.values("form", "action"), target
        assert "q" in shown.values("input", "name")
        assert "You believe what articles report" in shown.text


def test_results_are_those_of_the_command_in_its_order(server: Server, dataset: kg.Dataset):
    for words in ("kim", "beijing", "pútin", "jnog", "talks"):
        expected = [f"/id/{each.key}" for each in dataset.find(words)]
        assert expected
        assert found(seen(server, f"/search?q={quote(words)}"))[:50] == expected[:50]
        told = json.loads(server.get("/search", {"q": words, "format": "json"}).text)
        assert told == [each.to_json() for each in dataset.find(words)][:50]


def test_results_are_of_a_kind_where_one_is_chosen(server: Server, dataset: kg.Dataset):
    all_kinds = seen(server, "/search?q=kim")
    persons = seen(server, "/search?q=kim&kind=Person")
    assert set(found(persons)) < set(found(all_kinds))
    assert found(persons) == [f"/id/{each.key}" for each in dataset.find("kim", "Person")]
    assert f"Person {len(found(persons))}" in " ".join(all_kinds.text.split())
    assert server.get("/search", {"q": "kim", "kind": "Persson"}, Accept=BROWSER).status == 400


def test_how_many_claims_tell_of_a_result_is_what_the_question_answers(server: Server):
    shown = " ".join(seen(server, "/search?q=ju+ae&kind=Person").text.split())
    query = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c ent:status ?any . GRAPH ?c { ?s ?p ?o } FILTER (id:kim-ju-ae IN (?s, ?o)) }"
    count = server.query(query, Accept="text/csv").text.split()[1]
    assert int(count) > 10
    assert re.search(rf"Kim Ju Ae Person (also “[^”]+” )?{count} claims tell of it", shown)


def test_nothing_found_is_said_and_a_long_name_refused(server: Server):
    assert "Nothing is called so" in seen(server, "/search?q=zzzzzzzz").text
    assert "Write a name" in seen(server, "/search").text
    long = server.get("/search", {"q": "x" * 201}, Accept=BROWSER)
    assert (long.status, "200 characters" in long.text) == (400, True)
    for number, status in (("0", 400), ("two", 400), ("9" * 12, 400), ("7", 404)):
        assert server.get("/search", {"q": "kim", "page": number}).status == status


def test_belief_is_kept_in_every_link_and_form(server: Server):
    for target in EVERY:
        shown = seen(server, f"{target}{'&' if '?' in target else '?'}believe=planned&as-of=2026")
        assert "You believe also what is planned, as of 2026" in shown.text
        inner = [a for a in shown.values("a", "href") if a.startswith("/")]
        usual = [a for a in inner if "believe=planned&as-of=2026" not in a]
        assert len(usual) == 1, usual  # the way back to the usual belief
        for values in (shown.values("input", "name"), shown.values("select", "name")):
            assert values
        assert ("believe", "planned") in {
            (a.get("name"), a.get("value")) for t, a in shown.tags if t == "input"
        }


def test_the_form_of_belief_keeps_what_the_page_was_asked(server: Server):
    shown = seen(server, "/questions/who-met-whom?$place=China&cite=true")
    fields = {(a.get("name"), a.get("value")) for t, a in shown.tags if t == "input"}
    assert {("$place", "China"), ("cite", "true")} <= fields
    assert "/questions/who-met-whom" in shown.values("form", "action")

"""What is refused is a page for browsers: what is wrong, the form filled in, where to go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endpoint.test_page_requests import BROWSER
from tests.endpoint.test_pages import Page
from tests.support.serving import Got, Server, serving


def refused(server: Server, target: str, status: int) -> Page:
    got = server.ask("GET", target, Accept=BROWSER)
    return shown(got, status)


def shown(got: Got, status: int) -> Page:
    assert (got.status, got.type) == (status, "text/html"), got.text
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert got.headers["cache-control"] == "no-store"
    found = Page(got.text)
    assert "/search" in found.values("form", "action")
    assert any(link.startswith("/browse") for link in found.values("a", "href"))
    return found


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        ("/id/kim-jung-un", "/id/kim-jong-un"),
        ("/id/Vladimir_Putin", "/id/vladimir-putin"),
        ("/beijing", "/id/beijing"),
        ("/questions/who-met-who", "/questions/who-met-whom"),
        ("/browse/Metting", "/browse/Meeting"),
    ],
)
def test_where_there_is_nothing_what_was_meant_is_searched_for(
    server: Server, target: str, meant: str
):
    found = refused(server, target, 404)
    names = [a["href"] for t, a in found.tags if t == "a" and a.get("class") == "name"]
    assert names[0] == meant
    believing = refused(server, f"{target}?believe=planned", 404)
    assert f"{meant}?believe=planned" in believing.values("a", "href")


def test_where_nothing_is_like_it_the_page_says_what_is_wrong(server: Server):
    for target in (
        "/zzzzzzzz",
        "/id/" + "x" * 500,
        "/id/" + "y" * 9_000,
        "/id/kim-jung-un?believe=everything",
    ):
        status = 400 if "believe" in target else 404
        assert "Was it this?" not in refused(server, target, status).text


def test_a_wrong_query_is_in_its_form_again_with_what_is_wrong(server: Server):
    found = refused(server, "/query?query=SELECT+%3Fx+%7B+%3Fx+a+%3C%3E+.+nonsense+%7D", 400)
    assert "SELECT ?x { ?x a <> . nonsense }" in found.text
    assert "cannot stand here" in found.text
    assert "text" in found.values("textarea", "id")


def test_a_question_is_asked_again_with_what_was_given(server: Server):
    found = refused(server, "/questions/who-met-whom?$place=Atlantis&$agent=Kim+Jong+Un", 400)
    given = {(a.get("name"), a.get("value")) for t, a in found.tags if t == "input"}
    assert {("$place", "Atlantis"), ("$agent", "Kim Jong Un")} <= given
    assert "Nothing is called “Atlantis”" in found.text


def test_a_wrong_belief_is_in_its_form_and_in_no_link(server: Server):
    found = refused(server, "/browse/Person?speaker=nobody&q=kim", 400)
    assert ("speaker", "nobody") in {(a.get("name"), a.get("value")) for _, a in found.tags}
    away = [link for link in found.values("a", "href") if "nobody" in link]
    assert away == []


def test_what_was_asked_never_becomes_markup(server: Server):
    found = refused(server, "/id/%3Cscript%3Ealert(1)%3C/script%3E", 400)
    assert "script" not in {tag for tag, _ in found.tags}


def test_programs_get_one_line_of_text(server: Server):
    for accept in ("*/*", "text/turtle", "application/json", "text/plain, text/html;q=0.9", ""):
        got = server.get("/id/nobody", Accept=accept)
        assert (got.type, got.text.count("\n")) == ("text/plain", 1), accept
    assert server.get("/id/nobody", Accept="text/html," * 1000).status == 431


def test_other_refusals_are_pages_too(server: Server):
    assert "Method Not Allowed" in shown(server.ask("PUT", "/", Accept=BROWSER), 405).text
    got = server.ask("PUT", "/", Accept=BROWSER)
    assert "GET" in got.headers["allow"]
    shown(server.get("/id/china", {"format": "nonsense"}, Accept=BROWSER), 406)


def test_a_query_that_takes_too_long_is_a_page(store: Path, tmp_path: Path):
    with serving(store, tmp_path / "log", "--timeout", "0.5") as server:
        text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        got = server.query(text, Accept=BROWSER)
        assert text in shown(got, 503).text

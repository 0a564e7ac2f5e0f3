"""What programs are told of pages: the same in other formats, which pages there are, how to search."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import rdflib
from werkzeug.http import parse_options_header

import kg
from kg.endpoint.pages.sitemap import sitemap
from kg.errors import RequestError
from tests.endpoint.test_page_requests import BROWSER
from tests.endpoint.test_pages import Page
from tests.endpoint.test_search_pages import EVERY
from tests.support.serving import Got, Server

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def links(got: Got) -> dict[str, str]:
    """The addresses of the Link header, by media type."""
    found = re.findall(r'<([^>]+)>; rel="alternate"; type="([^"]+)"', got.headers.get("link", ""))
    return {kind: target for target, kind in found}


@pytest.mark.parametrize(
    "target", [*EVERY, "/browse", "/browse/Meeting?year=2025", "/id/xk-talks?believe=planned",
               "/questions/who-met-whom-as-a-graph", "/questions/who-met-whom?$place=China&cite=true"],
)  # fmt: skip
def test_each_page_leads_to_the_same_for_programs(server: Server, target: str):
    got = server.ask("GET", target, Accept=BROWSER)
    shown = Page(got.text)
    told = links(got)
    assert told
    in_head = {
        (a["type"], a["href"]) for t, a in shown.tags if t == "link" and a["rel"] == "alternate"
    }
    assert in_head == set(told.items())
    for kind, where in told.items():
        other = server.ask("GET", where, Accept="text/html")
        assert (other.status, other.type) == (200, kind), where


def test_an_alternate_says_the_same_under_the_same_belief(server: Server):
    got = server.ask("GET", "/questions/who-met-whom?$place=China&believe=planned", Accept=BROWSER)
    rows = server.ask("GET", links(got)["text/csv"]).text.split("\n")
    own = {"query": "who-met-whom", "$place": "China", "believe": "planned"}
    assert rows == server.get("/query", own, Accept="text/csv").text.split("\n")


def test_rdf_of_a_thing_names_its_page(server: Server):
    got = server.get("/id/kim-jong-un", Accept="text/turtle")
    assert rdflib.Graph().parse(data=got.content)
    page = server.ask("GET", links(got)["text/html"])
    assert page.type == "text/html" and "Kim Jong Un" in page.text


def test_a_long_query_is_in_no_header(server: Server):
    got = server.get("/query", {"query": "ASK {}" + "#" * 3_000}, Accept=BROWSER)
    assert got.status == 200 and "link" not in got.headers


def test_the_sitemap_names_every_page_there_is(server: Server):
    got = server.get("/sitemap.xml", Accept=BROWSER)
    assert got.type == "application/xml"
    urls = [each.text or "" for each in ElementTree.fromstring(got.content).iter(f"{MAP}loc")]
    assert len(urls) == len(set(urls)) > 300
    assert {f"{server.url}{path}" for path in ("/", "/browse/Person", "/id/kim-jong-un")} <= {*urls}
    for url in urls[::17]:
        parts = urlsplit(url)
        seen = server.ask("GET", f"{parts.path}?{parts.query}", Accept=BROWSER)
        assert (seen.status, seen.type) == (200, "text/html"), url
    again = server.get("/sitemap.xml", If_None_Match=got.headers["etag"])
    assert again.status == 304
    assert server.get("/sitemap.xml", {"page": "one"}).status == 400


def test_a_large_sitemap_is_an_index_of_its_parts(dataset: kg.Dataset):
    whole = ElementTree.fromstring(sitemap(dataset, "https://x.org"))
    urls = [each.text for each in whole.iter(f"{MAP}loc")]
    index = ElementTree.fromstring(sitemap(dataset, "https://x.org", most=100))
    parts = [each.text or "" for each in index.iter(f"{MAP}loc")]
    assert index.tag == f"{MAP}sitemapindex" and len(parts) == -(-len(urls) // 100)
    found = []
    for number, part in enumerate(parts, 1):
        assert part == f"https://x.org/sitemap.xml?page={number}"
        text = sitemap(dataset, "https://x.org", number, most=100)
        found += [each.text for each in ElementTree.fromstring(text).iter(f"{MAP}loc")]
    assert found == urls
    with pytest.raises(RequestError, match="the last one is"):
        sitemap(dataset, "https://x.org", len(parts) + 1, most=100)


def test_the_opensearch_description_leads_to_results(server: Server):
    home = Page(server.get("/", Accept=BROWSER).text)
    (where,) = [a["href"] for t, a in home.tags if t == "link" and a["rel"] == "search"]
    got = server.get(where or "")
    assert got.type == "application/opensearchdescription+xml"
    found = ElementTree.fromstring(got.content)
    templates = {
        each.get("type"): each.get("template") or "" for each in found.iter(f"{SEARCH}Url")
    }
    for kind in ("text/html", "application/json"):
        url = templates[kind].replace("{searchTerms}", "kim").replace("{startPage?}", "")
        assert url.startswith(server.url)
        answer = server.ask("GET", url.removeprefix(server.url), Accept=BROWSER)
        assert (answer.status, answer.type) == (200, kind)
        assert "Kim Jong Un" in answer.text


def test_crawlers_are_told_where_the_sitemap_is_and_what_is_not_for_them(server: Server):
    got = server.get("/robots.txt")
    assert f"Sitemap: {server.url}/sitemap.xml" in got.text
    assert "Disallow: /query\n" in got.text and "Disallow: /id" not in got.text
    narrowed = Page(server.get("/browse/Event", {"year": "2025"}, Accept=BROWSER).text)
    assert "noindex" in narrowed.values("meta", "content")
    assert parse_options_header(got.headers["content-type"])[0] == "text/plain"

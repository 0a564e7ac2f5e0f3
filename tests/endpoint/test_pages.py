"""Pages: whole, escaped, without scripts, and every link in them leads somewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.citations.footnotes import Footnotes, no_text
from kg.endpoint.pages import rendering as pages
from kg.endpoint.pages.contents import Resources
from kg.sparql import catalogue as queries
from kg.vocabulary.iris import ID
from tests.conftest import TESTS

VOID = {"meta", "link", "br", "input"}


class Page(HTMLParser):
    """The elements of a page; what is opened and not closed is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, tag: str, name: str) -> list[str]:
        return [a[name] or "" for t, a in self.tags if t == tag and name in a]

    @property
    def anchors(self) -> set[str]:
        return {a["id"] or "" for _, a in self.tags if "id" in a}


def individuals(dataset: kg.Dataset) -> list[str]:
    found = dataset.store.query(
        f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER STRSTARTS(STR(?s), "{ID}") }}'
    )
    return sorted(solution["s"].value for solution in found)


def page_of(dataset: kg.Dataset, iri: str) -> str:
    return pages.resource(Resources(dataset, Footnotes(no_text)), ox.NamedNode(iri))


def test_every_individual_has_a_page_whose_links_lead_somewhere(small: kg.Dataset):
    found = individuals(small)
    assert len(found) > 100
    terms = Page(pages.terms()).anchors
    for iri in found:
        page = Page(page_of(small, iri))
        for link in page.values("a", "href"):
            if link.startswith("/id/"):
                assert ID + link.removeprefix("/id/") in found, link
            elif link.startswith("/ontology#"):
                assert link.partition("#")[2] in terms, link
            elif link.startswith("#"):
                assert link[1:] in page.anchors, link


def test_a_page_says_what_is_said_with_its_source(dataset: kg.Dataset):
    page = Page(page_of(dataset, f"{ID}xi-kim-talks-2025"))
    assert "Kim Jong Un" in page.text and "paragraph 3, characters 105–272" in page.text
    assert "planned, the word of Chinese foreign ministry" in page.text


def test_a_claim_shows_what_it_tells(dataset: kg.Dataset):
    page = Page(page_of(dataset, f"{ID}xk-talks"))
    assert "What it tells" in page.text
    assert "/id/xi-jinping" in page.values("a", "href")


@pytest.mark.parametrize("query", list(queries.catalogue()), ids=lambda q: q.name)
def test_every_question_has_an_answer_page(small: kg.Dataset, query: queries.Query):
    plain, cited = (Page(pages.answer(small, query, {}, cite=cite)) for cite in (False, True))
    assert len(plain.values("th", "scope")) <= len(cited.values("th", "scope"))
    for link in cited.values("a", "href"):
        assert not link.startswith("#source") or link[1:] in cited.anchors


def test_the_home_page_lists_every_question_with_its_parameters(small: kg.Dataset):
    page = Page(pages.home(small))
    for query in queries.catalogue():
        assert f"/questions/{query.name}" in page.values("form", "action")
        assert {f"${name}" for name in query.params} <= set(page.values("input", "name"))
        assert query.summary in page.text
    labelled = set(page.values("label", "for"))
    assert labelled <= page.anchors


def test_nothing_from_the_facts_becomes_markup(tmp_path: Path):
    text = (TESTS / "facts" / "base.yaml").read_text("utf-8")
    evil = '"<script>alert(1)</script>\\" onload=x"'
    facts = tmp_path / "facts.yaml"
    facts.write_text(text.replace("Anna of Arlen", evil), "utf-8")
    kg.build([facts], tmp_path / "store")
    dataset = kg.open(tmp_path / "store")
    asked = queries.parse(f"SELECT ({evil} AS ?x) ?s {{ ?s a ent:Person }}")
    made = [
        page_of(dataset, f"{ID}anna"),
        pages.answer(dataset, asked, {}, cite=True),
    ]
    for text in made:
        assert "&lt;script&gt;" in text
        assert {"script", "img", "b", "i"}.isdisjoint(tag for tag, _ in Page(text).tags)


def test_pages_run_nothing_and_fetch_nothing_from_elsewhere(small: kg.Dataset):
    for text in (pages.home(small), pages.terms()):
        page = Page(text)
        assert {"script", "style", "img", "iframe"}.isdisjoint(tag for tag, _ in page.tags)
        assert all(value.startswith(("/", "?")) for value in page.values("link", "href"))
        assert not any(name.startswith("on") or name == "style" for _, a in page.tags for name in a)


def test_many_solutions_are_cut_short_and_that_is_said(small: kg.Dataset):
    many = queries.parse("SELECT ?a ?b { ?a rdfs:label ?x . ?b rdfs:label ?y }")
    page = Page(pages.answer(small, many, {}, cite=False))
    assert f"Only the first {pages.MOST} are shown" in page.text


def test_a_description_is_what_the_dataset_says(small: kg.Dataset):
    resources = Resources(small, Footnotes(no_text))
    for iri in individuals(small)[::5]:
        quads = resources.description(ox.NamedNode(iri))
        assert quads
        assert all(quad in small.store for quad in quads)

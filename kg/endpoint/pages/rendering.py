"""Pages for people: rendered on the server, from escaped templates, readable without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from typing import NamedTuple

import pyoxigraph as ox

from kg.citations.answers import CitedAnswer, CitedBoolean, CitedSolutions, CitedTriples
from kg.citations.citer import Citation
from kg.citations.footnotes import Footnotes, no_text
from kg.claims.parameters import Value
from kg.dataset import Dataset
from kg.endpoint.pages.browsing import entries
from kg.endpoint.pages.contents import Resources
from kg.endpoint.pages.environment import page
from kg.endpoint.pages.site import Site, href
from kg.sparql import catalogue
from kg.sparql.presentation.terms import shown
from kg.sparql.results import Answer, Boolean
from kg.sparql.tokens import form
from kg.vocabulary.context import context
from kg.vocabulary.iris import ONTOLOGY_IRI
from kg.vocabulary.ontology import ontology, rows
from kg.vocabulary.terms import RdfTerm

MOST = 1_000
"""So many solutions or triples are shown on a page; the formats for programs have all."""

_TERMS = """SELECT ?term ?label ?definition ?kind {
  VALUES (?type ?kind) { (owl:Class "class") (owl:ObjectProperty "property")
                         (owl:DatatypeProperty "property") (ent:Status "status") }
  ?term a ?type ; rdfs:label ?label ; skos:definition ?definition } ORDER BY ?kind ?term"""


_EXAMPLE = """SELECT ?who ?whom {
  ?a ent:metWith ?b .
  ?a rdfs:label ?who .
  ?b rdfs:label ?whom
}"""


_HOME = Site()


class Cell(NamedTuple):
    """A value in a table of solutions, and where it leads."""

    text: str
    href: str


class TermEntry(NamedTuple):
    """A term of the ontology as its page shows it: links by name."""

    name: str
    label: str
    definition: str
    kind: str
    above: list[Cell]
    domain: list[Cell]
    range: list[Cell]


def home(dataset: Dataset, site: Site = _HOME) -> str:
    """Return the page that says what this is, with a form for queries and the catalogue."""
    questions = sorted(catalogue.catalogue(), key=lambda query: query.theme)
    themes = [(theme, list(each)) for theme, each in groupby(questions, lambda q: q.theme)]
    found = entries(dataset)
    tiles = sorted(chain(found, *(entry.below for entry in found)), key=lambda e: -e.number)
    numbers = {entry.name: entry.number for entry in found}
    counts = {"claims": numbers.get("Claim", 0), "articles": numbers.get("Article", 0)}
    return page("home", site, counts=counts, themes=themes, entries=tiles, example=_EXAMPLE)


def resource(resources: Resources, node: ox.NamedNode, site: Site = _HOME) -> str:
    """Return the page of an individual."""
    found = resources.resource(node)
    return page("resource", site, resource=found, footnotes=resources.footnotes)


def terms(site: Site = _HOME) -> str:
    """Return the page of the ontology, on which each term has a place of its own."""
    found = [
        TermEntry(_name(term), label, definition, kind, *_place(term))
        for term, label, definition, kind in rows(_TERMS)
    ]
    return page("ontology", site, terms=found, iri=ONTOLOGY_IRI)


def answer(
    dataset: Dataset,
    query: catalogue.Query,
    params: Mapping[str, Value],
    warnings: Sequence[str] = (),
    *,
    cite: bool,
    site: Site = _HOME,
) -> str:
    """Return the page of an answer, its values with links, its sources below.

    ``warnings`` is where what the query names in vain is told while it is answered.
    Raises ``QueryError``.
    """
    if form(query.text) == "ASK":
        return _verdict(dataset, query, params, warnings, cite=cite, site=site)
    found = dataset.cite(query, params) if cite else dataset.query(query, params)
    footnotes = Footnotes(no_text)
    lines = [
        ([_cell(term) for term in row], _refs(footnotes, citation))
        for row, citation in islice(_cited(found), MOST + 1)
    ]
    return page(
        "answer",
        site,
        query=query,
        params=params,
        cite=cite,
        warnings=warnings,
        statements=[],
        columns=getattr(found, "variables", ["subject", "predicate", "object"]),
        lines=lines[:MOST],
        truncated=len(lines) > MOST,
        footnotes=footnotes,
    )


def _verdict(
    dataset: Dataset,
    query: catalogue.Query,
    params: Mapping[str, Value],
    warnings: Sequence[str],
    *,
    cite: bool,
    site: Site,
) -> str:
    """Return the page of the verdict on a yes/no question, with what it rests on."""
    footnotes = Footnotes(no_text)
    statements = [
        (words, _refs(footnotes, citation))
        for words, citation in dataset.ask(query, params).statements
    ]
    return page(
        "answer", site, query=query, params=params, cite=cite, statements=statements,
        warnings=warnings, columns=[], lines=[], truncated=False, footnotes=footnotes,
    )  # fmt: skip


def _cited(
    found: Answer | CitedAnswer,
) -> Iterator[tuple[Iterable[RdfTerm | None], Citation | None]]:
    """Yield each solution or triple with its citation, if it has one."""
    if isinstance(found, CitedSolutions):
        yield from zip(found.rows, found.citations, strict=True)
    elif isinstance(found, CitedTriples):
        yield from zip(found.triples, found.citations, strict=True)
    elif not isinstance(found, Boolean | CitedBoolean):
        yield from ((row, None) for row in found)


def _refs(footnotes: Footnotes, citation: Citation | None) -> list[int | str]:
    if citation is None:
        return []
    numbers, letters = footnotes.numbered(citation)
    return [*numbers, *letters]


def _cell(term: RdfTerm | None) -> Cell:
    iri = term.value if isinstance(term, ox.NamedNode) else ""
    return Cell(shown(term), href(iri))


def _name(iri: str) -> str:
    return context().compact(iri).removeprefix("ent:")


def _place(iri: str) -> tuple[list[Cell], list[Cell], list[Cell]]:
    """Return what is above a class, then domain and range of a property."""
    found, none = ontology(), frozenset[str]()
    above = found.superclasses.get(iri, none) - {iri}
    domain, range_ = found.domains.get(iri, none), found.ranges.get(iri, none)
    return _links(above), _links(domain), _links(range_)


def _links(iris: Iterable[str]) -> list[Cell]:
    return [Cell(_name(iri), href(iri)) for iri in sorted(iris)]

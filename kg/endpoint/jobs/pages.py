"""The jobs whose answers are pages, or the same as RDF: by negotiation, each thing at its IRI."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

import pyoxigraph as ox

from kg.citations.footnotes import Footnotes, no_text
from kg.endpoint.jobs.reading import FICKLE, Task, based, file, iri, write_json, write_triples
from kg.endpoint.jobs.snapshot import Snapshot
from kg.endpoint.pages import browsing, rendering
from kg.endpoint.pages.contents import Resources
from kg.endpoint.pages.errors import error
from kg.endpoint.pages.missing import suggestions
from kg.endpoint.pages.paging import Paging, page_number
from kg.endpoint.pages.search import search
from kg.endpoint.pages.site import Site, href
from kg.endpoint.pages.sitemap import sitemap
from kg.endpoint.workers.answer import AnswerWriter
from kg.errors import RequestError
from kg.sparql import catalogue
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.presentation.rdf import serialize_rdf, triple_order
from kg.sparql.tokens import form
from kg.vocabulary.ontology import ontology_triples

_LONG_URL = 2_000
"""A longer address is not given in a header."""
_STATISTICS = (("/.well-known/void?format=turtle", "text/turtle"),)
_LONGEST = 200
"""So many characters may a name have that is to be found."""


def home(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page that says what this is."""
    site = Site.of("/", task.pairs)._replace(alternates=_STATISTICS)
    _write(rendering.home(snapshot.dataset(task.given), site), task, answer, site)


def question(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page of an answer to a query (text or name)."""
    given = task.given
    asked = based(catalogue.found(given["query"]), given)
    cite = given.get("cite", "").lower() == "true"
    site = _asked(task)
    page = rendering.answer(
        snapshot.dataset(given), asked, task.params, answer.warnings, cite=cite, site=site
    )
    _write(page, task, answer, site, keep=not FICKLE.search(asked.text))


def _asked(task: Task) -> Site:
    """Return where the page of an answer stands: among the questions, or where queries are."""
    given = task.given
    pairs = [pair for pair in task.pairs if pair[0] != "base"]
    there, kind = Site.of("/query", pairs), form(catalogue.found(given["query"]).text)
    formats = ("turtle", "jsonld") if kind in ("CONSTRUCT", "DESCRIBE") else ("json", "csv")
    site = there
    if "base" not in given:
        path = f"/questions/{quote(given['query'])}"
        site = Site.of(path, [pair for pair in pairs if pair[0] != "query"])
    return site if len(there.here()) > _LONG_URL else site.offering(*formats, at=there)


def resource(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Describe an individual. Raises ``RequestError`` (404) where nothing is said of it."""
    node, dataset = iri(task.given["iri"]), snapshot.dataset(task.given)
    resources = Resources(dataset, Footnotes(no_text))
    if not resources.has(node):
        raise RequestError(404, f"nothing is said of {node}")
    site = Site.of(quote(href(node.value)), [p for p in task.pairs if p[0] != "iri"])
    if "page" in task.offers:
        site = site.offering("turtle", "jsonld", "rdfxml", "ntriples", "trig", "nquads")
        _write(rendering.resource(resources, node, site), task, answer, site)
        return
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True, links=site.offering("text/html").alternates)
    found = sorted(resources.description(node), key=triple_order)
    if RDF_FORMATS[name].supports_datasets:
        serialize_rdf(found, file(answer), name)
    else:
        plain = [quad.triple for quad in found if isinstance(quad.graph_name, ox.DefaultGraph)]
        serialize_rdf(plain, file(answer), name)


def ontology(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the ontology."""
    if "page" in task.offers:
        snapshot.dataset(task.given)  # the belief is kept in the links, so it has to be one
        site = Site.of("/ontology", task.pairs).offering("turtle", "jsonld", "rdfxml", "ntriples")
        _write(rendering.terms(site), task, answer, site)
        return
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True)
    write_triples(ontology_triples(), answer, name, task.most)


def _search(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page of what words find, or one in JSON. Raises ``RequestError``, ``QueryError``."""
    given, site = task.given, Site.of("/search", task.pairs)
    dataset, words, kind = snapshot.dataset(given), given.get("q", ""), given.get("kind", "")
    if len(words) > _LONGEST:
        raise RequestError(400, f"a name to be found has {_LONGEST} characters at most")
    if "page" in task.offers:
        site = site.offering("application/json") if words else site
        _write(search(dataset, words, kind, site), task, answer, site)
        return
    found = [each.to_json() for each in dataset.find(words, kind)]
    write_json(Paging.of(len(found), site).cut(found), task, answer, keep=True)


def _browse(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page of the classes there are, or of the things of one; these also as RDF."""
    given, dataset = task.given, snapshot.dataset(task.given)
    if "class" not in given:
        site = Site.of("/browse", task.pairs)._replace(alternates=_STATISTICS)
        _write(browsing.classes(dataset, site), task, answer, site)
        return
    cls = browsing.class_of(given["class"])
    path = f"/browse/{quote(given['class'])}"
    site = Site.of(path, [pair for pair in task.pairs if pair[0] != "class"])
    if "page" in task.offers:
        resources = Resources(dataset, Footnotes(no_text), browsing.CITED)
        site = site.offering("turtle", "jsonld", "rdfxml", "ntriples")
        _write(browsing.members(resources, dataset, cls, site), task, answer, site)
        return
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True)
    write_triples(browsing.triples(dataset, cls, site), answer, name, task.most)


def _missing(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page of what there is not, with what may have been meant."""
    given = task.given
    inner = ("path", "message")
    site = Site.of(quote(given["path"]), [pair for pair in task.pairs if pair[0] not in inner])
    found = suggestions(snapshot.dataset(given), given["path"])
    answer.begin(task.offer("page")[0], status=404, keep=False)
    answer.write(error(404, given["message"], site, found).encode())


def _sitemap(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the sitemap, or a part of it."""
    given = task.given
    number = page_number(given["page"]) if "page" in given else 0
    content = sitemap(snapshot.whole, given["base"], number).encode()
    answer.begin(task.offer("sitemap")[0], keep=True)
    answer.write(content)


def _write(page: str, task: Task, answer: AnswerWriter, site: Site, *, keep: bool = True) -> None:
    answer.begin(task.offer("page")[0], keep=keep, links=site.alternates)
    answer.write(page.encode())


PAGES: Mapping[str, Callable[[Snapshot, Task, AnswerWriter], None]] = {
    "home": home,
    "answer": question,
    "resource": resource,
    "ontology": ontology,
    "search": _search,
    "browse": _browse,
    "missing": _missing,
    "sitemap": _sitemap,
}

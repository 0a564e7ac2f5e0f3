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
from kg.endpoint.pages.paging import Paging
from kg.endpoint.pages.search import search
from kg.endpoint.pages.site import Site, href
from kg.endpoint.workers.answer import AnswerWriter
from kg.errors import RequestError
from kg.sparql import catalogue
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.presentation.rdf import serialize_rdf, triple_order
from kg.vocabulary.ontology import ontology_triples

_LONGEST = 200
"""So many characters may a name have that is to be found."""


def home(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page that says what this is."""
    site = Site.of("/", task.pairs)
    _write(rendering.home(snapshot.dataset(task.given), site), task, answer)


def question(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page of an answer to a query (text or name)."""
    given = task.given
    asked = based(catalogue.found(given["query"]), given)
    cite = given.get("cite", "").lower() == "true"
    page = rendering.answer(
        snapshot.dataset(given), asked, task.params, answer.warnings, cite=cite, site=_asked(task)
    )
    _write(page, task, answer, keep=not FICKLE.search(asked.text))


def _asked(task: Task) -> Site:
    """Return where the page of an answer stands: among the questions, or where queries are."""
    given = task.given
    if "base" in given:
        return Site.of("/query", [pair for pair in task.pairs if pair[0] != "base"])
    path = f"/questions/{quote(given['query'])}"
    return Site.of(path, [pair for pair in task.pairs if pair[0] != "query"])


def resource(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Describe an individual. Raises ``RequestError`` (404) where nothing is said of it."""
    node, dataset = iri(task.given["iri"]), snapshot.dataset(task.given)
    resources = Resources(dataset, Footnotes(no_text))
    if not resources.has(node):
        raise RequestError(404, f"nothing is said of {node}")
    if "page" in task.offers:
        site = Site.of(quote(href(node.value)), [p for p in task.pairs if p[0] != "iri"])
        _write(rendering.resource(resources, node, site), task, answer)
        return
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True)
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
        _write(rendering.terms(Site.of("/ontology", task.pairs)), task, answer)
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
        _write(search(dataset, words, kind, site), task, answer)
        return
    found = [each.to_json() for each in dataset.find(words, kind)]
    write_json(Paging.of(len(found), site).cut(found), task, answer, keep=True)


def _browse(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page of the classes there are, or of the things of one; these also as RDF."""
    given, dataset = task.given, snapshot.dataset(task.given)
    if "class" not in given:
        _write(browsing.classes(dataset, Site.of("/browse", task.pairs)), task, answer)
        return
    cls = browsing.class_of(given["class"])
    path = f"/browse/{quote(given['class'])}"
    site = Site.of(path, [pair for pair in task.pairs if pair[0] != "class"])
    if "page" in task.offers:
        resources = Resources(dataset, Footnotes(no_text))
        _write(browsing.members(resources, dataset, cls, site), task, answer)
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


def _write(page: str, task: Task, answer: AnswerWriter, *, keep: bool = True) -> None:
    answer.begin(task.offer("page")[0], keep=keep)
    answer.write(page.encode())


PAGES: Mapping[str, Callable[[Snapshot, Task, AnswerWriter], None]] = {
    "home": home,
    "answer": question,
    "resource": resource,
    "ontology": ontology,
    "search": _search,
    "browse": _browse,
    "missing": _missing,
}

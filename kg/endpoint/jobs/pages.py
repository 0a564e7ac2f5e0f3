"""The jobs whose answers are pages, or the same as RDF: by negotiation, each thing at its IRI."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyoxigraph as ox

from kg.citations.footnotes import Footnotes, no_text
from kg.endpoint.jobs.reading import FICKLE, Task, based, file, iri, write_triples
from kg.endpoint.jobs.snapshot import Snapshot
from kg.endpoint.pages import rendering
from kg.endpoint.pages.contents import Resources
from kg.endpoint.workers.answer import AnswerWriter
from kg.errors import RequestError
from kg.sparql import catalogue
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.presentation.rdf import serialize_rdf, triple_order
from kg.vocabulary.ontology import ontology_triples


def home(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page that says what this is."""
    _write(rendering.home(snapshot.whole), task, answer)


def question(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the page of an answer to a query (text or name)."""
    given = task.given
    asked = based(catalogue.found(given["query"]), given)
    cite = given.get("cite", "").lower() == "true"
    page = rendering.answer(snapshot.dataset(given), asked, task.params, answer.warnings, cite=cite)
    _write(page, task, answer, keep=not FICKLE.search(asked.text))


def resource(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Describe an individual. Raises ``RequestError`` (404) where nothing is said of it."""
    node, dataset = iri(task.given["iri"]), snapshot.dataset(task.given)
    resources = Resources(dataset, Footnotes(no_text))
    if not resources.has(node):
        raise RequestError(404, f"nothing is said of {node}")
    if "page" in task.offers:
        _write(rendering.resource(resources, node), task, answer)
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
        _write(rendering.terms(), task, answer)
        return
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True)
    write_triples(ontology_triples(), answer, name, task.most)


def _write(page: str, task: Task, answer: AnswerWriter, *, keep: bool = True) -> None:
    answer.begin(task.offer("page")[0], keep=keep)
    answer.write(page.encode())


PAGES: Mapping[str, Callable[[Snapshot, Task, AnswerWriter], None]] = {
    "home": home,
    "answer": question,
    "resource": resource,
    "ontology": ontology,
}

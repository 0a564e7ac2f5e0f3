"""The jobs whose answers are pages, or the same as RDF: by negotiation, each thing at its IRI."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyoxigraph as ox

from kg.citations.footnotes import Footnotes, no_text
from kg.endpoint.jobs.reading import FICKLE, Task, file, iri, write_triples
from kg.endpoint.jobs.snapshot import World
from kg.endpoint.pages import rendering as pages
from kg.endpoint.pages.resource import Things
from kg.endpoint.workers.answer import Answer
from kg.errors import RequestError
from kg.sparql import catalogue as queries
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.results import serialize_rdf, triple_order
from kg.vocabulary.ontology import ontology_triples


def home(world: World, task: Task, answer: Answer) -> None:
    """Give the page that says what this is."""
    _write(pages.home(world.whole), task, answer)


def question(world: World, task: Task, answer: Answer) -> None:
    """Give the page of an answer to a query (text or name)."""
    given = task.given
    asked = queries.found(given["query"])
    cite = given.get("cite", "").lower() == "true"
    page = pages.answer(world.dataset(given), asked, task.params, cite=cite)
    _write(page, task, answer, keep=not FICKLE.search(asked.text))


def thing(world: World, task: Task, answer: Answer) -> None:
    """Describe an individual. Raises ``RequestError`` (404) where nothing is said of it."""
    node, dataset = iri(task.given["iri"]), world.dataset(task.given)
    things = Things(dataset, Footnotes(no_text))
    if not things.has(node):
        raise RequestError(404, f"nothing is said of {node}")
    if "page" in task.offers:
        _write(pages.thing(things, node), task, answer)
        return
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True)
    found = sorted(things.description(node), key=triple_order)
    if RDF_FORMATS[name].supports_datasets:
        serialize_rdf(found, file(answer), name)
    else:
        plain = [quad.triple for quad in found if isinstance(quad.graph_name, ox.DefaultGraph)]
        serialize_rdf(plain, file(answer), name)


def ontology(world: World, task: Task, answer: Answer) -> None:
    """Give the ontology."""
    if "page" in task.offers:
        _write(pages.terms(), task, answer)
        return
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True)
    write_triples(ontology_triples(), answer, name, task.most)


def _write(page: str, task: Task, answer: Answer, *, keep: bool = True) -> None:
    answer.begin(task.offer("page")[0], keep=keep)
    answer.write(page.encode())


PAGES: Mapping[str, Callable[[World, Task, Answer], None]] = {
    "home": home,
    "answer": question,
    "thing": thing,
    "ontology": ontology,
}

"""What readers do: each job is a function of the dataset, what is given, and the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import IO, Any, NamedTuple, cast

import pyoxigraph as ox

from kg.endpoint.jobs.description import describe, void
from kg.endpoint.jobs.limits import OutputLimit
from kg.endpoint.jobs.snapshot import Snapshot
from kg.endpoint.workers.answer import AnswerWriter
from kg.endpoint.workers.relay import relay_to
from kg.errors import RequestError
from kg.sparql import catalogue
from kg.sparql.engine import Raw, evaluate, is_query
from kg.sparql.formats import RDF_FORMATS, RESULTS_FORMATS
from kg.sparql.presentation import xml
from kg.sparql.presentation.rdf import serialize_rdf, triple_order
from kg.vocabulary.context import context

_SORTED = 5_000
"""Up to so many triples are sorted, and each is written once."""

# What gives another answer each time, or asks somebody else.
FICKLE = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE|SERVICE)\b|\\u", re.IGNORECASE)

_RELATIVE = re.compile(r"<[^<>\"{}|^`\\:\s]*>")


class Task(NamedTuple):
    """A job as a reader has it.

    ``pairs`` are the parameters in order, ``offers`` the content type and format for each kind of
    answer that the client takes, ``limits`` the most solutions or triples, and the hosts that
    SERVICE may ask.
    """

    name: str
    pairs: list[tuple[str, str]]
    offers: dict[str, tuple[str, str]]
    most: int
    hosts: frozenset[str]

    @property
    def given(self) -> dict[str, str]:
        """The parameters that are given once."""
        return dict(self.pairs)

    def all(self, name: str) -> list[str]:
        """Return each value of a parameter that may be repeated."""
        return [value for key, value in self.pairs if key == name]

    @property
    def params(self) -> dict[str, str]:
        """The values for the parameters of a named query, each given as ``$name``."""
        return {key[1:]: value for key, value in self.pairs if key.startswith("$")}

    def offer(self, kind: str) -> tuple[str, str]:
        """Return content type and format. Raises ``RequestError`` where the client takes none."""
        if kind not in self.offers:
            what = {"results": "solutions or a boolean", "graph": "triples"}.get(kind, kind)
            raise RequestError(406, f"the answer is {what}, in no format that you ask for")
        return self.offers[kind]


def query(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Answer a SPARQL query (SPARQL 1.1 Protocol, section 2.1)."""
    given = task.given
    dataset = snapshot.dataset(given)
    asked = catalogue.found(given["query"])
    fresh = bool(FICKLE.search(asked.text))
    if given.get("cite", "").lower() == "true":
        found = dataset.cite(based(asked, given), task.params)
        content_type, name = task.offer("graph" if hasattr(found, "triples") else "results")
        answer.begin(content_type, keep=not fresh)
        found.serialize(file(answer), name)
        return
    text = dataset.bound(asked, task.params, task.hosts)
    dataset.warn(asked, text)
    relay = relay_to(task.hosts)
    with relay.named():
        text = relay.via(text, ("SERVICE",), is_query)
        raw = evaluate(text, dataset.store, asked.name, base_iri=given["base"], **_graphs(task))
        _write(raw, task, answer, keep=not fresh)


def _write(raw: Raw, task: Task, answer: AnswerWriter, *, keep: bool) -> None:
    if isinstance(raw, ox.QueryTriples):
        content_type, name = task.offer("graph")
        answer.begin(content_type, keep=keep)
        write_triples(raw, answer, name, task.most)
        return
    content_type, name = task.offer("results")
    answer.begin(content_type, keep=keep)
    limited = OutputLimit(answer, name, task.most)
    raw.serialize(file(limited), format=RESULTS_FORMATS[name])


def based(asked: catalogue.Query, given: Mapping[str, str]) -> catalogue.Query:
    """Return a query whose relative IRIs, if it has any, are resolved as the protocol says.

    Example: ``ASK { <p> ?p ?o }`` is made ``BASE <http://localhost/query> ASK { <p> ?p ?o }``.
    """
    if "base" not in given or not _RELATIVE.search(asked.text):
        return asked
    return asked._replace(text=f"BASE <{given['base']}> {asked.text}")


def _graphs(task: Task) -> dict[str, Any]:
    """Return the dataset that the request describes (section 2.1.4), empty for the store's own."""
    default, names = task.all("default-graph-uri"), task.all("named-graph-uri")
    if not default and not names:
        return {}
    return {"default_graph": [iri(n) for n in default], "named_graphs": [iri(n) for n in names]}


def file(answer: AnswerWriter | OutputLimit) -> IO[bytes]:
    """Return it as what it is to those who only write: a file."""
    return cast("IO[bytes]", answer)


def iri(text: str) -> ox.NamedNode:
    """Return the node of an absolute IRI. Raises ``RequestError`` where it is none."""
    try:
        return ox.NamedNode(text)
    except ValueError as error:
        raise RequestError(400, f"“{text}” is no absolute IRI") from error


def write_triples(
    triples: Iterable[ox.Triple], answer: AnswerWriter, format_name: str, most: int
) -> None:
    """Write triples: a few sorted, each once; many as they come, with all prefixes."""
    coming = _limited(triples, most)
    first = list(islice(coming, _SORTED))
    if len(first) < _SORTED:
        ordered = sorted(set(first), key=triple_order)
        serialize_rdf(ordered, file(answer), format_name)
        return
    kind, whole = RDF_FORMATS[format_name], chain(first, coming)
    written = map(xml.held, whole) if format_name == "rdfxml" else whole
    ox.serialize(written, file(answer), kind, prefixes=dict(context().prefixes))


def _limited(triples: Iterable[ox.Triple], most: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples):
        if number >= most:
            raise RequestError(403, f"more than {most:,} triples; ask for fewer with LIMIT")
        yield triple


def graph(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give a graph, or the whole dataset (SPARQL 1.1 Graph Store HTTP Protocol, section 5.2)."""
    held, prefixes = snapshot.whole.store, dict(context().prefixes)
    given = task.given
    if "graph" not in given and "default" not in given:
        content_type, name = task.offer("dataset")
        answer.begin(content_type, keep=True)
        held.dump(file(answer), RDF_FORMATS[name], prefixes=prefixes)
        return
    node = iri(given["graph"]) if "graph" in given else ox.DefaultGraph()
    if isinstance(node, ox.NamedNode) and not held.contains_named_graph(node):
        raise RequestError(404, f"there is no graph {node}")
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True)
    kind = RDF_FORMATS[name]
    held.dump(file(answer), kind, from_graph=node, prefixes=prefixes)


def ask(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give the verdict on a yes/no question, as ``kg ask --json`` does."""
    given = task.given
    asked = catalogue.found(given["query"])
    reply = snapshot.dataset(given).ask(based(asked, given), task.params)
    write_json(reply.to_json(), task, answer, keep=not FICKLE.search(asked.text))


def why(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Give all claims for and against something, as ``kg why --json`` does."""
    given = task.given
    names = (given["name"], given.get("property", ""), given.get("value", ""))
    write_json(snapshot.dataset(given).why(*names).to_json(), task, answer, keep=True)


def write_json(whole: Any, task: Task, answer: AnswerWriter, *, keep: bool) -> None:  # noqa: ANN401
    """Write what JSON can hold."""
    answer.begin(task.offer("json")[0], keep=keep)
    answer.write(json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n")


def _described(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    content_type, name = task.offer("graph")
    answer.begin(content_type, keep=True)
    make = void if task.name == "void" else describe
    write_triples(make(snapshot.whole.store, task.given), answer, name, task.most)


def ready(snapshot: Snapshot, task: Task, answer: AnswerWriter) -> None:
    """Open the store anew, and read of it. Raises ``StoreError`` where that cannot be."""
    snapshot.open()
    next(snapshot.whole.store.quads_for_pattern(None, None, None, None), None)
    answer.begin("text/plain", keep=False)


JOBS: Mapping[str, Callable[[Snapshot, Task, AnswerWriter], None]] = {
    "query": query,
    "graph": graph,
    "ask": ask,
    "why": why,
    "description": _described,
    "void": _described,
    "ready": ready,
}

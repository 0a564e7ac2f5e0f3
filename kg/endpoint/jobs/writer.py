"""The writer: a process that makes the next generation of the store, one change at a time.

A change is made to a copy that shares the files of the generation in force, and comes into force
whole or not at all. The lock of builds is held meanwhile.
"""

from __future__ import annotations

import codecs
import socket
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import store
from kg.endpoint.http.messages import TEXT
from kg.endpoint.protocol.using import using
from kg.endpoint.workers.answer import AnswerWriter
from kg.endpoint.workers.child import answering, jobs, limit_memory, run
from kg.endpoint.workers.relay import relay_to
from kg.errors import QueryError, RequestError, ServiceError
from kg.sandbox import forbid_network
from kg.sparql.bombs import refuse_bombs
from kg.sparql.diagnosis import update_diagnosis
from kg.sparql.engine import is_update
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.guard import guard_update
from kg.vocabulary.context import context

_OPEN_STORE = 256 << 20
"""Bytes that a store takes that is open for writing, most of them stacks of its threads."""

Job = Mapping[str, Any]


def main(channel: socket.socket, path: Path, hosts: frozenset[str], memory: int) -> None:
    """Make the changes that come through a socket, until it is closed.

    One change may need so many bytes of ``memory``. Where LOAD and SERVICE may ask nobody, the
    process is left without a network.
    """
    if not hosts:
        forbid_network()
    run(partial(_work, path, hosts, memory), channel)


def _work(path: Path, hosts: frozenset[str], memory: int, channel: socket.socket) -> None:
    limit_memory(_OPEN_STORE + memory)
    for frame in jobs(channel):
        job = frame.notes
        with answering(channel) as answer:
            change(path, job, frame.content, hosts, answer)


def change(
    path: Path, job: Job, content: bytes, hosts: frozenset[str], answer: AnswerWriter
) -> None:
    """Make a copy of the generation in force, change it, and put it into force."""
    with store.building(path):
        manifest = store.manifest(path)
        named = f"{manifest.digest} {job['name']} ".encode() + content
        # What was built of facts is theirs no longer: only a build brings it back.
        manifest.digest, manifest.ours, manifest.stamps = sha256(named).hexdigest(), False, {}
        base, changes = store.open_current(path), store.changes(path) + 1
        if job["name"] == "update":
            content = _guarded(content.decode(), hosts, base.store).encode()
        changing = store.new_generation(path, manifest, base, changes=changes)
        with relay_to(hosts).named(), changing as held:
            CHANGES[job["name"]](held, job, content, answer)
            del held  # it is closed before others open it


def _guarded(text: str, hosts: frozenset[str], base: ox.Store) -> str:
    """Return an update that may be made, by way of the relay where it asks others."""
    parses = partial(is_update, over=base)
    guard_update(text, parses, hosts)
    return relay_to(hosts).via(text, ("SERVICE", "LOAD"), parses)


def update(held: ox.Store, job: Job, content: bytes, answer: AnswerWriter) -> None:
    """Do a SPARQL 1.1 Update, all its operations or none (SPARQL 1.1 Protocol, section 2.2)."""
    text = using(content.decode(), job["default"], job["named"])
    prefixes = dict(context().prefixes)
    try:
        held.update(text, base_iri=job["base"], prefixes=prefixes)
    except SyntaxError as error:
        raise QueryError(update_diagnosis(text, prefixes, str(error))) from error
    except OSError as error:
        raise ServiceError(str(error)) from error
    except (RuntimeError, ValueError) as error:  # such as a graph that is there already
        raise QueryError(str(error)) from error
    answer.begin(TEXT, status=204)


def put(held: ox.Store, job: Job, content: bytes, answer: AnswerWriter) -> None:
    """Replace a graph, or the whole dataset (Graph Store HTTP Protocol, section 5.3)."""
    graph = _graph(job)
    existed = _exists(held, graph)
    held.clear() if graph is None else held.clear_graph(graph)
    _load(held, graph, job["base"], job["format"], content)
    answer.begin(TEXT, status=204 if existed else 201)


def post(held: ox.Store, job: Job, content: bytes, answer: AnswerWriter) -> None:
    """Merge triples into a graph, or quads into the dataset (section 5.5)."""
    graph = _graph(job)
    existed = _exists(held, graph)
    for part in job["parts"]:
        _load(held, graph, job["base"], part["format"], content[part["start"] : part["end"]])
    answer.begin(TEXT, status=204 if existed else 201)


def delete(held: ox.Store, job: Job, content: bytes, answer: AnswerWriter) -> None:
    """Remove a graph, or everything (section 5.4)."""
    graph = _graph(job)
    if not _exists(held, graph):
        raise RequestError(404, f"there is no graph {graph}")
    held.clear() if graph is None else held.remove_graph(graph)
    answer.begin(TEXT, status=204)


CHANGES: Mapping[str, Callable[[ox.Store, Job, bytes, AnswerWriter], None]] = {
    "update": update,
    "put": put,
    "post": post,
    "delete": delete,
}


def _graph(job: Job) -> ox.NamedNode | ox.DefaultGraph | None:
    """Return the graph that a job is about; ``None`` for all of them."""
    if job["graph"] is None:
        return None
    return ox.NamedNode(job["graph"]) if job["graph"] else ox.DefaultGraph()


def _exists(held: ox.Store, graph: ox.NamedNode | ox.DefaultGraph | None) -> bool:
    return not isinstance(graph, ox.NamedNode) or held.contains_named_graph(graph)


def _load(
    held: ox.Store,
    graph: ox.NamedNode | ox.DefaultGraph | None,
    base: str,
    name: str,
    content: bytes,
) -> None:
    kind = RDF_FORMATS[name]
    base = graph.value if isinstance(graph, ox.NamedNode) else base
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        refuse_bombs(name, content)
        if graph is None:
            held.load(content, kind, base_iri=base)
        else:
            held.load(content, kind, base_iri=base, to_graph=graph)
            if isinstance(graph, ox.NamedNode):
                held.add_graph(graph)  # one without triples is there, too
    except SyntaxError as error:
        raise QueryError(f"not {name}: {error}") from error
    except ValueError as error:
        raise RequestError(400, f"{name} cannot go into one graph: {error}") from error

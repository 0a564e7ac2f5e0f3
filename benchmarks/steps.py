"""Single steps of a build, each run in a process of its own; a result is printed as JSON.

``python benchmarks/steps.py map CORPUS``        read and map a corpus, and drop the quads
``python benchmarks/steps.py load STORE``        load the quads of a store into a new one on disk
``python benchmarks/steps.py rdflib STORE MOST`` add them one by one to an ``rdflib.Dataset``

What is loaded or added lies ready in memory: the time is that of loading or adding alone.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import mapper, store
from kg.errors import Fault
from kg.facts import reader as facts
from kg.facts.files import files

CHUNK = 100_000
"""So many quads are turned into rdflib's terms at a time; together they would fill the memory."""

Result = dict[str, float]


def mapped(corpus: str) -> Result:
    start = time.process_time()
    faults: list[Fault] = []
    graphs = mapper.graphs(facts.read(files([Path(corpus)]), faults))
    count = sum(1 for graph in graphs for _ in graph.quads())
    if faults:
        raise ValueError(f"{len(faults)} faults in {corpus}")
    return _result(start, count)


def loaded(built: str) -> Result:
    quads = list(_quads(built))
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        target = ox.Store(folder)
        target.bulk_extend(quads)
        target.flush()
        return _result(start, len(quads))


def added(built: str, most: str) -> Result:
    from rdflib import Dataset

    dataset = Dataset()
    seconds, count = 0.0, 0
    quads = islice(_quads(built), int(most))
    while chunk := [tuple(map(_term, quad)) for quad in islice(quads, CHUNK)]:
        start = time.process_time()
        for quad in chunk:
            dataset.add(quad)
        seconds += time.process_time() - start
        count += len(chunk)
    return {"seconds": seconds, "quads": count}


def _result(start: float, quads: int) -> Result:
    return {"seconds": time.process_time() - start, "quads": quads}


def _quads(built: str) -> Iterator[ox.Quad]:
    yield from store.open_current(Path(built)).store


@cache
def _term(term: Any) -> Any:
    """Return the term of rdflib that equals one of pyoxigraph."""
    from rdflib import BNode, Literal, URIRef
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.DefaultGraph):
        return DATASET_DEFAULT_GRAPH_ID
    datatype = None if term.language else URIRef(term.datatype.value)
    return Literal(term.value, lang=term.language, datatype=datatype)


STEPS: dict[str, Callable[..., Result]] = {"map": mapped, "load": loaded, "rdflib": added}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))

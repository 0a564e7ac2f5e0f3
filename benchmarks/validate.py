"""What validating costs: the shapes on our engine beside pySHACL, and the everyday command.

``python benchmarks/validate.py`` holds made-up facts of ``--sizes`` claims against the shapes, and
the same data graph and shapes graph with pySHACL on rdflib in the same run, in a process that is
ended after ``--limit`` seconds; the results of both are compared. Loading is timed apart. Then the
command, without a reasoner, beside what it stands on. Seconds are of CPU.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar

import corpus
import pyoxigraph as ox
from measure import environment, in_turn, kg, table

from kg import mapper
from kg.errors import Fault
from kg.facts import reader as facts
from kg.facts.files import files
from kg.validation.shacl.datagraph import DataGraph
from kg.validation.shacl.graph import SHAPES
from kg.validation.shacl.results import results
from kg.validation.shacl.shapes import Shapes

Verdicts = set[tuple[str, str, str, str]]
"""Of each result the focus node, value, shape and component."""
T = TypeVar("T")


class Size(NamedTuple):
    """What was measured for one number of claims; no ``pyshacl`` where it did not finish."""

    claims: int
    triples: int
    load: float
    check: float
    found: int
    pyshacl: Peer | None
    same: bool


class Peer(NamedTuple):
    """What pySHACL took for a data graph, and what it found."""

    load: float
    check: float
    found: Verdicts


def timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def data_graph(folder: Path) -> ox.Store:
    faults: list[Fault] = []
    read = mapper.graphs(facts.read(files([folder]), faults))
    store = DataGraph(chain([mapper.individuals()], read)).store
    assert not faults
    return store


def ours(store: ox.Store) -> Verdicts:
    return {
        (
            str(result.focus),
            str(result.value or ""),
            str(result.constraint.shape.iri),
            result.constraint.component,
        )
        for result in results(store, Shapes())
    }


def theirs(path: Path) -> Peer:
    """Validate a data graph in N-Triples with pySHACL."""
    import pyshacl
    import rdflib

    graph, shapes = rdflib.Graph(), rdflib.Graph()
    load, _ = timed(lambda: (graph.parse(path, format="nt"), shapes.parse(SHAPES)))
    took, answer = timed(lambda: pyshacl.validate(graph, shacl_graph=shapes, inplace=True))
    sh = rdflib.SH
    report = answer[1]
    found = set()
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        value = report.value(result, sh.value)
        found.add(
            (
                report.value(result, sh.focusNode).n3(),
                value.n3() if value is not None else "",
                report.value(result, sh.sourceShape).n3(),
                str(report.value(result, sh.sourceConstraintComponent)),
            )
        )
    return Peer(load, took, found)


def within(limit: float, path: Path) -> Peer | None:
    """Return what pySHACL takes, in a process of its own; ``None`` if that is over the limit."""
    command = [sys.executable, __file__, "--pyshacl", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    load, check, found = json.loads(done.stdout)
    return Peer(load, check, {(focus, value, shape, part) for focus, value, shape, part in found})


def measured(claims: int, limit: float) -> Size:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts"
        corpus.write(claims, path)
        load, store = timed(lambda: data_graph(path))
        graph = Path(folder) / "data-graph.nt"
        store.dump(graph, ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        with graph.open("rb") as lines:
            count = sum(1 for _ in lines)
        check, found = timed(lambda: ours(store))
        peer = within(limit, graph) if limit else None
    return Size(claims, count, load, check, len(found), peer, bool(peer and peer.found == found))


def engines(sizes: list[Size], limit: float) -> str:
    rows = []
    for size in sizes:
        cells = [f"{size.claims:,}", f"{size.triples:,}", f"{size.load:.2f}", f"{size.check:.3f}"]
        beside = ["–", f"> {limit:,.0f}", f"> {limit / size.check:,.0f}", "–"]
        if size.pyshacl:
            times = f"{size.pyshacl.check / size.check:,.0f}"
            seconds = [f"{size.pyshacl.load:.2f}", f"{size.pyshacl.check:.1f}"]
            beside = [*seconds, times, "the same" if size.same else "others"]
        rows.append([*cells, f"{size.found:,}", *beside])
    headings = ["claims", "triples", "load, s", "validate, s", "results", "pySHACL: load, s"]
    return table([*headings, "validate, s", "times ours", "results"], rows)


NOTHING = """
from kg.validation.owl.reasoner import Reasoner
with Reasoner() as reasoner:
    reasoner.is_consistent([])
"""


def everyday(repeat: int) -> str:
    """Lay out the command beside what it stands on."""
    commands = {
        "`kg --version`": [*kg(), "--version"],
        '`python -c "import pyoxigraph"`': [sys.executable, "-c", "import pyoxigraph"],
        "`kg validate --no-reasoner`": [*kg(), "validate", "--no-reasoner"],
        "the reasoner, asked about nothing": [sys.executable, "-c", NOTHING],
        "`kg validate`": [*kg(), "validate"],
    }
    taken = {
        name: [median(usage.wall for usage in usages), median(usage.cpu for usage in usages)]
        for name, usages in in_turn(commands, repeat).items()
    }
    version, engine, *_ = taken.values()
    base = [one + other for one, other in zip(version, engine, strict=True)]
    rows = []
    for name, times in taken.items():
        ratios = [one / other for one, other in zip(times, base, strict=True)]
        rows.append([name, *(f"{t * 1000:.0f}" for t in times), *(f"{r:.2f}" for r in ratios)])
    headings = ["command", "by the clock, ms", "CPU, ms", "of the first two together", "of CPU"]
    return table(headings, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what validating costs.")
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of claims")
    parser.add_argument("--limit", type=float, default=600, help="seconds for pySHACL; 0: no run")
    parser.add_argument("--repeat", type=int, default=20, help="runs of each command")
    parser.add_argument("--pyshacl", type=Path, help="a data graph, for pySHACL alone")
    options = parser.parse_args()
    if options.pyshacl:
        load, check, found = theirs(options.pyshacl)
        print(json.dumps([load, check, sorted(found)]))
        return
    sizes = [measured(int(claims), options.limit) for claims in options.sizes.split(",")]
    commands = everyday(options.repeat)
    print(f"{environment()}.\n\n{engines(sizes, options.limit)}\n\n{commands}")


if __name__ == "__main__":
    main()

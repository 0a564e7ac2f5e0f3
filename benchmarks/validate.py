"""What validating costs: the shapes on our engine beside pySHACL, and the everyday command.

``python benchmarks/validate.py`` holds made-up facts of ``--sizes`` claims against the shapes, and
those of ``--pyshacl`` claims in the same run with pySHACL on rdflib too: the same shapes graph and
the same data graph, whose results are compared. pySHACL reads the text of a SPARQL constraint anew
for each focus node, so that its time for a thousand claims is not waited for. Loading is timed
apart. Then the command, without a reasoner, beside what it stands on. Seconds are of CPU.
"""

from __future__ import annotations

import argparse
import os
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
from measure import environment, kg, run, table

from kg import facts, mapper
from kg.errors import Fault
from kg.validation.datagraph import DataGraph
from kg.validation.results import results
from kg.validation.shapes import SHAPES, Shapes

Verdicts = set[tuple[str, str, str, str]]
"""Of each result the focus node, value, shape and component."""
T = TypeVar("T")


class Size(NamedTuple):
    """What was measured for one number of claims; of pySHACL if it was asked."""

    claims: int
    triples: int
    load: float
    check: float
    found: int
    pyshacl_load: float = 0.0
    pyshacl: float = 0.0
    same: bool = True


def timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def data_graph(folder: Path) -> ox.Store:
    faults: list[Fault] = []
    read = mapper.graphs(facts.read(facts.files([folder]), faults))
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


def theirs(data: str) -> tuple[float, float, Verdicts]:
    """Return the seconds that pySHACL takes to load and to validate, and what it finds."""
    import pyshacl
    import rdflib

    graph, shapes = rdflib.Graph(), rdflib.Graph()
    load, _ = timed(lambda: (graph.parse(data=data, format="nt"), shapes.parse(SHAPES)))
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
    return load, took, found


def measured(claims: int, *, beside: bool) -> Size:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts"
        corpus.write(claims, path)
        load, store = timed(lambda: data_graph(path))
    triples = ox.serialize(
        (quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())),
        format=ox.RdfFormat.N_TRIPLES,
    )
    assert triples is not None
    count = triples.count(b"\n")
    check, found = timed(lambda: ours(store))
    if not beside:
        return Size(claims, count, load, check, len(found))
    other_load, other, other_found = theirs(triples.decode())
    return Size(claims, count, load, check, len(found), other_load, other, found == other_found)


def engines(sizes: list[Size]) -> str:
    rows = []
    for size in sizes:
        cells = [f"{size.claims:,}", f"{size.triples:,}", f"{size.load:.2f}", f"{size.check:.3f}"]
        beside = ["–", "–", "–", "–"]
        if size.pyshacl:
            same = "the same" if size.same else "others"
            seconds = [f"{size.pyshacl_load:.2f}", f"{size.pyshacl:.1f}"]
            beside = [*seconds, f"{size.pyshacl / size.check:,.0f}", same]
        rows.append([*cells, f"{size.found:,}", *beside])
    headings = ["claims", "triples", "load, s", "validate, s", "results", "pySHACL: load, s"]
    return table([*headings, "validate, s", "times ours", "results"], rows)


def everyday(repeat: int) -> str:
    """Lay out the command beside what it stands on, each in turn, the first turn left out."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        commands = {
            "kg --version": ([*kg(), "--version"], "none"),
            'python -c "import pyoxigraph"': ([sys.executable, "-c", "import pyoxigraph"], "none"),
            "kg validate --no-reasoner": ([*kg(), "validate", "--no-reasoner"], "none"),
            "KG_STORE=store kg validate --no-reasoner": (
                [*kg(), "validate", "--no-reasoner"],
                "store",
            ),
        }
        run([*kg(), "build", "--store", f"{folder}/store"])
        times: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(repeat + 1):
            for name, (command, store) in commands.items():
                os.environ["KG_STORE"] = f"{folder}/{store}"
                usage, _ = run(command)
                if turn:
                    times[name].append(usage.cpu)
    base = sum(median(taken) for taken in list(times.values())[:2])
    rows = [
        [f"`{name}`", f"{median(taken) * 1000:.0f}", f"{median(taken) / base:.2f}"]
        for name, taken in times.items()
    ]
    return table(["command", "median CPU, ms", "of the first two together"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what validating costs.")
    parser.add_argument("--sizes", default="1000,10000", help="numbers of claims")
    parser.add_argument("--pyshacl", type=int, default=100, help="claims that pySHACL is given too")
    parser.add_argument("--repeat", type=int, default=20, help="runs of each command")
    options = parser.parse_args()
    sizes = [measured(options.pyshacl, beside=True)] if options.pyshacl else []
    sizes += [measured(claims, beside=False) for claims in map(int, options.sizes.split(","))]
    print(f"{environment()}.\n\n{engines(sizes)}\n\n{everyday(options.repeat)}")


if __name__ == "__main__":
    main()

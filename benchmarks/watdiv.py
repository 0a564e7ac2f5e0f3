"""Whether citing names the claims that SPARQLprov's scheme names, over made-up graph patterns.

``python benchmarks/watdiv.py`` builds a store of made-up claims and asks it 200 basic graph
patterns in the four shapes of WatDiv (Aluç, Hartig, Özsu and Daudjee, ISWC 2014), made from triples
that are there. Each is asked plain, with ``Dataset.cite``, and as the witness query that SPARQLprov
(Hernández, Galárraga and Hose, PVLDB 14(13), 2021) makes of it where the graph of a triple is its
identifier::

    SELECT ?v0 { ?v0 ent:host ?v1 }  →  SELECT ?v0 ?g0 { GRAPH ?g0 { ?v0 ent:host ?v1 } }

By that scheme a solution rests on the claims of all its rows. A claim's graph stands for the claim.
SPARQLprov knows no inference: here a graph of inferred triples stands for the claims that they were
derived from, reference data for none; with ``--told`` nothing that may be inferred is asked for.
Rows with a graph that is no part of the default graph, such as that of a denied claim, do not
count. Exits with 1 where solutions or claims differ.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import corpus
import pyoxigraph as ox
from measure import environment, table
from patterns import SHAPES, Maker, Query

import kg
from kg.vocabulary.context import named
from kg.vocabulary.iris import REFERENCE, is_inference
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RdfTerm

COLUMNS = (
    "shape", "queries", "alike", "solutions", "with inferred triples", "citing / plain",
    "witness query / plain",
)  # fmt: skip
Row = tuple[RdfTerm, ...]


class Graphs:
    """The named graphs that make the default graph, with the claims that each stands for."""

    def __init__(self, store: ox.Store) -> None:
        reported = store.quads_for_pattern(None, named("ent:status"), ox.NamedNode(ent.Reported))
        self.believed: frozenset[RdfTerm] = frozenset(quad.subject for quad in reported)
        self.claims: dict[RdfTerm, frozenset[RdfTerm]] = {REFERENCE: frozenset()}
        self.claims |= {claim: frozenset({claim}) for claim in self.believed}
        for graph in filter(is_inference, store.named_graphs()):
            derived = store.quads_for_pattern(graph, named("prov:wasDerivedFrom"), None)
            premises = frozenset(quad.object for quad in derived)
            if premises <= self.believed:
                self.claims[graph] = premises

    def resting(self, query: Query, rows: Iterator[Any]) -> dict[Row, set[RdfTerm]]:
        """Return the solutions of a query, each with its claims, from its witness query's rows."""
        found: dict[Row, set[RdfTerm]] = {}
        for row in map(tuple, rows):
            graphs = row[len(query.variables) :]
            if self.claims.keys() >= set(graphs):
                claims = found.setdefault(row[: len(query.variables)], set())
                claims.update(*(self.claims[graph] for graph in graphs))
        return found


class Outcome(NamedTuple):
    """One query: its solutions, those that rest on inferred triples, and its seconds each way."""

    alike: bool
    solutions: int
    inferred: int
    plain: float
    cited: float
    witnesses: float


def outcome(dataset: Any, graphs: Graphs, query: Query, times: int) -> Outcome:
    """Ask a query in all three ways, and compare the solutions and the claims of each."""
    timed = partial(shortest, times)
    rows, plain = timed(lambda: Counter(map(tuple, dataset.query(query.text))))
    cited, citing = timed(lambda: dataset.cite(query.text))
    theirs, asking = timed(lambda: graphs.resting(query, iter(dataset.query(query.witnesses))))
    citations = dict(zip(cited.rows, cited.citations, strict=True))
    ours = {row: {claim.iri for claim in each.claims} for row, each in citations.items()}
    alike = ours == theirs and Counter(cited.rows) == rows
    alike &= not any(each.gaps for each in citations.values())
    if not alike:
        print("differs:", query.text)
    inferred = sum(bool(each.inferences) for each in citations.values())
    return Outcome(alike, len(ours), inferred, plain, citing, asking)


def shortest(times: int, work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what comes of it, and the shortest time of several."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return result, best


def row(shape: str, found: Sequence[Outcome]) -> list[str]:
    """Return the counts of some queries, and the medians of their ratios."""
    sums = (sum(each.solutions for each in found), sum(each.inferred for each in found))
    ratios = ([o.cited / o.plain for o in found], [o.witnesses / o.plain for o in found])
    alike = sum(each.alike for each in found)
    medians = (f"{statistics.median(each):.1f}" for each in ratios)
    return [shape, str(len(found)), str(alike), *(f"{n:,}" for n in sums), *medians]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1000, help="made-up claims; 1,000 by default")
    parser.add_argument("--queries", type=int, default=200, help="200 by default")
    parser.add_argument("--seed", type=int, default=0, help="makes other queries")
    parser.add_argument("--told", action="store_true", help="nothing of which some is inferred")
    parser.add_argument("--times", type=int, default=3, help="the shortest counts; 3 by default")
    chosen = parser.parse_args()
    print(environment())
    with tempfile.TemporaryDirectory() as folder:
        corpus.write(chosen.claims, Path(folder, "facts"))
        kg.build([Path(folder, "facts")], Path(folder, "store"))
        dataset = kg.open(Path(folder, "store"))
        graphs = Graphs(dataset.store)
        maker = Maker(dataset.store, graphs.believed, Random(chosen.seed), chosen.told)
        found: dict[str, list[Outcome]] = {shape: [] for shape in SHAPES}
        for shape in islice(cycle(SHAPES), chosen.queries):
            found[shape].append(outcome(dataset, graphs, maker.query(shape), chosen.times))
    found["all"] = [each for outcomes in found.values() for each in outcomes]
    print(table(COLUMNS, (row(shape, outcomes) for shape, outcomes in found.items())))
    return int(not all(each.alike for each in found["all"]))


if __name__ == "__main__":
    sys.exit(main())

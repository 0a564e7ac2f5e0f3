"""What citing costs: each query of the catalogue with and without, on our facts and made-up ones.

``python benchmarks/cite.py --claims 100000`` builds a store of so many claims and answers each
query several times, as often as ten seconds allow, in one process, from the text to the last
byte of JSON. The shortest time counts; the median of the ratios is what matters. A query that
cannot be cited within ``--limit`` seconds is ended, and counts as infinitely slow.
"""

from __future__ import annotations

import argparse
import io
import math
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import corpus
from measure import environment, table

import kg
from kg.sparql import catalogue as queries

TIMES = 10
SECONDS = 10.0


class Cost(NamedTuple):
    """Seconds for one query without and with citations."""

    name: str
    plain: float
    cited: float

    @property
    def ratio(self) -> float:
        return self.cited / self.plain


def seconds(work: Callable[[], None]) -> float:
    """Return the shortest time of several."""
    best, spent = float("inf"), 0.0
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        best, spent = min(best, took), spent + took
        if spent > SECONDS:
            break
    return best


def cost(dataset: kg.Dataset, query: queries.Query) -> Cost:
    form = "turtle" if "CONSTRUCT" in query.text else "json"

    def plain() -> None:
        dataset.query(query).serialize(io.BytesIO(), form)

    def cited() -> None:
        dataset.cite(query).serialize(io.BytesIO(), form)

    return Cost(query.name, seconds(plain), seconds(cited))


def measure(store: Path, names: list[str], out: Connection) -> None:
    """Send the cost of each query; to be run in a process that can be ended."""
    dataset = kg.open(store)
    for name in names:
        out.send(cost(dataset, queries.named(name)))


def costs(store: Path, limit: float) -> Iterator[Cost]:
    """Yield the cost of each query of the catalogue, infinite for one that takes too long."""
    names, spawn = queries.names(), multiprocessing.get_context("spawn")
    while names:
        receiver, sender = spawn.Pipe(duplex=False)
        process = spawn.Process(target=measure, args=(store, names, sender), daemon=True)
        process.start()
        while names and receiver.poll(limit):
            yield receiver.recv()
            names = names[1:]
        if names:
            yield Cost(names[0], limit, math.inf)
            names = names[1:]
        process.kill()


def report(title: str, store: Path, limit: float, details: bool) -> str:
    found = list(costs(store, limit))
    median = statistics.median(each.ratio for each in found)
    ended = [each for each in found if not math.isfinite(each.cited)]
    rest = [each for each in found if each not in ended]
    whole = sum(c.cited for c in rest) / sum(c.plain for c in rest)
    lines = [f"{title}: median ratio {median:.1f}, of all queries together {whole:.1f}"]
    lines += [f"not within {limit:g} seconds: {each.name}" for each in ended]
    if details:
        rows = [
            [c.name, f"{c.plain * 1000:.1f}", f"{c.cited * 1000:.1f}", f"{c.ratio:.1f}"]
            for c in sorted(rest, key=lambda c: -c.ratio)
        ]
        lines += ["", table(["query", "plain, ms", "cited, ms", "ratio"], rows)]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=0, help="made-up claims; none by default")
    parser.add_argument("--details", action="store_true", help="show every query")
    parser.add_argument("--limit", type=float, default=120, help="seconds for one query")
    chosen = parser.parse_args()
    print(environment())
    with tempfile.TemporaryDirectory() as folder:
        kg.build(path=Path(folder, "ours"))
        print(report("our facts", Path(folder, "ours"), chosen.limit, chosen.details))
        if chosen.claims:
            corpus.write(chosen.claims, Path(folder, "facts"))
            kg.build([Path(folder, "facts")], Path(folder, "store"))
            title = f"{chosen.claims:,} made-up claims"
            print(report(title, Path(folder, "store"), chosen.limit, chosen.details))


if __name__ == "__main__":
    main()

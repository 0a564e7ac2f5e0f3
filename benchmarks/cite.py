"""What citing costs: each query of the catalogue with and without, on our facts and made-up ones.

``python benchmarks/cite.py --claims 100000`` builds a store of so many claims and answers each
query several times, as often as ten seconds allow, in one process, from the text to the last
byte of JSON. The shortest time counts; the median of the ratios is what matters.
"""

from __future__ import annotations

import argparse
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import corpus
from measure import environment, table

import kg
from kg import queries

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


def report(title: str, dataset: kg.Dataset, details: bool) -> str:
    costs = [cost(dataset, query) for query in queries.catalogue()]
    median = statistics.median(each.ratio for each in costs)
    whole = sum(c.cited for c in costs) / sum(c.plain for c in costs)
    lines = [f"{title}: median ratio {median:.1f}, of all queries together {whole:.1f}"]
    if details:
        rows = [
            [c.name, f"{c.plain * 1000:.1f}", f"{c.cited * 1000:.1f}", f"{c.ratio:.1f}"]
            for c in sorted(costs, key=lambda c: -c.ratio)
        ]
        lines += ["", table(["query", "plain, ms", "cited, ms", "ratio"], rows)]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=0, help="made-up claims; none by default")
    parser.add_argument("--details", action="store_true", help="show every query")
    chosen = parser.parse_args()
    print(environment())
    with tempfile.TemporaryDirectory() as folder:
        kg.build(path=Path(folder, "ours"))
        print(report("our facts", kg.open(Path(folder, "ours")), chosen.details))
        if chosen.claims:
            corpus.write(chosen.claims, Path(folder, "facts"))
            kg.build([Path(folder, "facts")], Path(folder, "store"))
            title = f"{chosen.claims:,} made-up claims"
            print(report(title, kg.open(Path(folder, "store")), chosen.details))


if __name__ == "__main__":
    main()

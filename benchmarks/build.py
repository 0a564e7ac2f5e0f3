"""How a build grows: time, memory and quads a second for corpora of several sizes.

``python benchmarks/build.py --sizes 1000,10000,100000`` measures ``kg build`` as a whole process
for each size, its steps in processes of their own, and in the same run how fast rdflib adds
the same quads to a dataset in memory, one by one. Seconds are of CPU unless they are said to be
by the clock: on a machine that does other things too they vary less.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path
from typing import NamedTuple

import corpus
from measure import Usage, environment, kg, run, step, table

STEPS = Path(__file__).with_name("steps.py")
RDFLIB_MOST = 1_000_000


class Size(NamedTuple):
    """What was measured for one number of claims."""

    claims: int
    quads: int
    build: Usage
    mapping: float
    load_rate: float
    rdflib_rate: float

    @property
    def rate(self) -> float:
        """Quads that a whole build writes in a second."""
        return self.quads / self.build.cpu


def measured(claims: int, folder: Path, rdflib_most: int) -> Size:
    source, built = folder / f"facts-{claims}", folder / f"store-{claims}"
    corpus.write(claims, source)
    usage, output = run([*kg(), "build", str(source), "--store", str(built), "--force"])
    found = re.search(rb"(\d+) quads", output)
    assert found
    _, mapping = step(STEPS, "map", str(source))
    _, load = step(STEPS, "load", str(built))
    _, rdflib = step(STEPS, "rdflib", str(built), str(rdflib_most))
    rates = [result["quads"] / result["seconds"] for result in (load, rdflib)]
    return Size(claims, int(found[1]), usage, mapping["seconds"], *rates)


def whole(sizes: list[Size]) -> str:
    """Lay out the whole builds; growth is that of CPU time over that of claims."""
    rows = []
    for before, size in zip([None, *sizes], sizes, strict=False):
        growth = "–"
        if before:
            growth = f"{size.build.cpu / before.build.cpu / (size.claims / before.claims):.2f}"
        seconds = (size.build.cpu, size.build.wall, size.mapping, size.build.cpu - size.mapping)
        counts = [f"{size.claims:,}", f"{size.quads:,}"]
        times = [f"{second:.1f}" for second in seconds]
        rows.append([*counts, growth, *times, f"{size.build.memory:.0f}"])
    headings = ["claims", "quads", "growth", "build, s", "by the clock, s", "read and map, s"]
    return table([*headings, "infer and load, s", "memory, MB"], rows)


def rates(sizes: list[Size]) -> str:
    """Lay out quads a second against those of rdflib."""
    rows = []
    for size in sizes:
        ratios = (size.rate / size.rdflib_rate, size.load_rate / size.rdflib_rate)
        speeds = (size.rate, size.load_rate, size.rdflib_rate)
        cells = [f"{size.claims:,}", *(f"{r:.2f}" for r in ratios), *(f"{s:,.0f}" for s in speeds)]
        rows.append(cells)
    headings = ["claims", "build ÷ rdflib", "load ÷ rdflib", "build, quads/s", "load, quads/s"]
    return table([*headings, "rdflib, quads/s"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how building grows.")
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of claims")
    parser.add_argument(
        "--rdflib-most", type=int, default=RDFLIB_MOST, help="quads that rdflib is given at most"
    )
    options = parser.parse_args()
    sizes: list[Size] = []
    for claims in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            sizes.append(measured(claims, Path(folder), options.rdflib_most))
    print(f"{environment()}.\n\n{whole(sizes)}\n\n{rates(sizes)}")


if __name__ == "__main__":
    main()

"""How long ``kg`` takes from nothing: the whole process, against the import of its packages.

``python benchmarks/cold_start.py`` builds a store of the facts that come with ``kg``, then runs
each command in turn, over and over, so that whatever else slows the machine slows all of them.
The ratio is that of the medians, to ``python -c "import click, pyoxigraph"``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from statistics import median

from measure import Usage, environment, in_turn, kg, run, table

BASE = "import click, pyoxigraph"


def commands(store: str, query: str) -> dict[str, list[str]]:
    return {
        f'python -c "{BASE}"': [sys.executable, "-c", BASE],
        f"kg query {query}": [*kg(), "query", query, "--store", store],
        "kg --version": [*kg(), "--version"],
    }


def report(usages: dict[str, list[Usage]]) -> str:
    base = next(iter(usages.values()))
    rows = []
    for name, taken in usages.items():
        walls, cpus = [u.wall for u in taken], [u.cpu for u in taken]
        ratio = median(walls) / median(u.wall for u in base)
        cpu_ratio = median(cpus) / median(u.cpu for u in base)
        times = [median(walls), min(walls), median(cpus), min(cpus)]
        rows.append(
            [f"`{name}`", f"{ratio:.2f}", f"{cpu_ratio:.2f}", *(f"{t * 1000:.0f}" for t in times)]
        )
    headings = ["command", "ratio", "ratio of CPU", "median, ms", "least, ms"]
    return table([*headings, "median CPU, ms", "least CPU, ms"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the cold start of kg.")
    parser.add_argument("--repeat", type=int, default=40)
    parser.add_argument("--query", default="who-met-whom", help="a name of the catalogue")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run([*kg(), "build", "--store", f"{folder}/store"])
        usages = in_turn(commands(f"{folder}/store", options.query), options.repeat)
    how = "the script `kg`" if len(kg()) == 1 else "`python -m kg`"
    print(f"{environment()}; {how}, {options.repeat} runs of each.\n\n{report(usages)}")


if __name__ == "__main__":
    main()

"""Comunica over our endpoint, and N3.js over our dumps.

``python benchmarks/interop/node.py`` needs Node 20 and npm.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools import HERE, endpoint, facts, npm, run

import kg
from kg.sparql.results import Solutions

COMUNICA, N3 = "@comunica/query-sparql@4.5.0", "n3@2.13.12"
LEADERS = "SELECT * { ?s a <https://w3id.org/entente/ontology#Leader> }"


def comunica(modules: Path, store: Path) -> bool:
    """Ask for the leaders at each path that answers queries, by its URL and no more."""
    solutions, right = kg.open(store).query(LEADERS), True
    assert isinstance(solutions, Solutions)
    due = len(solutions)
    with endpoint(store) as url:
        for path in ("/query", "/sparql"):
            told = run(["node", HERE / "comunica.mjs", url + path, LEADERS], cwd=modules).strip()
            print(f"{COMUNICA} at {path}: {told} leaders, {due} here")
            right &= told == str(due)
    return right


def n3(modules: Path, folder: Path) -> bool:
    """Read the dump as TriG and as N-Quads."""
    dataset, right = kg.open(folder / "store"), True
    dataset.dump(folder / "all.nq", "nquads")
    graphs = len(set(dataset.store.named_graphs())) + 1
    for name in ("all.trig", "all.nq"):
        quads, seen = map(int, run(["node", HERE / "n3.mjs", folder / name], cwd=modules).split())
        print(
            f"{N3} of {name}: {quads} quads in {seen} graphs; {len(dataset.store)} in {graphs} here"
        )
        right &= (quads, seen) == (len(dataset.store), graphs)
    return right


def main() -> int:
    modules = npm(COMUNICA, N3)
    with facts() as folder:
        right = [comunica(modules, folder / "store"), n3(modules, folder)]
    return not all(right)


if __name__ == "__main__":
    sys.exit(main())

"""rdflib: the catalogue over our dump, each query in a process of its own.

``python benchmarks/interop/rdflib_queries.py --seconds 120``; a query that takes longer is told.
"""

from __future__ import annotations

import argparse
import sys
from multiprocessing import get_context
from pathlib import Path

import rdflib
from answers import compare, is_graph
from tools import facts

from kg.resources import QUERIES


def answered(dataset: rdflib.Dataset, name: str, made: Path) -> None:
    result = dataset.query((QUERIES / f"{name}.rq").read_text("utf-8"))
    form = "nt" if is_graph(name) else "json"
    made.write_bytes(result.serialize(format=form) or b"")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    seconds = parser.parse_args().seconds
    print("rdflib", rdflib.__version__)
    with facts() as folder:
        dataset = rdflib.Dataset()
        dataset.parse(folder / "all.trig")

        def answer(name: str) -> str | None:
            # A fork, for the dataset is read once.
            made = folder / name
            process = get_context("fork").Process(target=answered, args=(dataset, name, made))
            process.start()
            process.join(seconds)
            process.kill()
            process.join()
            return made.read_text("utf-8") if made.exists() else None

        return bool(compare(folder / "store", answer))


if __name__ == "__main__":
    sys.exit(main())

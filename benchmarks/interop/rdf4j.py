"""RDF4J, whose default graph is the union of all graphs: the catalogue over our dump.

``python benchmarks/interop/rdf4j.py`` needs Java 17 and Maven.
"""

from __future__ import annotations

import sys

from answers import compare
from tools import HERE, command, facts, java, maven

from kg.resources import QUERIES

VERSION = "5.1.4"
PARTS = ("repository-sail", "sail-memory", "rio-nquads", "rio-ntriples", "queryresultio-sparqljson")
NAME = "https://example.org/default"


def main() -> int:
    parts = [f"org.eclipse.rdf4j:rdf4j-{part}:{VERSION}" for part in PARTS]
    classes = maven(*parts, "org.slf4j:slf4j-nop:1.7.36")
    print("RDF4J", VERSION)
    with facts() as folder:
        differing = {}
        for named in ([], [NAME]):
            flags = ["--default-graph", NAME] if named else []
            data, made = folder / f"{len(named)}.nq", folder / f"rdf4j-{len(named)}"
            command("dump", "--store", folder / "store", "-f", "nquads", "-o", data, *flags)
            made.mkdir()
            java(classes, HERE / "Rdf4j.java", data, QUERIES, made, *named)
            print("kg dump -f nquads", *flags)
            answers = {file.name: file.read_text("utf-8") for file in made.iterdir()}
            differing[bool(named)] = compare(folder / "store", answers.get, tell=bool(named))
    return bool(differing[True])


if __name__ == "__main__":
    sys.exit(main())

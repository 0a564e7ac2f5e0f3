"""Jena: the catalogue over our dump, and TDB2 and Fuseki with and without a union default graph.

``python benchmarks/interop/jena.py`` needs Java 17 and Maven.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from answers import compare
from tools import HERE, command, facts, java, maven

from kg.resources import QUERIES

SERVER = "org.apache.jena:jena-fuseki-server:5.6.0"
PORT = 13030
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/entente/ontology#Meeting> }"
UNION = "--set=tdb2:unionDefaultGraph=true"
DEFAULT = "urn:x-arq:DefaultGraph"
NAME = "https://example.org/default"


def over_the_dump(classes: str, folder: Path) -> int:
    (folder / "jena").mkdir()
    java(classes, HERE / "Jena.java", folder / "all.trig", QUERIES, folder / "jena")
    return compare(folder / "store", lambda name: (folder / "jena" / name).read_text("utf-8"))


def tdb2(classes: str, folder: Path) -> None:
    """Count meetings in a store of TDB2: a union has what is denied and planned too."""
    java(classes, "tdb2.tdbloader", "--loc", folder / "tdb2", folder / "all.trig")
    query = ["tdb2.tdbquery", "--results=csv"]
    here = command("query", COUNT, "--store", folder / "store", "-f", "csv").split()[1]
    inside = f"GRAPH <{DEFAULT}> {{ ?s a"
    for label, options, text in (
        ("own default graph", [], COUNT),
        ("union default graph", [UNION], COUNT),
        ("union default graph, asked by its name", [UNION], COUNT.replace("?s a", inside) + " }"),
    ):
        there = java(classes, *query, "--loc", folder / "tdb2", *options, text).split()[1]
        print(f"TDB2, {label}: {there} meetings, {here} here")


@contextmanager
def fuseki(classes: str, data: Path, *options: str) -> Iterator[str]:
    data.mkdir()
    main = ["org.apache.jena.fuseki.main.cmds.FusekiServerCmd", "--localhost", f"--port={PORT}"]
    words = ["java", "-cp", classes, *main, "--tdb2", f"--loc={data}", *options, "--update", "/ds"]
    server = subprocess.Popen(words, cwd=data, stdout=-3, stderr=-3)
    url = f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(120):
            with suppress(URLError, ConnectionError):
                urlopen(f"{url}/ds/query?query=ASK%7B%7D").read()
                break
            time.sleep(0.5)
        yield f"{url}/ds"
    finally:
        server.kill()
        server.wait()


def served(classes: str, folder: Path, *settings: str, name: str = "") -> int:
    """Push to Fuseki and ask it the whole catalogue by ``--endpoint``; return how many differ."""
    data = folder / f"fuseki-{len(settings)}-{bool(name)}"
    named = ["--default-graph", name] if name else []
    with fuseki(classes, data, *settings) as url:
        command("push", "--store", folder / "store", "--to", f"{url}/data", *named)

        def there(query: str) -> str:
            form = "ntriples" if query.endswith("-as-a-graph") else "json"
            done = subprocess.run(
                [sys.executable, "-m", "kg", "query", query, "-f", form,
                 "--endpoint", f"{url}/query", *named],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            if done.returncode:
                raise ValueError(done.stderr.strip())
            return done.stdout

        print("Fuseki", *settings, *named)
        try:
            return compare(folder / "store", there)
        except ValueError as error:
            print(f"refused: {error}")
            return 0


def main() -> int:
    classes = maven(SERVER)
    print(java(classes, "arq.arq", "--version").strip())
    with facts() as folder:
        differing = over_the_dump(classes, folder)
        tdb2(classes, folder)
        differing += served(classes, folder)
        differing += served(classes, folder, UNION)
        differing += served(classes, folder, UNION, name=NAME)
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())

"""Tools of Python: SPARQLWrapper and sparql-dataframe over our endpoint, pySHACL, owlrl.

``python benchmarks/interop/python_tools.py``; what is not installed is skipped.
"""

from __future__ import annotations

import importlib
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rdflib
from tools import endpoint, facts

import kg
from kg.resources import ONTOLOGY

LEADERS = "PREFIX ent: <https://w3id.org/entente/ontology#> {} {{ ?s a ent:Leader }}"
SHOWN = {"SELECT ?s": ("json", "xml", "csv", "tsv"), "ASK": ("json", "xml", "csv", "tsv"),
         "CONSTRUCT WHERE": ("xml", "rdf", "rdf+xml", "turtle", "n3", "json-ld")}  # fmt: skip


def sparqlwrapper(library: Any, url: str) -> None:
    answered = 0
    for method in ("GET", "POST"):
        for head, forms in SHOWN.items():
            for form in forms:
                client = library.SPARQLWrapper(f"{url}/query")
                client.setMethod(method)
                client.setQuery(LEADERS.format(head))
                client.setReturnFormat(form)
                client.queryAndConvert()
                answered += 1
    print(f"{answered} answers, all formats by GET and POST")


def sparql_dataframe(library: Any, url: str) -> None:
    shapes = [
        library.get(f"{url}/query", LEADERS.format("SELECT ?s"), post=post).shape
        for post in (False, True)
    ]
    print("rows and columns by GET and by POST:", *shapes)


def pyshacl(library: Any, graph: rdflib.Graph) -> None:
    start = time.perf_counter()
    conforms, _, _ = library.validate(
        graph,
        shacl_graph=str(ONTOLOGY / "shapes.ttl"),
        ont_graph=str(ONTOLOGY / "entente.ttl"),
        advanced=True,
    )
    print(f"conforms: {conforms}, {time.perf_counter() - start:.0f} s")


def owlrl(library: Any, graph: rdflib.Graph) -> None:
    for file in ("entente.ttl", "alignments.ttl"):
        graph.parse(ONTOLOGY / file)
    library.DeductiveClosure(library.RDFS_Semantics).expand(graph)
    people = len(set(graph.subjects(rdflib.RDF.type, rdflib.URIRef("https://schema.org/Person"))))
    print(f"{people} of schema:Person, {len(graph)} triples")


def imported(package: str) -> Any:
    """Return a package, or nothing and a sentence where it is not installed."""
    try:
        library = importlib.import_module(package)
    except ImportError:
        print(f"{package}: skipped, it is not installed")
        return None
    print(f"{package} {version(package)}:", end=" ", flush=True)
    return library


def main() -> int:
    with facts() as folder:
        with endpoint(folder / "store") as url:
            if library := imported("SPARQLWrapper"):
                sparqlwrapper(library, url)
            if library := imported("sparql_dataframe"):
                sparql_dataframe(library, url)
        for package, check in (("pyshacl", pyshacl), ("owlrl", owlrl)):
            if library := imported(package):
                check(library, default_graph(folder))
    return 0


def default_graph(folder: Path) -> rdflib.Graph:
    made = folder / "default.ttl"
    kg.open(folder / "store").dump(made)
    return rdflib.Graph().parse(made)


if __name__ == "__main__":
    sys.exit(main())

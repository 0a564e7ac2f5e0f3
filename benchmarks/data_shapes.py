"""The tests of W3C's data-shapes, core and SPARQL, from wherever they lie on disk.

A test passes where the results are those expected: focus node, path, value, shape, component and
severity of each. Blank nodes count as one another, and equal results as one: to a focus node that
a shape reaches in two ways, W3C's tests want two. It is refused where shapes
are, and fails otherwise; a test that expects a failure passes where the shapes are refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
from measure import table

from kg.errors import ShapesError
from kg.validation.shacl.results import results
from kg.validation.shacl.shapes import Shapes
from kg.vocabulary.terms import RdfTerm

COLUMNS = ("pass", "refused", "differs")
Verdict = tuple[str, ...]
_PREFIXES = {
    "mf": "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#",
    "sht": "http://www.w3.org/ns/shacl-test#",
    "sh": "http://www.w3.org/ns/shacl#",
}
_ENTRIES = """SELECT ?data ?shapes ?result {
    ?test a sht:Validate ; mf:result ?result ; mf:action ?action .
    ?action sht:dataGraph ?data ; sht:shapesGraph ?shapes }"""
_EXPECTED = """SELECT ?focus ?path ?value ?shape ?component ?severity {
    [] mf:result/sh:result ?r . ?r sh:focusNode ?focus ; sh:sourceConstraintComponent ?component ;
        sh:resultSeverity ?severity .
    OPTIONAL { ?r sh:sourceShape ?shape } OPTIONAL { ?r sh:resultPath ?path }
    OPTIONAL { ?r sh:value ?value } }"""


class Outcome(NamedTuple):
    """What became of one test: ``pass``, ``refused`` or ``differs``, and why."""

    group: str
    name: str
    outcome: str
    why: str = ""


def report(folder: Path, details: bool) -> str:
    """Return the counts of each group of tests."""
    counts: dict[str, Counter[str]] = {}
    told = []
    for test in outcomes(folder):
        counts.setdefault(test.group, Counter())[test.outcome] += 1
        if test.why:
            told.append(f"{test.outcome}: {test.group}, {test.name}: {test.why}")
    counts["all"] = sum(counts.values(), Counter())
    rows = [[g, str(n.total()), *(str(n[column]) for column in COLUMNS)] for g, n in counts.items()]
    return "\n".join([table(["group", "tests", *COLUMNS], rows), *(told if details else [])])


def outcomes(tests: Path) -> Iterator[Outcome]:
    """Yield the outcome of each test in the folder of tests of w3c/data-shapes."""
    for path in sorted(tests.rglob("*.ttl")):
        graph = _loaded(path)
        for data, shapes, expected in _rows(graph, _ENTRIES):
            group = path.parent.relative_to(tests).as_posix()
            yield Outcome(group, path.stem, *_outcome(graph, _file(data), _file(shapes), expected))


def _outcome(graph: ox.Store, data: Path, shapes: Path, expected: RdfTerm) -> tuple[str, str]:
    fails = str(expected) == f"<{_PREFIXES['sht']}Failure>"
    try:
        ours = set(_verdicts(_loaded(data), Shapes(shapes)))
    except ShapesError as error:
        return ("pass" if fails else "refused"), str(error)
    if fails:
        return "differs", "a failure is expected"
    theirs = {tuple(map(_told, row)) for row in _rows(graph, _EXPECTED)}
    if ours == theirs:
        return "pass", ""
    return "differs", f"too much: {[*(ours - theirs)]}, too little: {[*(theirs - ours)]}"


def _rows(graph: ox.Store, query: str) -> Iterator[ox.QuerySolution]:
    solutions = graph.query(query, prefixes=_PREFIXES)
    assert isinstance(solutions, ox.QuerySolutions)
    yield from solutions


def _loaded(path: Path) -> ox.Store:
    store = ox.Store()
    store.load(path=path, base_iri=path.absolute().as_uri())
    return store


def _file(iri: RdfTerm) -> Path:
    return Path(unquote(urlsplit(iri.value).path))  # type: ignore[union-attr]


def _verdicts(store: ox.Store, shapes: Shapes) -> Iterator[Verdict]:
    for result in results(store, shapes):
        shape = result.constraint.shape
        path = ox.NamedNode(result.path[1:-1]) if re.fullmatch("<[^<>]+>", result.path) else None
        way = path or (ox.BlankNode() if result.path else None)
        terms = (result.focus, way, result.value, shape.iri)
        yield (*map(_told, terms), f"<{result.constraint.component}>", f"<{shape.severity}>")


def _told(term: RdfTerm | None) -> str:
    """Return a term as text, all blank nodes alike."""
    return "_:" if isinstance(term, ox.BlankNode) else "" if term is None else str(term)

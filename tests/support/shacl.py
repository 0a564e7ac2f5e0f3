"""What the tests of the shapes share: the data graphs of all fixtures, and pySHACL's verdict.

``python -m tests.support.shacl 0 5000`` compares made-up shapes with pySHACL, and prints counts.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from kg import mapper
from kg.errors import ShapesError
from kg.facts import reader as facts
from kg.facts.files import files
from kg.sparql.formats import format_of
from kg.validation import inputs
from kg.validation.shacl.datagraph import DataGraph
from kg.validation.shacl.graph import SHAPES
from kg.validation.shacl.results import Result, results
from kg.validation.shacl.shapes import Shapes
from kg.vocabulary.context import named
from tests.conftest import TESTS
from tests.support.made_shapes import Made, made

BASE = TESTS / "facts" / "base.yaml"
FOLDERS = [TESTS / part / kind for part in ("facts", "validation") for kind in ("valid", "invalid")]
FOLDERS += [TESTS / "validation" / kind for kind in ("consistent", "inconsistent", "clashing")]
FIXTURES = sorted(p for folder in FOLDERS for p in folder.iterdir())
Verdict = tuple[str, str, str, str, str, str]


def of_facts(*paths: Path) -> ox.Store:
    """The data graph of facts, faults of structure apart."""
    read = mapper.graphs(facts.read(files(paths), []))
    return DataGraph(chain([mapper.individuals()], read)).store


def data_graph(path: Path) -> ox.Store:
    if format_of(path):
        return DataGraph(inputs.given([path]).graphs).store
    return of_facts(BASE, path)


def reached(store: ox.Store, base: ox.Store) -> Iterator[ox.Quad]:
    """What a fixture adds to the base, and all that this leads to."""
    waiting = {q.subject for q in store if q not in base}
    seen = set()
    while waiting:
        node = waiting.pop()
        seen.add(node)
        for quad in store.quads_for_pattern(node, None, None, ox.DefaultGraph()):
            yield quad
            if not isinstance(quad.object, ox.Literal) and quad.object not in seen:
                waiting.add(quad.object)


def moved(quad: ox.Quad, world: str) -> ox.Quad:
    """A quad with its individuals in a world of their own."""

    def name(term):
        if isinstance(term, ox.BlankNode):  # of which pySHACL would make another
            return ox.NamedNode(f"https://example.org/{world}/nameless/{term.value}")
        if isinstance(term, ox.NamedNode):
            for start in ("https://w3id.org/entente/id/", "https://example.org/"):
                if term.value.startswith(start):
                    return ox.NamedNode(f"{start}{world}/{term.value.removeprefix(start)}")
        return term

    return ox.Quad(name(quad.subject), quad.predicate, name(quad.object))


def everything() -> ox.Store:
    """All fixtures and the small facts in one graph, none of which touches another."""
    base = of_facts(BASE)
    store = of_facts(TESTS / "small")
    store.extend(base)
    for number, path in enumerate(FIXTURES):
        quads = [*reached(data_graph(path), base)]
        store.extend(moved(quad, f"fixture{number}") for quad in quads)
    only = ox.Store()
    only.extend(
        ox.Quad(*q.triple) for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    )
    return only


def pyshacl_verdicts(store: ox.Store) -> set[Verdict]:
    """Every result of pySHACL: focus node, path, value, shape, component and severity."""
    import pyshacl
    import rdflib
    from rdflib.plugins.sparql import processor

    # pySHACL hands the same few query texts to rdflib for every focus node, which parses each anew.
    parse, translate = processor.parseQuery, processor.translateQuery
    prepared = lru_cache(lambda text, base, names: translate(parse(text), base, dict(names)))
    processor.parseQuery = lambda text: text
    processor.translateQuery = lambda text, base, names: prepared(text, base, tuple(names.items()))

    data, shapes = rdflib.Graph(), rdflib.Graph()
    data.parse(data=text(store), format="nt")
    shapes.parse(SHAPES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    finally:
        processor.parseQuery, processor.translateQuery = parse, translate
    found = ox.Store()
    found.load(report.serialize(format="nt").encode(), ox.RdfFormat.N_TRIPLES)
    return set(verdicts(found))


def text(store: ox.Store) -> str:
    return store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()).decode()


def verdicts(report: ox.Store) -> Iterator[Verdict]:
    asked = """SELECT ?focus ?path ?value ?shape ?component ?severity {
        ?r a sh:ValidationResult ; sh:focusNode ?focus ; sh:sourceShape ?shape ;
           sh:sourceConstraintComponent ?component ; sh:resultSeverity ?severity .
        OPTIONAL { ?r sh:resultPath ?path } OPTIONAL { ?r sh:value ?value } }"""
    for row in report.query(asked, prefixes={"sh": named("sh:path").value.removesuffix("path")}):
        path = row["path"]
        yield (
            str(row["focus"]),
            str(path) if isinstance(path, ox.NamedNode) else "",
            str(row["value"] or ""),
            row["shape"].value,
            row["component"].value,
            row["severity"].value,
        )


# ── Made-up shapes ───────────────────────────────────────────────────────────

COMPONENTS = [
    "class",
    "datatype",
    "nodeKind",
    "minCount",
    "maxCount",
    "minExclusive",
    "minInclusive",
    "maxExclusive",
    "maxInclusive",
    "minLength",
    "maxLength",
    "pattern",
    "flags",
    "languageIn",
    "uniqueLang",
    "equals",
    "disjoint",
    "lessThan",
    "lessThanOrEquals",
    "not",
    "and",
    "or",
    "xone",
    "node",
    "property",
    "qualifiedValueShape",
    "qualifiedMinCount",
    "qualifiedMaxCount",
    "qualifiedValueShapesDisjoint",
    "closed",
    "ignoredProperties",
    "hasValue",
    "in",
    "sparql",
    "targetClass",
    "targetNode",
    "targetSubjectsOf",
    "targetObjectsOf",
    "deactivated",
    "severity",
    "message",
    "inversePath",
    "alternativePath",
    "zeroOrMorePath",
    "oneOrMorePath",
    "zeroOrOnePath",
]


def ours(case: Made, folder: Path) -> set[Verdict] | None:
    """Our results for made-up graphs, blank nodes all alike; none where the shapes are refused."""
    path = folder / "shapes.ttl"
    path.write_text(case.shapes, "utf-8")
    store = ox.Store()
    store.load(case.data.encode(), ox.RdfFormat.TURTLE)
    try:
        return {_verdict(result) for result in results(store, Shapes(path))}
    except ShapesError:
        return None


def _verdict(result: Result) -> Verdict:
    shape = result.constraint.shape
    path = result.path if result.path.count("<") == 1 and result.path[0] == "<" else ""
    value = "" if result.value is None else _alike(str(result.value))
    rest = (shape.iri.value, result.constraint.component, shape.severity)
    return (_alike(str(result.focus)), path, value, *rest)


def theirs(case: Made) -> set[Verdict] | None:
    """The results of pySHACL; none where it does not take the shapes."""
    import pyshacl
    import rdflib
    from pyparsing import ParseException
    from pyshacl.errors import ReportableRuntimeError

    data, shapes = rdflib.Graph(), rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data.parse(data=case.data, format="turtle")
        shapes.parse(data=case.shapes, format="turtle")
        try:
            _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
        except (ReportableRuntimeError, ParseException, ValueError):
            # It compares no blank nodes nor ill-formed days; not every path can stand for $PATH.
            return None
    assert isinstance(report, rdflib.Graph)
    # What a nested shape found stands in the details of a result.
    for detail in list(report.objects(None, rdflib.SH.detail)):
        report.remove((detail, rdflib.RDF.type, None))
    found = ox.Store()
    found.load(report.serialize(format="nt").encode(), ox.RdfFormat.N_TRIPLES)
    return {
        (_alike(focus), path, _alike(value), *rest) for focus, path, value, *rest in verdicts(found)
    }


def _alike(term: str) -> str:
    return "_:" if term.startswith("_:") else term


def compared(case: Made, folder: Path) -> str:
    """Whether made-up shapes have the ``same`` results, are ``refused``, or ``differ``.

    ``not asked`` where pySHACL stops.
    """
    own = ours(case, folder)
    if own is None:
        return "refused"
    other = theirs(case)
    return "not asked" if other is None else "same" if own == other else "differ"


def main() -> None:
    first, last = map(int, sys.argv[1:])
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, last):
            outcome = compared(made(seed), Path(folder))
            counts[outcome] += 1
            if outcome == "differ":
                sys.stdout.write(f"made-up shapes {seed} differ\n")
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
    sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main()

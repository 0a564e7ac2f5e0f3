"""What the test suites of the W3C say of us: ``python benchmarks/suites.py DIR`` prints counts.

DIR is a checkout of https://github.com/w3c/rdf-tests; its SPARQL 1.0 and 1.1 query tests,
evaluation and syntax, are run through citing. A query is *alike* if it is answered with citations
as it is without, *refused* if citing says that it does not cite it, else *different*; it has a
*gap* if what lies behind some solution is not found, and is *unanswered* if the engine does not
answer it in the first place. ``--details`` names the tests that are not alike.

DIR may be a checkout of https://github.com/w3c/data-shapes as well, whose tests of SHACL are run
(``data_shapes``).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import data_shapes
import pyoxigraph as ox
from measure import environment, table

from kg.citations.answers import answer
from kg.citations.citer import QueryCiter
from kg.errors import QueryError
from kg.lineage.lineage import Lineage
from kg.vocabulary.context import context

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
COLUMNS = ("alike", "refused", "different", "gap", "unanswered")
KINDS = ("QueryEvaluation", "PositiveSyntax", "NegativeSyntax", "CSVResultFormat")


class Test(NamedTuple):
    """A test of a manifest: its query, and the data that it is asked of."""

    group: str
    name: str
    query: Path
    data: tuple[Path, ...]
    graphs: tuple[Path, ...]


class Uncited:
    """Stands where a citer does: what is asked of no claims is cited by its lineage."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.sources = None

    def citation(self, lineage: Lineage, _: object) -> Lineage:
        return lineage


# ── Manifests ────────────────────────────────────────────────────────────────


def tests(folder: Path) -> Iterator[Test]:
    """Yield the query tests of all manifests in a folder."""
    for manifest in sorted(folder.rglob("manifest.ttl")):
        store = loaded(manifest)
        for quad in store.quads_for_pattern(None, ox.NamedNode(f"{MF}action"), None, None):
            group = manifest.parent.relative_to(folder.parent).as_posix()
            if test := read(store, group, quad):
                yield test


def read(store: ox.Store, group: str, action: ox.Quad) -> Test | None:
    """Return a test, unless it is of something other than queries."""
    entry, asked = action.subject, action.object
    kinds = [iri.rpartition("#")[2] for iri in values(store, entry, f"{RDF}type")]
    kind = next((kind for kind in kinds if kind.startswith(KINDS)), "")
    queries = list(values(store, asked, f"{QT}query")) or [getattr(asked, "value", "")]
    if not kind or not queries[0].endswith(".rq") or not path(queries[0]).is_file():
        return None
    data = tuple(map(path, values(store, asked, f"{QT}data")))
    graphs = tuple(map(path, values(store, asked, f"{QT}graphData")))
    name = next(values(store, entry, f"{MF}name"), "")
    return Test(group, name, path(queries[0]), data, graphs)


def values(store: ox.Store, subject: Any, prop: str) -> Iterator[str]:
    if not isinstance(subject, ox.Literal):
        for quad in store.quads_for_pattern(subject, ox.NamedNode(prop), None, None):
            assert not isinstance(quad.object, ox.Triple)
            yield quad.object.value


def path(iri: str) -> Path:
    return Path(iri.removeprefix("file://"))


def loaded(*data: Path, graphs: tuple[Path, ...] = ()) -> ox.Store:
    """Return a store of files: those of the default graph, and graphs named by their files."""
    store = ox.Store()
    for file in (*data, *graphs):
        kind, base = ox.RdfFormat.from_extension(file.suffix[1:]), file.as_uri()
        name = ox.NamedNode(base) if file in graphs else None
        store.load(path=file, format=kind, base_iri=base, to_graph=name, lenient=True)
    return store


# ── Tests ────────────────────────────────────────────────────────────────────


def outcome(test: Test) -> tuple[str, str]:
    """Return which column a test counts in, and what is to be said of it."""
    text = f"BASE <{test.query.as_uri()}>\n{test.query.read_text('utf-8')}"
    store = loaded(*test.data, graphs=test.graphs)

    def ask() -> Any:
        return store.query(text, prefixes=dict(context().prefixes))

    try:
        form, plain = ask(), content(ask())
    except (SyntaxError, RuntimeError, OSError) as error:
        return "unanswered", str(error).partition("\n")[0]
    try:
        found: Any = answer(form, ask, QueryCiter(Uncited(store), text))  # type: ignore[arg-type]
    except QueryError as error:
        return "refused", str(error)
    if content(found) != plain:
        return "different", ""
    cited = getattr(found, "citations", None) or [getattr(found, "citation", Lineage())]
    gaps = {gap for each in cited for gap in getattr(each, "gaps", ())}
    return ("gap", "; ".join(sorted(gaps))) if gaps else ("alike", "")


def content(found: Any) -> Counter[Any] | set[Any] | bool:
    """Return an answer to be compared: new blank nodes, of which any may be one, are alike."""
    if hasattr(found, "triples") or isinstance(found, ox.QueryTriples):
        return set(map(alike, getattr(found, "triples", found)))
    if hasattr(found, "rows") or isinstance(found, ox.QuerySolutions):
        return Counter(map(alike, getattr(found, "rows", found)))
    return bool(found)


def alike(terms: Any) -> tuple[Any, ...]:
    return tuple("_:" if isinstance(term, ox.BlankNode) else term for term in terms)


def report(folder: Path, details: bool) -> str:
    """Return the counts of each group of tests."""
    counts: dict[str, Counter[str]] = {}
    told = []
    for test in tests(folder):
        column, reason = outcome(test)
        counts.setdefault(test.group, Counter())[column] += 1
        if column != "alike":
            told.append(f"{column}: {test.group}, {test.name}: {reason}")
    counts["all"] = sum(counts.values(), Counter())
    rows = [[g, str(n.total()), *(str(n[column]) for column in COLUMNS)] for g, n in counts.items()]
    return "\n".join([table(["group", "tests", *COLUMNS], rows), *(told if details else [])])


# The folders of a checkout that are looked for, each with what reports on it.
SUITES: dict[str, Callable[[Path, bool], str]] = {
    "sparql/sparql10": report,
    "sparql/sparql11": report,
    "data-shapes-test-suite/tests": data_shapes.report,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a checkout of the suites")
    parser.add_argument("--details", action="store_true", help="name the tests that are not alike")
    chosen = parser.parse_args()
    print(environment())
    for name, suite in SUITES.items():
        if (chosen.folder / name).is_dir():
            print(f"\n{name}\n\n{suite((chosen.folder / name).resolve(), chosen.details)}")


if __name__ == "__main__":
    main()

"""All three layers over one input: faults of structure, results of shapes, inconsistencies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.claims.belief import Belief
from kg.claims.coverage import coverage, curated_articles
from kg.errors import ArticlesError, Mark
from kg.facts.files import kept
from kg.facts.reader import Item
from kg.validation.inputs import USUAL, Input, Listener, given, of_dataset
from kg.validation.owl.check import consistency_check
from kg.validation.report import Report, Violation
from kg.validation.shacl.datagraph import DataGraph
from kg.validation.shacl.results import Result, results
from kg.validation.shacl.shapes import Shapes
from kg.vocabulary.ontology import ent

if TYPE_CHECKING:
    from kg.mapper import Graph
    from kg.validation.owl.consistency import Inconsistency

_LEFT_SHOWN = 5
"""Of so many articles it is told one by one that paragraphs are left."""


def validate(
    paths: Sequence[Path | str] | Path | str = (),
    *,
    reasoner: bool = True,
    strict: bool = False,
    from_format: str = "",
    listener: Listener = USUAL,
    shapes: Sequence[Path | str] = (),
    with_ours: bool = False,
    progress: Callable[[str], None] = lambda text: None,
) -> Report:
    """Validate facts files and folders, or RDF files; the facts that come with kg where none.

    ``-`` is standard input; what gzip has packed is unpacked. RDF is known by its name, by how it
    begins, or by ``from_format``, a key of ``kg.sparql.formats.RDF_FORMATS``. ``listener`` chooses
    the claims: believed ones are validated together, the others one by one. ``shapes`` are files
    of shapes of the user's own, beside ours. Without ``reasoner`` the consistency of facts and
    ontology is not checked, and the report has a note on it. ``progress`` is called with what is
    being done. With ``strict``, warnings count as violations. ``with_ours`` puts the reference data
    that comes with kg beneath facts, as ``kg.build`` does. Raises ``EntenteError`` if something
    cannot be read or the reasoner is not installed.
    """
    own = Shapes([*map(Path, shapes)]) if shapes else None
    wanted = [Path(p) for p in ([paths] if isinstance(paths, Path | str) else paths)]
    with kept((p for p in wanted if not p.is_dir()), unpacked=True) as copies:
        report = _validated(
            lambda: given(
                [copies.get(p, p) for p in wanted], from_format, listener, with_ours=with_ours
            ),
            own, progress, reasoner=reasoner, strict=strict,
        )  # fmt: skip
        return report.named_as_given(copies)


def validate_dataset(
    whole: ox.Store,
    chosen: Belief,
    *,
    reasoner: bool = True,
    strict: bool = False,
    shapes: Sequence[Path | str] = (),
) -> Report:
    """Validate what of a dataset belongs to a belief, as ``validate`` does files."""
    own = Shapes([*map(Path, shapes)]) if shapes else None
    return _validated(
        lambda: of_dataset(whole, chosen), own, lambda text: None, reasoner=reasoner, strict=strict
    )


def _validated(
    input_of: Callable[[], Input],
    own: Shapes | None,
    progress: Callable[[str], None],
    *,
    reasoner: bool,
    strict: bool,
) -> Report:
    """Validate what a function gives, which is called while the reasoner starts."""
    with consistency_check(wanted=reasoner) as check:
        source = input_of()
        data = DataGraph(_counted(check.kept(source.graphs), progress))
        check.ask(source.ontology, source.ontology_file)
        progress("shapes")
        found, notes = _standing(data, source, own)
        progress("consistency")
        inconsistencies = check.inconsistencies()
    # What has a fault of structure, or is not heard, is not in the data, and would seem left.
    if source.is_whole and not source.faults:
        notes = [*notes, *_left(data)]
    items = list(source.items()) if source.faults or source.warnings else []
    violations = _violations(source, items, data, found, inconsistencies)
    # What has a fault of structure is not in the data.
    told = sum(key is not None for _, key in items) if source.is_whole else 0
    claims = max(told, data.count(ox.NamedNode(ent.Claim)))
    return Report(
        violations, strict=strict, notes=[*source.notes, *notes, *check.notes], claims=claims
    )


def _counted(graphs: Iterable[Graph], progress: Callable[[str], None]) -> Iterator[Graph]:
    """Pass graphs on, and tell of every hundredth claim, whose description is a graph."""
    claims = 0
    for graph in graphs:
        claims += graph.name is None
        if graph.name is None and claims % 100 == 0:
            progress(f"{claims} claims")
        yield graph


def _left(data: DataGraph) -> Iterator[str]:
    """Yield a note on each article of which paragraphs are left, and one on more than a few."""
    articles = (a for a in curated_articles(data.store) if data.origin(a)[1] is None)
    incomplete = 0
    for article in articles:
        with suppress(ArticlesError):  # a shape tells of a record that makes no sense
            found = coverage(data.store, article)
            incomplete += bool(found.left)
            if found.left and incomplete <= _LEFT_SHOWN:
                yield f"{found.article.key}: {found.summary}"
    if incomplete > _LEFT_SHOWN:
        more = incomplete - _LEFT_SHOWN
        yield f"of {more} more article{'s' * (more > 1)} paragraphs are left; “kg coverage” tells"


def _standing(
    data: DataGraph, source: Input, own: Shapes | None
) -> tuple[list[Result], Sequence[str]]:
    """Return the results of our shapes and of the user's ``own`` that stand, and notes of them."""
    found, notes = list(results(data.store, Shapes())), []
    if own:
        of_own = list(results(data.store, own))
        # In the world of an isolated claim an individual has another name than shapes know.
        if named := sorted(map(str, filter(own.names, data.isolated_things()))):
            of_own = [result for result in of_own if not data.origin(result.focus)[1]]
            which = f"{named[0]}{' and others' * (len(named) > 1)}"
            notes.append(f"only what is believed was held against shapes that name {which}")
        found += of_own
    if not found:
        return [], notes
    from kg.validation.shacl.violations import standing

    return list(standing(found, data, whole=source.is_whole and not source.faults)), notes


def _violations(
    source: Input,
    items: list[Item],
    data: DataGraph,
    results: list[Result],
    inconsistencies: list[Inconsistency],
) -> list[Violation]:
    """Return what is wrong, with its places: these are read only where anything is."""
    if not (source.faults or source.warnings or results or inconsistencies):
        return []
    # What is not needed where nothing is wrong is not imported there.
    from kg.validation.locations import Locations
    from kg.validation.owl.violations import of_inconsistencies, subjects_of
    from kg.validation.shacl.violations import mentioned, of_result
    from kg.validation.violations import distinct, of_faults

    wanted = mentioned(results, data) | subjects_of(inconsistencies)
    nowhere = Mark(", ".join(map(str, source.files)) or "the dataset", 0, 0)
    locations = Locations(source.locations(wanted), wanted, data.claims, nowhere)
    found = distinct(
        [*of_faults([*source.faults, *source.warnings], items)],
        (of_result(result, data, locations) for result in results),
    )
    return [*found, *of_inconsistencies(inconsistencies, locations, found, source.ontology_file)]

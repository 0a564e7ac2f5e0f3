"""Whether facts fit the ontology, and what is wrong where.

::

    from kg.validation import validate

    for violation in (report := validate([Path("my-facts")])):
        print(violation.place, violation.text)
    if report:
        print("they conform")
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.validation.datagraph import DataGraph
from kg.validation.findings import distinct, mentioned, of_fault, of_result, standing
from kg.validation.inputs import USUAL, Input, Listener, claims_in, given
from kg.validation.report import Related, Report, Violation
from kg.validation.shapes import Result, Shapes
from kg.vocabulary import RdfTerm

__all__ = ["Listener", "Related", "Report", "Violation", "validate"]


def validate(
    paths: Sequence[Path | str] = (),
    *,
    reasoner: bool = True,
    strict: bool = False,
    from_format: str = "",
    listener: Listener = USUAL,
    store: Path | None = None,
) -> Report:
    """Validate facts files and folders, or RDF files; the facts that come with kg where none.

    RDF is known by its extension or ``from_format`` (``kg.validation.rdf.FORMATS``). Only the
    claims that the ``listener`` hears are validated, and together only those believed. Without
    ``reasoner`` the consistency of facts and ontology is not asked, and the report says so.
    Raises ``EntenteError`` where something cannot be read, or a reasoner is not installed.
    """
    source = given([Path(path) for path in paths], from_format, listener, store)
    claims: set[RdfTerm] = set()
    graphs = claims_in(source.graphs, claims)
    data = DataGraph(graphs, closed=source.closed)
    found = Shapes().results(data.store)
    whole = source.all_heard and not source.faults
    results = list(standing(found, data, whole=whole))
    violations = _violations(source, data, results) if source.faults or results else []
    notes = [] if reasoner else ["consistency was not checked: no reasoner was wanted"]
    return Report(violations, strict=strict, notes=notes, claims=len(claims))


def _violations(source: Input, data: DataGraph, results: list[Result]) -> list[Violation]:
    """Return what is wrong, with its places: these are read only now."""
    from kg.validation.places import Places

    wanted = mentioned(results, data)
    places = Places(source.told(wanted), wanted, data.claims)
    structure = [of_fault(fault) for fault in source.faults]
    return distinct(structure, (of_result(result, data, places) for result in results))

"""Whether facts fit the ontology, and what is wrong where.

In come facts files or RDF, out comes a report of violations, each with its file, line and column.
To be read in this order: ``run`` (all layers over one input), ``inputs`` (files → graphs) with
``rdf`` and ``selection`` (what the reader believes), ``isolation`` (what is not believed is judged
claim by claim), ``shacl/`` (graphs → results of shapes), ``owl/`` (graphs → inconsistencies),
``violations`` and ``locations`` (what was found → where it is told), ``report``, ``formats/``.

::

    from kg.validation import validate

    for violation in (report := validate([Path("my-facts")])):
        print(violation.place, violation.text)
    if report:
        print("they conform")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import lazy_names

if TYPE_CHECKING:
    from kg.validation.inputs import Listener
    from kg.validation.report import Related, Report, Violation
    from kg.validation.run import validate

# Where each name is defined; a module is imported when a name of it is first used.
_HOMES = {
    "Listener": "inputs", "Related": "report", "Report": "report", "Violation": "report",
    "validate": "run",
}  # fmt: skip

__all__ = ["Listener", "Related", "Report", "Violation", "validate"]


__getattr__ = lazy_names("kg.validation", _HOMES)

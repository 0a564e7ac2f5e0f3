"""What a validation found: violations, each at its place, and whether the facts conform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kg.errors import Mark
from kg.facts.files import marked_as_given

SEVERITIES = ("violation", "warning", "info")


class Related(NamedTuple):
    """Another place that belongs to a violation, and what is there."""

    mark: Mark
    message: str


class Violation(NamedTuple):
    """One thing that is wrong at one place.

    ``mark`` has line 0 where a file of RDF does not tell lines. ``code`` is the stable name of
    what is wrong, ``rule`` the IRI of the shape or the text of the axiom, ``general`` what the
    rule asks of anything, ``reason`` what the ontology says about it, ``claim`` the key of the
    claim that says so (empty: reference data). ``focus`` and ``component`` are IRIs as in a
    result of SHACL, ``path`` is a property path of SPARQL, ``value`` a term in N-Triples.
    """

    mark: Mark
    message: str
    severity: str
    layer: str
    code: str
    rule: str = ""
    focus: str = ""
    claim: str = ""
    path: str = ""
    value: str = ""
    component: str = ""
    remedy: str = ""
    reason: str = ""
    related: tuple[Related, ...] = ()
    general: str = ""

    @property
    def text(self) -> str:
        """The message, with the remedy where there is one."""
        return self.message + (f" ({self.remedy})" if self.remedy else "")

    @property
    def place(self) -> str:
        """The place as people and editors write it."""
        return str(self.mark)


class Report:
    """The violations of a validation, sorted by place; true where the facts conform.

    ``strict`` makes warnings count. ``notes`` say what was not checked, and why; ``claims`` is
    how many claims were.
    """

    def __init__(
        self,
        violations: Iterable[Violation],
        *,
        strict: bool = False,
        notes: Iterable[str] = (),
        claims: int = 0,
    ) -> None:
        self.violations = tuple(sorted(set(violations)))
        self.strict = strict
        self.notes = tuple(notes)
        self.claims = claims

    def named_as_given(self, kept: Mapping[Path, Path]) -> Report:
        """Return the report with the names of the files that were given, not of their copies."""
        if all(path == copy for path, copy in kept.items()):
            return self
        named = (
            violation._replace(
                mark=marked_as_given(violation.mark, kept),
                related=tuple(
                    r._replace(mark=marked_as_given(r.mark, kept)) for r in violation.related
                ),
            )
            for violation in self
        )
        return Report(named, strict=self.strict, notes=self.notes, claims=self.claims)

    def __iter__(self) -> Iterator[Violation]:
        return iter(self.violations)

    def __len__(self) -> int:
        return len(self.violations)

    def __bool__(self) -> bool:
        counts = SEVERITIES[:2] if self.strict else SEVERITIES[:1]
        return not any(violation.severity in counts for violation in self.violations)

    def count(self, severity: str) -> int:
        """Return how many violations are of a severity."""
        return Counter(violation.severity for violation in self.violations)[severity]

    @property
    def summary(self) -> str:
        """One line: whether the facts conform, and how much was found.

        Example: “does not conform: 2 violations, 1 warning in 151 claims”.
        """
        found = [
            f"{n} {severity}{'s' * (n != 1)}"
            for severity in SEVERITIES
            if (n := self.count(severity))
        ]
        verdict = "conforms" if self else "does not conform"
        claims = f"{self.claims} claim{'s' * (self.claims != 1)}"
        return f"{verdict}: {', '.join(found) or 'nothing wrong'} in {claims}"

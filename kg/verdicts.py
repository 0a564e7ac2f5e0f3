"""Yes/no questions, answered as far as anybody says so: five verdicts with their citations.

In turn: it holds of what is believed (*yes*); it would hold if what sources say did not happen
had happened (*denied*); it holds if what is only attributed is believed (*claimed*), or what is
only planned (*planned*); else there is *no evidence*. Each verdict cites the claims that decide it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from kg.citations.citer import Citation
from kg.claims.parameters import Value
from kg.dataset import Dataset
from kg.errors import QueryError
from kg.sparql.catalogue import Query


class Verdict(Enum):
    """What can be answered; the value is the exit code of the command."""

    YES = 0
    NO_EVIDENCE = 1
    DENIED = 3
    CLAIMED = 4
    PLANNED = 5

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


# What is supposed besides what is believed, in turn; the first that makes it hold decides.
_STAGES = (
    (Verdict.CLAIMED, ("Attributed",)),
    (Verdict.PLANNED, ("Attributed", "Planned")),
)


@dataclass(frozen=True)
class Reply:
    """A verdict and what it rests on.

    ``citation`` cites what decides; ``denial`` what denies it where the verdict is another.
    """

    verdict: Verdict
    citation: Citation
    denial: Citation | None = None

    def to_text(self) -> str:
        """Return the verdict with whose word it is, such as “claimed by Ilsa Varga”."""
        if self.verdict not in (Verdict.CLAIMED, Verdict.PLANNED):
            return str(self.verdict)
        status = "attributed" if self.verdict is Verdict.CLAIMED else "planned"
        told = [claim for claim in self.citation.claims if claim.status == status]
        names = sorted({name for claim in told for name in claim.speakers})
        return f"{self.verdict} by {' and '.join(names) or 'somebody who is not named'}"


def ask(dataset: Dataset, query: str | Query, params: Mapping[str, Value] | None = None) -> Reply:
    """Answer an ASK query. Raises ``QueryError`` for any other."""
    from kg.citations.answers import CitedBoolean

    answer = dataset.cite(query, params)
    if not isinstance(answer, CitedBoolean):
        raise QueryError("only an ASK query has a yes or no")
    denial = _denial(dataset, query, params, alone=bool(answer))
    if answer:
        return Reply(Verdict.YES, answer.citation, denial)
    if denial:
        return Reply(Verdict.DENIED, denial)
    for verdict, statuses in _STAGES:
        found = _supposing(dataset, statuses).cite(query, params)
        assert isinstance(found, CitedBoolean)
        if found:
            return Reply(verdict, found.citation)
    return Reply(Verdict.NO_EVIDENCE, answer.citation)


def _denial(
    dataset: Dataset, query: str | Query, params: Mapping[str, Value] | None, *, alone: bool
) -> Citation | None:
    """Return what denies it: it would hold if what is denied had happened.

    ``alone``: by what is denied alone, which shares nothing with what is believed.
    """
    from kg.citations.answers import CitedBoolean

    found = _supposing(dataset, ("Denied",), alone=alone).cite(query, params)
    assert isinstance(found, CitedBoolean)
    denied = any(claim.status == "denied" for claim in found.citation.claims)
    return found.citation if found and denied else None


def _supposing(dataset: Dataset, statuses: tuple[str, ...], *, alone: bool = False) -> Dataset:
    """Return the dataset of a reader who takes claims of these statuses as told, too."""
    together = statuses if alone else (*dataset.belief.statuses, *statuses)
    chosen = dataset.belief._replace(statuses=tuple(dict.fromkeys(together)))
    return dataset.taking(chosen)

"""Yes/no questions and their six verdicts, each with the claims that decide it.

In this order: true of what is believed (*yes*); true if attributed claims are believed (*claimed*)
or planned ones (*planned*), and *disputed* if a claim denies the same; denied by a claim
(*denied*); otherwise *no evidence*. A verdict cites the smallest set of claims that decides it
first, and then names the denials that bear on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.citations.citer import Citation
from kg.citations.decisive_claims import decisive_first
from kg.citations.denials import Bearing, Denial, Denials
from kg.citations.footnotes import Text, members, no_text
from kg.sparql.engine import evaluate
from kg.vocabulary.statuses import Status

if TYPE_CHECKING:
    from kg.claims.belief import Belief
    from kg.claims.sources import Claim


class Verdict(Enum):
    """What can be answered; the value is the exit code of the command."""

    YES = 0
    NO_EVIDENCE = 1
    DENIED = 3
    CLAIMED = 4
    PLANNED = 5
    DISPUTED = 6

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


# What is supposed besides what is believed, in turn; the first that makes it hold decides.
_STAGES = (
    (Verdict.CLAIMED, (Status.ATTRIBUTED,)),
    (Verdict.PLANNED, (Status.ATTRIBUTED, Status.PLANNED)),
)


class Remark(NamedTuple):
    """What is said, such as “but denied by Bo Lindqvist”, and what it rests on."""

    text: str
    citation: Citation


@dataclass(frozen=True)
class Reply:
    """A verdict, in a word and in full, what decides it, and what is to be said beside it."""

    verdict: Verdict
    text: str
    citation: Citation
    remarks: tuple[Remark, ...] = ()

    @property
    def statements(self) -> list[Remark]:
        """The verdict in full, and the remarks, each with what it rests on."""
        return [Remark(self.text, self.citation), *self.remarks]

    def to_json(self, text: Text = no_text) -> dict[str, Any]:
        """Return the reply as JSON has it; ``text`` gives the texts of passages."""
        return {
            "verdict": str(self.verdict),
            "answer": self.text,
            "remarks": [remark.text for remark in self.remarks],
            **members([citation for _, citation in self.statements], text),
        }


class Asked(NamedTuple):
    """An ASK query: its text, and how a reader who believes some claims has it answered.

    ``cite`` answers yes or no, and cites it.
    """

    text: str
    store: Callable[[Belief], ox.Store]
    cite: Callable[[Belief], tuple[bool, Citation]]


def verdict(asked: Asked, belief: Belief) -> Reply:
    """Return the verdict for a reader who believes some claims."""
    holds, citation = asked.cite(belief)
    denials = Denials(asked.store(belief), asked.text)
    if holds:
        return _held(asked, belief, Verdict.YES, citation, denials)
    for stage, statuses in _STAGES if _may_hold(denials) else ():
        supposed = belief._replace(statuses=tuple(dict.fromkeys((*belief.statuses, *statuses))))
        holds, found = asked.cite(supposed)
        if holds:
            return _held(asked, supposed, stage, found, denials)
    answers = [denial for denial in denials.found if denial.answers]
    narrower = _narrower(denials.found)
    if not answers:
        return Reply(Verdict.NO_EVIDENCE, str(Verdict.NO_EVIDENCE), citation, narrower)
    wider = _remark(
        "what is denied is wider than what is asked",
        (denial for denial in answers if denial.bearing is Bearing.MORE),
    )
    text = f"denied{_of(answers)}"
    return Reply(Verdict.DENIED, text, _cited(answers), (*wider, *narrower))


def _may_hold(denials: Denials) -> bool:
    """Tell whether it would hold if all that anybody says were so, which is soon looked up."""
    if not denials.question.is_monotone:
        return True
    text, store = denials.question.text, denials.store
    return bool(evaluate(text, store, use_default_graph_as_union=True))


def _held(
    asked: Asked, belief: Belief, stage: Verdict, citation: Citation, denials: Denials
) -> Reply:
    """Return the verdict on what holds of what is believed, or supposed."""
    citation = decisive_first(asked.store(belief), belief, asked.text, citation)
    against = denials.against(citation.claims)
    told = f"{stage} by {_tellers(citation.claims, stage)}"
    denied = f"denied{_of(against)} by {_deniers(against)}"
    narrower = _narrower(d for d in denials.found if d not in against)
    if stage is Verdict.YES:
        told = str(stage)
    elif against:
        both = Citation((*citation.claims, *_cited(against).claims))
        return Reply(Verdict.DISPUTED, f"disputed: {told}, {denied}", both, narrower)
    return Reply(stage, told, citation, (*_remark(f"but {denied}", against), *narrower))


def _narrower(denials: Iterable[Denial]) -> tuple[Remark, ...]:
    found = (denial for denial in denials if denial.bearing is Bearing.PART)
    return _remark("something narrower is denied", found)


def _remark(text: str, denials: Iterable[Denial]) -> tuple[Remark, ...]:
    found = list(denials)
    return (Remark(text, _cited(found)),) if found else ()


def _cited(denials: Iterable[Denial]) -> Citation:
    return Citation(tuple(denial.claim for denial in denials))


def _of(denials: Iterable[Denial]) -> str:
    """Return of which times something is denied, if all who deny it give one: “, of 2026-03”."""
    times = [denial.when for denial in denials]
    return f", of {' and '.join(sorted(set(times)))}" if times and all(times) else ""


def _tellers(claims: Iterable[Claim], stage: Verdict) -> str:
    """Return whose word makes it hold."""
    status = Status.ATTRIBUTED if stage is Verdict.CLAIMED else Status.PLANNED
    told = [claim for claim in claims if claim.status == status.word]
    names = sorted({name for claim in told for name in claim.speakers})
    return " and ".join(names) or "somebody who is not named"


def _deniers(denials: Iterable[Denial]) -> str:
    """Return who denies it: the speakers, or else the publishers."""
    claims = [denial.claim for denial in denials]
    return " and ".join(sorted({name for claim in claims for name in _voices(claim)}))


def _voices(claim: Claim) -> Iterator[str]:
    yield from claim.speakers or {p.article.publisher for p in claim.passages}

"""Citations in words: numbered footnotes for claims, lettered ones for whatever else; JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kg.citations.citer import Citation
from kg.claims.sources import Claim, Passage
from kg.sparql.presentation.table import ranges
from kg.sparql.presentation.terminal_text import hanging, harmless

# Gives the text of a passage, or nothing where its article is not at hand.
Text = Callable[[Passage], str]


def no_text(_: Passage) -> str:
    """Return nothing: no articles are at hand."""
    return ""


class Footnotes:
    """Numbers for claims and letters for notes, in the order in which they come up."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.claims: dict[Claim, int] = {}
        self.notes: dict[str, str] = {}

    def refer(self, citation: Citation) -> str:
        """Return the references of a citation, such as “1–3, 5, a”."""
        numbers, letters = self.numbered(citation)
        return ", ".join([*ranges(numbers), *letters])

    def numbered(self, citation: Citation) -> tuple[list[int], list[str]]:
        """Return the numbers of a citation's claims, sorted, and the letters of its notes."""
        numbers = [self.claims.setdefault(c, len(self.claims) + 1) for c in citation.claims]
        letters = [self.notes.setdefault(n, letter(len(self.notes))) for n in notes(citation)]
        return sorted(numbers), letters

    def lines(self) -> Iterator[str]:
        """Yield the footnotes."""
        for claim, number in self.claims.items():
            yield from self._claim(claim, f"[{number}] ")
        for note, name in self.notes.items():
            yield f"[{name}] {note}"

    def folded(self, width: int | None) -> Iterator[str]:
        """Yield the footnotes as a terminal of so many columns takes them."""
        for line in self.lines():
            yield hanging(harmless(line), width)

    def _claim(self, claim: Claim, head: str) -> Iterator[str]:
        indent = " " * len(head)
        for passage in claim.passages:
            yield f"{head}{passage.article}, {passage}: {claim.standing}"
            head = indent
        yield f"{head}{claim.gist}" + ("" if claim.passages else f" ({claim.standing})")
        for passage in claim.passages:
            if sentence := self.text(passage):
                yield f"{indent}> {' '.join(sentence.split())}"


def notes(citation: Citation) -> Iterator[str]:
    """Yield what is to be said of a citation besides its claims."""
    for axiom in sorted({axiom for inferred in citation.inferences for axiom in inferred.axioms}):
        yield f"inferred by the axiom {axiom}"
    if citation.reference:
        yield "reference data: what things are called and which kinds there are needs no claim"
    for pattern in citation.absences:
        yield f"nothing was found among what was believed for {pattern}"
    yield from citation.gaps
    if not (citation.claims or citation.reference or citation.absences or citation.gaps):
        yield "rests on no triple, only on values in the query"


def letter(number: int) -> str:
    """Return a, b … z, aa, ab … for 0, 1 …"""
    rest, last = divmod(number, 26)
    return (letter(rest - 1) if rest else "") + "abcdefghijklmnopqrstuvwxyz"[last]


def in_line(citation: Citation, text: Text = no_text) -> str:
    """Return a citation as one line, as the cell of a CSV has it.

    Example: ``lp-talks (Lake Post, paragraph 2, characters 9–40: reported) | rests on …``.
    """
    parts = []
    for claim in citation.claims:
        places = "; ".join(f"{p.article}, {p}" for p in claim.passages)
        sentences = "".join(f" > {' '.join(text(p).split())}" for p in claim.passages if text(p))
        where = f"{places}: " if places else ""
        parts.append(f"{claim.key} ({where}{claim.standing}){sentences}")
    return " | ".join([*parts, *notes(citation)])


def to_json(citation: Citation) -> dict[str, Any]:
    """Return a citation as JSON has it; its claims are described once for all."""
    return {
        "claims": [claim.iri.value for claim in citation.claims],
        "inferred": [
            {"triple": str(i.triple), "axioms": i.axioms, "from": [c.iri.value for c in i.claims]}
            for i in citation.inferences
        ],
        "reference": citation.reference,
        "absent": citation.absences,
        "notItemised": citation.gaps,
    }


def members(citations: Sequence[Citation], text: Text) -> dict[str, Any]:
    """Return the JSON members of citations, one for each binding set, and of their claims."""
    claims = {claim.iri.value: claim for c in citations for claim in c.claims}
    told: dict[str, Any] = {}
    for iri, claim in claims.items():
        told[iri] = claim.to_json()
        for passage, member in zip(claim.passages, told[iri]["passages"], strict=True):
            if sentence := text(passage):
                member["text"] = sentence
    return {"citations": [to_json(c) for c in citations], "claims": told}

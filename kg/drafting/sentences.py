"""The sentences of an article's paragraphs, by their offsets. No model: marks and abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.facts.locating import Quotation, blocks

_END = re.compile(r"[.!?…]+[”’\"')\]]*\s+(?=[“‘\"'(\[]*[A-Z0-9À-ÞĀ-Ž])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Capt|Sgt|Sen|Rep|Gov|St|Jr|Sr|No|vs|approx|Jan|Feb|Mar|Apr"
    r"|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|(?:\b[A-Z]\.)*\b[A-Z])\.\Z"
)


class Sentence(NamedTuple):
    """A sentence: the number of its paragraph, its number there, and where it stands."""

    paragraph: int
    number: int
    start: int
    end: int

    def quoted(self, text: str) -> Quotation:
        """Return it as a passage of its article."""
        return Quotation(self.paragraph, self.start, self.end, text[self.start : self.end])


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of every paragraph but the first, which is the headline.

    ``Head\\n\\nIna met Dr. Tam. He left.`` → paragraph 2, ``Ina met Dr. Tam.`` and ``He left.``
    """
    for paragraph, (first, last) in enumerate(blocks(text), 1):
        if paragraph > 1:
            spans = _split(text, first, last)
            for number, (start, end) in enumerate(spans, 1):
                yield Sentence(paragraph, number, start, end)


def _split(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    block = text[:last]
    start = first
    for found in _END.finditer(block, first):
        if not _ABBREVIATED.search(block, start, found.start() + 1):
            yield from _trimmed(block, start, found.end())
            start = found.end()
    yield from _trimmed(block, start, last)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    whole = text[start:end]
    if whole.strip():
        yield start + len(whole) - len(whole.lstrip()), start + len(whole.rstrip())

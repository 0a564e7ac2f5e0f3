"""What is wrong with a claim is caught: a sample of our claims, each broken in one way."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from tests.support.mutants import Mutant, mutants, our_facts
from tests.support.mutations import judged
from tests.support.survivors import reason

pytestmark = pytest.mark.slow

EACH = 2
"""So many mutants of each kind at most are tried; ``python -m tests.support.mutations`` tries all."""


@cache
def by_kind() -> dict[str, list[Mutant]]:
    kinds: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in mutants():
        kinds[mutant.kind].append(mutant)
    return kinds


def sample() -> list[Mutant]:
    return [m for some in by_kind().values() for m in some[:: len(some) // EACH + 1]]


def test_there_are_mutants_of_every_claim():
    assert len(by_kind()) >= 40
    assert {m.claim["key"] for some in by_kind().values() for m in some} == {
        claim["key"] for claims in our_facts().claims.values() for claim in claims
    }
    assert sum(map(len, by_kind().values())) > 15_000


def test_a_mutant_is_caught_or_is_legal_by_a_law():
    results = list(judged(sample()))
    assert [str(mutant) for mutant, layer, _ in results if layer == "unexplained"] == []
    layers = [layer for _, layer, _ in results]
    assert {"structure", "shapes", "legal"} <= set(layers)
    assert layers.count("legal") < len(layers) / 3


@pytest.mark.parametrize(
    "kind",
    [
        "key misspelt", "key twice", "value emptied", "value is a mapping", "renamed to nothing",
        "renamed to itself", "paragraph nought", "paragraph beyond the end", "span beyond the end",
        "span reversed", "digest cut", "date in words", "date of no calendar", "type misspelt",
        "introduced as another", "quantity negative", "quantity reversed",
    ],
)  # fmt: skip
def test_some_kinds_of_fault_are_never_legal(kind: str):
    assert {reason(mutant) for mutant in by_kind()[kind]} == {""}

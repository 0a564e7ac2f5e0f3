"""What is not believed is judged by itself, and alike by shapes and reasoner."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.validation import inputs, validate
from kg.validation.owl import consistency
from tests.conftest import TESTS

HERE = TESTS / "validation"
CONSISTENT = [
    HERE / "valid" / "attributed-of-another-class.trig",
    HERE / "valid" / "reason-of-two-classes.trig",
    *sorted((HERE / "consistent").glob("*-against-*.trig")),
]
INCONSISTENT = [
    HERE / "invalid" / "cycle-through-reference.trig",
    HERE / "invalid" / "second-code-beside-reference.trig",
    HERE / "invalid" / "belligerent-of-what-is-a-supply.trig",
    *sorted((HERE / "inconsistent").glob("attributed-against-*.trig")),
]


def of_shapes(path: Path) -> set[str]:
    """The contradictions that shapes find: what is missing is none."""
    codes = {violation.code for violation in validate(path, reasoner=False)}
    return codes - {"label", "gist"} - {code for code in codes if code.startswith("Claim-")}


@pytest.mark.slow
@pytest.mark.parametrize("path", CONSISTENT, ids=lambda p: p.stem)
def test_a_claim_may_contradict_others(path: Path):
    assert of_shapes(path) == set()
    assert consistency.check(inputs.given([path]).graphs) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", INCONSISTENT, ids=lambda p: p.stem)
def test_a_claim_may_not_contradict_itself_or_what_is_known(path: Path):
    assert of_shapes(path)
    assert consistency.check(inputs.given([path]).graphs)


def test_what_two_worlds_share_is_no_violation(tmp_path: Path):
    """Each isolated claim has the state's code: once in its world, and nobody else's."""
    text = (HERE / "invalid" / "second-code-beside-reference.trig").read_text("utf-8")
    path = tmp_path / "facts.trig"
    told = 'ex:arlen ent:iso3166 "AB"'
    assert told in text
    meeting = "ex:talks a ent:Meeting ; ent:participant ex:arlen , ex:anna"
    path.write_text(text.replace(told, meeting), "utf-8")
    assert of_shapes(path) == set()

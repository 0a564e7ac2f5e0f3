"""Shapes of all kinds: each construct of SHACL is enforced, or refused with shape, file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import ShapesError
from kg.validation import validate
from kg.validation.formats import FORMATS
from kg.validation.shacl import selects
from kg.validation.shacl.graph import SHAPES
from kg.validation.shacl.results import results
from kg.validation.shacl.shapes import Shapes
from tests.conftest import TESTS, Run
from tests.support import shacl
from tests.support.made_shapes import Made, made

HERE = TESTS / "validation" / "shapes"
FILES = sorted(HERE.glob("*.ttl"))
BASE = TESTS / "facts" / "base.yaml"
HOUSE = HERE / "house" / "house.ttl"
MADE = 150
"""So many made-up shapes are tried; ``python -m tests.support.shacl`` tries any number."""


def heads(path: Path) -> list[str]:
    """What the first lines of a file say is right."""
    return [line[2:] for line in path.read_text("utf-8").splitlines() if line.startswith("# ")]


def found(path: Path) -> list[str]:
    shapes, store, told = Shapes(path), ox.Store(), []
    store.load(path=path)
    for result in results(store, shapes):
        focus = result.focus.value.replace("https://example.org/", "ex:")
        component = result.constraint.component.rpartition("#")[2]
        told.append(f"{focus} {component.removesuffix('ConstraintComponent')}")
        assert result.message.endswith(".")
    return sorted(told) or ["none"]


def test_there_are_files():
    assert len(FILES) >= 30
    assert sum(heads(path)[0].startswith("refused") for path in FILES) >= 12


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_construct_is_enforced_or_refused(path: Path):
    refused = re.fullmatch(r"refused (\d+): (.*)", heads(path)[0])
    if not refused:
        assert found(path) == sorted(heads(path))
        return
    with pytest.raises(ShapesError) as error:
        found(path)
    assert refused[2] in str(error.value)
    if refused[1] != "0":
        assert str(error.value).startswith(f"{path}:{refused[1]}:")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(MADE))
def test_made_up_shapes_have_the_results_of_pyshacl(seed: int, tmp_path: Path):
    case = made(seed)
    assert shacl.compared(case, tmp_path) in ("same", "refused", "not asked")


def test_most_made_up_shapes_are_neither_refused_nor_without_results(tmp_path: Path):
    outcomes = [shacl.ours(made(seed), tmp_path) for seed in range(MADE)]
    assert sum(outcome is None for outcome in outcomes) < MADE / 5
    assert sum(bool(outcome) for outcome in outcomes) > MADE / 2


def test_made_up_shapes_reach_every_component():
    texts = " ".join(made(seed).shapes for seed in range(MADE))
    words = {f"sh:{word}" for word in shacl.COMPONENTS}
    assert {word for word in words if not re.search(rf"{word}\b", texts)} == set()


def test_a_difference_from_pyshacl_would_be_seen(tmp_path: Path):
    data = "@prefix ex: <http://ex.example/> .\nex:a ex:p 1 ."
    shapes = f"{data.splitlines()[0]}\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    case = Made(data, f"{shapes} ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:closed true .")
    assert len(shacl.ours(case, tmp_path)) == len(shacl.theirs(case)) == 1


def test_our_own_shapes_would_be_taken_from_anybody(tmp_path: Path):
    """What is not checked of ours at each run is checked here."""
    copy = tmp_path / "copy.ttl"
    copy.write_bytes(SHAPES.read_bytes())
    model, own = Shapes(copy).model, Shapes().model
    assert model.shapes.keys() >= {shape for shape in own.shapes if isinstance(shape, ox.NamedNode)}
    assert len(model.shapes) == len(own.shapes)


def test_the_focus_gets_into_each_group_the_same_way_however_it_is_found(
    monkeypatch: pytest.MonkeyPatch,
):
    texts = [c.select for some in Shapes().model.constraints.values() for c in some if c.select]
    assert len(texts) > 35 and all(map(selects._is_plain, texts))
    plain = [selects.with_focus(text, "?this a ?c .") for text in texts]
    monkeypatch.setattr(selects, "_is_plain", lambda text: False)
    assert [selects.with_focus(text, "?this a ?c .") for text in texts] == plain


@pytest.mark.parametrize("text", ['"{"', "'{'", "# {", '"""a"{b"""', '"\\"{"'])
def test_a_brace_in_a_string_or_comment_is_none_of_a_group(text: str):
    query = f"SELECT $this {{ $this ?p {text}\n }}"
    found = selects.with_focus(query, "FOCUS")
    assert found.count("FOCUS") == 1 and found.index("FOCUS") < found.index(text)


# ── Shapes of one's own ──────────────────────────────────────────────────────


def test_facts_are_held_against_shapes_of_ones_own(run: Run):
    result = run("validate", "--no-reasoner", "--shapes", HOUSE, BASE)
    assert result.returncode == 1
    lines = [line for line in result.stdout.splitlines() if "violation:" in line]
    assert [re.sub(r"^\S+base.yaml:\d+:\d+: ", "", line) for line in lines] == heads(HOUSE)
    assert run("validate", "--no-reasoner", BASE).returncode == 0


def test_shapes_of_ones_own_come_from_several_files(tmp_path: Path):
    path = tmp_path / "more.ttl"
    text = HOUSE.read_text("utf-8").replace("ex:house-", "ex:more-")
    path.write_text(text.replace("this house", "another house"), "utf-8")
    once = validate(BASE, shapes=[HOUSE], reasoner=False)
    both = validate(BASE, shapes=[HOUSE, path], reasoner=False)
    assert {v.rule for v in once} < {v.rule for v in both}


def test_what_is_not_believed_is_not_held_against_shapes_that_name_what_it_mentions(
    tmp_path: Path,
):
    facts, shapes = tmp_path / "facts.yaml", tmp_path / "house.ttl"
    planned = TESTS / "validation" / "valid" / "planned-for-after-publication.yaml"
    facts.write_text(planned.read_text("utf-8"), "utf-8")
    head = "\n".join(line for line in HOUSE.read_text("utf-8").splitlines() if "@prefix" in line)
    shape = "ex:place a sh:PropertyShape ; sh:targetClass ent:Meeting ; sh:path ent:participant ;"
    id_prefix = "@prefix id: <https://w3id.org/entente/id/> ."
    shapes.write_text(f"{head}\n{id_prefix}\n{shape} sh:in ( id:anna id:boris ) .", "utf-8")
    report = validate([BASE, facts], shapes=[shapes], reasoner=False)
    assert list(report) == []
    assert [note for note in report.notes if "only what is believed" in note]
    shapes.write_text(f"{head}\n{shape} sh:maxCount 0 .", "utf-8")
    assert [v.rule for v in validate([BASE, facts], shapes=[shapes], reasoner=False)]


def test_shapes_that_are_nested_very_deep_are_refused(tmp_path: Path):
    path = tmp_path / "deep.ttl"
    sh = "http://www.w3.org/ns/shacl#"
    inner = "[ sh:not " * 2_000 + "[]" + " ]" * 2_000
    path.write_text(
        f"@prefix sh: <{sh}> . <urn:s> a sh:NodeShape ; sh:targetNode 1 ; sh:not {inner} ."
    )
    with pytest.raises(ShapesError):
        Shapes(path)


def test_shapes_that_are_refused_are_an_error_of_the_command(run: Run):
    path = HERE / "target-misspelt.ttl"
    result = run("validate", "--no-reasoner", "--shapes", path, BASE)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{path}:6:" in result.stderr and "ex:PortShape" in result.stderr


def test_a_shape_without_a_name_can_be_reported_in_every_format():
    report = validate(BASE, shapes=[HOUSE], reasoner=False)
    assert [v for v in report if not v.rule]
    for name, formatted in FORMATS.items():
        assert formatted(report, False), name
    graph = ox.Store()
    graph.load(FORMATS["turtle"](report, False).encode(), ox.RdfFormat.TURTLE)
    sh = "PREFIX sh: <http://www.w3.org/ns/shacl#> "
    query = (
        f"{sh} SELECT ?path {{ ?r sh:sourceShape ?shape ; sh:resultPath/sh:alternativePath ?path }}"
    )
    assert list(graph.query(query))

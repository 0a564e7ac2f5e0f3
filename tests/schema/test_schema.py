"""``kg schema``: an editor with the schema accepts what facts may say, and refuses much else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from jsonschema import Draft202012Validator

from kg import schema
from kg.vocabulary.context import context
from kg.vocabulary.ontology import rows
from tests.conftest import ROOT, TESTS, Run

VALIDATOR = Draft202012Validator(
    schema.document(), format_checker=Draft202012Validator.FORMAT_CHECKER
)
VALID = [
    path
    for folder in (
        ROOT / "seeds",
        ROOT / "docs" / "example",
        *(TESTS / name for name in ("small", "facts/valid", "validation/valid")),
    )
    for path in sorted(folder.glob("*.yaml"))
] + [TESTS / "facts" / "base.yaml"]
INVALID = sorted((TESTS / "facts" / "invalid").glob("*.yaml"))

# Why a schema sees no fault in a fixture: the fault is not in the values of the one file, or
# arithmetic is needed.
UNSEEN = {
    "YAML that other readers take": {
        "anchor", "anchor-on-a-key", "duplicate-key", "duplicate-section", "tag", "tag-on-a-section",
    },
    "what has a key, and of which kind it is": {
        "attributed-to-a-place", "claim-introduced-twice", "entity-introduced-twice",
        "event-not-introduced", "event-of-our-facts", "introduced-twice", "item-is-text", "key-of-our-facts", "kind-with-a-vowel", "mention-dangling", "participant-is-a-place",
        "property-of-another-class-mentioned", "about-another-event", "reference-dangling", "reference-of-wrong-kind",
        "reference-to-nothing-near", "source-is-a-person",
    },
    "numbers and dates compared": {
        "date-reversed", "number-too-long", "span-empty", "span-reversed", "span-too-long",
    },
    "characters, and what an IRI leads to": {
        "item-by-its-page", "item-over-https", "label-with-a-control-character",
    },
    "a draft that an editor helps with": {"passage-by-its-words"},
    "the grammar of EDTF": {
        "date-in-month-13", "date-of-no-month", "date-too-long", "date-without-bounds", "date-of-nothing", "date-day-with-x-of-no-month",
    },
}  # fmt: skip
NOT_YAML = {"alias", "second-document"} | {
    path.stem for path in INVALID if re.match(rb"# [^\n]*\[not-(yaml|text)\]", path.read_bytes())
}


class Texts(yaml.BaseLoader):
    """YAML as ``kg`` reads it: every scalar is text; tags are let pass."""


class Typed(yaml.SafeLoader):
    """YAML as editors read it: the scalars of the core schema of YAML 1.2 are typed."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}


CORE = {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}
for tag, form in CORE.items():
    Typed.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{form})$"), None)


def integer(loader: Typed, node: yaml.ScalarNode) -> int:
    return int(node.value, {"0o": 8, "0x": 16}.get(node.value[:2], 10))


Typed.add_constructor("tag:yaml.org,2002:int", integer)


def read(path: Path, loader: Any) -> Any:
    return yaml.load(path.read_bytes(), loader)


def faults(path: Path, loader: Any = Texts) -> list[str]:
    """Where the schema finds fault, and what."""
    return [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(read(path, loader))]


def test_there_are_fixtures():
    assert len(VALID) >= 40
    assert len(INVALID) >= 75
    assert {stem for stems in UNSEEN.values() for stem in stems} <= {p.stem for p in INVALID}


def test_the_schema_is_one():
    Draft202012Validator.check_schema(schema.document())
    assert schema.document()["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_every_reference_within_the_schema_leads_somewhere():
    referred = set(re.findall(r'"#/\$defs/([^"]*)"', schema.text()))
    assert len(referred) > 80
    assert referred <= set(schema.document()["$defs"])


@pytest.mark.parametrize("loader", [Texts, Typed], ids=["as-kg-reads", "as-editors-read"])
@pytest.mark.parametrize("path", VALID, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_facts_pass(path: Path, loader: Any):
    assert faults(path, loader) == []


def test_what_editors_take_for_numbers_and_dates_is_what_kg_takes_for_text():
    [state, place, _] = read(TESTS / "facts/valid/looks-like-other-types.yaml", Typed)["entities"]
    assert (state["label"], state["iso3166"], place["label"]) == ("NO", "NO", 2021)
    assert read(TESTS / "facts/base.yaml", Typed)["entities"][1]["sha256"] == 0


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_faults_of_structure_are_refused_but_for_those_no_schema_sees(path: Path):
    if path.stem in NOT_YAML:
        with pytest.raises(yaml.YAMLError):
            read(path, Texts)
    else:
        unseen = any(path.stem in stems for stems in UNSEEN.values())
        assert (faults(path) == []) == unseen


@pytest.mark.parametrize(
    ("name", "place", "message"),
    [
        ("facts/invalid/unknown-key", "$.claims[0].facts[0]", "('participants' was unexpected)"),
        ("facts/invalid/property-of-another-class", "$.claims[0].facts[0]", "('supplier' was unexpected)"),
        ("facts/invalid/status-misspelt", "$.claims[0].status", "'reported' is not one of ['Attributed', "),
        ("facts/invalid/type-unknown", "$.claims[0].facts[0].type", "'Meating' is not one of "),
        ("facts/invalid/claim-without-passage", "$.claims[0]", "'quoted' is a required property"),
        ("facts/invalid/source-missing", "$.claims[0].quoted[0]", "'source' is a required property"),
        ("facts/invalid/bound-no-day", "$.claims[0].facts[0].latest", "'1901-06-31' is not a 'date'"),
        ("facts/invalid/article-without-digest", "$.entities[0]", "'sha256' is a required property"),
        ("validation/invalid/passage-digest-too-short", "$.claims[0].quoted[0].sha256", "does not match"),
        ("validation/invalid/code-in-small-letters", "$.entities[0].iso3166", "'nl' does not match"),
    ],
)  # fmt: skip
def test_the_one_fault_is_told_at_its_place(name: str, place: str, message: str):
    [fault] = faults(TESTS / f"{name}.yaml")
    assert fault.startswith(f"{place}: ")
    assert message in fault


def test_numbers_below_the_least_are_refused_as_editors_read_them():
    [fault] = faults(TESTS / "validation" / "invalid" / "passage-in-paragraph-nought.yaml", Typed)
    assert "0 is less than the minimum of 1" in fault


def test_classes_and_keys_are_those_of_the_ontology_with_its_definitions():
    definitions = schema.document()["$defs"]
    keys = {word for word, term in context().terms.items() if term.coercion or term.language}
    assert keys <= set(definitions)
    meanings = dict(rows("SELECT ?term ?text { ?term skos:definition ?text }"))
    told = 0
    for name, definition in definitions.items():
        iri = context().terms[name].iri if name in keys else context().expand(f"ent:{name}")
        if iri in meanings:
            assert definition["description"].startswith(meanings[iri])
            told += 1
    assert told > 60
    assert "Leader" not in definitions


def test_the_bytes_are_the_same_each_time(run: Run):
    printed = {run("schema", PYTHONHASHSEED=seed).stdout for seed in ("1", "2")}
    assert printed == {schema.text()}


def test_a_file_is_written_whole_or_not_at_all(run: Run, tmp_path: Path):
    path = tmp_path / "facts.schema.json"
    result = run("schema", "-o", path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert json.loads(path.read_bytes()) == schema.document()
    nowhere = run("schema", "-o", tmp_path / "none" / "facts.schema.json")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "cannot be written" in nowhere.stderr


def test_the_command_does_not_import_what_it_does_not_use():
    code = "import sys, kg.schema; kg.schema.text(); print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in result.stdout.split()}
    assert loaded & {"rdflib", "owlready2", "edtf", "jsonschema", "pyshacl", "urllib3"} == set()

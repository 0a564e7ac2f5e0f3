"""``kg validate``: what is wrong is found, at its place, once, and in every format."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from jsonschema import Draft4Validator

import kg
from kg import store
from kg.resources import SEEDS
from kg.sparql.formats import RDF_FORMATS
from kg.validation import Listener, validate
from kg.validation.formats import FORMATS
from kg.vocabulary.context import context, named
from kg.vocabulary.iris import REFERENCE
from tests.conftest import ROOT, TESTS, Run

FACTS = TESTS / "facts"
BASE = FACTS / "base.yaml"
SHAPES = TESTS / "validation"
INVALID = [path for part in (FACTS, SHAPES) for path in sorted((part / "invalid").iterdir())]
VALID = [path for part in (FACTS, SHAPES) for path in sorted((part / "valid").iterdir())]
CLASHING = sorted((SHAPES / "clashing").iterdir())
FAULTY = SHAPES / "invalid" / "supplier-is-the-recipient.yaml"
DOCS = ROOT / "docs" / "validation.md"


@cache
def found(path: Path, **options: bool) -> kg.validation.Report:
    paths = [BASE, path] if path.suffix == ".yaml" else [path]
    return validate(paths, reasoner=False, **options)


def expected(path: Path) -> list[str]:
    """The violations that a fixture's first lines announce: ``line:column: text [code]``."""
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    heads = [line[2:] for line in lines if re.match(r"# \d+:\d+: ", line)]
    return [head.replace(" is introduced at ", f" is introduced at {FACTS}/") for head in heads]


def test_there_are_fixtures():
    assert len(VALID) >= 35
    assert len(INVALID) >= 180
    assert len(CLASHING) >= 9
    assert (
        len({code for p in INVALID for line in expected(p) for code in [line.split(" [")[-1]]})
        >= 120
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", INVALID, ids=lambda p: f"{p.parent.parent.name}-{p.stem}")
def test_each_fault_is_found_at_its_place(path: Path):
    report = found(path)
    places = [f"{v.mark.line}:{v.mark.column}: {v.text} [{v.code}]" for v in report]
    assert [
        line.replace(f"{path}:", "").replace(f" {path} ", f" invalid/{path.name} ")
        for line in places
    ] == [
        line.replace(f"{FACTS}/{path.name}:", "").replace(f"{FACTS}/{FACTS}", str(FACTS))
        for line in expected(path)
    ]
    assert {violation.mark.path for violation in report} == {str(path)}


@pytest.mark.slow
@pytest.mark.parametrize("path", VALID, ids=lambda p: f"{p.parent.parent.name}-{p.stem}")
def test_near_misses_pass(path: Path):
    """What is legal, and deserves a warning all the same, says so in its first lines."""
    report = found(path)
    told = [f"{v.mark.line}:{v.mark.column}: {v.severity}: {v.text} [{v.code}]" for v in report]
    assert report and told == expected(path)


def test_our_facts_and_their_dump_conform(store: Path, tmp_path: Path):
    dump = tmp_path / "dump.trig"
    kg.open(store).dump(dump, "trig")
    read, dumped = (validate(paths, reasoner=False, strict=True) for paths in ([], [dump]))
    assert read and dumped
    assert list(read) == list(dumped) == []
    assert read.claims == dumped.claims > 100


@pytest.mark.slow
@pytest.mark.parametrize("name", ["supplier-is-the-recipient", "planned-gathering-of-one", "claims-date-one-event-apart", "reported-and-denied", "leads-after-death", "allegation-of-oneself"])  # fmt: skip
def test_a_dump_has_the_faults_of_the_facts(name: str, tmp_path: Path):
    path = SHAPES / "invalid" / f"{name}.yaml"
    kg.build([BASE, path], tmp_path / "store")
    read = list(found(path))
    dump = tmp_path / "dump.trig"
    kg.open(tmp_path / "store").dump(dump, "trig")
    in_dump = validate([dump], reasoner=False)
    told = {(v.code, v.focus, v.value, v.message) for v in in_dump}
    assert told == {(v.code, v.focus, v.value, v.message) for v in read}


@pytest.mark.parametrize("format_name", list(RDF_FORMATS))
def test_every_format_of_rdf_has_the_same_faults(format_name: str, tmp_path: Path):
    quads = ox.parse(path=SHAPES / "invalid" / "place-is-a-person.ttl")
    whole = tmp_path / "facts.data"
    text = ox.serialize(quads, format=RDF_FORMATS[format_name])
    whole.write_bytes(text)
    [violation] = validate([whole], from_format=format_name, reasoner=False)
    assert (violation.code, violation.focus) == ("Event-place", "https://example.org/talks")
    assert bool(violation.mark.line) == (format_name in ("ntriples", "nquads"))


def test_contradictions_are_those_of_whom_the_reader_believes():
    path = SHAPES / "valid" / "attributed-against-reported.yaml"
    assert list(found(path)) == []
    [violation] = found(path, listener=Listener("attributed"))
    assert violation.code == "Event-dates"
    assert {violation.claim} <= {"a-claim", "b-claim"}
    assert found(path, listener=Listener(speaker="anna")).claims == 1
    assert found(path, listener=Listener(as_of="1900")).claims == 0


def test_only_the_claims_heard_are_validated():
    assert not found(FAULTY)
    early = found(FAULTY, listener=Listener(as_of="1900"))
    assert early
    assert early.notes[0] == "not heard, and not validated: 2 of 2 claims"
    with pytest.raises(kg.QueryError, match="“denied” is none of reported, attributed, planned"):
        found(FAULTY, listener=Listener("denied"))
    with pytest.raises(kg.QueryError, match="nothing is called"):
        found(FAULTY, listener=Listener(speaker="nobody"))


def test_a_violation_knows_its_claim_rule_and_reason():
    [violation] = found(FAULTY)
    assert violation.claim == "a-claim"
    assert violation.layer == "shapes"
    assert violation.rule == "https://w3id.org/entente/shapes#Supply-supplier"
    assert violation.focus == "https://w3id.org/entente/id/salt-supply"
    assert violation.reason == "ent:supplier: Gave or sold what was supplied."
    [dates] = found(SHAPES / "invalid" / "claims-date-one-event-apart.yaml")
    assert [(r.mark.line, r.message) for r in dates.related] == [(10, "1901-05-02")]


def test_one_path_needs_no_list():
    assert validate(str(BASE), reasoner=False).claims == validate(BASE, reasoner=False).claims == 1


def test_progress_is_told():
    told: list[str] = []
    validate(reasoner=False, progress=told.append)
    assert told == ["100 claims", "shapes", "consistency"]


def test_a_fault_of_structure_knows_its_claim():
    report = found(FACTS / "invalid" / "several-faults.yaml")
    assert {violation.layer for violation in report} == {"structure"}
    assert {violation.claim for violation in report} == {"talks-claim"}
    assert report.claims == found(FAULTY).claims == 2
    [in_entities] = found(FACTS / "invalid" / "unknown-key-of-entity.yaml")
    assert in_entities.claim == ""


def test_what_cannot_be_read_is_not_called_missing(tmp_path: Path):
    text = (SHAPES / "valid" / "host-counts-as-taking-part.yaml").read_text("utf-8")
    path = tmp_path / "facts.yaml"
    path.write_text(text.replace("host: boris", "hots: boris"))
    assert [v.code for v in found(path)] == ["unknown-key"]


def test_warnings_count_where_strictness_is_wanted():
    path = SHAPES / "invalid" / "supply-of-nothing.yaml"
    assert found(path)
    assert not found(path, strict=True)
    assert found(SHAPES / "invalid" / "quantity-without-unit.yaml", strict=True)


def test_the_hook_validates_a_folder_of_its_user(tmp_path: Path):
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    command = [*hook["entry"].split()[1:], *hook["args"]]

    def validated() -> int:
        return subprocess.run([sys.executable, "-m", "kg", *command], cwd=tmp_path).returncode

    assert validated() == 2
    (tmp_path / "facts").mkdir()
    shutil.copy(BASE, tmp_path / "facts")
    assert validated() == 0
    shutil.copy(FAULTY, tmp_path / "facts")
    assert validated() == 1


def unseen() -> dict[str, set[str]]:
    """What finds each fixture that the reasoner lets pass, by the table of the documentation."""
    rows = [r.split("|") for r in DOCS.read_text("utf-8").splitlines() if r.startswith("| ")]
    named = [(re.findall(r"`(unseen-[\w-]+)`", row[3]), row[4]) for row in rows if len(row) == 6]
    return {found[0]: set(re.findall(r"`([\w-]+)`", by)) for found, by in named if found}


def test_the_table_of_what_the_reasoner_cannot_see_is_complete():
    fixtures = {path.stem for path in (SHAPES / "consistent").glob("unseen-*.trig")}
    assert len(fixtures) >= 8
    assert set(unseen()) == fixtures
    assert [name for name, codes in unseen().items() if not codes] == []


@pytest.mark.parametrize("name", sorted(unseen()))
def test_a_shape_covers_what_the_reasoner_cannot_see(name: str):
    codes = {violation.code for violation in found(SHAPES / "consistent" / f"{name}.trig")}
    assert unseen()[name] <= codes
    assert ("Event-earliest" in codes) == ("Event-earliest" in unseen()[name])


def test_words_that_nothing_declares_are_told_at_their_line(tmp_path: Path):
    path = tmp_path / "facts.nt"
    quads = ox.parse(path=SHAPES / "invalid" / "misspelt-terms.ttl")
    path.write_bytes(ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES))
    lines = path.read_text("utf-8").splitlines()
    unknown = [v for v in found(path) if v.code == "term-unknown"]
    assert len(unknown) >= 2
    for violation in unknown:
        word = re.search(r"“ent:(.*?)”", violation.message)[1]
        assert f"#{word}>" in lines[violation.mark.line - 1]
        assert violation.focus.startswith("https://")


def test_what_is_wrong_with_a_claim_itself_is_of_that_claim(tmp_path: Path):
    dump = tmp_path / "dump.nq"
    path = SHAPES / "invalid" / "reported-before-it-happened.yaml"
    kg.build([BASE, path], tmp_path / "store")
    kg.open(tmp_path / "store").dump(dump, "nquads")
    claims = {v.claim for paths in ([BASE, path], [dump]) for v in validate(paths, reasoner=False)}
    assert claims == {"a-claim"}


def test_a_context_elsewhere_is_not_fetched(tmp_path: Path):
    path = tmp_path / "facts.jsonld"
    path.write_text('{"@context": "https://example.org/context.jsonld", "@id": "https://e.org/a"}')
    [violation] = found(path)
    assert violation.message.startswith("not jsonld: a context elsewhere is not fetched")


def test_nameless_nodes_of_two_files_are_two(tmp_path: Path):
    for name in ("anna", "boris"):
        text = '<http://www.w3.org/2000/01/rdf-schema#label> "{}"@en .\n_:x a <{}> .'
        person = "https://w3id.org/entente/ontology#Person"
        (tmp_path / f"{name}.ttl").write_text(f"_:x {text.format(name, person)}")
    assert found(tmp_path)


@pytest.mark.slow
def test_what_needs_no_claim_is_heard_whomever_one_believes(store: Path, tmp_path: Path):
    dump = tmp_path / "dump.trig"
    kg.open(store).dump(dump, "trig")
    quads = list(ox.parse(path=dump))
    plain = [quad for quad in quads if quad.graph_name != REFERENCE]
    assert 100 < len(plain) < len(quads)
    dump.write_bytes(ox.serialize(plain, format=ox.RdfFormat.TRIG))
    for level in ("reported", "attributed", "planned"):
        assert found(dump, listener=Listener(level)), level


def test_rdf_beside_facts_is_said_to_be_left_out(tmp_path: Path):
    for path in (BASE, SHAPES / "invalid" / "label-missing.ttl"):
        shutil.copy(path, tmp_path)
    report = validate([tmp_path], reasoner=False)
    assert report
    assert report.notes[0].startswith(f"1 file of RDF in {tmp_path} not validated")


def test_what_is_told_in_the_graph_of_a_claim_alone_is_validated(tmp_path: Path):
    path = tmp_path / "claim.trig"
    text = (SHAPES / "invalid" / "supplier-at-a-meeting.ttl").read_text("utf-8")
    prefixes, facts = text.split("\n\n")
    claim = "ex:claim a ent:Claim ; ent:status ent:Reported ."
    path.write_text(f"{prefixes}\n{claim}\nGRAPH ex:claim {{ {facts} }}", "utf-8")
    assert "having-supplier" in {violation.code for violation in found(path)}


# ── The command ──────────────────────────────────────────────────────────────


def test_the_command_says_where_and_why(run: Run):
    result = run("validate", "--no-reasoner", BASE, FAULTY)
    assert (result.returncode, result.stderr) == (1, "")
    first, line, caret, *_ = result.stdout.splitlines()
    assert first.startswith(f"{FAULTY}:10:77: violation: ")
    assert line[4:] == FAULTY.read_text("utf-8").splitlines()[9]
    assert caret.index("^") == 4 + 76
    assert result.stdout.endswith("does not conform: 1 violation in 2 claims\n")
    assert "note: consistency was not checked" in result.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_an_output_that_takes_nothing_is_an_error(run: Run):
    command = [sys.executable, "-m", "kg", "validate", "--no-reasoner", str(BASE)]
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert result.stderr.startswith("kg: standard output cannot be written")


def test_a_long_line_is_shown_about_the_place(run: Run, tmp_path: Path):
    keys = ", ".join(f"key{number}: 1" for number in range(500))
    path = tmp_path / "facts.yaml"
    path.write_text(f"entities:\n  - {{key: zoe, type: Person, label: Zoe, {keys}}}\n")
    result = run("validate", "--no-reasoner", path)
    assert result.stdout.count("unknown key") == 500
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) < 400
    assert len(result.stdout) < 300_000
    told = next(number for number, line in enumerate(lines) if "unknown key “key250”" in line)
    shown, caret = lines[told + 1 : told + 3]
    assert shown[caret.index("^") :].startswith("key250: 1")


def test_what_would_steer_a_terminal_is_not_printed(run: Run, tmp_path: Path):
    path = tmp_path / "facts.yaml"
    path.write_text('entities:\n  - {key: zoe, type: Person, label: Zoe, "\\e[31m": 1}\n')
    result = run("validate", "--no-reasoner", path)
    assert "unknown key “\ufffd[31m”" in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.slow
def test_exit_codes(run: Run, tmp_path: Path):
    assert run("validate", "--no-reasoner").returncode == 0
    assert run("validate", "--no-reasoner", FACTS / "invalid" / "tag.yaml").returncode == 1
    empty = run("validate", "--no-reasoner", tmp_path)
    assert (empty.returncode, empty.stderr.startswith("kg: no facts")) == (2, True)
    assert run("validate", "--no-reasoner", tmp_path / "gone.yaml").returncode == 2
    both = run("validate", "--no-reasoner", BASE, SHAPES / "valid" / "people-who-met.ttl")
    assert both.returncode == 2
    warned = SHAPES / "invalid" / "supply-of-nothing.yaml"
    assert run("validate", "--no-reasoner", BASE, warned).returncode == 0
    assert run("validate", "--no-reasoner", "--strict", BASE, warned).returncode == 1


def test_files_that_only_their_reader_knows_to_be_rdf(run: Run, tmp_path: Path):
    path = tmp_path / "facts"
    shutil.copy(SHAPES / "invalid" / "label-missing.ttl", path)
    result = run("validate", "--no-reasoner", "--from", "turtle", path)
    assert result.returncode == 1
    assert f"{path}: violation: ex" not in result.stdout
    assert "Everything has one label" in result.stdout


def test_json_tells_everything(run: Run):
    result = run("validate", "--no-reasoner", "--format", "json", BASE, FAULTY)
    whole = json.loads(result.stdout)
    assert whole["conforms"] is False
    assert whole["counts"] == {"violation": 1, "warning": 0, "info": 0}
    [violation] = whole["violations"]
    assert violation["file"] == str(FAULTY)
    assert (violation["line"], violation["column"]) == (10, 77)
    assert violation["code"] == "Supply-supplier"


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("claim-without-about", "talks-claim"),
        ("unknown-key-of-claim", "talks-claim"),
        ("entity-introduced-twice", ""),
    ],
)
def test_a_fault_of_structure_is_told_of_the_claim_it_stands_in(name: str, claim: str):
    """One of the claim as a whole stands where the claim begins."""
    report = found(FACTS / "invalid" / f"{name}.yaml")
    assert [violation.claim for violation in report] == [claim]


def test_sarif_names_files_as_uris_do(
    tmp_path: Path, sarif: Draft4Validator, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / ".git").mkdir()
    path = tmp_path / "Zoë’s facts #1.yaml"
    shutil.copy(FACTS / "invalid" / "unknown-key-of-claim.yaml", path)
    monkeypatch.chdir(tmp_path)
    report = validate([BASE, path], reasoner=False)
    written = FORMATS["sarif"](report, False)
    assert_sarif(written, sarif, len(report))
    (result, *_) = json.loads(written)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "Zo%C3%AB%E2%80%99s%20facts%20%231.yaml",
        "uriBaseId": "%SRCROOT%",
    }


@pytest.fixture(scope="module")
def sarif() -> Draft4Validator:
    """The schema of SARIF 2.1.0 with errata 01, by OASIS."""
    file = distribution("linceo").locate_file("linceo/data/sarif-schema-2.1.0.json")
    schema = json.loads(Path(str(file)).read_bytes())
    published = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    assert schema["id"] == f"{published}sarif-schema-2.1.0.json"
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def assert_sarif(text: str, sarif: Draft4Validator, count: int) -> None:
    log = json.loads(text)
    assert [error.message for error in sarif.iter_errors(log)] == []
    assert log["runs"][0]["tool"]["driver"]["name"] == "kg validate"
    results = log["runs"][0]["results"]
    assert len(results) == count
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in results] == [r["ruleId"] for r in results]


def test_the_command_prints_sarif(run: Run, sarif: Draft4Validator):
    result = run("validate", "--no-reasoner", "--format", "sarif", BASE, FAULTY)
    assert_sarif(result.stdout, sarif, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [*VALID, *INVALID], ids=lambda p: f"{p.parent.parent.name}-{p.stem}"
)
def test_every_report_can_be_written_in_every_format(sarif: Draft4Validator, path: Path):
    assert_well_formed(found(path), sarif)


@pytest.mark.slow
def test_a_report_of_clashes_can_be_written_in_every_format(sarif: Draft4Validator):
    assert_well_formed(validate([CLASHING[0]]), sarif)


def assert_well_formed(report: kg.validation.Report, sarif: Draft4Validator) -> None:
    assert_sarif(FORMATS["sarif"](report, False), sarif, len(report))
    assert len(json.loads(FORMATS["json"](report, False))["violations"]) == len(report)
    graph = ox.Store()
    graph.load(FORMATS["turtle"](report, False).encode(), ox.RdfFormat.TURTLE)
    asked = """SELECT ?r { ?report a sh:ValidationReport ; sh:result ?r . ?r sh:focusNode ?focus ;
      sh:sourceConstraintComponent ?component ; sh:resultSeverity ?severity ; sh:resultMessage ?m }"""
    assert len(list(graph.query(asked, prefixes=dict(context().prefixes)))) == len(report)
    [conforms] = graph.quads_for_pattern(None, named("sh:conforms"), None)
    assert conforms.object == ox.Literal(not len(report))  # a warning is a result, too
    assert len(FORMATS["text"](report, True).splitlines()) > len(report)


def test_the_turtle_is_a_report_of_shacl(run: Run, tmp_path: Path):
    path = tmp_path / "report.ttl"
    result = run("validate", "--no-reasoner", "--format", "turtle", "-o", path, BASE, FAULTY)
    assert (result.returncode, result.stdout) == (1, "")
    report = ox.Store()
    report.load(path=path)
    asked = """SELECT ?conforms ?focus ?value ?shape ?path {
      ?report a sh:ValidationReport ; sh:conforms ?conforms ; sh:result ?r .
      ?r a sh:ValidationResult ; sh:focusNode ?focus ; sh:value ?value ; sh:sourceShape ?shape ;
         sh:resultPath ?path ; sh:resultSeverity sh:Violation ; sh:sourceConstraintComponent ?c }"""
    [row] = report.query(asked, prefixes=dict(context().prefixes))
    assert [str(term.value).rpartition("#")[2].rpartition("/")[2] for term in row] == [
        "false", "salt-supply", "arlen", "Supply-supplier", "supplier",
    ]  # fmt: skip


def test_nothing_is_built_or_changed(run: Run, tmp_path: Path):
    where = tmp_path / "store"
    assert run("validate", "--no-reasoner", KG_STORE=str(where)).returncode == 0
    assert not store.exists(where)


def test_seeds_are_where_the_default_is():
    assert validate(reasoner=False).claims == validate([SEEDS], reasoner=False).claims


# ── With the reasoner ────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_clash_that_no_shape_sees_is_told_with_its_axioms(run: Run):
    path = SHAPES / "inconsistent" / "kinds-of-event.trig"
    without = run("validate", "--no-reasoner", path)
    assert "[inconsistent]" not in without.stdout
    result = run("validate", path)
    assert result.returncode == 1
    [clash] = [line for line in result.stdout.splitlines() if "[inconsistent]" in line]
    assert ", since " in clash
    assert "consistency was not checked" not in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize("path", CLASHING, ids=lambda p: p.stem)
def test_a_clash_is_told_at_its_lines(path: Path):
    clashes = [violation for violation in validate([path]) if violation.layer == "consistency"]
    told = [
        f"{v.mark.line}:{v.mark.column}: {v.text} [{v.code}]"
        + "".join(f"; see {related.mark.line}" for related in v.related)
        for v in clashes
    ]
    assert told == expected(path)
    assert all(v.rule and v.focus for v in clashes)


@pytest.mark.slow
def test_a_fault_that_a_shape_tells_is_not_told_again_by_the_reasoner():
    assert [v.code for v in validate([BASE, FAULTY])] == ["Supply-supplier"]


@pytest.mark.slow
def test_our_facts_are_consistent():
    report = validate()
    assert report and list(report) == []
    assert not any("not checked" in note for note in report.notes)

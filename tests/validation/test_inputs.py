"""What may be validated and compared: pipes, packed files, and RDF that its name does not tell."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import kg
from kg.diff import diff
from kg.errors import EntenteError, StoreError
from kg.sparql.documents import recognised
from kg.sparql.formats import RDF_FORMATS
from kg.validation import validate
from tests.conftest import TESTS, Run

FACTS = TESTS / "small" / "facts.yaml"


def dumped(dataset: kg.Dataset, name: str) -> bytes:
    buffer = io.BytesIO()
    dataset.dump(buffer, name)
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
@pytest.mark.parametrize("name", RDF_FORMATS)
def test_rdf_is_known_by_what_it_holds(
    name: str, packed: bool, small: kg.Dataset, tmp_path: Path, recwarn: pytest.WarningsRecorder
):
    data = dumped(small, name)
    file = tmp_path / "data.json"
    file.write_bytes(gzip.compress(data) if packed else data)
    again = kg.open_rdf(file)
    due = len(small) if RDF_FORMATS[name].supports_datasets else len(list(again.store))
    assert len(again) == due > 500
    report = validate(file, reasoner=False)
    assert report and report.claims == len(small.query("SELECT ?c { ?c a ent:Claim }"))
    if RDF_FORMATS[name].supports_datasets:
        assert not diff(file, FACTS)
    else:
        assert "has no named graphs" in str(recwarn.pop().message)
        with pytest.raises(StoreError, match=r"data\.json has no named graphs"):
            diff(FACTS, file)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# a\n\n# b\nPREFIX x: <y:>\n", "trig"),
        ("@base <http://x.example/> .", "trig"),
        ("<http://x.example/a> a <http://x.example/B> ; <p:q> 1 .", "trig"),
        ("<a:b> <c:d> 'e' .", "trig"),
        ("<a:b> <c:d> _:e .\n# end\n", "nquads"),
        ('_:a <c:d> "e . f"@en <g:h> . # end', "nquads"),
        ('\ufeff<?xml version="1.0"?><x/>', "rdfxml"),
        ("\n<rdf:RDF>", "rdfxml"),
        ('[{"@id": "x:y"}]', "jsonld"),
        ('{"@context": {}}', "jsonld"),
        ('{"claims": []}', ""),
        ("claims: [{key: <a:b>}]", ""),
        ("<html><body>", ""),
        ("a b c .", ""),
        ("", ""),
    ],
)
def test_how_a_document_begins_tells_its_format(text: str, name: str, tmp_path: Path):
    (tmp_path / "x").write_text(text, "utf-8")
    assert recognised(tmp_path / "x") == name
    (tmp_path / "x.yaml").write_text(text, "utf-8")
    assert recognised(tmp_path / "x.yaml") == ""


@pytest.mark.slow
def test_pipes_are_read_once_and_named(run: Run, tmp_path: Path):
    good = FACTS.read_text("utf-8")
    bad = good.replace("    gist:", "    gits:", 1)
    line = bad[: bad.index("gits:")].count("\n") + 1
    assert run("validate", "-", "--no-reasoner", stdin=good).returncode == 0
    told = run("validate", "-", "--no-reasoner", stdin=bad)
    assert (
        told.returncode == 1 and f"<stdin>:{line}:5: violation: unknown key “gits”" in told.stdout
    )
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for arguments, text, code, said in (
        (("validate", "--no-reasoner", pipe), bad, 1, f"{pipe}:{line}:5: violation"),
        (("diff", FACTS, pipe), bad, 1, f"{pipe}:{line}:5: unknown key"),
        (("diff", pipe, FACTS), good, 0, "0 changed"),
    ):
        writer = threading.Thread(target=pipe.write_text, args=(text, "utf-8"), daemon=True)
        writer.start()
        told = run(*arguments)
        writer.join()
        assert told.returncode == code and said in told.stdout + told.stderr
    assert run("diff", FACTS, "-", stdin=good).returncode == 0
    nothing = run("validate", "-", stdin="")
    assert (nothing.returncode, nothing.stderr) == (2, "kg: -: brings nothing\n")


def test_a_validation_has_a_time_limit(run: Run, tmp_path: Path):
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)  # nobody ever writes to it
    late = ("--timeout", "0.5", "-f", "sarif", "-o", tmp_path / "out.sarif")
    told = run("validate", pipe, *late)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "kg: no answer within 0.5 seconds\n"
    assert list(tmp_path.iterdir()) == [pipe]
    assert run("validate", "--no-reasoner", "--timeout", "0", FACTS).returncode == 0
    assert "not in the range" in run("validate", "--timeout", "-1", FACTS).stderr


def test_what_is_packed_badly_is_refused(tmp_path: Path):
    data = gzip.compress(FACTS.read_bytes())
    for name, wrong in (("short.nq.gz", data[:-20]), ("odd.gz", data[:20] + b"\0" * 40)):
        (tmp_path / name).write_bytes(wrong)
        with pytest.raises(EntenteError, match=f"{name} cannot be read"):
            validate(tmp_path / name)


def test_what_is_packed_is_unpacked_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kg.facts.files.MAX_PIPED", 1 << 20)
    (tmp_path / "bomb.nq.gz").write_bytes(gzip.compress(b"\n" * (1 << 21)))
    with pytest.raises(EntenteError, match=r"bomb\.nq\.gz: brings more than 1,048,576 bytes"):
        validate(tmp_path / "bomb.nq.gz")


def test_a_dataset_is_validated_as_it_is_believed(small: kg.Dataset, tmp_path: Path):
    report = small.validate(reasoner=False)
    assert report and len(report) == 0
    assert report.claims == len(small.query("SELECT ?c { ?c a ent:Claim }"))
    day = small.believing(as_of="1999").validate(reasoner=False)
    assert day and day.claims == 0 and len(day.notes) > len(report.notes)
    triple = (
        '<http://x.example/a> <https://w3id.org/entente/ontology#metWiht> "b" .\n'
        "<http://x.example/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/entente/ontology#Person> .\n"
    )
    (tmp_path / "odd.nq").write_text(triple + dumped(small, "nquads").decode())
    wrong = kg.open_rdf(tmp_path / "odd.nq").validate(reasoner=False)
    assert not wrong
    assert "the dataset: the ontology has no term “ent:metWiht”" in {
        f"{v.place}: {v.message}" for v in wrong
    }


def test_rdfxml_of_many_things_is_not_deep(dataset: kg.Dataset, tmp_path: Path):
    dataset.dump(tmp_path / "x.rdf", "rdfxml", ontology=True)
    assert validate(tmp_path / "x.rdf", reasoner=False)


def test_a_relative_data_home_counts_as_none(tmp_path: Path):
    code = "from kg import store; print(store.default_path())"
    environment = {k: v for k, v in os.environ.items() if k != "KG_STORE"}
    for home, due in (
        ("relative", tmp_path / ".local/share"),
        (str(tmp_path / "d"), tmp_path / "d"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env={**environment, "XDG_DATA_HOME": home, "HOME": str(tmp_path)},
        )
        assert done.stdout == f"{due / 'entente-kg' / 'store'}\n", done.stderr

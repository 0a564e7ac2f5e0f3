"""Queries from the command line and from Python: every form, every format, every refusal."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.errors import QueryError
from kg.sparql.presentation.terms import python_value
from kg.sparql.tokens import tokens
from kg.vocabulary.context import context
from tests.conftest import Run, hear_interrupts

SELECT = "SELECT ?person ?label { ?person a ent:Person ; rdfs:label ?label } ORDER BY ?label"
NUMBERS = " ".join(map(str, range(100)))
ENDLESS = f"SELECT * {{ {' '.join(f'VALUES ?v{i} {{ {NUMBERS} }}' for i in range(8))} }}"
CONSTRUCT = "CONSTRUCT { ?a ent:metWith ?b } WHERE { ?a ent:metWith ?b }"


def test_solutions_in_every_format(run: Run, dataset: kg.Dataset):
    people = [row["label"] for row in dataset.query(SELECT).to_dicts()]
    assert "Kim Jong Un" in people
    outputs = {f: run("query", "-e", SELECT, "-f", f).stdout for f in ("json", "xml", "csv", "tsv")}
    bindings = json.loads(outputs["json"])["results"]["bindings"]
    assert [b["label"]["value"] for b in bindings] == people
    assert [row["label"] for row in csv.DictReader(io.StringIO(outputs["csv"]))] == people
    assert outputs["tsv"].splitlines()[0] == "?person\t?label"
    spaces = {"r": "http://www.w3.org/2005/sparql-results#"}
    tree = ElementTree.fromstring(outputs["xml"])
    literals = tree.findall(".//r:binding[@name='label']/r:literal", spaces)
    assert [literal.text for literal in literals] == people


def test_a_boolean_in_every_format(run: Run):
    assert run("query", "-e", "ASK {}").stdout == "true\n"
    assert run("query", "-e", "ASK { FILTER (false) }").stdout == "false\n"
    assert json.loads(run("query", "-e", "ASK {}", "-f", "json").stdout)["boolean"] is True
    assert ">true<" in run("query", "-e", "ASK {}", "-f", "xml").stdout
    assert run("query", "-e", "ASK {}", "-f", "csv").stdout == "true"


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml"), ("jsonld", "json-ld")],
)
def test_triples_in_every_format(run: Run, name: str, theirs: str):
    graph = rdflib.Graph().parse(
        data=run("query", "-e", CONSTRUCT, "-f", name).stdout, format=theirs
    )
    met = rdflib.URIRef(context().expand("ent:metWith"))
    assert len(graph) == len(list(graph.triples((None, met, None)))) > 0


def test_datasets_formats_take_triples_too(run: Run):
    for name in ("trig", "nquads"):
        assert "metWith" in run("query", "-e", CONSTRUCT, "-f", name).stdout


def test_describe_is_answered(run: Run):
    assert 'rdfs:label "Kim Jong Un"@en' in run("query", "-e", "DESCRIBE id:kim-jong-un").stdout


@pytest.mark.parametrize(
    ("text", "name"), [(SELECT, "turtle"), ("ASK {}", "nquads"), (CONSTRUCT, "csv")]
)
def test_a_format_that_does_not_fit_is_refused(run: Run, text: str, name: str, tmp_path: Path):
    result = run("query", "-e", text, "-f", name, "-o", tmp_path / "out")
    assert result.returncode == 2
    assert "choose one of" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_query_comes_from_a_file_standard_input_or_the_catalogue(run: Run, tmp_path: Path):
    file = tmp_path / "people.rq"
    file.write_text(SELECT, encoding="utf-8")
    texts = [run("query", file).stdout, run("query", "-", stdin=SELECT).stdout]
    assert texts[0] == texts[1] == run("query", "-e", SELECT).stdout
    assert run("query", "who-are-the-leaders").returncode == 0


def test_an_output_file_holds_what_would_be_printed(run: Run, tmp_path: Path):
    out = tmp_path / "people.csv"
    assert run("query", "-e", SELECT, "-f", "csv", "-o", out).stdout == ""
    printed = run("query", "-e", SELECT, "-f", "csv").stdout
    assert out.read_text(encoding="utf-8").replace("\r\n", "\n") == printed.replace("\r\n", "\n")


def test_a_query_without_end_is_given_up(run: Run, tmp_path: Path):
    numbers = " ".join(map(str, range(100)))
    columns = " ".join(f"VALUES ?v{i} {{ {numbers} }}" for i in range(8))
    endless = f"SELECT (COUNT(*) AS ?n) {{ {columns} }}"
    result = run(
        "query", "-e", endless, "--timeout", "0.5", "-o", tmp_path / "out.csv", "-f", "csv"
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "kg: no answer within 0.5 seconds\n"
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_ends_a_query_without_a_trace(store: Path, tmp_path: Path):
    out = tmp_path / "out.csv"
    command = [sys.executable, "-m", "kg", "query", "-e", ENDLESS, "-f", "csv", "-o", str(out)]
    process = subprocess.Popen(
        [*command, "--store", str(store)], stderr=subprocess.PIPE, preexec_fn=hear_interrupts
    )
    while process.poll() is None and not list(tmp_path.iterdir()):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, b"")
    assert list(tmp_path.iterdir()) == []


def test_deep_queries_do_not_exhaust_the_stack(run: Run):
    deep = "ASK {" + "{" * 190 + "}" * 190 + "}"
    assert run("query", "-e", deep).stdout == "true\n"
    assert "nested more than" in run("query", "-e", "ASK {" + "{" * 2000 + "}" * 2001).stderr
    chain = "ASK { FILTER (" + "!" * 30_000 + "true) }"
    assert "chains of more than" in run("query", "-e", chain).stderr


def test_output_goes_to_what_a_link_points_to_and_into_a_pipe(run: Run, tmp_path: Path):
    target = tmp_path / "target.csv"
    target.write_text("old")
    target.chmod(0o640)
    (tmp_path / "link.csv").symlink_to(target)
    assert run("query", "-e", "ASK {}", "-f", "csv", "-o", tmp_path / "link.csv").returncode == 0
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("true", 0o640)
    assert (tmp_path / "link.csv").is_symlink()
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE) as reader:
        run("query", "-e", "ASK {}", "-f", "csv", "-o", tmp_path / "pipe")
        assert reader.communicate(timeout=30)[0] == b"true"
    assert (tmp_path / "pipe").is_fifo()


def test_a_closed_output_is_said_to_be_one(store: Path):
    command = f"{sys.executable} -m kg dump --store {store} >&-"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr == "kg: standard output is closed; name a file with -o\n"


def test_a_byte_order_mark_is_no_part_of_a_query(run: Run, tmp_path: Path):
    (tmp_path / "bom.rq").write_bytes(b"\xef\xbb\xbfASK {}")
    assert run("query", tmp_path / "bom.rq").stdout == "true\n"


def test_headers_at_fault_are_refused(run: Run, tmp_path: Path):
    (tmp_path / "odd.rq").write_text("#+ param: x foo Nothing\nASK {}")
    assert "x is of no kind “foo”" in run("query", tmp_path / "odd.rq").stderr
    twice = run("query", "who-met-whom", "-p", "place=china", "-p", "place=beijing")
    assert twice.returncode == 2 and "given twice" in twice.stderr


def test_exit_code_of_ask(run: Run):
    assert run("query", "-e", "ASK { FILTER (false) }").returncode == 0
    assert run("query", "-e", "ASK { FILTER (false) }", "--exit-code").returncode == 1
    assert run("query", "-e", "ASK {}", "--exit-code").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "INSERT DATA { id:a id:b id:c }",
            "query: INSERT is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are run",
        ),
        (
            "# SELECT\nDELETE WHERE { ?s ?p ?o }",
            "query: DELETE is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are run",
        ),
        (
            "PREFIX a: <b> LOAD <http://localhost/>",
            "query: LOAD is an update; only SELECT, ASK, CONSTRUCT and DESCRIBE are run",
        ),
        (
            "SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }",
            "1:12: SERVICE is not allowed; it would ask another server",
        ),
        (
            "SELECT * { SERV\\u0049CE <http://localhost:1/> {} }",
            "1:12: SERVICE is not allowed; it would ask another server",
        ),
        (
            "SELECT * { ?s foo:bar ?o }",
            "query: 1:15: the prefix “foo:” is not declared; add “PREFIX foo: <…>”",
        ),
        (
            "SELECT * { ?s entt:bar ?o }",
            "query: 1:15: the prefix “entt:” is not declared; did you mean “ent”?",
        ),
        ("SELECT * {\n ?s ?p }", "query: 2:9: what stands before this is no SPARQL query"),
        ("SELECT * { ?s ?p ?o", "query: 1:20: it ends too early"),
        ("SELECT (1 AS ?x) ?x {}", "query: "),
        (
            "SELECT ?p (COUNT(*) AS ?n) { ?e ent:participant ?p }",
            "query: 1:53: SELECT has a variable that is not grouped; name it in GROUP BY",
        ),
        (
            "SELECT * { ?s a ent:Meeting BIND (1 AS ?s) }",
            "query: 1:40: ?s has a value already; give this one another name",
        ),
        ("SELECT ?a (1 AS ?a) { ?s ?p ?a }", "query: 1:17: ?a has a value already"),
        ("SELECT ?a ?a {}", "query: 1:16: SELECT gives two columns one name"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?o", "query: 1:34: SELECT * cannot stand with GROUP BY"),
        (
            "SELECT * { ?s <p> ?o }",
            "query: 1:15: <p> is relative; write it whole, or declare a BASE",
        ),
        ("ASK { _:a ?p ?o . OPTIONAL { _:a ?q ?r } }", "query: 1:38: one label of a blank node"),
        ("Did Tam meet Ina?", "query: not SPARQL: a query has SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("", "query: 1:1: what stands before this is no SPARQL query"),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(run: Run, text: str, message: str):
    result = run("query", "-e", text)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"kg: {message}")
    assert "Traceback" not in result.stderr


def test_words_in_strings_iris_and_comments_are_no_keywords(dataset: kg.Dataset):
    text = """# SERVICE <x>
      SELECT ?SERVICE { BIND ("SERVICE foo:bar" AS ?SERVICE) BIND (<http://a/SERVICE> AS ?b) }"""
    assert dataset.query(text).to_dicts() == [{"SERVICE": "SERVICE foo:bar"}]


@given(st.text(max_size=60))
def test_no_text_makes_the_tokenizer_fail(text: str):
    for _, token, offset in tokens(text):
        assert text[offset : offset + len(token)] == token


def test_a_query_of_any_length_is_refused_in_time(dataset: kg.Dataset):
    with pytest.raises(QueryError, match="more than 100,000 characters"):
        dataset.query("ASK {} #" + " x" * 600_000)
    assert len(list(tokens('"""' * 300_000))) > 0


def test_names_that_do_not_exist_are_refused(run: Run, tmp_path: Path):
    assert "did you mean “who-met-whom”?" in run("query", "who-met-whon").stderr
    assert "No such file" in run("query", tmp_path / "none.rq").stderr
    (tmp_path / "bytes.rq").write_bytes(b"SELECT \xff")
    assert "not UTF-8" in run("query", tmp_path / "bytes.rq").stderr
    assert run("query").returncode == 2
    assert run("query", "who-met-whom", "-e", "ASK {}").returncode == 2


HEADER = """#+ summary: Events of somebody, on a day
#+ param: who entity Only those in which this agent took part
#+ param: day date Only those that begin on the day
#+ param: word string Only with this word
#+ param: limit integer No use
SELECT ?event {
  VALUES ?who { UNDEF } VALUES ?day { UNDEF } values ?word {UNDEF} VALUES ?limit { UNDEF }
  ?event ent:participant ?who ; ent:earliest ?day ; rdfs:label ?l
  FILTER (!bound(?word) || contains(str(?l), ?word)) } ORDER BY ?event"""


@pytest.mark.parametrize(
    "who",
    [
        "kim-jong-un",
        "Kim Jong Un",
        "kim jong un",
        "id:kim-jong-un",
        "https://w3id.org/entente/id/kim-jong-un",
    ],
)
def test_an_entity_is_bound_by_key_label_or_iri(dataset: kg.Dataset, who: str):
    bound = dataset.query(HEADER, {"who": who, "day": "2025-09-04"}).to_dicts()
    assert bound == [{"event": "https://w3id.org/entente/id/xi-kim-talks-2025"}]


def test_params_take_python_values_and_terms(dataset: kg.Dataset):
    day = date(2025, 9, 4)
    iri = ox.NamedNode("https://w3id.org/entente/id/xi-jinping")
    events = dataset.query(HEADER, {"who": iri, "day": day, "word": "talks"}).to_dicts()
    assert [row["event"].rsplit("/")[-1] for row in events] == ["xi-kim-talks-2025"]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"whom": "Kim Jong Un"}, "no parameter “whom”; did you mean “who”?"),
        ({"who": "Kim Jong Uno"}, "nothing is called “Kim Jong Uno”; did you mean “Kim Jong Un”?"),
        ({"who": "id:nobody"}, "nothing is called “id:nobody”"),
        ({"day": "4 September"}, "the parameter “day”: “4 September” is not a day"),
        ({"day": "2025-02-30"}, "the parameter “day”: “2025-02-30” is no day of the calendar"),
        ({"limit": "ten"}, "the parameter “limit”: “ten” is not a whole number"),
    ],
)
def test_params_that_do_not_fit_are_refused(dataset: kg.Dataset, params: dict, message: str):
    with pytest.raises(QueryError, match=message.replace("?", r"\?")):
        dataset.query(HEADER, params)


def test_params_from_the_command_line(run: Run):
    result = run("query", "who-met-whom", "-p", "place=Beijing")
    assert result.returncode == 0
    assert "Kim–Putin" in result.stdout or "Vladimir Putin" in result.stdout
    assert run("query", "who-met-whom", "-p", "place").returncode == 2
    assert "it has" in run("query", "who-met-whom", "-p", "zzz=1").stderr


def test_values_become_pythons_own():
    xsd = context().prefixes["xsd"]

    def value(text: str, kind: str) -> object:
        return python_value(ox.Literal(text, datatype=ox.NamedNode(xsd + kind)))

    assert value("3", "integer") == 3
    assert value("2.50", "decimal") == Decimal("2.50")
    assert value("true", "boolean") is True
    assert value("2025-09-04", "date") == date(2025, 9, 4)
    assert value("2020-02-31", "date") == "2020-02-31"
    assert value("2025", "gYear") == "2025"
    assert python_value(None) is None


def test_solutions_make_data_frames(dataset: kg.Dataset):
    pandas = dataset.query(SELECT).to_pandas()
    polars = dataset.query(SELECT).to_polars()
    assert list(pandas.columns) == polars.columns == ["person", "label"]
    assert list(pandas["label"]) == polars["label"].to_list()
    assert "Kim Jong Un" in set(pandas["label"])


def test_the_table_folds_to_the_terminal():
    from kg.sparql.presentation.table import table

    wide = table(["who", "what"], [["Kim", "one two three four five six seven"]], 24)
    assert wide.splitlines() == [
        "who  what",
        "───  ───────────────────",
        "Kim  one two three four",
        "     five six seven",
        "(1 solution)",
    ]
    assert table(["x"], [["a\x1b[31mb"]], None).splitlines()[2] == "a[31mb"
    assert table(["x"], [["金"], ["a"]], None).splitlines()[1] == "──"


def test_help_version_and_completion(run: Run):
    assert "Exit codes" in run("--help").stdout
    assert run("--version").stdout.startswith("kg ")
    assert "dump" in run(_KG_COMPLETE="bash_complete", COMP_WORDS="kg d", COMP_CWORD="1").stdout
    named = run(_KG_COMPLETE="bash_complete", COMP_WORDS="kg query who-met", COMP_CWORD="2").stdout
    assert "who-met-whom" in named


def test_a_reader_that_has_enough_is_no_error(store: Path):
    command = f"{sys.executable} -m kg dump --format nquads --store {store} | head -c 10"
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False
    )
    assert b"Traceback" not in result.stderr and b"Broken" not in result.stderr

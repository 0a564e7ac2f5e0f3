"""Words that do not exist are told of, with the nearest right one, and the query is answered."""

from __future__ import annotations

import json
import warnings

import pytest

import kg
from kg.errors import QueryWarning
from tests.conftest import Run

# A pattern, and what is said of it; nothing where nothing is amiss.
SAID = [
    ("?x a ent:Metting", "the ontology has no ent:Metting; did you mean “ent:Meeting”?"),
    ("?x ent:particpant ?y", "the ontology has no ent:particpant; did you mean “ent:participant”?"),
    ("?x ent:meeting ?y", "the ontology has no ent:meeting; did you mean “ent:Meeting”?"),
    ("?x a ent:Qqqqq", "the ontology has no ent:Qqqqq"),
    (
        "?x <https://w3id.org/entente/ontology#plase> ?y",
        "the ontology has no ent:plase; did you mean “ent:place”?",
    ),
    ("?x (ent:hots|ent:host)+ ?y", "the ontology has no ent:hots; did you mean “ent:host”?"),
    ("FILTER NOT EXISTS { ?x ent:plac ?y }", "the ontology has no ent:plac; did you mean “ent:pla"),
    ("?x rdfs:lable ?y", "nothing has a rdfs:lable; did you mean “rdfs:label”?"),
    ("?x ent:Meeting ?y", "ent:Meeting is a class, and no property"),
    ("?x a ent:participant", "ent:participant is a property, and no class"),
    (
        "?x ent:participant id:xi-jinpingg",
        "nothing has the key id:xi-jinpingg; did you mean “id:xi-jinping”?",
    ),
    ("VALUES ?x { id:no-such-thing-at-all }", "nothing has the key id:no-such-thing-at-all"),
    ("?x ?p ?y FILTER (?y = id:beijng)", "nothing has the key id:beijng; did you mean “id:beij"),
    ("GRAPH id:xk-tlks { ?x ?p ?y }", "nothing has the key id:xk-tlks"),
    ('?x rdfs:label "Beijing"', 'rdfs:label is in English; write "Beijing"@en'),
    ("?x rdfs:label 'Pékin'@fr", 'rdfs:label is in English; write "Pékin"@en'),
    ('?x ent:place/rdfs:label "Beijing"', 'rdfs:label is in English; write "Beijing"@en'),
    ('?x rdfs:label ?l FILTER (?l = "Beijing")', 'rdfs:label is in English; write "Beijing"@en'),
    ('?x rdfs:label ?l FILTER (?l IN ("Kim", "B"@en))', 'rdfs:label is in English; write "Kim"@en'),
    ('?x rdfs:label $l VALUES ?l { "Beijing" }', 'rdfs:label is in English; write "Beijing"@en'),
    ('?x rdfs:label "Bejing"@en', "nothing is called “Bejing”; did you mean “Beijing”?"),
    (
        '?x ent:participant "Xi Jinping"',
        "ent:participant leads to things, not to texts; for “Xi Jinping” write id:xi-jinping",
    ),
    ('?x a "Meeting"', "rdf:type leads to things, not to texts; for “Meeting” write ent:Meeting"),
    (
        '?x ent:earliest "2025-09-03"',
        'ent:earliest has values of xsd:date; write "2025-09-03"^^xsd:date',
    ),
    (
        '?x ent:latest ?d FILTER (?d >= "2025-09-03")',
        'ent:latest has values of xsd:date; write "2025-09-03"^^xsd:date',
    ),
    ('{ ?x rdfs:label ?l } UNION { VALUES ?l { "Beijing" } }', ""),
    (
        '{ ?x rdfs:label ?l } UNION { ?x ent:gist ?l } VALUES ?l { "Beijing" }',
        'rdfs:label is in English; write "Beijing"@en',
    ),
    ("?x a ent:Meeting ; rdfs:label ?l", ""),
    ('?x rdfs:label "Beijing"@en', ""),
    ('?x rdfs:label ?l FILTER (STR(?l) = "Beijing")', ""),
    ("?x ent:status ent:Reported ; ent:about id:kim-jong-un", ""),
    ("?x ent:paragraph ?n FILTER (?n > 3.5)", ""),
    ('?x ent:earliest ?d FILTER (?d > "2025-01-01"^^xsd:date)', ""),
    ("?x <http://elsewhere.example/p> ?y", ""),
    ("# ent:Metting\n ?x a ent:Meeting", ""),
]


def told(dataset: kg.Dataset, text: str) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", QueryWarning)
        dataset.query(text)
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize(("pattern", "said"), SAID, ids=[pattern for pattern, _ in SAID])
def test_what_names_nothing_is_told(dataset: kg.Dataset, pattern: str, said: str):
    found = told(dataset, f"SELECT ?x {{ {pattern} }}")
    assert len(found) >= bool(said)
    assert all(one.startswith(said) if said else False for one in found[:1])
    sub_query = told(dataset, f"SELECT ?x {{ {{ SELECT ?x {{ {pattern} }} }} }}")
    assert sub_query == found


def test_prefixes_of_ones_own_are_read_as_the_engine_reads_them(dataset: kg.Dataset):
    text = "PREFIX {}: <https://w3id.org/entente/ontology#> SELECT ?x {{ ?x a {}:Metting }}"
    assert told(dataset, text.format("e", "e")) == [
        "the ontology has no ent:Metting; did you mean “ent:Meeting”?"
    ]
    assert told(dataset, "PREFIX ent: <http://elsewhere.example/> ASK { ?x a ent:Metting }") == []
    assert told(dataset, "CONSTRUCT { ?x ent:mine ?y } WHERE { ?x ent:place ?y }") == []


def test_the_catalogue_names_nothing_in_vain(dataset: kg.Dataset):
    from kg.claims.mentions.misnamed import complaints

    texts = [query.text for query in kg.catalogue()]
    assert len(texts) > 20
    assert [complaints(text, dataset.names) for text in texts] == [[]] * len(texts)


def test_the_command_warns_and_answers(run: Run):
    said = "the ontology has no ent:Metting; did you mean “ent:Meeting”?"
    for cite in ([], ["--cite"]):
        result = run("query", "SELECT ?x { ?x a ent:Metting }", *cite)
        assert (result.returncode, result.stderr) == (0, f"kg: {said}\n")
        assert "(0 solutions)" in result.stdout
    asked = run("ask", "ASK { ?x a ent:Metting }")
    assert asked.returncode == 1
    assert asked.stdout.startswith("no evidence") and f"\nbut {said}\n" in asked.stdout
    whole = json.loads(run("ask", "ASK { ?x a ent:Metting }", "--json").stdout)
    assert whole["warnings"] == [said]
    assert "warnings" not in json.loads(run("ask", "ASK {}", "--json").stdout)

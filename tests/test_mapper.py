"""Where triples lie, and that facts are JSON-LD in YAML."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

import kg
from kg import mapper
from kg.facts import reader as facts
from kg.facts.files import files
from kg.resources import ONTOLOGY, SEEDS
from kg.vocabulary.iris import ID
from kg.vocabulary.ontology import ent
from tests.conftest import TESTS

CLAIMS = [SEEDS / "xi-kim-talks.yaml", SEEDS / "outcast-to-ally.yaml"]

PART = re.compile(r"\.(quantity|occurrences)-")


def ask(dataset: kg.Dataset, pattern: str) -> bool:
    return bool(dataset.query(f"ASK {{ {pattern} }}"))


def rows(dataset: kg.Dataset, query: str) -> list[list[str]]:
    return [[term.value for term in row] for row in dataset.query(query)]


def test_a_denied_meeting_lies_only_in_the_graph_of_its_claim(dataset: kg.Dataset):
    denied = rows(
        dataset,
        "SELECT ?event ?claim { ?claim ent:status ent:Denied . GRAPH ?claim { ?event a ent:Meeting } }",
    )
    assert denied
    for event, claim in denied:
        assert not ask(dataset, f"<{event}> a [] ")
        assert not ask(dataset, f"<{event}> ent:participant []")
        assert ask(dataset, f"GRAPH <{claim}> {{ <{event}> ent:participant [] }}")
        assert ask(dataset, f"<{event}> rdfs:label ?itsNameIsNoClaim")


def test_every_triple_of_a_reported_claim_lies_in_the_default_graph(dataset: kg.Dataset):
    missing = "GRAPH ?c { ?s ?p ?o } ?c ent:status ent:Reported FILTER NOT EXISTS { ?s ?p ?o }"
    assert not ask(dataset, missing)
    assert ask(dataset, "?c ent:status ent:Reported . GRAPH ?c { ?s ?p ?o }")


def test_no_triple_of_other_claims_does_unless_something_else_says_it(dataset: kg.Dataset):
    leaked = """
      ?claim ent:status ?status FILTER (?status != ent:Reported)
      GRAPH ?claim { ?s ?p ?o } ?s ?p ?o
      FILTER NOT EXISTS { ?other ent:status ent:Reported . GRAPH ?other { ?s ?p ?o } }
      FILTER NOT EXISTS { ?i a ent:Inference . GRAPH ?i { ?s ?p ?o } }"""
    assert not ask(dataset, leaked)


def test_everything_has_exactly_one_label_in_english(dataset: kg.Dataset):
    unlabelled = """SELECT ?s (COUNT(?label) AS ?labels) {
      { SELECT DISTINCT ?s { { ?s ?p ?o } UNION { GRAPH ?c { ?s ?q ?v } ?c ent:status [] } } }
      OPTIONAL { ?s rdfs:label ?label FILTER (lang(?label) = "en") }
    } GROUP BY ?s HAVING (?labels != 1)"""
    # The quantities of what is only attributed are named in their claims' graphs alone.
    assert [r for r in rows(dataset, unlabelled) if not PART.search(r[0])] == []


def test_when_has_the_bounds_that_its_date_allows(dataset: kg.Dataset):
    found = rows(
        dataset,
        """SELECT ?when ?earliest ?latest { ?e ent:when ?when
           OPTIONAL { ?e ent:earliest ?earliest } OPTIONAL { ?e ent:latest ?latest } }""".replace(
            "OPTIONAL { ?e ent:earliest ?earliest } OPTIONAL { ?e ent:latest ?latest }",
            'BIND ("" AS ?none) OPTIONAL { ?e ent:earliest ?a } OPTIONAL { ?e ent:latest ?b } '
            'BIND (COALESCE(STR(?a), "") AS ?earliest) BIND (COALESCE(STR(?b), "") AS ?latest)',
        ),
    )
    assert ["2025-09-03", "2025-09-03", "2025-09-03"] in found
    assert ["2011/..", "2011-01-01", ""] in found
    assert ["1980/1984", "1980-01-01", "1984-12-31"] in found


@pytest.mark.slow
def test_passages_say_where_they_stand(dataset: kg.Dataset):
    assert not ask(
        dataset,
        """?claim a ent:Claim FILTER NOT EXISTS {
             ?claim prov:wasQuotedFrom ?p . ?p a ent:Passage ; ent:paragraph ?n ; ent:sha256 ?d ;
               oa:hasSource ?article ; oa:hasSelector [ oa:start ?start ; oa:end ?end ] .
             ?article a ent:Article ; ent:sha256 ?digest }""",
    )


def json_ld(path: Path) -> dict[str, object]:
    """A facts file as the JSON-LD that it stands for, its conveniences spelt out."""
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
    context = json.loads((ONTOLOGY / "context.jsonld").read_text())["@context"]
    claims = [
        {"key": claim["key"], "facts": [plain(node) for node in claim["facts"]]}
        for claim in document["claims"]
    ]
    return {"@context": context, "@graph": claims}


def plain(node: dict[str, object]) -> dict[str, object]:
    """A fact without its name, which is reference data, and without parts, which get names."""
    return {k: v for k, v in node.items() if k not in ("label", "quantity", "occurrences")}


def without_parts(quads: set[ox.Quad]) -> set[ox.Quad]:
    derived = {mapper.context().terms[name].iri for name in ("earliest", "latest")}
    return {
        q
        for q in quads
        if not PART.search(str(q))
        and q.predicate.value not in derived
        and q.predicate.value != mapper.RDF_TYPE.value
    }


@pytest.mark.parametrize("path", CLAIMS, ids=lambda p: p.stem)
def test_the_mapper_agrees_with_a_json_ld_processor(path: Path):
    """Law: the claims' graphs are what JSON-LD 1.1 makes of the facts with our context."""
    faults: list[kg.errors.Fault] = []
    ours = {
        quad
        for graph in mapper.graphs(facts.read(files([SEEDS]), faults))
        for quad in graph.quads()
        if not isinstance(quad.graph_name, ox.DefaultGraph)
    }
    theirs = set(
        ox.parse(
            jsonld.to_rdf(json_ld(path), {"format": "application/n-quads"}),
            format=ox.RdfFormat.N_QUADS,
        )
    )
    claims = {quad.graph_name for quad in theirs}
    assert faults == []
    assert len(claims) > 40
    assert without_parts({q for q in ours if q.graph_name in claims}) == without_parts(theirs)


def reordered(value: object, order: random.Random) -> object:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: reordered(value[key], order) for key in keys}
    if isinstance(value, list):
        return [reordered(item, order) for item in value]
    return value


@pytest.mark.slow
@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_nothing(order: random.Random):
    path = TESTS / "small" / "facts.yaml"
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
    shuffled = {k: reordered(document[k], order) for k in sorted(document, key="ac".find)}
    assert quads_of(yaml.safe_dump(shuffled, sort_keys=False)) == quads_of(path.read_text("utf-8"))


def test_an_event_that_is_introduced_later_has_its_class_in_every_claim():
    path = TESTS / "facts" / "valid" / "told-before-introduced.yaml"
    faults: list[kg.errors.Fault] = []
    found = list(mapper.graphs(facts.read([TESTS / "facts" / "base.yaml", path], faults)))
    assert faults == []
    typed = {
        graph.name.value.rpartition("/")[2]
        for graph in found if isinstance(graph.name, ox.NamedNode)
        for s, p, o in graph.triples
        if (s.value, p, o.value) == (f"{ID}spa-talks", mapper.RDF_TYPE, ent.Meeting)
    }  # fmt: skip
    assert typed == {"second-word", "first-word"}


def quads_of(text: str) -> set[str]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facts.yaml"
        path.write_text(text, encoding="utf-8")
        faults: list[kg.errors.Fault] = []
        found = mapper.graphs(facts.read([path], faults))
        quads = {str(quad) for graph in found for quad in graph.quads()}
        assert faults == []
        return quads


def test_a_gist_over_several_lines_is_a_label_of_one():
    text = (TESTS / "facts" / "base.yaml").read_text("utf-8")
    folded = text.replace("gist: Arlen", "gist: |\n      Arlen  and\n      then")
    assert folded != text
    gists = [quad for quad in quads_of(folded) if "Arlen and then" in quad]
    assert len(gists) >= 2  # the gist, and the label


def test_a_label_over_several_lines_is_one_line():
    text = "entities:\n  - key: anna\n    type: Person\n    label: |\n      Anna  of\n      Arlen\n"
    assert any('"Anna of Arlen"@en' in quad for quad in quads_of(text))

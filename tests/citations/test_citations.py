"""Citations: sound and complete, over generated worlds and over the whole catalogue."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from rdflib.plugins.sparql.results.jsonresults import JSONResult

import kg
from kg.citations.answers import CitedBoolean, CitedSolutions
from kg.citations.citer import Citation, Citer, QueryCiter
from kg.citations.footnotes import letter
from kg.claims import belief
from kg.claims.belief import Belief
from kg.lineage.lineage import Lineage
from kg.sparql import catalogue as queries
from kg.vocabulary.context import context
from tests.conftest import Run, text_of
from tests.support import worlds
from tests.support.worlds import Told, built

PREFIXES = dict(context().prefixes)
Row = tuple[object, ...]


def answers(store: ox.Store, text: str) -> list[Row]:
    return [tuple(row) for row in store.query(text, prefixes=PREFIXES)]


def cited(
    store: ox.Store, text: str, taken: Belief | None = None
) -> dict[Row, tuple[Citation, Lineage]]:
    solutions = store.query(text, prefixes=PREFIXES)
    columns, plain = [v.value for v in solutions.variables], [tuple(row) for row in solutions]
    citer = QueryCiter(Citer(store, taken or Belief()), text)
    rows, citations = citer.solutions(columns, lambda: plain)
    assert Counter(rows) == Counter(plain), "citing changes no answer"
    return {
        row: (citation, citer.witnesses.behind(rows)(row))
        for row, citation in zip(rows, citations, strict=True)
    }


def claims(citation: Citation) -> set[str]:
    return {claim.key for claim in citation.claims}


def without(world: tuple[tuple[int, Told], ...], gone: set[str]) -> ox.Store:
    return built((n, told) for n, told in world if f"claim{n}" not in gone)


@pytest.mark.slow
@settings(max_examples=300)
@given(worlds.worlds, worlds.growing_queries)
def test_without_its_claims_a_solution_is_gone(world: tuple[tuple[int, Told], ...], text: str):
    """Complete: what remains of a solution rests on reference data alone."""
    store = built(world)
    bare = set(answers(built(()), text))
    for row, (citation, _) in cited(store, text).items():
        assert citation.gaps == ()
        remaining = set(answers(without(world, claims(citation)), text))
        assert row not in remaining - bare, (text, row, claims(citation))


@pytest.mark.slow
@settings(max_examples=300)
@given(worlds.worlds, worlds.growing_queries)
def test_the_claims_of_a_solution_suffice(world: tuple[tuple[int, Told], ...], text: str):
    """With its claims alone, and reference data, a solution is there."""
    every = {f"claim{n}" for n, _ in world}
    for row, (citation, _) in cited(built(world), text).items():
        assert row in answers(without(world, every - claims(citation)), text)


@pytest.mark.slow
@settings(max_examples=300)
@given(worlds.worlds, worlds.any_queries)
def test_a_cited_claim_tells_or_supports_what_was_used(
    world: tuple[tuple[int, Told], ...], text: str
):
    """Sound: told, inferred from it, or a description of it; and every solution is traced."""
    store = built(world)
    for citation, lineage in cited(store, text).values():
        assert citation.gaps == (), text
        held = set()
        for graph in lineage.graphs:
            held |= holders(store, next(store.quads_for_pattern(None, None, None, graph)))
        for s, p, o, graph in lineage.quads:
            found = list(store.quads_for_pattern(s, p, o, graph or ox.DefaultGraph()))
            assert found, "a triple that was used is in its graph"
            for quad in store.quads_for_pattern(s, p, o, graph):
                held |= holders(store, quad)
        assert claims(citation) <= held


def holders(store: ox.Store, quad: ox.Quad) -> set[str]:
    """The claims that tell a quad or that it was inferred from, looked up by hand."""
    name = getattr(quad.graph_name, "value", "")
    if name.endswith(".inferred"):
        derived = store.quads_for_pattern(
            quad.graph_name, worlds.named("prov:wasDerivedFrom"), None, ox.DefaultGraph()
        )
        return {q.object.value.rpartition("/")[2] for q in derived}
    keys = {name.rpartition("/")[2]}
    if not name:  # a description
        path = "(prov:wasQuotedFrom/oa:hasSelector?|^prov:wasDerivedFrom)?"
        text = f"SELECT ?c {{ ?c {path} {quad.subject} . VALUES ?kind {{ ent:Claim ent:RetractedClaim }} ?c a ?kind }}"
        keys |= {row["c"].value.rpartition("/")[2] for row in store.query(text, prefixes=PREFIXES)}
    return keys


@pytest.mark.slow
@pytest.mark.parametrize("query", list(queries.catalogue()), ids=lambda q: q.name)
def test_the_catalogue_is_cited(dataset: kg.Dataset, query: queries.Query):
    """Every answer of ours has a citation, and without its claims it is gone."""
    answer = dataset.cite(query)
    citations = [answer.citation] if isinstance(answer, CitedBoolean) else answer.citations
    for citation in citations:
        assert citation.gaps == ()
        assert citation.claims or citation.reference or citation.absences
        assert all(inferred.axioms for inferred in citation.inferences)
    if isinstance(answer, CitedSolutions):
        for row, citation in list(zip(answer.rows, citations, strict=True))[::7]:
            left = [tuple(r) for r in without_claims(dataset, citation).query(query.text)]
            assert row not in left or not citation.claims or query.name in RESTS_ON_ABSENCE


# In these, a label or another claim makes the same solution once the cited claims are gone.
RESTS_ON_ABSENCE: set[str] = set()


def without_claims(dataset: kg.Dataset, citation: Citation) -> ox.Store:
    """The store as if the cited claims had never been curated."""
    gone = {claim.iri for claim in citation.claims}
    whole = dataset.store
    heard, taken = belief.heard(whole, Belief()), belief.believed(whole, Belief())
    made = ox.Store()
    made.extend(belief.selected(whole, heard - gone, taken - gone))
    return made


def test_every_query_form_and_format(dataset: kg.Dataset, run: Run):
    table = run("query", "who-are-whose-grandparents", "--cite").stdout
    assert "\n[1] Financial Times, “From outcast to ally" in table
    assert "inferred by the axiom ent:grandchildOf owl:propertyChainAxiom" in table
    whole = json.loads(run("query", "who-met-whom", "--cite", "-f", "json").stdout)
    plain = json.loads(run("query", "who-met-whom", "-f", "json").stdout)
    assert {name: whole[name] for name in plain} == plain
    assert len(whole["citations"]) == len(plain["results"]["bindings"])
    cited = {iri for citation in whole["citations"] for iri in citation["claims"]}
    assert cited == set(whole["claims"])
    read = JSONResult(whole)
    assert len(read.bindings) == len(plain["results"]["bindings"])
    rows = list(
        csv.DictReader(io.StringIO(run("query", "who-met-whom", "--cite", "-f", "csv").stdout))
    )
    assert all("paragraph" in row["citations"] for row in rows)
    for name in ("xml", "tsv", "turtle"):
        refused = run("query", "who-met-whom", "--cite", "-f", name)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "choose table or json or csv" in refused.stderr


@pytest.mark.parametrize(
    "text", ["CONSTRUCT WHERE { ?a ent:metWith ?b }", "DESCRIBE id:xi-kim-talks-2025"]
)
def test_triples_are_cited_in_prov(run: Run, text: str):
    plain = rdflib.Graph().parse(data=run("query", "-e", text).stdout, format="turtle")
    oa = rdflib.Namespace(context().prefixes["oa"])
    cited = rdflib.Graph().parse(data=run("query", "-e", text, "--cite").stdout, format="turtle")
    assert len(plain) > 0
    for claim in set(cited.objects(None, rdflib.PROV.wasDerivedFrom)):
        passage = next(cited.objects(claim, rdflib.PROV.wasQuotedFrom))
        assert list(cited.objects(next(cited.objects(passage, oa.hasSelector)), oa.start))
        assert list(cited.objects(next(cited.objects(passage, oa.hasSource)), rdflib.SDO.headline))
    for s, p, o in plain:
        assert (s, p, o) in cited
        statements = [
            node
            for node in cited.subjects(rdflib.RDF.object, o)
            if (node, rdflib.RDF.subject, s) in cited and (node, rdflib.RDF.predicate, p) in cited
        ]
        assert len(statements) == 1
        assert any(
            cited.objects(statements[0], rdflib.PROV.wasDerivedFrom)
        ) or "reference data" in next(cited.objects(statements[0], rdflib.RDFS.comment))


def test_an_ask_is_cited(run: Run):
    yes = run("query", "did-xi-and-kim-meet", "--cite").stdout
    assert yes.startswith("true\n\n[1] ") and "ent:metWith owl:propertyChainAxiom" in yes
    no = json.loads(run("query", "-e", "ASK { ?x ent:metWith ?x }", "--cite", "-f", "json").stdout)
    assert no["boolean"] is False
    assert no["citations"][0]["absent"] == ["{ ?x ent:metWith ?x }"]


def test_from_restricts_what_is_cited(dataset: kg.Dataset):
    """A triple that two claims tell is cited from the graph that FROM names."""
    text = "SELECT ?when {} {{ id:xi-kim-talks-2025 a ?kind }}"
    everywhere = dataset.cite(text.format("")).citations[0]
    one = dataset.cite(text.format("FROM id:xk-talks")).citations[0]
    assert [claim.key for claim in one.claims] == ["xk-talks"]
    assert len(everywhere.claims) > 1


def test_what_cannot_be_traced_is_said(dataset: kg.Dataset):
    citation = dataset.cite(
        "SELECT (RAND() AS ?r) { id:xi-kim-talks-2025 a ent:Meeting } LIMIT 1"
    ).citations[0]
    assert citation.gaps == (
        "how it came about cannot be traced: asked again, the engine gives another answer",
    )


def test_many_ways_are_cut_short_and_that_is_said(dataset: kg.Dataset):
    text = "SELECT DISTINCT ?s { ?s ent:status ent:Denied . ?a ?p ?b } LIMIT 1"
    citation = dataset.cite(text).citations[0]
    assert citation.gaps == ("there are more than 1,000 ways to it; not all are listed",)


def test_what_is_looked_up_in_having_is_not_listed_and_that_is_said(dataset: kg.Dataset):
    text = """SELECT ?p (COUNT(?e) AS ?n) { ?e ent:host ?p } GROUP BY ?p
              HAVING (EXISTS { ?p ent:metWith ?other })"""
    for citation in dataset.cite(text).citations:
        assert citation.gaps == ("what EXISTS found in HAVING or in an aggregate is not listed",)


def test_an_aggregate_cites_every_member_of_its_group(dataset: kg.Dataset):
    text = "SELECT (COUNT(?claim) AS ?n) { ?claim ent:status ent:Denied }"
    answer = dataset.cite(text)
    assert int(answer.rows[0][0].value) == len(answer.citations[0].claims) > 1


def test_a_path_cites_the_triples_on_it(dataset: kg.Dataset):
    text = "SELECT ?e { ?e ent:reason+ id:NONE }"
    (event, cause), *_ = dataset.query(
        "SELECT ?e ?c { ?e ent:reason ?m . ?m ent:reason ?c FILTER NOT EXISTS { ?e ent:reason ?c } }"
    )
    name = cause.value.rpartition("/")[2]
    cited = dataset.cite(text.replace("NONE", name))
    citation = next(c for r, c in zip(cited.rows, cited.citations, strict=True) if r == (event,))
    assert len(citation.claims) >= 2


def test_what_a_retracted_claim_was_is_cited_as_retracted(small: kg.Dataset):
    answer = small.cite("SELECT ?gist { ?claim a ent:RetractedClaim ; ent:gist ?gist }")
    (claim,) = answer.citations[0].claims
    assert (claim.standing, claim.passages) == ("retracted", ())
    for form in ("table", "csv", "json"):
        assert "retracted" in text_of(answer.serialize, form)
    assert "retracted" in "".join(small.why(claim.key).lines())


def test_columns_of_the_query_and_blank_nodes_stay_what_they_are(dataset: kg.Dataset):
    text = (
        "SELECT ?citations ?cites { GRAPH ?g { ?citations owl:propertyChainAxiom ?cites } } LIMIT 1"
    )
    answer = dataset.cite(text)
    ((prop, chain),) = answer.rows
    head, row = csv.reader(io.StringIO(text_of(answer.serialize, "csv")))
    assert head == ["citations", "cites", "citations_"]
    assert row[:2] == [prop.value, f"_:{chain.value}"]
    assert text_of(answer.serialize, "table").split()[:3] == ["citations", "cites", "cites_"]


def test_notes_go_on_after_z():
    assert [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        *("a", "z", "aa", "az", "ba", "zz", "aaa")
    ]
    assert len({letter(n) for n in range(2_000)}) == 2_000

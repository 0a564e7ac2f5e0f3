"""The dataset in rdflib, owlready2 and networkx, and a dump read back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import rdflib

import kg
from kg.errors import StoreError
from kg.sparql.formats import RDF_FORMATS

ENT, ID = "https://w3id.org/entente/ontology#", "https://w3id.org/entente/id/"


def test_rdflib_holds_each_graph_with_its_terms(dataset: kg.Dataset):
    made = dataset.to_rdflib()
    assert sum(len(graph) for graph in made.graphs()) == len(dataset)
    leaders = {str(row.x) for row in made.query("SELECT ?x { ?x a ent:Leader }")}
    assert leaders == {r["x"] for r in dataset.query("SELECT ?x { ?x a ent:Leader }").to_dicts()}
    text = "SELECT ?g { GRAPH ?g { id:xi-kim-talks-2025 a ent:Meeting } }"
    theirs = {str(row.g) for row in made.query(text)}
    assert theirs == {row["g"] for row in dataset.query(text).to_dicts()} and len(theirs) > 1
    whole = set(dataset.query("SELECT ?o { ?s ?p ?o FILTER isLiteral(?o) }").to_dicts()[0])
    assert whole == {"o"}
    when = made.value(rdflib.URIRef(f"{ID}xi-kim-talks-2025"), rdflib.URIRef(f"{ENT}when"))
    assert (str(when), str(when.datatype)) == (
        "2025-09-04",
        "http://id.loc.gov/datatypes/edtf/EDTF",
    )


def test_owlready_reads_ontology_data_and_dates(dataset: kg.Dataset):
    world = dataset.to_owlready()
    again = dataset.to_owlready()
    leaders = {one.iri for one in world[f"{ENT}Leader"].instances()}
    assert leaders == {r["x"] for r in dataset.query("SELECT ?x { ?x a ent:Leader }").to_dicts()}
    talks = world[f"{ID}xi-kim-talks-2025"]
    assert talks.earliest == [date(2025, 9, 4)]
    assert talks.when == ["2025-09-04"]
    assert world[f"{ENT}Event"] in talks.is_a  # inferred
    people = {one.iri for one in world.individuals() if world[f"{ENT}Person"] in one.is_a}
    assert len(people) == len(dataset.query("SELECT ?x { ?x a ent:Person }"))
    assert world is not again and len(list(again.individuals())) == len(list(world.individuals()))


def test_networkx_has_agents_and_claims_on_edges(dataset: kg.Dataset):
    graph = dataset.to_networkx()
    assert graph.nodes["kim-jong-un"]["label"] == "Kim Jong Un"
    edge = graph.edges["kim-jong-un", "xi-jinping", "ent:metWith"]
    cited = dataset.why("kim-jong-un", "metWith", "xi-jinping")
    assert edge["claims"] == sorted(c.key for c in cited.claims if c.status == "reported") != []
    agents = "SELECT DISTINCT ?a ?p ?b { ?a a ent:Agent . ?b a ent:Agent . ?a ?p ?b }"
    assert graph.number_of_edges() == len(dataset.query(agents))
    attributed = dataset.believing("planned").to_networkx()
    assert attributed.number_of_edges() >= graph.number_of_edges()


@pytest.mark.slow
@pytest.mark.parametrize("name", RDF_FORMATS)
def test_a_dump_is_read_back(dataset: kg.Dataset, tmp_path: Path, name: str):
    suffix = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf", "nquads": "nq"}.get(name, name)
    file = tmp_path / f"dump.{suffix}"
    dataset.dump(file, name)
    if RDF_FORMATS[name].supports_datasets:
        again = kg.open_rdf(file)
        assert len(again) == len(dataset)
        assert again.query("who-met-whom").to_dicts() == dataset.query("who-met-whom").to_dicts()
        assert str(again.ask("did-xi-putin-and-kim-hold-a-summit").verdict) == "denied"
        assert again.why("Xi Jinping").to_json() == dataset.why("Xi Jinping").to_json()
    else:
        with pytest.warns(UserWarning, match="has no named graphs"):
            again = kg.open_rdf(file)
        assert len(again.query("SELECT ?x { ?x a ent:Leader }")) > 0


def test_what_is_no_dump_is_refused(tmp_path: Path):
    with pytest.raises(StoreError, match="is no RDF, by its name or by what it holds"):
        kg.open_rdf(__file__)
    with pytest.raises(StoreError, match="there is nothing at"):
        kg.open_rdf(tmp_path / "none.trig")
    (tmp_path / "broken.nq").write_text("<a")
    with pytest.raises(StoreError, match="cannot be read"):
        kg.open_rdf(tmp_path / "broken.nq")

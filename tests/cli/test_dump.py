"""Dumps: what other tools read is what the store holds."""

from __future__ import annotations

import io
from pathlib import Path

import owlready2
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic, to_isomorphic

import kg
from kg.resources import ONTOLOGY
from kg.sparql.formats import RDF_FORMATS
from tests.conftest import Run

GRAPHS = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}
DATASETS = {"trig": "trig", "nquads": "nquads", "jsonld": "json-ld"}


def dump(dataset: kg.Dataset, name: str, **options: bool) -> bytes:
    buffer = io.BytesIO()
    dataset.dump(buffer, name, **options)
    return buffer.getvalue()


def quads(dataset: kg.Dataset) -> list[ox.Quad]:
    return list(ox.parse(dump(dataset, "nquads"), format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def reference(dataset: kg.Dataset) -> rdflib.Dataset:
    """The store's quads, each added to rdflib by hand."""
    made = rdflib.Dataset()
    for quad in quads(dataset):
        graph = made.default_graph
        if isinstance(quad.graph_name, ox.NamedNode):
            graph = made.graph(rdflib.URIRef(quad.graph_name.value))
        graph.add(tuple(map(term, quad.triple)))
    assert sum(len(graph) for graph in made.graphs()) == len(dataset)
    return made


def term(of: ox.NamedNode | ox.BlankNode | ox.Literal) -> rdflib.term.Node:
    if isinstance(of, ox.NamedNode):
        return rdflib.URIRef(of.value)
    if isinstance(of, ox.BlankNode):
        return rdflib.BNode(of.value)
    if of.language:
        return rdflib.Literal(of.value, lang=of.language)
    if of.datatype.value == str(rdflib.XSD.string):  # RDF 1.1: the same as a plain literal
        return rdflib.Literal(of.value)
    return rdflib.Literal(of.value, datatype=rdflib.URIRef(of.datatype.value), normalize=False)


@pytest.mark.slow
@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_format_holds_the_default_graph(
    name: str, dataset: kg.Dataset, reference: rdflib.Dataset
):
    parsed = rdflib.Graph().parse(data=dump(dataset, name), format=GRAPHS[name])
    assert isomorphic(parsed, reference.default_graph)


@pytest.mark.slow
@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_format_holds_every_graph(
    name: str, dataset: kg.Dataset, reference: rdflib.Dataset
):
    parsed = rdflib.Dataset()
    parsed.parse(data=dump(dataset, name), format=DATASETS[name])
    names = {str(g.identifier) for g in reference.graphs() if len(g)}
    assert {str(g.identifier) for g in parsed.graphs() if len(g)} == names
    for graph in reference.graphs():
        assert to_isomorphic(parsed.graph(graph.identifier)) == to_isomorphic(graph)


@pytest.mark.slow
@pytest.mark.parametrize("name", RDF_FORMATS)
def test_equal_builds_make_equal_bytes(name: str, dataset: kg.Dataset, tmp_path: Path):
    kg.build(path=tmp_path / "again")
    assert dump(kg.open(tmp_path / "again"), name) == dump(dataset, name)


def test_turtle_is_for_people(dataset: kg.Dataset):
    text = dump(dataset, "turtle").decode()
    assert "\nid:kim-jong-un a ent:Agent , ent:Leader , ent:Person ;\n" in text
    assert "<<" not in text
    subjects = [line.split()[0] for line in text.splitlines() if line.startswith("id:")]
    assert subjects == sorted(set(subjects))


def test_without_inferred_what_only_follows_is_left_out(dataset: kg.Dataset):
    curated = set(ox.parse(dump(dataset, "nquads", inferred=False), format=ox.RdfFormat.N_QUADS))
    whole = set(quads(dataset))
    assert curated < whole
    gone = {quad.triple for quad in whole - curated}
    assert any("metWith" in str(triple) for triple in gone)
    assert not any(
        "metWith" in str(quad) for quad in curated if "ontology>" not in str(quad.graph_name)
    )
    claims = {q.graph_name for q in whole if q.predicate.value.endswith("#participant")}
    assert {q.graph_name for q in curated} >= {g for g in claims if "inferred" not in str(g)}
    # A role is told; that whoever plays it took part is only inferred.
    holder = [q for q in curated if q.predicate.value.endswith("#holder")]
    assert holder
    assert not any(
        q.predicate.value.endswith("#participant") and q.subject == holder[0].subject
        for q in curated
    )


def test_the_ontology_can_be_added(dataset: kg.Dataset):
    with_it = rdflib.Graph().parse(data=dump(dataset, "turtle", ontology=True), format="turtle")
    classes = set(with_it.subjects(rdflib.RDF.type, rdflib.OWL.Class))
    assert rdflib.URIRef("https://w3id.org/entente/ontology#Meeting") in classes


def test_turtle_loads_in_owlready2_with_the_same_individuals(dataset: kg.Dataset, tmp_path: Path):
    turtle = rdflib.Graph().parse(data=dump(dataset, "turtle"), format="turtle")
    turtle.parse(ONTOLOGY / "entente.ttl")
    turtle.serialize(tmp_path / "whole.nt", format="nt", encoding="utf-8")
    world = owlready2.World()
    loaded = world.get_ontology((tmp_path / "whole.nt").as_uri()).load()
    events = {i.iri for i in world["https://w3id.org/entente/ontology#Event"].instances()}
    ours = {row["e"] for row in dataset.query("SELECT ?e { ?e a ent:Event }").to_dicts()}
    assert loaded and events == ours
    people = {i.iri for i in world["https://w3id.org/entente/ontology#Person"].instances()}
    assert people == {r["p"] for r in dataset.query("SELECT ?p { ?p a ent:Person }").to_dicts()}


def test_a_dump_is_written_whole_or_not_at_all(run: Run, tmp_path: Path):
    assert run("dump", "-o", tmp_path / "d.ttl").returncode == 0
    before = (tmp_path / "d.ttl").read_bytes()
    assert run("dump", "-o", tmp_path / "d.ttl", "-f", "nosuch").returncode == 2
    failed = run("dump", "-o", tmp_path / "missing" / "d.ttl")
    assert failed.returncode == 2
    assert failed.stderr.startswith("kg: ") and "cannot be written" in failed.stderr
    assert (tmp_path / "d.ttl").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["d.ttl"]


@pytest.mark.slow
def test_the_default_graph_can_have_a_name(run: Run, dataset: kg.Dataset):
    name = "https://example.org/default"
    done = run("dump", "-f", "nquads", "--default-graph", name)
    renamed = {*ox.parse(done.stdout, format=ox.RdfFormat.N_QUADS)}
    default = ox.DefaultGraph()
    assert all(quad.graph_name != default for quad in renamed)
    back = {
        ox.Quad(q[0], q[1], q[2], default) if q.graph_name == ox.NamedNode(name) else q
        for q in renamed
    }
    assert back == {*quads(dataset)}
    for arguments, said in (
        (("-f", "turtle", "--default-graph", name), "named graphs cannot be written as turtle"),
        (("-f", "trig", "--default-graph", "a b"), "a b"),
        (("--owl", "--default-graph", name), "give it alone"),
        (("--owl", "-f", "trig"), "an ontology cannot be written as trig"),
    ):
        refused = run("dump", *arguments)
        assert (refused.returncode, refused.stdout) == (2, "") and said in refused.stderr


def test_owl_is_one_graph_of_datatypes_that_owl_has(run: Run):
    graph = rdflib.Graph().parse(data=run("dump", "--owl").stdout, format="xml")
    ent = rdflib.Namespace("https://w3id.org/entente/ontology#")
    talks = rdflib.URIRef("https://w3id.org/entente/id/xi-kim-talks-2025")
    midnight = rdflib.Literal("2025-09-04T00:00:00", datatype=rdflib.XSD.dateTime)
    assert graph.value(talks, ent.earliest) == midnight
    assert graph.value(talks, ent.when) == rdflib.Literal("2025-09-04")
    assert (talks, rdflib.RDF.type, rdflib.OWL.NamedIndividual) in graph
    # OWL 2 Structural Specification, 4: no datatype is declared, so each is of the datatype map.
    declared = {*graph.subjects(rdflib.RDF.type, rdflib.RDFS.Datatype)}
    assert all(isinstance(each, rdflib.BNode) for each in declared)  # unions and the like
    used = {each.datatype for each in graph.objects() if isinstance(each, rdflib.Literal)}
    names = {"string", "integer", "decimal", "dateTime", "nonNegativeInteger", "boolean"}
    assert used <= {None, *(rdflib.XSD[name] for name in names)}
    ranges = {*graph.objects(None, rdflib.RDFS.range)}
    assert rdflib.XSD.date not in ranges and rdflib.XSD.dateTime in ranges


def test_that_the_ontology_is_there_in_any_case_is_said(run: Run):
    told = run("dump", "-f", "trig", "--ontology")
    assert told.returncode == 0 and "--ontology adds none" in told.stderr
    assert told.stdout == run("dump", "-f", "trig").stdout
    assert run("dump", "--ontology").stderr == ""

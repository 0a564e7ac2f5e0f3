"""With the alignments, an RDFS reasoner finds our data in the words of other vocabularies."""

from __future__ import annotations

import owlrl
import pytest
from rdflib import RDF, Graph, Namespace

import kg
from kg.resources import ONTOLOGY
from tests.conftest import text_of

SCHEMA = Namespace("https://schema.org/")
PROV = Namespace("http://www.w3.org/ns/prov#")
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
ENT = Namespace("https://w3id.org/entente/ontology#")


@pytest.mark.slow
def test_rdfs_makes_people_countries_and_events_of_other_vocabularies(dataset: kg.Dataset):
    graph = Graph().parse(data=text_of(dataset.dump, "turtle"), format="turtle")
    for name in ("entente.ttl", "alignments.ttl"):
        graph.parse(ONTOLOGY / name)
    people, states, events = (
        set(graph.subjects(RDF.type, ENT[name])) for name in ("Person", "State", "Event")
    )
    assert min(map(len, (people, states, events))) > 5
    assert not set(graph.subjects(RDF.type, SCHEMA.Person))
    owlrl.DeductiveClosure(owlrl.RDFS_Semantics).expand(graph)
    assert set(graph.subjects(RDF.type, SCHEMA.Person)) == people
    assert set(graph.subjects(RDF.type, SCHEMA.Country)) >= states
    assert set(graph.subjects(RDF.type, PROV.Agent)) >= people | states
    assert set(graph.subjects(RDF.type, SEM.Event)) >= events

"""The ontology: hygiene, and nothing in it that nobody uses."""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.resources import ONTOLOGY, QUERIES
from kg.vocabulary.context import context
from kg.vocabulary.ontology import ent, ontology, ontology_graph, ontology_triples, rows
from tests.conftest import TESTS

HYGIENE = sorted((TESTS / "hygiene").glob("*.rq"))
VOCABULARY = [
    "Agent",
    "Person",
    "Leader",
    "State",
    "Organisation",
    "Place",
    "Event",
    "Gathering",
    "Meeting",
    "Ceremony",
    "Visit",
    "Sanction",
    "Supply",
    "Conflict",
    "WeaponsTest",
    "Repression",
    "Statement",
    "Tenure",
    "Claim",
    "Article",
    "Passage",
    "participant",
    "host",
    "visitor",
    "issuer",
    "target",
    "backer",
    "supplier",
    "recipient",
    "belligerent",
    "holder",
    "speaker",
    "perpetrator",
    "victim",
    "place",
    "earliest",
    "latest",
    "when",
    "subEventOf",
    "reason",
    "item",
    "quantity",
    "topic",
    "leaderOf",
    "ledBy",
    "metWith",
    "childOf",
    "parentOf",
    "grandchildOf",
    "grandparentOf",
    "relativeOf",
    "status",
    "gist",
    "about",
    "paragraph",
    "sha256",
    "Reported",
    "Attributed",
    "Planned",
    "Denied",
    "verbatim",
]


def test_there_are_hygiene_queries():
    assert len(HYGIENE) >= 9


@pytest.mark.parametrize("path", HYGIENE, ids=lambda p: p.stem)
def test_no_row_violates(path: Path):
    assert list(rows(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", HYGIENE, ids=lambda p: p.stem)
def test_each_hygiene_query_catches_what_it_is_for(path: Path):
    """A broken copy of the ontology, in which every query finds something."""
    broken = ox.Store()
    broken.extend(ox.Quad(s, p, o) for s, p, o in ontology_triples())
    broken.load(path=TESTS / "hygiene" / "broken.ttl", format=ox.RdfFormat.TURTLE)
    found = broken.query(path.read_text(encoding="utf-8"), prefixes=dict(context().prefixes))
    assert list(found)


def test_the_names_that_others_rely_on_are_declared():
    assert [name for name in VOCABULARY if not getattr(ent, name, None)] == []


def test_every_term_is_used_by_a_fact_a_shape_a_query_or_an_alignment(
    dataset: kg.Dataset, small: kg.Dataset
):
    used = {
        t.value
        for q in chain(dataset.store, small.store)
        for t in q.triple
        if isinstance(t, ox.NamedNode)
        if "entente/ontology" not in str(q.graph_name)
    }
    for path in [*QUERIES.glob("*.rq"), *ONTOLOGY.glob("*.ttl")]:
        if path.name != "entente.ttl":
            used |= {context().expand(n) for n in re.findall(r"ent:\w+", path.read_text("utf-8"))}
    # Aids to axioms, which are used by the axioms.
    used |= {link for (link,) in rows("SELECT ?p { [] owl:onProperty ?p ; owl:hasSelf true }")}
    ours = {t for t in ontology().declared if t.startswith(context().prefixes["ent"])}
    assert ours - used == set()


def test_context_and_ontology_know_the_same_properties():
    for key, term in context().terms.items():
        assert term.iri in ontology().declared or term.iri.startswith(context().prefixes["rdfs"]), (
            key
        )


def test_the_context_is_json_ld(tmp_path: Path):
    from pyld import jsonld

    document = json.loads((ONTOLOGY / "context.jsonld").read_text())
    expanded = jsonld.expand({**document, "key": "x", "type": "Meeting", "label": "X"})
    assert expanded[0]["@type"] == [ent.Meeting]
    assert expanded[0]["@id"] == "https://w3id.org/entente/id/x"


def test_the_version_of_the_ontology_is_that_of_the_package():
    from importlib.metadata import version

    [(told,)] = rows("SELECT ?v { ?o a owl:Ontology ; owl:versionInfo ?v }")
    assert told == version("entente-kg")


def test_the_ontology_parses_in_rdflib():
    import rdflib

    assert len(rdflib.Graph().parse(ONTOLOGY / "entente.ttl")) == len(ontology_graph())

"""The shapes: they cover the ontology and agree with it, and their verdict is that of pySHACL."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from kg.validation.shacl.graph import SHAPES
from kg.validation.shacl.results import results
from kg.validation.shacl.shapes import Shapes
from kg.vocabulary.context import context
from kg.vocabulary.ontology import ontology
from tests.support import shacl


@pytest.fixture(scope="module")
def graph() -> ox.Store:
    store = ox.Store()
    store.load(path=SHAPES)
    return store


def asked(graph: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = graph.query(query, prefixes=dict(context().prefixes))
    return [tuple(term.value for term in solution) for solution in solutions]


@pytest.mark.slow
def test_every_result_is_one_of_pyshacls_and_the_reverse():
    assert len(shacl.FIXTURES) >= 300
    store = shacl.everything()
    ours = set()
    for result in results(store, Shapes()):
        shape = result.constraint.shape
        simple = shape.path if shape.is_single else ""
        value = "" if result.value is None else str(result.value)
        rest = (shape.iri.value, result.constraint.component, shape.severity)
        ours.add((str(result.focus), simple, value, *rest))
    theirs = shacl.pyshacl_verdicts(store)
    assert len(theirs) > 200
    assert ours - theirs == set()
    assert theirs - ours == set()


def test_every_class_has_one_shape(graph: ox.Store):
    targets = [
        cls for (cls,) in asked(graph, "SELECT ?c { ?s a sh:NodeShape ; sh:targetClass ?c }")
    ]
    assert len(targets) == len(set(targets))
    assert set(targets) == set(ontology().superclasses)


def test_every_property_has_the_domain_of_the_ontology(graph: ox.Store):
    found: dict[str, set[str]] = {}
    query = """SELECT ?p ?c { ?s sh:targetSubjectsOf ?p .
               { ?s sh:class ?c } UNION { ?s sh:or/rdf:rest*/rdf:first/sh:class ?c } }"""
    for prop, cls in asked(graph, query):
        found.setdefault(prop, set()).add(cls)
    keys = context().keys
    assert found == {p: set(c) for p, c in ontology().domains.items() if p in keys}


def test_no_range_of_the_shapes_contradicts_the_ontology(graph: ox.Store):
    query = """SELECT ?p ?c { ?s sh:path ?p FILTER isIRI(?p)
               { ?s sh:class ?c } UNION { ?s sh:or/rdf:rest*/rdf:first/sh:class ?c } }"""
    rows = asked(graph, query)
    assert len(rows) > 20
    for prop, cls in rows:
        allowed = ontology().ranges.get(prop) or set().union(
            *(classes for (_, p), classes in ontology().only.items() if p == prop)
        )
        if not allowed:
            continue  # the ontology leaves it open
        assert ontology().is_a(cls, frozenset(allowed)), (prop, cls)


def test_every_shape_has_a_message_in_plain_words(graph: ox.Store):
    query = "SELECT ?s { ?s sh:property|sh:path ?x FILTER NOT EXISTS { ?s sh:message ?m } FILTER NOT EXISTS { ?s sh:sparql/sh:message ?m } FILTER NOT EXISTS { ?s sh:property ?p } }"
    assert asked(graph, query) == []
    for (message,) in asked(graph, "SELECT ?m { ?s sh:message ?m }"):
        assert message.endswith(".") and "sh:" not in message


def test_every_property_shape_is_named_by_a_failing_fixture(graph: ox.Store):
    """The heads of the fixtures are what is found in them: ``test_validation`` holds them to it."""
    query = "SELECT ?s { { ?s a sh:PropertyShape } UNION { [] sh:property ?s } }"
    shapes = {iri.rpartition("#")[2] for (iri,) in asked(graph, query)}
    failing = [p for folder in shacl.FOLDERS if folder.name == "invalid" for p in folder.iterdir()]
    heads = [
        line for p in failing for line in p.read_bytes().decode("utf-8", "replace").splitlines()
    ]
    told = {found[1] for head in heads if (found := re.match(r"# \d+:\d+: .*\[([\w-]+)\]$", head))}
    assert len(shapes) > 120
    assert shapes - told == set()

"""The IRIs of ours: what is made can be read back, and nothing is taken for another."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.vocabulary import iris
from kg.vocabulary.context import context

keys = st.from_regex(iris.KEY_PATTERN, fullmatch=True)
claims = keys.map(iris.individual)


@given(keys)
def test_a_key_is_read_back_from_its_iri(key: str):
    assert iris.key(iris.individual(key)) == key
    assert iris.is_individual(iris.individual(key))


@pytest.mark.slow
@given(st.frozensets(claims, max_size=4), st.frozensets(claims, max_size=4))
def test_an_inference_is_called_after_its_claims_in_whatever_order(
    some: frozenset[ox.NamedNode], others: frozenset[ox.NamedNode]
):
    assert iris.is_inference(iris.inference(some))
    assert (iris.inference(some) == iris.inference(others)) == (some == others)
    assert not any(map(iris.is_inference, some))
    if len(some) < 2:
        assert iris.basis(iris.inference(some)) == some


@given(keys, st.integers(0, 999), keys, keys)
def test_parts_and_passages_are_no_keys(article: str, start: int, prop: str, content: str):
    passage = iris.passage(article, str(start), str(start + 1))
    part = iris.part(article, prop, content)
    assert len({article, passage, part, f"{article}.inferred"}) == 4
    assert not any(map(iris.KEY_PATTERN.fullmatch, (passage, part)))
    assert iris.part(article, prop, content) == part


def test_compact_iris_are_expanded_and_others_left_alone():
    assert iris.individual("wd:Q15031").value == "http://www.wikidata.org/entity/Q15031"
    assert iris.individual("https://example.org/a").value == "https://example.org/a"
    assert iris.key(iris.individual("https://example.org/a")) == "https://example.org/a"
    assert not iris.is_individual(iris.individual("wd:Q15031"))
    with pytest.raises(ValueError, match="IRI"):
        iris.individual("two words")


def test_the_namespaces_are_those_of_the_context():
    assert context().prefixes["id"] == iris.ID
    assert context().prefixes["ent"] == iris.ONTOLOGY_IRI + "#"


def test_all_individuals_of_a_store_are_of_one_of_these_forms(dataset: kg.Dataset):
    form = iris.KEY_PATTERN.pattern
    known = re.compile(
        rf"{form}|reference|({form})\.\d+-\d+(\.selector-[0-9a-f]{{12}})?"
        rf"|({form})\.[a-z]+-[0-9a-f]{{12}}|({form})\.inferred"
    )
    named = {term for quad in dataset.store for term in (*quad.triple, quad.graph_name)}
    found = [iris.key(term) for term in named if iris.is_individual(term)]
    assert len(found) > 300
    assert [key for key in found if not known.fullmatch(key)] == []

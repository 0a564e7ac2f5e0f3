"""Dumps of made-up datasets: what is read back is what was written, and equal data equal bytes."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.sparql.formats import RDF_FORMATS
from kg.sparql.presentation.dump import dump
from kg.vocabulary.context import named

DATASETS = [name for name, kind in RDF_FORMATS.items() if kind.supports_datasets]
GRAPHS = [name for name in RDF_FORMATS if name not in DATASETS]

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]), max_size=12)
nodes = st.sampled_from(["a", "b", "zoë", "a.b", "-", "1"]).map("https://example.org/{}".format)
iris = nodes.map(ox.NamedNode)
literals = st.one_of(
    (texts | st.sampled_from(["\n", '"""', "\\", "'", "\t\r", ""])).map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), texts, st.sampled_from(["en", "en-gb"])
    ),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=named(kind)),
        st.sampled_from(["2025-09-03", "2025-12-2X", "1.10", "maybe", "-0", "007"]),
        st.sampled_from(["xsd:date", "edtf:EDTF", "xsd:decimal", "xsd:boolean", "xsd:integer"]),
    ),
)
quads = st.builds(ox.Quad, iris, iris, iris | literals, iris | st.just(ox.DefaultGraph()))
data = st.lists(quads, min_size=1, max_size=8)


def dumped(statements: list[ox.Quad], name: str) -> bytes:
    output = io.BytesIO()
    dump(statements, output, name)
    return output.getvalue()


@pytest.mark.parametrize("name", DATASETS)
@given(statements=data)
def test_a_dataset_is_read_back_as_it_was(name: str, statements: list[ox.Quad]):
    written = dumped(statements, name)
    held = ox.Store()  # which changes some literals, as the documentation says
    held.extend(statements)
    again = ox.Store()
    again.load(written, RDF_FORMATS[name])
    assert set(again) == set(held)


@pytest.mark.parametrize("name", DATASETS)
@given(statements=data, order=st.randoms(use_true_random=False))
def test_the_order_of_what_is_told_changes_no_byte(
    name: str, statements: list[ox.Quad], order: Random
):
    shuffled = order.sample(statements, len(statements))
    assert dumped(statements, name) == dumped(shuffled, name)


@pytest.mark.parametrize("name", [name for name in GRAPHS if name != "rdfxml"])
@given(statements=data)
def test_a_graph_is_the_default_graph(name: str, statements: list[ox.Quad]):
    again = ox.Store()
    again.load(dumped(statements, name), RDF_FORMATS[name])
    held = ox.Store()
    held.extend(ox.Quad(*q.triple) for q in statements if q.graph_name == ox.DefaultGraph())
    assert set(again) == set(held)


@given(statements=data)
def test_a_dump_is_opened_with_the_quads_that_it_was_made_of(statements: list[ox.Quad]):
    named_graph = ox.Quad(*statements[0].triple, ox.NamedNode("https://example.org/claim"))
    with TemporaryDirectory() as folder:
        path = Path(folder, "dump.trig")
        dump([*statements, named_graph], path, "trig")
        held = ox.Store()
        held.extend([*statements, named_graph])
        assert set(kg.open_rdf(path).store) == set(held)

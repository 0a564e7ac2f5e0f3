"""Terms are named by words that exist: by attribute, by compact IRI, in SPARQL and in shapes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import namespace

import kg
from kg.resources import ONTOLOGY, QUERIES
from kg.vocabulary.context import context, declared, named
from kg.vocabulary.ontology import ent

PACKAGE = Path(kg.__file__).parent
# Vocabularies whose terms rdflib lists.
LISTED = {
    "rdf": namespace.RDF, "rdfs": namespace.RDFS, "owl": namespace.OWL, "xsd": namespace.XSD,
    "sh": namespace.SH, "skos": namespace.SKOS, "prov": namespace.PROV, "foaf": namespace.FOAF,
    "dcterms": namespace.DCTERMS, "org": namespace.ORG, "void": namespace.VOID, "schema": namespace.SDO,
}  # fmt: skip
PREFIXED = re.compile(r"(?<![\w:/#“$?{.-])(\w+):([A-Za-z]\w*)(?![\w:]|//)")


@pytest.mark.parametrize("name", ["statsu", "Meating", "Claims", "reported", "__wrapped__"])
def test_a_term_that_is_not_declared_is_an_error_however_it_is_named(name: str):
    with pytest.raises(AttributeError, match=f"declares no ent:{name}"):
        getattr(ent, name)
    with pytest.raises(AttributeError, match=f"declares no ent:{name}"):
        named(f"ent:{name}")


def test_the_nearest_term_is_suggested():
    with pytest.raises(AttributeError, match="did you mean “ent:status”"):
        named("ent:statsu")
    with pytest.raises(AttributeError, match="did you mean “prov:wasQuotedFrom”"):
        named("prov:wasQuotedForm")


@pytest.mark.parametrize(
    "name",
    ["oa:begin", "schema:datePublishd", "skos:Concpet", "edtf:Date", "ont:Meeting", "Meeting"],
)
def test_so_are_terms_of_other_vocabularies_and_prefixes_that_are_not_there(name: str):
    with pytest.raises(AttributeError, match=f"declares no {name}"):
        named(name)


def test_terms_that_exist_are_named_in_both_ways():
    for iri in declared():
        prefix, _, local = context().compact(iri).partition(":")
        if prefix in context().prefixes:
            assert named(f"{prefix}:{local}").value == iri
        if prefix == "ent":
            assert getattr(ent, local) == iri


def names(text: str) -> Iterator[str]:
    for prefix, local in PREFIXED.findall(text):
        if prefix in context().prefixes or prefix in LISTED:
            yield f"{prefix}:{local}"


def is_known(name: str) -> bool:
    prefix, _, local = name.partition(":")
    if prefix in ("id", "wd", "sem") or name == "oa:SpecificResource":
        return True
    if prefix in LISTED and local in LISTED[prefix]:
        return True
    return context().expand(name) in declared()


def texts(path: Path) -> Iterator[str]:
    """The strings of a module but for those that document it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


@pytest.mark.slow
def test_the_strings_of_the_code_name_no_term_that_does_not_exist():
    found = {
        (str(path.relative_to(PACKAGE)), name)
        for path in PACKAGE.rglob("*.py")
        for text in texts(path)
        for name in names(text)
        if not name.startswith(("id:", "void:"))
    }
    assert len(found) > 100
    assert [named(name) for _, name in found]  # raises nothing
    assert {each for each in found if not is_known(each[1])} == set()


@pytest.mark.parametrize(
    "path", [*sorted(QUERIES.glob("*.rq")), *sorted(ONTOLOGY.glob("*.ttl"))], ids=lambda p: p.name
)
def test_neither_do_queries_and_shapes(path: Path):
    found = set(names(re.sub(r'"[^"\n]*"', "", path.read_text(encoding="utf-8"))))
    assert found
    assert {name for name in found if not is_known(name)} == set()


def test_templates_name_none_either():
    for path in PACKAGE.rglob("*.html"):
        assert [name for name in names(path.read_text("utf-8")) if not is_known(name)] == []

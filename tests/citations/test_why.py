"""Why: claims for and against, derivations, and how many sources there are."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.citations.derivations import Derivations
from kg.citations.why import Explainer
from kg.claims.supports import Supports
from kg.errors import QueryError
from kg.store import in_memory
from kg.vocabulary.iris import is_inference
from tests.conftest import TESTS, Run


def test_an_inferred_triple_is_derived_from_what_is_told(small: kg.Dataset):
    why = small.why("Ilsa Varga", "metWith", "King Otto")
    assert {claim.key for claim in why.pro} == {"lp-talks", "lp-next-meeting"}
    assert why.contra == []  # the summit of three that was not held says nothing of the two
    (triple, step), *_ = why.inferred
    assert triple.predicate.value.endswith("metWith")
    assert step.axiom.startswith("ent:metWith owl:propertyChainAxiom")
    premises = {str(premise.predicate).rpartition("#")[2] for premise, _ in step.premises}
    assert premises == {"participant>", "type>"}
    assert why.sources == ["lakeside-post-talks"]


def test_a_derivation_goes_down_to_what_is_told(dataset: kg.Dataset):
    why = dataset.why("Xi Jinping", "a", "ent:Leader")
    axioms = [step.axiom for _, step in why.inferred]
    assert "owl:equivalentClass" in axioms[0]
    assert any("propertyChainAxiom" in axiom for axiom in axioms)
    told = {g.inference for _, step in why.inferred for _, g in step.premises}
    assert None in told


def test_an_event_has_claims_for_and_against(small: kg.Dataset):
    why = small.why("Summit of Varga, Otto and Lindqvist")
    assert (why.pro, [claim.key for claim in why.contra]) == ([], ["lp-no-summit"])
    assert why.sources == []
    talks = small.why("strelsau-talks-2031")
    assert [claim.key for claim in talks.pro] == ["lp-talks"]


def test_claims_are_in_order_of_date_and_articles_are_counted(dataset: kg.Dataset):
    why = dataset.why("Kim Jong Un")
    dates = [claim.passages[0].article.published for claim in why.claims]
    assert dates == sorted(dates)
    assert why.sources == ["ft-outcast-to-ally", "ft-xi-kim-talks"]
    assert len(why.claims) > len(why.sources)
    assert why.reference


def test_a_triple_of_reference_data_needs_no_claim(dataset: kg.Dataset):
    why = dataset.why("Beijing", "locatedIn", "China")
    assert why and why.reference and why.claims == ()


def test_a_description_rests_on_its_claim(dataset: kg.Dataset):
    why = dataset.why("xk-talks", "status", "ent:Reported")
    assert [claim.key for claim in why.claims] == ["xk-talks"]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (("nobody",), "nothing is called “nobody”"),
        (("kim-jong-un", "metWit", "xi-jinping"), "no property “metWit”; did you mean “metWith”?"),
        (("kim-jong-un", "metWith", "nobody at all"), "nothing is called “nobody at all”"),
    ],
)
def test_what_does_not_exist_is_refused(dataset: kg.Dataset, terms: tuple[str, ...], message: str):
    with pytest.raises(QueryError) as error:
        dataset.why(*terms)
    assert message in str(error.value)


def test_what_no_claim_tells_is_said_to_be_so():
    """What somebody put into a store is no claim, nor reference data, in whatever graph it lies."""
    put = "@prefix x: <http://x.example/> . x:a x:p x:b . x:graph { x:c x:p x:d }"
    explainer = Explainer(in_memory(ox.parse(put, ox.RdfFormat.TRIG)))
    prop = explainer.predicate("http://x.example/p")
    a, b, c, d = (ox.NamedNode(f"http://x.example/{name}") for name in "abcd")
    for why in (
        *map(explainer.entity, (a, b, c, d)),
        explainer.triple(a, prop, b),
        explainer.triple(c, prop, d),
    ):
        assert (bool(why), why.claims, why.reference, why.untold) == (True, (), False, True)
        assert "  something in the store says so that no claim tells" in why.lines()
    nothing = explainer.triple(b, prop, a)
    assert not nothing and "  nobody says anything of it" in nothing.lines()
    with pytest.raises(QueryError, match="no property “:p>”"):
        explainer.predicate(":p>")


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> kg.Dataset:
    """Two papers of one publisher, in which much is denied."""
    path = tmp_path_factory.mktemp("store") / "harbour"
    kg.build([TESTS / "verdicts"], path)
    return kg.open(path)


@pytest.mark.parametrize(
    ("name", "pro", "contra"),
    [
        ("lir", {"mines-claimed", "vale-speaks", "vale-accuses"}, {"mines-denied"}),
        ("ben", {"visit-reported", "dinner-held", "dinner-again", "renn-is-heir", "oster-child", "thorn-claimed"}, {"no-trio", "visit-denied", "not-his-son", "thorn-denied"}),
        ("trio", set(), {"no-trio"}),
        # What rests on the word of somebody is theirs, whichever property says so.
        ("cyr", {"vale-speaks", "vale-accuses", "renn-child", "vale-parent", "vale-child"}, {"no-trio"}),
        ("guild", {"mines-claimed"}, {"visit-denied"}),
    ],
)  # fmt: skip
def test_both_sides_are_shown_with_whoever_takes_part(
    harbour: kg.Dataset, name: str, pro: set[str], contra: set[str]
):
    why = harbour.why(name)
    assert {claim.key for claim in why.pro} == pro
    assert {claim.key for claim in why.contra} == contra
    assert [claim["status"] for claim in why.to_json()["against"]] == ["denied"] * len(contra)


def test_what_is_inferred_comes_down_to_what_is_told(harbour: kg.Dataset):
    """And never goes round in a circle: he is her relative, for she is his."""
    derivations = Derivations(Supports(harbour.store))
    seen = 0
    for quad in harbour.store:
        if isinstance(quad.graph_name, ox.NamedNode) and is_inference(quad.graph_name):
            seen += 1
            path = [(quad.triple, derivations.supports.of_graph(quad.graph_name))]
            while path[-1][1].inference:
                step = derivations.step(*path[-1])
                assert step, path
                path += [next((p for p in step.premises if p[1].inference), step.premises[0])]
                assert len(path) < 5, path
    assert seen > 50


def test_the_axiom_that_turns_a_property_is_named(harbour: kg.Dataset):
    axioms = {
        line.partition("by the axiom ")[2]
        for terms in (("cyr", "relativeOf", "ada"), ("cyr", "parentOf", "ada"))
        for line in harbour.why(*terms).lines()
    }
    assert axioms - {""} == {
        "ent:childOf rdfs:subPropertyOf [ owl:inverseOf ent:relativeOf ]",
        "ent:childOf owl:inverseOf ent:parentOf",
    }


def test_articles_count_that_suffice_alone(harbour: kg.Dataset):
    """Both papers say whose child she is; only the second says, by itself, whose grandchild."""
    child = harbour.why("ada", "childOf", "cyr")
    assert {claim.key for claim in child.pro} == {"renn-child", "vale-parent"}
    assert child.sources == ["hm-accord", "hm-tide"] and child.publishers == ["Harbour Mail"]
    assert "  not independent: of one publisher (Harbour Mail)" in child.lines()
    grandchild = harbour.why("ada", "grandchildOf", "dov")
    assert {claim.key for claim in grandchild.pro} == {"renn-child", "vale-parent", "vale-child"}
    assert grandchild.sources == ["hm-tide"]
    [row] = harbour.cite("SELECT ?x { ?x ent:childOf id:cyr }").citations  # type: ignore[union-attr]
    assert {p.article.key for claim in row.claims for p in claim.passages} == set(child.sources)


def test_premises_that_only_together_yield_something_are_no_source(tmp_path: Path):
    """One article says whose child she is, the other whose child that parent is."""
    for name in ("harbour", "tide"):
        text = (TESTS / "verdicts" / f"{name}.yaml").read_text(encoding="utf-8")
        head, *claims = text.split("  - key: vale-parent")
        kept = "".join("  - key: vale-child" + c.split("  - key: vale-child")[1] for c in claims)
        (tmp_path / f"{name}.yaml").write_text(head + kept, encoding="utf-8")
    kg.build([tmp_path / "harbour.yaml", tmp_path / "tide.yaml"], tmp_path / "store")
    apart = kg.open(tmp_path / "store")
    why = apart.why("ada", "grandchildOf", "dov")
    assert why and why.sources == [] and why.lines()
    for key in ("hm-accord", "hm-tide"):
        assert not apart.believing(article=key).query("ASK { id:ada ent:grandchildOf id:dov }")


def test_whoever_speaks_is_heard_with_what_rests_on_their_word(harbour: kg.Dataset):
    heard = harbour.believing(speaker="Cyr Vale")
    claims = heard.query("SELECT ?c { ?c a ent:Claim } ORDER BY ?c").to_dicts()
    assert [row["c"].rpartition("/")[2] for row in claims] == [
        "no-trio",
        "vale-accuses",
        "vale-speaks",
    ]
    assert heard.query("who-said-what-about-whom").to_dicts()


def test_a_step_rests_on_no_more_than_what_it_explains(dataset: kg.Dataset):
    """Each inferred triple has a step whose premises lie within its support."""
    supports, checked = Supports(dataset.store), 0
    derivations = Derivations(supports)
    for graph in filter(is_inference, dataset.store.named_graphs()):
        support = supports.of_graph(graph)
        for quad in dataset.store.quads_for_pattern(None, None, None, graph):
            step = derivations.step(quad.triple, support)
            assert step, quad
            assert all(premise.claims <= support.claims for _, premise in step.premises), quad
            checked += 1
    assert checked > 100


def test_no_inference_rests_on_more_than_it_needs(dataset: kg.Dataset):
    """Of the supports of an inferred triple, none holds another."""
    supports = Supports(dataset.store)
    found: dict[ox.Triple, list[frozenset[ox.NamedNode]]] = {}
    for graph in filter(is_inference, dataset.store.named_graphs()):
        for quad in dataset.store.quads_for_pattern(None, None, None, graph):
            found.setdefault(quad.triple, []).append(supports.of_graph(graph).claims)
    several = [each for each in found.values() if len(each) > 1]
    assert several
    for each in several:
        assert not any(one < other for one in each for other in each)


def test_the_command(run: Run):
    text = run("why", "kim-jong-un", "metWith", "xi-jinping").stdout
    assert "for:\n  2025-09-04  xk-talks (reported)" in text
    assert "inferred:" in text and text.endswith(
        "articles that suffice alone: 1 (ft-xi-kim-talks)\n"
    )
    whole = json.loads(run("why", "kim-jong-un", "metWith", "xi-jinping", "--json").stdout)
    assert whole["against"] == [] and whole["inferred"][0]["premises"]
    assert run("why", "kim-jong-un", "metWith", "kim-jong-un").returncode == 1
    assert run("why", "kim-jong-un", "metWith").returncode == 2

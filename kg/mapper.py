"""Claims to RDF: a pure generator of graphs, laid out as the vocabulary says.

* The default graph has reference data, the descriptions of claims, and the triples of reported
  claims.
* Each claim is a named graph with the claim's IRI, which has the triples of the claim.
* The label of an event is reference data; its class is part of each claim about it.
* A retracted claim has no triples of its own, only its retraction.

A planned claim ``c1`` with ``{key: talks, type: Meeting, label: Talks, place: sel}`` becomes::

    GRAPH id:c1 { id:talks a ent:Meeting ; ent:place id:sel }
    id:c1 a ent:Claim ; ent:status ent:Planned .  id:talks rdfs:label "Talks"@en
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import pyoxigraph as ox

from kg.facts.keywords import vocab
from kg.facts.model import CuratedClaim, Fact, Node, Property
from kg.facts.yaml import Scalar
from kg.vocabulary import dates
from kg.vocabulary.context import Term, context
from kg.vocabulary.iris import REFERENCE, individual
from kg.vocabulary.ontology import ent, ontology, ontology_graph
from kg.vocabulary.terms import LABEL, RDF_TYPE, Triple, terms


class Graph(NamedTuple):
    """Triples that belong together.

    ``name`` is the named graph they lie in, ``None`` for none; ``in_default`` tells whether
    they lie in the default graph.
    """

    name: ox.NamedNode | None
    in_default: bool
    triples: list[Triple]

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the triples in each graph that they lie in.

        Example: those of a reported claim lie in the graph of its name, and in the default graph.
        """
        for s, p, o in self.triples:
            if self.name:
                yield ox.Quad(s, p, o, self.name)
            if self.in_default:
                yield ox.Quad(s, p, o)


def graphs(facts: Iterable[Fact]) -> Iterator[Graph]:
    """Yield the graphs that entities and claims make, in their order.

    The class of an event is repeated in every claim about it. If a claim mentions an event before
    the event is introduced, the triple with its class comes in a graph of its own at the end.
    """
    waiting: list[tuple[CuratedClaim, Node]] = []
    for fact in facts:
        if isinstance(fact, Node):
            yield Graph(REFERENCE, True, [*_typed(fact), *_described(fact)])
            continue
        claim = individual(fact.description.key)
        yield Graph(None, True, list(_claim(fact.description)))
        labels = [t for node in fact.facts for t in _described(node, {"label"})]
        if labels:
            yield Graph(REFERENCE, True, labels)
        if is_retracted(fact):
            continue
        triples = [t for node in fact.facts for t in (*_told(node), *_typed_event(node))]
        yield Graph(claim, is_reported(fact), triples)
        waiting += [(fact, node) for node in fact.facts if not node.cls]
    for fact, node in waiting:
        yield Graph(individual(fact.description.key), is_reported(fact), list(_typed_event(node)))


def individuals() -> Graph:
    """Return what the ontology says of its own individuals, such as the statuses."""
    graph = ontology_graph()
    said = (graph.quads_for_pattern(_named(i), None, None) for i in sorted(ontology().individuals))
    return Graph(REFERENCE, True, [terms(quad) for quads in said for quad in quads])


def is_retracted(claim: CuratedClaim) -> bool:
    """Tell whether its curators took the claim back."""
    return bool(claim.description.text("retracted"))


def is_reported(claim: CuratedClaim) -> bool:
    """Tell whether the article says so in its own voice."""
    return vocab(claim.description.text("status")) == ent.Reported


@cache
def _named(value: str) -> ox.NamedNode:
    return ox.NamedNode(value)


def _claim(node: Node) -> Iterator[Triple]:
    """Describe a claim; of one that was taken back only that, and what it had been."""
    if node.text("retracted"):
        yield individual(node.key), RDF_TYPE, _named(ent.RetractedClaim)
        yield from _described(node, {"retracted", "gist"})
    else:
        yield from _typed(node)
        yield from _described(node)
    yield individual(node.key), LABEL, _literal("label", node.text("gist"))


def _told(node: Node) -> Iterator[Triple]:
    """What a claim says of a node; its name is said elsewhere."""
    subject = individual(node.key)
    for prop in node.properties:
        if prop.name != "label":
            yield from _values(subject, prop)
    yield from bounds(node)


def bounds(node: Node) -> Iterator[Triple]:
    """Yield the first and last day that a node's dates allow, where it does not tell them.

    Example: ``when: 2025-09`` makes ``ent:earliest`` 2025-09-01 and ``ent:latest`` 2025-09-30.
    """
    for prop in node.properties:
        for value in prop.values if prop.name == "when" else ():
            text = value.text if isinstance(value, Scalar) else ""
            for name, day in zip(("earliest", "latest"), dates.bounds(text), strict=True):
                if day and not node.text(name):
                    yield triple(individual(node.key), context().terms[name], day.isoformat())


def _typed_event(node: Node) -> Iterator[Triple]:
    """Say of which class an event is; of reference data that is said already."""
    if node.cls and ontology().is_a(node.cls, frozenset({ent.Event})):
        yield from _typed(node)


def _typed(node: Node) -> Iterator[Triple]:
    yield individual(node.key), RDF_TYPE, _named(node.cls)


def _described(node: Node, names: set[str] | None = None) -> Iterator[Triple]:
    """Yield the triples of a node's properties, of those with the names if any are given."""
    subject = individual(node.key)
    for prop in node.properties:
        if names is None or prop.name in names:
            yield from _values(subject, prop)


def _values(subject: ox.NamedNode, prop: Property) -> Iterator[Triple]:
    for value in prop.values:
        if isinstance(value, Scalar):
            yield triple(subject, prop.term, value.text)
        else:
            part = individual(value.key)
            yield subject, _named(prop.term.iri), part
            yield from _typed(value)
            yield from _described(value)
            yield part, LABEL, _literal("label", _part_label(value))


def triple(subject: ox.NamedNode, term: Term, text: str) -> Triple:
    """Return the triple that a property's text stands for, as its term says.

    Example: the text ``ina`` of ``host`` stands for ``id:ina``, that of ``label`` for a text in
    English.
    """
    if term.coercion == "@id":
        return subject, _named(term.iri), individual(text)
    if term.coercion == "@vocab":
        return subject, _named(term.iri), _named(vocab(text))
    if term.language:
        literal = ox.Literal(" ".join(text.split()), language=term.language)
    else:
        literal = ox.Literal(text, datatype=_named(term.coercion))
    return subject, _named(term.iri), literal


def _literal(key: str, text: str) -> ox.Literal:
    return ox.Literal(" ".join(text.split()), language=context().terms[key].language)


def _part_label(node: Node) -> str:
    """Name a part by what it says: “paragraph 3”, “characters 10–20”, “millions shells”."""
    if node.text("start"):
        return f"characters {node.text('start')}–{node.text('end')}"
    if node.text("paragraph"):
        source = node.text("source")
        return f"paragraph {node.text('paragraph')}" + (f" of {source}" if source else "")
    amount = node.text("verbatim") or node.text("minValue") or node.text("maxValue")
    return f"{amount} {node.text('unitText')}".strip()

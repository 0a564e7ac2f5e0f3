"""How an inferred triple follows: the axiom, and the premises that it was drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from kg.claims.supports import Support, Supports
from kg.entailment import axioms
from kg.entailment.rules import Rule, bound, rules
from kg.sparql.presentation.terms import shown
from kg.vocabulary.terms import RDF_TYPE

_OBJECT = ox.Variable("o")


class Step(NamedTuple):
    """One step: the axiom, as Turtle would write it, and its premises, each with its support."""

    axiom: str
    premises: tuple[tuple[ox.Triple, Support], ...]


class Derivations:
    """The derivations of the inferred triples of a store."""

    def __init__(self, supports: Supports) -> None:
        self.supports = supports
        self.step = lru_cache(maxsize=None)(self._step)
        self.steps = lru_cache(maxsize=None)(self._steps)
        self.axioms = lru_cache(maxsize=None)(self._axioms)

    def _step(self, triple: ox.Triple, support: Support) -> Step | None:
        """Return the last step of an inference on the claims of a support."""
        return self._by_rule(triple, support) or self._by_closure(triple, support)

    def _axioms(self, triple: ox.Triple, support: Support) -> frozenset[str]:
        """Return the axioms of a whole derivation, down to what is told."""
        found: set[str] = set()
        seen: set[ox.Triple] = set()
        waiting = [(triple, support)]
        while waiting:
            step = self.step(*waiting.pop())
            if step:
                found.add(step.axiom)
                waiting += [(t, g) for t, g in step.premises if g.inference and t not in seen]
                seen |= {t for t, _ in step.premises}
        return frozenset(found)

    def _by_rule(self, triple: ox.Triple, support: Support) -> Step | None:
        for rule in rules():
            _, prop, value = rule.conclusion
            if prop == triple.predicate and value in (_OBJECT, triple.object):
                steps = self.steps(rule, triple)
                if support.claims in steps:  # the usual case, whatever else leads there
                    return steps[support.claims]
                for claims, step in steps.items():
                    if claims <= support.claims:
                        return step
        return None

    def _steps(self, rule: Rule, triple: ox.Triple) -> dict[frozenset[ox.NamedNode], Step]:
        """Return the ways to the conclusion of a rule, by the claims that each rests on."""
        steps: dict[frozenset[ox.NamedNode], Step] = {}
        for row in self._premises(rule, triple):
            premises = [ox.Triple(*bound(pattern, row)) for pattern in rule.premises]
            supports = [self.supports.of_graph(row[f"g{i}"]) for i in range(len(premises))]
            claims = frozenset[ox.NamedNode]().union(*(g.claims for g in supports))
            steps.setdefault(claims, Step(rule.axiom, tuple(zip(premises, supports, strict=True))))
        return steps

    def _premises(self, rule: Rule, triple: ox.Triple) -> Iterator[ox.QuerySolution]:
        """Yield the ways to the conclusion of a rule, with the graph of each premise as ?g0 …"""
        graphs = " ".join(
            f"GRAPH ?g{i} {{ {s} {p} {o} }}" for i, (s, p, o) in enumerate(rule.premises)
        )
        given = f"VALUES (?s ?o) {{ ({triple.subject} {triple.object}) }}"
        found = self.supports.store.query(f"SELECT * {{ {given} {graphs} }}")
        assert isinstance(found, ox.QuerySolutions)
        yield from found

    def _by_closure(self, triple: ox.Triple, support: Support) -> Step | None:
        """Find one premise: what a claim tells, or else what follows by a rule.

        ``id:ina ent:relativeOf id:tam`` has the premise ``id:ina ent:childOf id:tam`` by a
        sub-property, and ``id:tam ent:relativeOf id:ina`` by symmetry, which leads back to the
        first. So only a premise that a claim has, or that follows by a rule, is taken.
        """
        steps = []
        for axiom, premise in _candidates(triple):
            for quad in self.supports.store.quads_for_pattern(
                premise.subject, premise.predicate, premise.object, None
            ):
                if not isinstance(quad.graph_name, ox.NamedNode):
                    continue
                below = self.supports.of_graph(quad.graph_name)
                if below.claims <= support.claims:
                    step = Step(axiom, ((premise, below),))
                    if not below.inference:
                        return step
                    if self._by_rule(premise, below):
                        steps.append(step)
        return steps[0] if steps else None


def _candidates(triple: ox.Triple) -> Iterator[tuple[str, ox.Triple]]:
    """Yield the axioms with one premise that entail a triple, with that premise."""
    s, p, o = triple
    if p == RDF_TYPE:
        for cls in axioms.subclasses(o):
            yield f"{shown(cls)} rdfs:subClassOf {shown(o)}", ox.Triple(s, p, cls)
        return
    for prop, turned in axioms.subproperties(p):
        if not turned:
            yield f"{shown(prop)} rdfs:subPropertyOf {shown(p)}", ox.Triple(s, prop, o)
        elif isinstance(o, ox.NamedNode):
            yield f"{shown(prop)} {_turned(prop, p)}", ox.Triple(o, prop, s)


def _turned(prop: ox.NamedNode, above: ox.NamedNode) -> str:
    """Return the axiom by which a property entails another, or itself, the other way round."""
    if prop == above:
        return "a owl:SymmetricProperty"
    if (prop, True) in axioms.superproperties(above):
        return f"owl:inverseOf {shown(above)}"
    return f"rdfs:subPropertyOf [ owl:inverseOf {shown(above)} ]"

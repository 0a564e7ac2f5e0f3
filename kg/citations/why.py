"""Why something is in the dataset, or is not: every claim for and against it, and how it follows.

For a triple, an event or any other entity. *For* are reported, attributed and planned claims,
*against* are denied ones, by date. For an entity these are the claims on its events, and those on
its word. Corroboration is the number of articles that suffice alone: three claims of one article
count as one, and two articles that only together entail something count as none. Two articles of
one publisher are two articles, but not two independent sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pyoxigraph as ox

from kg.citations.derivations import Derivations, Step
from kg.claims.sources import Article, Claim, Sources
from kg.claims.supports import Support, Supports, resting_on
from kg.errors import QueryError
from kg.sparql.presentation.terms import shown
from kg.vocabulary.context import context
from kg.vocabulary.iris import REFERENCE, is_inference
from kg.vocabulary.ontology import ontology
from kg.vocabulary.spelling import nearest
from kg.vocabulary.terms import RDF_TYPE

_MOST = 20
"""How many derivations of one triple are shown."""


@dataclass(frozen=True)
class Why:
    """The claims for and against something, and how it was inferred.

    ``articles`` are those that suffice alone. ``inferred`` are steps of derivations from the triple
    down to what is told; ``reference`` tells whether reference data says so, ``untold`` whether
    something in the store does that no claim tells.
    """

    subject: str
    claims: tuple[Claim, ...]
    articles: tuple[Article, ...]
    inferred: tuple[tuple[ox.Triple, Step], ...] = ()
    reference: bool = False
    truncated: bool = False
    untold: bool = False

    @property
    def pro(self) -> list[Claim]:
        """The claims for it."""
        return [claim for claim in self.claims if not claim.is_denial]

    @property
    def contra(self) -> list[Claim]:
        """The claims against it."""
        return [claim for claim in self.claims if claim.is_denial]

    @property
    def sources(self) -> list[str]:
        """The keys of the articles that suffice alone."""
        return [article.key for article in self.articles]

    @property
    def publishers(self) -> list[str]:
        """Who publishes these articles."""
        return sorted({article.publisher for article in self.articles} - {""})

    def __bool__(self) -> bool:
        return bool(self.claims or self.reference or self.untold)

    def lines(self) -> Iterator[str]:
        """Yield it for people."""
        yield self.subject
        if self.reference:
            yield "  reference data says so, without any claim"
        if self.untold:
            yield "  something in the store says so that no claim tells"
        if not self:
            yield "  nobody says anything of it"
        for title, claims in (("for", self.pro), ("against", self.contra)):
            if claims:
                yield f"{title}:"
            for claim in claims:
                yield from _told(claim)
        yield from self._inferences()
        count = len(self.sources)
        yield f"articles that suffice alone: {count}" + (
            f" ({', '.join(self.sources)})" if count else ""
        )
        if len(self.publishers) < count:
            yield f"  not independent: of one publisher ({', '.join(self.publishers)})"

    def _inferences(self) -> Iterator[str]:
        if self.inferred:
            yield "inferred:"
        for triple, step in self.inferred:
            yield f"  {_line(triple)}  by the axiom {step.axiom}"
            for premise, support in step.premises:
                keys = ", ".join(sorted(shown(claim) for claim in support.claims))
                yield f"    from {_line(premise)}  ({keys or 'reference data'})"
        if self.truncated:
            yield f"  … more derivations than {_MOST} are not shown"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "subject": self.subject,
            "for": [claim.to_json() for claim in self.pro],
            "against": [claim.to_json() for claim in self.contra],
            "inferred": [
                {
                    "triple": str(triple),
                    "axiom": step.axiom,
                    "premises": [
                        {"triple": str(p), "claims": sorted(c.value for c in g.claims)}
                        for p, g in step.premises
                    ],
                }
                for triple, step in self.inferred
            ],
            "reference": self.reference,
            "untold": self.untold,
            "sources": self.sources,
            "publishers": self.publishers,
        }


def _told(claim: Claim) -> Iterator[str]:
    published = claim.passages[0].article.published if claim.passages else ""
    yield f"  {published or 'undated'}  {claim.key} ({claim.standing}): {claim.gist}"
    for passage in claim.passages:
        yield f"    {passage.article}, {passage}"


def _sufficient(
    supports: Iterable[frozenset[ox.NamedNode]], claims: Iterable[Claim]
) -> tuple[Article, ...]:
    """Return the articles that have all claims of one of the supports, and none of them denied."""
    quoted = {c.iri: {p.article for p in c.passages} for c in claims if not c.is_denial}
    alone = (
        set.intersection(*(quoted.get(claim, set()) for claim in support))
        for support in supports
        if support
    )
    return tuple(sorted(set().union(*alone)))


def _line(triple: ox.Triple) -> str:
    return " ".join(map(shown, triple))


class Explainer:
    """Explains triples and entities of a whole store, whatever is believed."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.supports = Supports(store)
        self.derivations = Derivations(self.supports)
        self.sources = Sources(store)

    def triple(self, s: ox.NamedNode, p: ox.NamedNode, o: ox.NamedNode | ox.Literal) -> Why:
        """Explain a triple, in whatever graph it lies."""
        triple = ox.Triple(s, p, o)
        found = [
            support for support in self._supports(triple) if self.supports.stands(support, triple)
        ]
        claims = {claim for support in found for claim in support.claims}
        steps = list(self._steps(triple, [g for g in found if g.inference][:_MOST]))
        told = self._sorted(claims)
        return Why(
            _line(triple),
            told,
            _sufficient([support.claims for support in found], told),
            tuple(dict.fromkeys(steps)),
            any(not support.claims for support in found),
            sum(1 for g in found if g.inference) > _MOST,
            not found and any(True for _ in self.store.quads_for_pattern(s, p, o, None)),
        )

    def entity(self, iri: ox.NamedNode) -> Why:
        """Explain an entity or event: the claims that tell of it; or a claim: itself."""
        claims = {*self.supports.described(iri), *resting_on(self.store, iri)}
        about = self.store.quads_for_pattern(iri, None, None, None)
        naming = self.store.quads_for_pattern(None, None, iri, None)
        names = {quad.graph_name for quad in chain(about, naming)}
        for name in names:
            if isinstance(name, ox.NamedNode) and self.supports.tells(name):
                claims |= set() if is_inference(name) else self.supports.of_graph(name).claims
        known = ox.NamedNode(iri.value)
        reference = any(
            True for _ in self.store.quads_for_pattern(known, RDF_TYPE, None, REFERENCE)
        )
        subject = f"{self.sources.label(iri)} ({shown(iri)})"
        told = self._sorted(claims)
        alone = _sufficient([frozenset({claim}) for claim in claims], told)
        plain = {name for name in names if not self.supports.tells(name)}
        untold = bool(plain - {ox.DefaultGraph()}) or bool(plain and names == plain and not claims)
        return Why(subject, told, alone, reference=reference, untold=untold)

    def predicate(self, name: str) -> ox.NamedNode:
        """Return the property that a name such as ``metWith`` stands for."""
        term = context().terms.get(name)
        for iri in (
            term.iri if term else "",
            context().expand(name),
            context().expand(f"ent:{name}"),
        ):
            if iri in ontology().declared or self._is_used(iri):
                return ox.NamedNode(iri)
        if name == "a":
            return RDF_TYPE
        names = [context().compact(iri).partition(":")[2] for iri in ontology().declared]
        remedy = nearest(name, names) or "see the ontology"
        raise QueryError(f"the ontology has no property “{name}”; {remedy}")

    def _is_used(self, iri: str) -> bool:
        """Tell whether something in the store is said in a property, whatever ontology has it."""
        try:
            prop = ox.NamedNode(iri)
        except ValueError:
            return False
        return any(True for _ in self.store.quads_for_pattern(None, prop, None, None))

    def _supports(self, triple: ox.Triple) -> list[Support]:
        found = self.supports.of_triple(*triple, None)
        return sorted(
            found,
            key=lambda g: (g.inference is not None, len(g.claims), sorted(map(str, g.claims))),
        )

    def _steps(
        self, triple: ox.Triple, supports: list[Support]
    ) -> Iterator[tuple[ox.Triple, Step]]:
        """Yield the steps of the derivations on each support, the last step first."""
        waiting = [(triple, support) for support in supports]
        seen = set(waiting)
        while waiting:
            here, support = waiting.pop(0)
            if step := self.derivations.step(here, support):
                yield here, step
                below = [(t, g) for t, g in step.premises if g.inference and (t, g) not in seen]
                waiting += below
                seen.update(below)

    def _sorted(self, claims: set[ox.NamedNode]) -> tuple[Claim, ...]:
        return tuple(sorted(map(self.sources.claim, claims), key=lambda claim: claim.order))

"""What a page shows of one thing: what is said of it, with what each line rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.citations.citer import Citation
from kg.citations.footnotes import Footnotes
from kg.citations.why import Explainer
from kg.claims.sources import Claim
from kg.claims.supports import Supports
from kg.dataset import Dataset
from kg.endpoint.pages.site import href
from kg.entailment.axioms import superproperties
from kg.sparql.presentation.terms import shown
from kg.vocabulary.context import compact, named
from kg.vocabulary.iris import is_inference
from kg.vocabulary.ontology import ent, ontology, rows
from kg.vocabulary.terms import LABEL, RDF_TYPE, RdfTerm

MOST = 500
"""So many triples of a thing, and so many of those that mention it, are shown."""

_LABELS = "SELECT ?term ?label { ?term rdfs:label ?label }"
_MORE = "more claims tell so; the page of the thing names all"
_INFERRED = "inferred from the claims beside this letter"


class LinkedValue(NamedTuple):
    """One end of a triple: its text, where it leads (empty: nowhere), and its footnotes."""

    text: str
    href: str
    refs: list[int | str]


class Line(NamedTuple):
    """A property with its values; ``turned`` where the thing is the object."""

    text: str
    href: str
    turned: bool
    values: list[LinkedValue]


class Resource(NamedTuple):
    """What the default graph says of a thing, and the claims that tell of it, believed or not.

    ``told`` is what the named graph of its name holds, which a claim has.
    """

    iri: str
    label: str
    kinds: list[LinkedValue]
    lines: list[Line]
    mentions: list[Line]
    claims: list[Claim]
    told: list[list[LinkedValue]]
    truncated: bool


@cache
def labels() -> dict[str, str]:
    """Return what the terms of the ontology are called."""
    return {term: label for term, label in rows(_LABELS)}  # noqa: C416  mypy reads pairs


class Resources:
    """The things of a dataset, each to be shown on a page of its own.

    ``most`` is how many claims a footnote names of a triple; 0 is all.
    """

    def __init__(self, dataset: Dataset, footnotes: Footnotes, most: int = 0) -> None:
        self.footnotes, self._most = footnotes, most
        self.store = dataset.store
        self.supports = Supports(dataset.store, dataset.belief.takes)
        self.explainer = Explainer(dataset.store)
        self.sources = self.explainer.sources

    def has(self, iri: ox.NamedNode) -> bool:
        """Tell whether the dataset says anything of a thing, or in a named graph of its name."""
        subject = self.store.quads_for_pattern(iri, None, None, None)
        graph = self.store.quads_for_pattern(None, None, None, iri)
        return next(chain(subject, graph), None) is not None

    def description(self, iri: ox.NamedNode) -> list[ox.Quad]:
        """Return what RDF says of a thing: its triples, those that mention it, its own graph."""
        default = ox.DefaultGraph()
        found = chain(
            (ox.Quad(*triple) for triple in self.sources.description(iri)),
            self.store.quads_for_pattern(None, None, iri, default),
            self.store.quads_for_pattern(None, None, None, iri),
        )
        return list(dict.fromkeys(found))

    def resource(self, iri: ox.NamedNode) -> Resource:
        """Return what a page shows of a thing."""
        default = ox.DefaultGraph()
        about = list(islice(self.store.quads_for_pattern(iri, None, None, default), MOST + 1))
        within = list(islice(self.store.quads_for_pattern(None, None, iri, default), MOST + 1))
        said = [q for q in about if q.predicate not in (RDF_TYPE, LABEL)]
        return Resource(
            iri.value,
            self.sources.label(iri),
            self.kinds(iri),
            list(self._lines(said[:MOST], turned=False)),
            list(self._lines(within[:MOST], turned=True)),
            list(self.explainer.entity(iri).claims),
            [self._triple(q) for q in self.store.quads_for_pattern(None, None, None, iri)],
            len(about) > MOST or len(within) > MOST,
        )

    def kinds(self, iri: ox.NamedNode) -> list[LinkedValue]:
        """Return the narrowest classes of a thing, with their footnotes."""
        default = ox.DefaultGraph()
        told = list(self.store.quads_for_pattern(iri, RDF_TYPE, None, default))
        return sorted(self._values(_narrowest(told)), key=lambda value: value.text)

    def dates(self, iri: ox.NamedNode) -> list[LinkedValue]:
        """Return when something happened, in words, with footnotes."""
        default = ox.DefaultGraph()
        return self._values(self.store.quads_for_pattern(iri, named("ent:when"), None, default))

    def text(self, term: RdfTerm) -> str:
        """Return a term as people read it: a label, or a literal's text.

        Example: ``id:china`` is “China”.
        """
        if not isinstance(term, ox.NamedNode):
            return shown(term)
        if term.value in labels():
            return labels()[term.value]
        found = str(self.sources.label(term))
        return compact(term) if found == term.value else found

    def _values(self, quads: Iterable[ox.Quad]) -> list[LinkedValue]:
        return [self._value(quad.object, quad) for quad in quads]

    def _value(self, term: RdfTerm, quad: ox.Quad) -> LinkedValue:
        numbers, letters = self.footnotes.numbered(self._cited(quad))
        return self._plain(term)._replace(refs=[*numbers, *letters])

    def _plain(self, term: RdfTerm) -> LinkedValue:
        iri = term.value if isinstance(term, ox.NamedNode) else ""
        return LinkedValue(self.text(term), href(iri), [])

    def _triple(self, quad: ox.Quad) -> list[LinkedValue]:
        return [self._plain(term) for term in (quad.subject, quad.predicate, quad.object)]

    def _cited(self, quad: ox.Quad) -> Citation:
        """Cite a triple by all of its supports; say where each of them is an inference."""
        supports = self.supports.of_triple(quad.subject, quad.predicate, quad.object, None)
        claims = {claim for support in supports for claim in support.claims}
        told = sorted(map(self.sources.claim, claims), key=lambda claim: claim.order)
        inferred = bool(supports) and all(support.inference for support in supports)
        left = bool(self._most) and len(told) > self._most
        return Citation(
            tuple(told[: self._most or None]),
            reference=not claims,
            gaps=(_INFERRED,) * inferred + (_MORE,) * left,
        )

    def _lines(self, quads: Sequence[ox.Quad], *, turned: bool) -> Iterator[Line]:
        """Group triples by their property; leave out what a narrower property says already."""
        said = {_ends(quad) for quad in quads}
        implied = {
            (s, above, o)
            for s, p, o in said
            for above, inverse in superproperties(p)
            if not inverse
        }
        groups: defaultdict[ox.NamedNode, list[LinkedValue]] = defaultdict(list)
        for quad in quads:
            if _ends(quad) not in implied and not self._is_part(quad):
                value = self._value(quad.subject if turned else quad.object, quad)
                groups[quad.predicate].append(value)
        for prop in sorted(groups, key=self.text):
            values = sorted(groups[prop], key=lambda value: value.text)
            yield Line(self.text(prop), href(prop.value), turned, values)

    def _is_part(self, quad: ox.Quad) -> bool:
        """Tell whether a triple says of a claim or an inference what another section shows."""
        subject = quad.subject
        of_inference = isinstance(subject, ox.NamedNode) and is_inference(subject)
        return of_inference or quad.predicate.value == ent.about


def _ends(quad: ox.Quad) -> tuple[Any, ox.NamedNode, Any]:
    return quad.subject, quad.predicate, quad.object


def _narrowest(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Return the classes of a thing without those that another of them implies."""
    kinds = {str(quad.object.value) for quad in quads if isinstance(quad.object, ox.NamedNode)}
    above = ontology().superclasses
    wider = {cls for kind in kinds for cls in above.get(kind, frozenset()) if cls != kind}
    return [q for q in quads if getattr(q.object, "value", "") not in wider]

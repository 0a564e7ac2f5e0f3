"""The pages of lists: which classes there are, and the things of one, narrowed and sorted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from kg.claims.search import class_named
from kg.claims.sources import Claim
from kg.dataset import Dataset
from kg.endpoint.pages.contents import LinkedValue, Resources, labels
from kg.endpoint.pages.environment import page
from kg.endpoint.pages.members import FACETS, MOST, Member, Members, class_counts
from kg.endpoint.pages.paging import Paging
from kg.endpoint.pages.site import Site, href
from kg.errors import QueryError, RequestError
from kg.vocabulary.iris import individual, key
from kg.vocabulary.ontology import ent, ontology
from kg.vocabulary.ontology import name as short_name

SORTS = ("name", "date", "claims")
"""What lists are sorted by: the last two from the latest, or most, on."""

_FACETS = dict(zip(FACETS, ("kind", "state", "year", "status", "article"), strict=True))
CITED = 3
"""So many claims are named for each kind and date of a list; the page of a thing names all."""
_SHOWN = 12
"""So many values of a facet are shown at once."""


class ClassEntry(NamedTuple):
    """A class as the list of classes shows it, its subclasses below it."""

    name: str
    label: str
    number: int
    below: list[ClassEntry]


class FacetValue(NamedTuple):
    """A value of a facet: its text, how many things it leaves, where choosing it leads."""

    text: str
    number: int
    href: str


class Facet(NamedTuple):
    """A facet: what it is called, the values at once and those on demand; what is chosen."""

    title: str
    first: Sequence[FacetValue]
    more: Sequence[FacetValue]
    chosen: FacetValue | None


class Row(NamedTuple):
    """A thing of a list: kinds and dates with their footnotes, or, of a claim, where it is told."""

    thing: Member
    href: str
    kinds: list[LinkedValue]
    dates: list[LinkedValue]
    claim: Claim | None


def classes(dataset: Dataset, site: Site) -> str:
    """Return the page of the classes that can be browsed."""
    return page("classes", site, entries=entries(dataset))


def entries(dataset: Dataset) -> list[ClassEntry]:
    """Return the classes that have named things, narrower ones below wider ones."""
    counts = class_counts(dataset)
    above = {cls: ontology().superclasses.get(cls, frozenset()) - {cls} for cls in counts}
    tops = [ent.Agent, ent.Place, ent.Event, ent.Article, ent.Claim]
    return [_entry(top, counts, above) for top in tops if top in counts]


def _entry(cls: str, counts: Mapping[str, int], above: Mapping[str, Collection[str]]) -> ClassEntry:
    below = [c for c in counts if cls in above[c]]
    direct = [c for c in below if not any(other in above[c] for other in below)]
    found = [_entry(each, counts, above) for each in direct]
    name = short_name(cls)
    return ClassEntry(name, _label(cls), counts[cls], sorted(found, key=lambda e: -e.number))


def members(resources: Resources, dataset: Dataset, cls: str, site: Site) -> str:
    """Return the page of the things of a class. Raises ``RequestError`` and ``QueryError``."""
    index, values = Members.of(dataset, cls), chosen(dataset, site)
    found, paging = listed(index, values, site)
    return page(
        "members", site, name=short_name(cls), label=_label(cls), term=href(cls),
        total=len(index.members), paging=paging, footnotes=resources.footnotes,
        facets=[f for name in FACETS if (f := _facet(index, name, values, resources, site))],
        rows=[_row(resources, member, cls) for member in found],
        sorts=[(name, site.here(sort=name, page=""), name == _sort(site))
               for name in (SORTS if index.has_facets else SORTS[:1])],
        counted=index.has_facets, most=MOST,
    )  # fmt: skip


def triples(dataset: Dataset, cls: str, site: Site) -> Iterator[ox.Triple]:
    """Yield what is said of the things on a page of a list. Raises as ``members``."""
    found, _ = listed(Members.of(dataset, cls), chosen(dataset, site), site)
    for member in found:
        for quad in dataset.store.quads_for_pattern(member.iri, None, None, ox.DefaultGraph()):
            yield quad.triple


def listed(
    index: Members, values: Mapping[str, str], site: Site
) -> tuple[Sequence[Member], Paging]:
    """Return the things on the page of the list that the address asks for."""
    if not index.has_facets and (values or _sort(site) != SORTS[0]):
        raise RequestError(
            403, f"a list is by name, whole, where there are more than {MOST:,} claims; ask a query"
        )
    found = sorted(index.chosen(values), key=lambda member: (member.label.casefold(), member.iri))
    if (by := _sort(site)) == "date":
        found.sort(key=lambda member: (member.last or member.first, member.date), reverse=True)
    elif by == "claims":
        found.sort(key=lambda member: member.claims, reverse=True)
    paging = Paging.of(len(found), site)
    return paging.cut(found), paging


def class_of(name: str) -> str:
    """Return the class that an address names. Raises ``RequestError`` (404)."""
    try:
        return class_named(name)
    except QueryError as error:
        raise RequestError(404, str(error)) from error


def chosen(dataset: Dataset, site: Site) -> dict[str, str]:
    """Return the values that the address chooses, as ``Members`` has them.

    States and articles are given as keys or labels. Raises ``RequestError`` and ``QueryError``.
    """
    given = dict(site.given)
    found = {name: given[name] for name in FACETS if given.get(name)}
    if "year" in found and not (found["year"].isdigit() and len(found["year"]) == 4):
        raise RequestError(400, f"“year” has four digits, as 2025, not “{found['year']}”")
    for name, kind in (("state", ent.State), ("source", ent.Article)):
        if name in found:
            found[name] = dataset.names.of_kind(found[name], kind).value
    if "kind" in found:
        found["kind"] = _kind(dataset, found["kind"])
    return found


def _kind(dataset: Dataset, name: str) -> str:
    """Return the IRI of a class or of a kind of events."""
    if dataset.names.is_used(thing := individual(name)):
        return thing.value
    return class_named(name)


def _sort(site: Site) -> str:
    return dict(site.given).get("sort") or SORTS[0]


def _facet(
    index: Members, name: str, values: Mapping[str, str], resources: Resources, site: Site
) -> Facet | None:
    def value(iri: str, count: int, target: str) -> FacetValue:
        return FacetValue(_words(resources, iri), count, target)

    left = site.here(**{name: "", "page": ""})
    if name in values:
        return Facet(_FACETS[name], [], [], value(values[name], 0, left))
    found = [
        value(iri, count, site.here(**{name: _given(iri), "page": ""}))
        for iri, count in index.counts(name, values)
    ]
    return Facet(_FACETS[name], found[:_SHOWN], found[_SHOWN:], None) if found else None


def _given(value: str) -> str:
    """Return a value as an address has it: ``…/id/china`` is ``china``."""
    if ":" not in value:
        return value
    name = key(ox.NamedNode(value))
    return short_name(value) if name == value else name


def _words(resources: Resources, value: str) -> str:
    return resources.text(ox.NamedNode(value)) if ":" in value else value


def _row(resources: Resources, member: Member, cls: str) -> Row:
    target = href(member.iri.value)
    if cls in (ent.Claim, ent.RetractedClaim):
        return Row(member, target, [], [], resources.sources.claim(member.iri))
    kinds, dates = resources.kinds(member.iri), resources.dates(member.iri)
    return Row(member, target, list(map(_cited, kinds)), list(map(_cited, dates)), None)


def _cited(value: LinkedValue) -> LinkedValue:
    """Return a value without the footnote that reference data is all that there is."""
    return value if any(isinstance(ref, int) for ref in value.refs) else value._replace(refs=[])


def _label(cls: str) -> str:
    return labels().get(cls, short_name(cls))

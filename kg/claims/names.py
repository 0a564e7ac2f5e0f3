"""What people call things: keys, labels, other names and IRIs, and what each stands for."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import QueryError, QueryWarning
from kg.vocabulary.context import context, named
from kg.vocabulary.iris import REFERENCE, individual, key
from kg.vocabulary.terms import LABEL, OTHER_LABEL, RDF_TYPE

if TYPE_CHECKING:
    from kg.claims.search import Found, Name

_COUNTED = 200
"""So many statements about a thing are counted, to show first what is spoken of most."""
_SHOWN = 5


class Names:
    """The names of the entities and events of a store."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def entity(self, name: str, kind: str = "") -> ox.NamedNode:
        """Return the IRI of what a name stands for: a key, a label, a compact IRI or an IRI.

        Where nothing is called just so, the only one whose name has these words is taken, with a
        warning: “Putin” is Vladimir Putin. ``kind`` is the IRI of a class: only what is of it.
        Raises ``QueryError`` where nothing, or more than one thing, fits.
        """
        iri = _iri(name)
        if iri and self._exists(iri):
            return iri
        from kg.vocabulary.spelling import plain

        wanted = plain(name)
        exact = {n.iri for n in self._names() if wanted in (plain(n.text), plain(key(n.iri)))}
        if len(exact) > 1 and kind:
            exact = {iri for iri in exact if self._is_a(iri, ox.NamedNode(kind))} or exact
        if len(exact) == 1:
            return exact.pop()
        if exact:
            keys = ", ".join(sorted(map(key, exact)))
            raise QueryError(f"“{name}” is the name of several; give the key of one: {keys}")
        return self._only(name, kind)

    def of_kind(self, name: str, kind: str) -> ox.NamedNode:
        """Return what a name stands for, if it is of a class. Raises ``QueryError``."""
        found = self.entity(name, kind)
        if not self._is_a(found, ox.NamedNode(kind)):
            known = context().compact(kind).partition(":")[2].lower()
            raise QueryError(f"“{name}” is no {known}")
        return found

    def object(self, prop: ox.NamedNode, value: str) -> ox.NamedNode | ox.Literal:
        """Return the object of a triple: the text that the property has, or what is called so."""
        for quad in self._store.quads_for_pattern(None, prop, None, None):
            if isinstance(quad.object, ox.Literal) and quad.object.value == value:
                return quad.object
        return self.entity(value)

    def find(self, words: str, kind: str = "") -> list[Found]:
        """Return the things whose names match the words, best first.

        First exact names, then names that begin with the words, then names that have them, then
        similar names; among these agents and places first, events last; among equals what most
        claims mention. ``kim`` finds ``Kim Jong Un`` before ``Xi–Kim talks``. ``kind`` is the IRI
        of a class: only its members, and those of subclasses, are returned.
        """
        from kg.claims.search import ranked

        return ranked(words, self._names(), self, kind)

    def beginning(self, begun: str, kind: str = "") -> Iterator[tuple[str, str]]:
        """Yield the key and label of what has a key or a label that begins so, sorted.

        ``kind`` is the IRI of a class, as of ``find``.
        """
        from kg.claims.search import is_kind_of
        from kg.vocabulary.spelling import plain

        wanted = plain(begun)
        found = {
            n.iri: n.text
            for n in self._names()
            if n.is_label and (key(n.iri).startswith(begun) or plain(n.text).startswith(wanted))
        }
        classes = self.kinds(found) if kind else {}
        for thing in sorted(found, key=key):
            if not kind or is_kind_of(classes[thing], kind):
                yield key(thing), found[thing]

    def all(self) -> Iterator[Name]:
        """Yield every label of what has a key of its own, and every other name."""
        return self._names()

    def of_entities(self, kind: str = "") -> dict[str, str]:
        """Return the key of each entity by its label and by every other name; none of events.

        ``kind`` is the IRI of a class: only of its members.
        """
        names = [*self._names()]
        kinds = self.kinds({name.iri for name in names})
        event = context().expand("ent:Event")
        from kg.claims.search import is_kind_of

        labels = sorted(names, key=lambda name: (name.is_label, name.text))  # a label goes first
        return {
            n.text: key(n.iri)
            for n in labels
            if not is_kind_of(kinds[n.iri], event) and (not kind or is_kind_of(kinds[n.iri], kind))
        }

    def keys(self) -> Iterator[str]:
        """Yield the keys of what has a label, and of claims."""
        from kg.claims.sources import subjects

        yield from (key(name.iri) for name in self._names() if name.is_label)
        for claim in subjects(self._store, RDF_TYPE, named("ent:Claim")):
            yield key(claim)

    def is_used(self, iri: ox.NamedNode) -> bool:
        """Tell whether an IRI stands anywhere: in a triple, or as the name of a graph."""
        places = ((iri, None, None), (None, None, iri), (None, iri, None))
        return self._store.contains_named_graph(iri) or any(
            True for s, p, o in places for _ in self._store.quads_for_pattern(s, p, o, None)
        )

    def has_value(self, prop: ox.NamedNode, value: ox.Literal) -> bool:
        """Tell whether anything is told to have a value of a property."""
        return any(True for _ in self._store.quads_for_pattern(None, prop, value, None))

    def kinds(self, things: Collection[ox.NamedNode]) -> Mapping[ox.NamedNode, str]:
        """Return the IRI of the most specific class that each thing is told to be of."""
        from kg.claims.search import most_specific

        return {thing: most_specific(self._classes(thing)) for thing in things}

    def weights(self, things: Collection[ox.NamedNode]) -> Mapping[ox.NamedNode, int]:
        """Return how much is said of each thing, up to a bound."""
        return {thing: sum(1 for _ in islice(self._mentions(thing), _COUNTED)) for thing in things}

    def _only(self, name: str, kind: str) -> ox.NamedNode:
        from kg.vocabulary.spelling import has_words

        found = self.find(name, kind)
        part = [each for each in found if has_words(name, each.name)]
        part = [each for each in part if each.rank == part[0].rank]
        if len(part) == 1:
            only = part[0]
            warnings.warn(
                f"“{name}” is taken for {only.label} ({only.key})", QueryWarning, stacklevel=4
            )
            return only.iri
        if part:
            shown = ", ".join(f"“{each.label}” ({each.key})" for each in part[:_SHOWN])
            more = f" and {len(part) - _SHOWN} more" if len(part) > _SHOWN else ""
            raise QueryError(f"“{name}” may be several; give more of the name: {shown}{more}")
        remedy = f"did you mean “{found[0].name}”?" if found else "“kg find” looks for names"
        raise QueryError(f"nothing is called “{name}”; {remedy}")

    def _exists(self, iri: ox.NamedNode) -> bool:
        """Tell whether anything is said of an IRI, in any graph."""
        return next(self._store.quads_for_pattern(iri, None, None, None), None) is not None

    def _is_a(self, iri: ox.NamedNode, kind: ox.NamedNode) -> bool:
        """Tell whether a thing is of a class, in the default graph."""
        return ox.Quad(iri, RDF_TYPE, kind) in self._store

    def _names(self) -> Iterator[Name]:
        """Yield every label of what has a key of its own, and every other name."""
        from kg.claims.search import Name

        for predicate, graph in ((LABEL, REFERENCE), (OTHER_LABEL, None)):
            for quad in self._store.quads_for_pattern(None, predicate, None, graph):
                name, thing = quad.object, quad.subject
                if not isinstance(name, ox.Literal) or not isinstance(thing, ox.NamedNode):
                    continue
                if "." not in key(thing):
                    yield Name(name.value, thing, is_label=graph is not None)

    def _classes(self, thing: ox.NamedNode) -> set[str]:
        quads = self._store.quads_for_pattern(thing, RDF_TYPE, None, None)
        return {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}

    def _mentions(self, thing: ox.NamedNode) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(None, None, thing, None)


def _iri(text: str) -> ox.NamedNode | None:
    try:
        return individual(text)
    except ValueError:
        return None

"""What people call things: keys, labels and IRIs, and what each stands for in a store."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.errors import QueryError
from kg.sparql.results import shown
from kg.vocabulary.context import context
from kg.vocabulary.iris import REFERENCE, individual
from kg.vocabulary.spelling import nearest
from kg.vocabulary.terms import LABEL, RDF_TYPE


class Names:
    """The names of the entities and events of a store."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def entity(self, name: str) -> ox.NamedNode:
        """Return the IRI of what a name stands for: a key, a label, a compact IRI or an IRI.

        Raises ``QueryError`` where nothing, or more than one thing, is called so.
        """
        iri = _iri(name)
        if iri and self._exists(iri):
            return iri
        found = self._labelled(name)
        if len(found) == 1:
            return found[0]
        if found:
            keys = ", ".join(shown(iri) for iri in found)
            raise QueryError(f"“{name}” is the name of several: {keys}")
        labels = {label for label, _ in self._names()}
        part = sorted(label for label in labels if name.casefold() in label.casefold())[:5]
        remedy = nearest(name, labels) or (
            f"did you mean one of {', '.join(part)}?" if part else "names are keys or labels"
        )
        raise QueryError(f"nothing is called “{name}”; {remedy}")

    def of_kind(self, name: str, kind: str) -> ox.NamedNode:
        """Return what a name stands for, if it is of a class. Raises ``QueryError``."""
        found = self.entity(name)
        if not self._is_a(found, ox.NamedNode(kind)):
            known = context().compact(kind).partition(":")[2].lower()
            raise QueryError(f"“{name}” is no {known}")
        return found

    def _exists(self, iri: ox.NamedNode) -> bool:
        """Tell whether anything is said of an IRI, in any graph."""
        return next(self._store.quads_for_pattern(iri, None, None, None), None) is not None

    def _is_a(self, iri: ox.NamedNode, kind: ox.NamedNode) -> bool:
        """Tell whether a thing is of a class, in the default graph."""
        return ox.Quad(iri, RDF_TYPE, kind) in self._store

    def _labelled(self, name: str) -> list[ox.NamedNode]:
        wanted = name.casefold()
        return [iri for label, iri in self._names() if label.casefold() == wanted]

    def _names(self) -> Iterator[tuple[str, ox.NamedNode]]:
        """Yield the label of every entity and event with its IRI."""
        for quad in self._store.quads_for_pattern(None, LABEL, None, REFERENCE):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                yield quad.object.value, quad.subject


def _iri(text: str) -> ox.NamedNode | None:
    try:
        return individual(text)
    except ValueError:
        return None

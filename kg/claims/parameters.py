"""The values of a query's parameters, as the terms that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyoxigraph as ox

from kg.claims.names import Names
from kg.errors import QueryError
from kg.sparql.catalogue import Query
from kg.vocabulary.context import context

Value = str | int | date | ox.NamedNode | ox.Literal


def terms(query: Query, params: Mapping[str, Value], names: Names) -> dict[str, str]:
    """Return the term of each parameter, as SPARQL writes it. Raises ``QueryError``.

    An entity is given by its key, label or IRI, other values as their kind says: ``place`` as
    ``beijing`` → ``<https://w3id.org/entente/id/beijing>``.
    """
    return {name: str(_term(query, name, value, names)) for name, value in params.items()}


def _term(query: Query, name: str, value: Value, names: Names) -> ox.NamedNode | ox.Literal:
    if name not in query.params:
        from kg.vocabulary.spelling import nearest

        known = nearest(name, query.params) or (
            f"it has {', '.join(query.params)}" if query.params else "it has none"
        )
        raise QueryError(f"{query.name} has no parameter “{name}”; {known}")
    if isinstance(value, ox.NamedNode | ox.Literal):
        return value
    kind = query.params[name].kind
    if value == "" and kind != "string":
        raise QueryError(f"the parameter “{name}” has no value; leave it out for any")
    if kind == "entity":
        return names.entity(str(value))
    from kg.vocabulary import datatypes

    datatype = context().expand(f"xsd:{kind}")
    if wrong := datatypes.complaint(str(value), datatype):
        raise QueryError(f"the parameter “{name}”: {wrong}")
    return ox.Literal(str(value), datatype=ox.NamedNode(datatype))

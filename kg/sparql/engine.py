"""The engine: having it judge a text, and having it answer one."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError, ServiceError
from kg.sparql.keywords import occurrences
from kg.sparql.ordering import ordered, projected
from kg.vocabulary.context import context

Raw: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

# No query has this variable, so the engine parses and then declines to evaluate.
_NOWHERE: dict[ox.Variable, Any] = {ox.Variable("_kg_parsed_only"): ox.Literal("")}

# With it the parser takes all that it takes over whatever base a query is given in the end.
_BASE = "http://localhost/"


@cache
def _empty() -> ox.Store:
    return ox.Store()


def complaint(text: str, base: str | None = None) -> str:
    """Return what the engine's parser says against a query; empty where it takes it.

    Nothing is evaluated. Relative IRIs are taken where there is a ``base``.
    """
    prefixes = dict(context().prefixes)
    try:
        _empty().query(text, base_iri=base, prefixes=prefixes, substitutions=_NOWHERE)
    except SyntaxError as error:
        return str(error) or "not SPARQL"
    except (RuntimeError, ValueError):
        pass  # it declines, or no graph is called so
    return ""


def is_query(text: str) -> bool:
    """Tell whether the engine's parser takes a text for a query, over any base.

    Nothing is evaluated.
    """
    return not complaint(text, _BASE)


def is_update(text: str, over: ox.Store) -> bool:
    """Tell whether the engine's parser takes a text for an update.

    ``over`` is a store that was opened for reading, so that nothing can be evaluated.
    """
    try:
        over.update(text, base_iri=_BASE, prefixes=dict(context().prefixes))
    except SyntaxError:
        return False
    except RuntimeError:
        return True
    raise ValueError("the store can be changed")


def select(text: str, over: ox.Store, **options: Any) -> Raw:  # noqa: ANN401
    """Answer a query text with the prefixes of the context; raises what the engine raises.

    ``options`` are those of ``ox.Store.query``.
    """
    prefixes = dict(context().prefixes)
    found = over.query(ordered(text, is_query), prefixes=prefixes, **options)
    if "*" in text and isinstance(found, ox.QuerySolutions) and not occurrences(text, "SERVICE"):
        named = projected(text, [variable.value for variable in found.variables])
        if named != text:  # nothing of what was found has been looked at
            return over.query(ordered(named, is_query), prefixes=prefixes, **options)
    return found


def evaluate(text: str, over: ox.Store, name: str = "query", **dataset: Any) -> Raw:  # noqa: ANN401
    """Answer a query text that has been guarded, in the engine's own terms.

    The prefixes of the context need no declaration. ``name`` is what messages call the query;
    ``dataset`` are the ``default_graph`` and ``named_graphs`` that ``ox.Store.query`` takes.
    Raises ``QueryError``, and ``ServiceError`` where another server does not answer.
    """
    try:
        return select(text, over, **dataset)
    except SyntaxError as error:
        from kg.sparql.diagnosis import diagnosis

        said = complaint(text, dataset.get("base_iri")) or str(error)
        reason = diagnosis(text, context().prefixes, said, is_query)
        raise QueryError(f"{name}: {reason}") from error
    except OSError as error:
        raise ServiceError(f"{name}: {error}") from error
    except (RuntimeError, ValueError) as error:
        raise QueryError(f"{name}: {error}") from error
    except QueryError as error:
        raise QueryError(f"{name}: {error}") from error

"""Having the engine answer a query text, and saying in plain words why it does not."""

from __future__ import annotations

from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError, ServiceError
from kg.sparql.text import diagnosis
from kg.vocabulary.context import context

Raw: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def evaluate(text: str, over: ox.Store, name: str = "query", **dataset: Any) -> Raw:  # noqa: ANN401
    """Answer a query text that has been guarded, in the engine's own terms.

    The prefixes of the context need no declaration. ``name`` is what messages call the query;
    ``dataset`` are the ``default_graph`` and ``named_graphs`` that ``ox.Store.query`` takes.
    Raises ``QueryError``, and ``ServiceError`` where another server does not answer.
    """
    try:
        return over.query(text, prefixes=dict(context().prefixes), **dataset)
    except SyntaxError as error:
        reason = diagnosis(text, context().prefixes, str(error))
        raise QueryError(f"{name}: {reason}") from error
    except OSError as error:
        raise ServiceError(f"{name}: {error}") from error
    except (RuntimeError, ValueError) as error:
        raise QueryError(f"{name}: {error}") from error

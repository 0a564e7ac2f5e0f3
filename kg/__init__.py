"""Entente: a cited knowledge graph of diplomacy.

::

    import kg

    dataset = kg.open()                          # built from our facts the first time
    for who, whom, *_ in dataset.query("who-met-whom"):
        print(who.value, whom.value)
    dataset.query("SELECT ?leader { ?leader a ent:Leader }").to_dicts()
    dataset.dump(Path("entente.ttl"), "turtle")

    kg.build([Path("my-facts")], Path("my-store"))
    mine = kg.open(Path("my-store"))

The names below are the library; the command ``kg`` is built on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from kg.builder import Built, build
    from kg.citations.citer import Citation
    from kg.claims.belief import Belief
    from kg.dataset import Dataset
    from kg.errors import (
        EntenteError,
        FactsError,
        OutputError,
        QueryError,
        QueryWarning,
        RemoteError,
        StoreError,
    )
    from kg.opener import open, open_rdf  # noqa: A004  the verb of files and of ours
    from kg.remote.dataset import connect
    from kg.remote.upload import Pushed, push
    from kg.sparql.catalogue import Query, catalogue
    from kg.sparql.results import Boolean, Solutions, Triples

# Where each name is defined; a module is imported when a name of it is first used.
_HOMES = {
    "Belief": "claims.belief", "Boolean": "sparql.results", "Built": "builder",
    "Citation": "citations.citer", "Dataset": "dataset", "EntenteError": "errors",
    "FactsError": "errors", "OutputError": "errors", "Pushed": "remote.upload",
    "Query": "sparql.catalogue", "QueryError": "errors", "QueryWarning": "errors",
    "RemoteError": "errors", "Solutions": "sparql.results", "StoreError": "errors",
    "Triples": "sparql.results", "build": "builder", "catalogue": "sparql.catalogue",
    "connect": "remote.dataset", "open": "opener", "open_rdf": "opener", "push": "remote.upload",
}  # fmt: skip

__all__ = [
    "Belief", "Boolean", "Built", "Citation", "Dataset", "EntenteError", "FactsError",
    "OutputError", "Pushed", "Query", "QueryError", "QueryWarning", "RemoteError", "Solutions",
    "StoreError", "Triples", "build", "catalogue", "connect", "open", "open_rdf", "push",
]  # fmt: skip


def lazy_names(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package (PEP 562) whose names are imported when first used.

    ``homes`` says in which of its modules each is: ``{"Dataset": "dataset"}`` has ``kg.Dataset``
    import ``kg.dataset``. What no home has is an ``AttributeError``.
    """

    def __getattr__(name: str) -> Any:  # noqa: ANN401, N807
        if name in homes:
            return getattr(import_module(f"{package}.{homes[name]}"), name)
        raise AttributeError(f"module “{package}” has no attribute “{name}”")

    return __getattr__


__getattr__ = lazy_names("kg", _HOMES)


def __dir__() -> list[str]:
    return __all__

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

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kg.belief import Belief
    from kg.building import Built, build
    from kg.citations import Citation
    from kg.dataset import Dataset
    from kg.errors import EntenteError, FactsError, OutputError, QueryError, RemoteError, StoreError
    from kg.opening import open  # noqa: A004  the verb of files and of ours
    from kg.pushing import Pushed, push
    from kg.queries import Query, catalogue
    from kg.remote import connect
    from kg.results import Boolean, Solutions, Triples

# Where each name is defined; a module is imported when a name of it is first used.
_HOMES = {
    "Belief": "belief", "Boolean": "results", "Built": "building", "Citation": "citations",
    "Dataset": "dataset", "EntenteError": "errors", "FactsError": "errors",
    "OutputError": "errors", "Pushed": "pushing", "Query": "queries", "QueryError": "errors",
    "RemoteError": "errors", "Solutions": "results", "StoreError": "errors",
    "Triples": "results", "build": "building", "catalogue": "queries", "connect": "remote",
    "open": "opening", "push": "pushing",
}  # fmt: skip

__all__ = [
    "Belief", "Boolean", "Built", "Citation", "Dataset", "EntenteError", "FactsError",
    "OutputError", "Pushed", "Query", "QueryError", "RemoteError", "Solutions", "StoreError",
    "Triples", "build", "catalogue", "connect", "open", "push",
]  # fmt: skip


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name in _HOMES:
        return getattr(import_module(f"kg.{_HOMES[name]}"), name)
    raise AttributeError(f"module “kg” has no attribute “{name}”")


def __dir__() -> list[str]:
    return __all__

"""What the shell completes: named queries, their parameters, keys, articles and speakers.

Keys come from the store, if there is one; nothing is built, and nothing is said, for a shell that
only completes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import EntenteError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kg.claims.names import Names


def queries(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """Return the named queries that begin so."""
    from kg.sparql import catalogue

    return [name for name in catalogue.names() if name.startswith(begun)]


def params(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the parameters of the named query that begin so; after “place=”, its values."""
    from click.shell_completion import CompletionItem

    from kg.sparql import catalogue

    # After an option without its value, what was typed before is not sorted out yet.
    query = ctx.params.get("query") or next(iter(ctx.args), "")
    try:
        declared = catalogue.named(query).params
    except EntenteError:
        return []
    name, equals, value = begun.partition("=")
    if not equals:
        items = (CompletionItem(f"{p.name}=", help=p.summary) for p in declared.values())
        return [item for item in items if item.value.startswith(begun)]
    if name not in declared or declared[name].kind != "entity":
        return []
    return _items(_keys(ctx, value), f"{name}=")


def entities(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the keys of entities and events that begin so."""
    return _items(_keys(ctx, begun))


def keys(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the keys of entities, events and claims that begin so."""
    found = dict(_keys(ctx, begun))
    if names := _names(ctx):
        told = names.keys()  # of claims too, which have no label
        found |= {key: "" for key in told if key.startswith(begun) and key not in found}
    return _items(sorted(found.items()))


def articles(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the keys of articles that begin so."""
    return _items(_keys(ctx, begun, "ent:Article"))


def articles_and_files(
    ctx: click.Context, param: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Return the keys of articles that begin so; where none do, let the shell complete files."""
    from click.shell_completion import CompletionItem

    keys = [] if ctx.params.get("write") else articles(ctx, param, begun)
    return keys or [CompletionItem(begun, type="file")]


def files(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell complete files, where ``--write`` stands before."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")] if ctx.params.get("write") else []


def agents(ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the keys of agents that begin so."""
    return _items(_keys(ctx, begun, "ent:Agent"))


def properties(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """Return the properties that begin so, as ``kg why`` takes them."""
    from kg.vocabulary.ontology import name, ontology

    # A property is written with a small letter, a class with a capital.
    names = {name(iri) for iri in ontology().declared}
    return sorted(n for n in names if n.startswith(begun) and n[:1].islower())


def classes(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """Return the classes of the ontology that begin so."""
    from kg.vocabulary.ontology import name, ontology

    return sorted(n for n in map(name, ontology().superclasses) if n.startswith(begun))


def _keys(ctx: click.Context, begun: str, kind: str = "") -> Iterator[tuple[str, str]]:
    """Yield the key and label of what has a key or label that begins so."""
    from kg.vocabulary.context import context

    if names := _names(ctx):
        yield from names.beginning(begun, context().expand(kind))


def _names(ctx: click.Context) -> Names | None:
    """Return the names of the store that is meant, if it is there."""
    from kg import store
    from kg.dataset import Dataset

    path = Path(ctx.params.get("store") or store.default_path())
    try:
        return Dataset(store.open_current(path)).names if store.exists(path) else None
    except EntenteError:
        return None


def _items(found: Iterable[tuple[str, str]], head: str = "") -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(f"{head}{key}", help=label) for key, label in found]

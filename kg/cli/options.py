"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

import kg
from kg import queries
from kg.belief import LEVELS

store_option = click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="The store's folder; by default $KG_STORE, or one for each user.",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a file, whole or not at all.",
)


def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the named queries that begin so, for the shell."""
    return [name for name in queries.names() if name.startswith(incomplete)]


query_argument = click.argument("query", required=False, shell_complete=complete)
param_option = click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="Bind a variable that the query's header declares; may be repeated.",
)
articles_option = click.option(
    "--articles",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="KG_ARTICLES",
    help="The folder of the articles; by default $KG_ARTICLES.",
)


def belief_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choice of whom to believe: ``believe``, ``article``, ``speaker`` and ``as_of``."""
    for option in reversed(_BELIEF):
        function = option(function)
    return function


_BELIEF = (
    click.option(
        "--believe",
        default="reported",
        show_default=True,
        type=click.Choice(list(LEVELS)),
        help="How much to take on trust; each takes more than the one before.",
    ),
    click.option("--article", default="", help="Hear this article only, by its key."),
    click.option("--speaker", default="", help="Hear only what rests on this agent's word."),
    click.option("--as-of", default="", metavar="DATE", help="Hear articles published by then."),
)


def dataset_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choice of a store and of whom to believe; the command gets a ``dataset``."""

    @belief_options
    @store_option
    @wraps(function)
    def command(
        *args: Any,  # noqa: ANN401
        store: Path | None,
        believe: str,
        article: str,
        speaker: str,
        as_of: str,
        **options: Any,  # noqa: ANN401
    ) -> None:
        dataset = kg.open(store)
        if believe != "reported" or article or speaker or as_of:
            dataset = dataset.believing(believe, article=article, speaker=speaker, as_of=as_of)
        function(*args, dataset=dataset, **options)

    return command

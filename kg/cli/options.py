"""Options and arguments that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from inspect import signature, unwrap
from pathlib import Path
from typing import Any

import click

import kg
from kg.claims.belief import BeliefOptions
from kg.cli import completion
from kg.errors import EntenteError
from kg.sandbox import forbid_network
from kg.vocabulary.statuses import LEVELS

store_option = click.option(
    "--store",
    type=click.Path(file_okay=False, path_type=Path),
    help="The store's folder; by default $KG_STORE, or one for each user.",
)


def _path(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Path | None:
    """Return the path of an output; “-” is standard output, as everywhere."""
    return Path(value) if value and value != "-" else None


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    callback=_path,
    help="Write to a file, whole or not at all.",
)


query_argument = click.argument("query", required=False, shell_complete=completion.queries)
param_option = click.option(
    "-p",
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=completion.params,
    help="Bind a variable that the query's header declares; may be repeated.",
)
articles_option = click.option(
    "--articles",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="KG_ARTICLES",
    help="The folder of the articles; by default $KG_ARTICLES.",
)
default_graph_option = click.option(
    "--default-graph",
    default="",
    metavar="IRI",
    help="The named graph that is the default graph there; by default the server's own.",
)
token_option = click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the token that the server wants.",
)


json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


def format_option(
    formats: click.Choice[str], default: str | None, text: str | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the choice of a format; the command gets its ``format_name``."""
    return click.option(
        "-f", "--format", "format_name",
        default=default, show_default=True, type=formats, help=text,
    )  # fmt: skip


with_ours_option = click.option(
    "--with-ours",
    is_flag=True,
    help="Put the people, states, goods and kinds that come with kg beneath your facts.",
)


def token(file: Path | None, variable: str = "") -> str:
    """Return the token of a file, or of an environment variable; empty where there is none.

    Raises ``EntenteError`` where the file cannot be read as text.
    """
    if not file:
        return os.environ.get(variable, "").strip()
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EntenteError(f"{file}: the token cannot be read: {error}") from error


def belief_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choice of whom to believe; the command gets it as ``chosen``."""

    @wraps(function)
    def command(
        *args: Any,  # noqa: ANN401
        believe: str,
        article: str,
        speaker: str,
        as_of: str,
        **options: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        chosen = BeliefOptions(believe, article, speaker, as_of)
        return function(*args, chosen=chosen, **options)

    for option in reversed(_BELIEF):
        command = option(command)
    return command


_BELIEF = (
    click.option(
        "--believe",
        default="reported",
        show_default=True,
        type=click.Choice(list(LEVELS)),
        help="How much to take on trust; each takes more than the one before.",
    ),
    click.option(
        "--article",
        default="",
        shell_complete=completion.articles,
        help="Hear this article only, by its key.",
    ),
    click.option(
        "--speaker",
        default="",
        shell_complete=completion.agents,
        help="Hear only what rests on this agent's word.",
    ),
    click.option("--as-of", default="", metavar="DATE", help="Hear articles published by then."),
)


def dataset_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choice of a store or server and of whom to believe; it gets a ``dataset``."""

    @belief_options
    @source_options
    @wraps(function)
    def command(
        *args: Any,  # noqa: ANN401
        dataset: kg.Dataset,
        chosen: BeliefOptions,
        **options: Any,  # noqa: ANN401
    ) -> None:
        if chosen != BeliefOptions():
            dataset = dataset.choosing(chosen)
        function(*args, dataset=dataset, **options)

    return command


def source_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choice of a store or server; the command gets its ``dataset``.

    One that takes ``default_graph`` gets that of its output: where no server is named.
    """
    names_graph = "default_graph" in signature(unwrap(function)).parameters

    @store_option
    @click.option("--endpoint", metavar="URL", help="Ask a SPARQL server, not a store.")
    @default_graph_option
    @token_option
    @wraps(function)
    def command(
        *args: Any,  # noqa: ANN401
        store: Path | None,
        endpoint: str | None,
        default_graph: str,
        token_file: Path | None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        if store and endpoint:
            raise click.UsageError("give --store or --endpoint, not both")
        if not endpoint and (token_file or (default_graph and not names_graph)):
            raise click.UsageError("--default-graph and --token-file belong to --endpoint")
        if names_graph:  # what is read under a name is not written under it
            options["default_graph"] = "" if endpoint else default_graph
        dataset: kg.Dataset
        if endpoint:
            # No token of the environment: it may be meant for another server.
            dataset = kg.connect(endpoint, token(token_file), default_graph=default_graph)
        else:
            forbid_network()
            dataset = kg.open(store)
        function(*args, dataset=dataset, **options)

    return command

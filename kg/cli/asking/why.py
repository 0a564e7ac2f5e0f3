"""``kg why``: every claim for and against a triple, an entity or an event."""

from __future__ import annotations

import click

import kg
from kg.cli import completion
from kg.cli.options import dataset_options, json_option
from kg.cli.terminal import say, say_json


@click.command("why")
@click.argument("name", shell_complete=completion.entities)
@click.argument("prop", required=False, metavar="[PROPERTY]", shell_complete=completion.properties)
@click.argument("value", required=False, shell_complete=completion.entities)
@json_option
@dataset_options
@click.pass_context
def command(
    ctx: click.Context,
    name: str,
    prop: str | None,
    value: str | None,
    as_json: bool,
    dataset: kg.Dataset,
) -> None:
    """Say which claims tell of something, and how it was inferred.

    NAME alone is an entity or an event; with PROPERTY and VALUE it is the subject of a triple.
    Each is a key, a label or an IRI. Exit code 1 where nobody says anything of it.
    """
    if prop and not value:
        raise click.UsageError("a triple has three terms: give a value too")
    found = dataset.why(name, prop or "", value or "")
    if as_json:
        say_json(found.to_json())
    else:
        say("\n".join(found.lines()))
    if not found:
        ctx.exit(1)

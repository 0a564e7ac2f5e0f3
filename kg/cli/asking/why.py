"""``kg why``: every claim for and against a triple, an entity or an event."""

from __future__ import annotations

import json

import click

import kg
from kg.cli.options import dataset_options


@click.command("why")
@click.argument("name")
@click.argument("prop", required=False, metavar="[PROPERTY]")
@click.argument("value", required=False)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
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
        click.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(found.lines()))
    if not found:
        ctx.exit(1)

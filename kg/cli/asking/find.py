"""``kg find``: what is called so, or nearly so."""

from __future__ import annotations

import click

import kg
from kg.cli import completion
from kg.cli.options import json_option, source_options
from kg.cli.terminal import say, say_json, width
from kg.sparql.presentation.table import table


@click.command("find")
@click.argument("words", nargs=-1, required=True, shell_complete=completion.entities)
@click.option(
    "--kind",
    default="",
    metavar="CLASS",
    shell_complete=completion.classes,
    help="Only what is of this class, such as Person or Meeting.",
)
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="Show so many at most.",
)
@json_option
@source_options
@click.pass_context
def command(
    ctx: click.Context,
    words: tuple[str, ...],
    kind: str,
    limit: int,
    as_json: bool,
    dataset: kg.Dataset,
) -> None:
    """Find what is called WORDS: people, states, places, articles, events.

    Labels, other names and keys are looked through, without regard to case and accents. What has
    just that name comes first, then what begins with it, has its words, or is like it. Exit code
    1 where nothing is found.
    """
    found = dataset.find(" ".join(words), kind)
    if as_json:
        say_json([each.to_json() for each in found[:limit]])
    elif found:
        rows = [[each.shown, each.kind, each.key] for each in found[:limit]]
        lines = table(["name", "kind", "key"], rows, width(), "name")
        more = f"and {len(found) - limit} more; --limit shows more\n" if len(found) > limit else ""
        say((lines + more).removesuffix("\n"), fold=False)
    else:
        say(f"nothing is called “{' '.join(words)}”, or nearly so")
    ctx.exit(0 if found else 1)

"""``kg diff``: which claims changed between two states, and which answers for it."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import with_ours_option
from kg.cli.terminal import say, say_json
from kg.diff import diff
from kg.sandbox import forbid_network

_STATE = click.Path(exists=True, allow_dash=True, path_type=Path)


@click.command("diff")
@click.argument("old", type=_STATE)
@click.argument("new", type=_STATE)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@with_ours_option
@click.pass_context
def command(ctx: click.Context, old: Path, new: Path, as_json: bool, with_ours: bool) -> None:
    """Compare two states of the facts.

    OLD and NEW are stores, dumps with named graphs (.nq, .trig, .jsonld), or facts files and
    folders; “-” is standard input. Exit code 1 where they differ.
    """
    forbid_network()
    found = diff(old, new, with_ours=with_ours)
    if as_json:
        say_json(found.to_json())
    else:
        say("\n".join(found.lines()))
    ctx.exit(1 if found else 0)

"""``kg diff``: which claims changed between two states, and which answers for it."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import format_option, output_option, with_ours_option
from kg.cli.terminal import json_bytes, opened, say, width
from kg.diff.comparison import CHANGES, Diff, diff
from kg.diff.feed import feed
from kg.diff.states import changed_at
from kg.sandbox import forbid_network
from kg.sparql.presentation.table import table

_STATE = click.Path(exists=True, allow_dash=True, path_type=Path)
_FORMATS = ("text", "json", "atom")


@click.command("diff")
@click.argument("old", type=_STATE)
@click.argument("new", type=_STATE)
@click.option(
    "--old",
    "more_old",
    multiple=True,
    type=_STATE,
    metavar="PATH",
    help="More facts of OLD; may be repeated.",
)
@click.option(
    "--new",
    "more_new",
    multiple=True,
    type=_STATE,
    metavar="PATH",
    help="More facts of NEW; may be repeated.",
)
@click.option("--claims", "only_claims", is_flag=True, help="Compare claims only, no answers.")
@click.option("--stat", is_flag=True, help="Count the claims of each article.")
@format_option(
    click.Choice(_FORMATS),
    "text",
    "atom is a feed of the claims that are new, changed or retracted.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@with_ours_option
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    old: Path,
    new: Path,
    more_old: tuple[Path, ...],
    more_new: tuple[Path, ...],
    only_claims: bool,
    stat: bool,
    format_name: str,
    as_json: bool,
    with_ours: bool,
    output: Path | None,
) -> None:
    """Compare two states of the facts.

    OLD and NEW are stores, dumps with named graphs (.nq, .trig, .jsonld), or facts files and
    folders; “-” is standard input. Exit code 1 where they differ.
    """
    chosen = "json" if as_json else format_name
    if stat and chosen != "text":
        raise click.UsageError(f"--stat is for people; give it or --format {chosen}, not both")
    forbid_network()
    is_feed = chosen == "atom"
    states = [old, *more_old], [new, *more_new]
    found = diff(
        *states, with_ours=with_ours, answers=not (only_claims or is_feed), sources=stat or is_feed
    )
    _write(found, chosen, stat, states[1], output)
    ctx.exit(1 if found else 0)


def _write(found: Diff, chosen: str, stat: bool, new: list[Path], output: Path | None) -> None:
    """Write what was found in the format that was chosen."""
    columns = None if output else width()
    lines = _statistics(found, columns) if stat else found.lines()
    if chosen == "text" and not output:
        say("\n".join(lines))
        return
    if chosen == "atom":
        data = feed(found, changed_at(new))
    elif chosen == "json":
        data = json_bytes(found.to_json())
    else:
        data = "".join(f"{line}\n" for line in lines).encode()
    with opened(output) as file:
        file.write(data)


def _statistics(found: Diff, columns: int | None) -> list[str]:
    rows = [
        [article or "(no article)", *(str(counts[word]) for word in CHANGES)]
        for article, counts in found.by_article().items()
    ]
    lines = table(["article", *CHANGES], rows, columns, "article").splitlines() if rows else []
    return [*lines, found.summary]

"""``kg verify``: every citation compared with the articles themselves."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.claims.articles import Articles
from kg.cli import completion
from kg.cli.options import articles_option, store_option
from kg.cli.terminal import say


@click.command("verify")
@click.option(
    "--article",
    "names",
    multiple=True,
    metavar="KEY",
    shell_complete=completion.articles,
    help="Compare the passages of this article only; may be repeated.",
)
@articles_option
@store_option
@click.pass_context
def command(
    ctx: click.Context, names: tuple[str, ...], articles: Path | None, store: Path | None
) -> None:
    """Cut out every passage and compare its digest, to the letter.

    Articles are found by their digest, whatever the files are called. Exit codes: 0 every
    passage that was asked for holds, 1 one does not or an article has changed, 2 not all could
    be checked.
    """
    found = Articles(articles) if articles else None
    report = kg.open(store).verify(found, *names)
    say("\n".join(report.lines()))
    ctx.exit(report.exit_code)

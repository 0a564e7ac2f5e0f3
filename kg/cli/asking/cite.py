"""``kg cite``: the articles behind a claim or a thing, for reference managers."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.citations.bibliography import FORMATS
from kg.cli import completion
from kg.cli.options import format_option, output_option, source_options
from kg.cli.terminal import opened


@click.command("cite")
@click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=completion.keys)
@format_option(click.Choice(list(FORMATS)), "bibtex", "What your reference manager reads.")
@output_option
@source_options
def command(
    names: tuple[str, ...], format_name: str, output: Path | None, dataset: kg.Dataset
) -> None:
    """Write references to the articles behind NAMEs.

    A NAME is the key of a claim, or a key or a name of an article, an entity or an event. There is
    one entry for each article, with a note on each claim: what it says, and where.
    """
    text = FORMATS[format_name](dataset.references(*names))
    with opened(output) as file:
        file.write(text.encode())

"""``kg report``: a dossier on a person, a state or an event, in Markdown."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.cli import completion
from kg.cli.options import output_option, source_options
from kg.cli.terminal import opened


@click.command("report")
@click.argument("name", shell_complete=completion.entities)
@output_option
@source_options
def command(name: str, output: Path | None, dataset: kg.Dataset) -> None:
    """Write a dossier on NAME in Markdown, with a footnote for every claim.

    NAME is a key or a name of an entity or an event. What happened comes by date, then what has
    no date, what is disputed with both sides, and what is only denied, whatever is believed.
    """
    text = dataset.report(name).markdown()
    with opened(output) as file:
        file.write(text.encode())

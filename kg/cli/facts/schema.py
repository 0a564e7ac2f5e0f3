"""``kg schema``: the facts format, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import output_option
from kg.cli.terminal import opened


@click.command("schema")
@output_option
def command(output: Path | None) -> None:
    """Print the JSON Schema of facts files.

    An editor that knows it completes and checks what is typed.
    """
    from kg import schema

    with opened(output) as file:
        file.write(schema.text().encode())

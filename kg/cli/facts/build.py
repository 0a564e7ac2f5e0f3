"""``kg build``: facts to a store."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.cli.options import store_option
from kg.cli.terminal import progress, say


@click.command("build")
@click.argument("facts", nargs=-1, type=click.Path(exists=True, path_type=Path))
@store_option
@click.option("--force", is_flag=True, help="Build even if no input has changed.")
def command(facts: tuple[Path, ...], store: Path | None, force: bool) -> None:
    """Build the store from facts.

    FACTS are YAML files or folders of them; without any, the facts that come with kg.
    The store is replaced in one step, and only if there is no fault in the facts.
    """
    built = kg.build(facts, store, force=force, progress=_progress)
    progress()
    verb = "built" if built.rebuilt else "up to date"
    say(f"{verb}: {built.claims} claims, {built.quads} quads in {built.path}")


def _progress(claims: int) -> None:
    if claims % 100 == 0:
        progress(f"{claims} claims")

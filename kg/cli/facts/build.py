"""``kg build``: facts to a store."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.cli.options import store_option, with_ours_option
from kg.cli.terminal import progress, say


@click.command("build")
@click.argument("facts", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@store_option
@click.option("--force", is_flag=True, help="Build even if no input has changed, or it is damaged.")
@click.option("--replace", is_flag=True, help="Put these facts in the place of others.")
@click.option("--discard-changes", is_flag=True, help="Give up what was changed over HTTP.")
@with_ours_option
def command(
    facts: tuple[Path, ...],
    store: Path | None,
    force: bool,
    replace: bool,
    discard_changes: bool,
    with_ours: bool,
) -> None:
    """Build the store from facts.

    FACTS are YAML files or folders of them, or “-” for standard input; without any, the facts
    that come with kg. The store is replaced in one step, and only if there is no fault in the
    facts. A store of other facts, or one that was changed over HTTP, is replaced only if you
    say so. With --with-ours your facts may refer to the reference data that comes with kg; our
    claims and the records of their articles stay out.
    """
    built = kg.build(
        facts, store, force=force, replace=replace, discard_changes=discard_changes,
        with_ours=with_ours, progress=_progress,
    )  # fmt: skip
    progress()
    verb = "built" if built.rebuilt else "up to date"
    say(f"{verb}: {built.claims} claims, {built.quads} quads in {built.path}")


def _progress(claims: int) -> None:
    if claims % 100 == 0:
        progress(f"{claims} claims")

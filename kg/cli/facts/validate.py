"""``kg validate``: what is wrong with facts, and where."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.interruptible import run
from kg.cli.options import belief_options, format_option, output_option, with_ours_option
from kg.cli.terminal import complain, is_terminal, opened, progress
from kg.sandbox import forbid_network
from kg.sparql.formats import RDF_FORMATS
from kg.validation.formats import FORMATS

if TYPE_CHECKING:
    from kg.claims.belief import BeliefOptions
    from kg.validation import Report


@click.command("validate")
@click.argument("files", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option(
    "--from",
    "from_format",
    type=click.Choice(list(RDF_FORMATS), case_sensitive=False),
    help="The RDF format of the files; by default their names say, or how they begin.",
)
@format_option(click.Choice(list(FORMATS), case_sensitive=False), "text")
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of SHACL shapes to hold the data against, beside ours; may be repeated.",
)
@click.option("--no-reasoner", is_flag=True, help="Do not ask a reasoner for inconsistencies.")
@click.option("--strict", is_flag=True, help="Let warnings count as violations.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 86_400),
    metavar="SECONDS",
    default=600,
    show_default=True,
    help="Give up, with exit code 2, when it takes longer; 0 for no limit.",
)
@with_ours_option
@output_option
@belief_options
@click.pass_context
def command(
    ctx: click.Context,
    files: tuple[Path, ...],
    from_format: str | None,
    format_name: str,
    shapes: tuple[Path, ...],
    no_reasoner: bool,
    strict: bool,
    timeout: float,
    with_ours: bool,
    output: Path | None,
    chosen: BeliefOptions,
) -> None:
    """Say what is wrong in facts or RDF, and where.

    FILES are facts (.yaml) or RDF that uses the ontology, or folders of them, or “-” for
    standard input; without any, the facts that come with kg. Exit codes: 0 they conform, 1 they
    do not, 2 could not run.
    """
    forbid_network()
    # Nearly all that reading facts makes lives to the end: looking for garbage finds none.
    gc.freeze()
    gc.set_threshold(50_000)
    coloured = _is_coloured(output)
    done: list[tuple[Report, bytes]] = []

    def work() -> None:
        from kg.validation import validate

        report = validate(
            files,
            reasoner=not no_reasoner,
            strict=strict,
            from_format=from_format or "",
            listener=chosen,
            shapes=shapes,
            with_ours=with_ours,
            progress=progress,
        )
        text = FORMATS[format_name](report, coloured)
        # A file's name may be no Unicode.
        done.append((report, text.encode("utf-8", "backslashreplace")))

    run(work, timeout or None)
    progress()
    [(report, data)] = done
    with opened(output, painted=coloured and format_name == "text") as file:
        file.write(data)
    if output:
        complain(report.summary)
    ctx.exit(0 if report else 1)


def _is_coloured(output: Path | None) -> bool:
    """Tell whether a person reads the output on a terminal (https://no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return output is None and is_terminal(sys.stdout) and not plain

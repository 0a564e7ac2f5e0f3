"""``kg dump``: the dataset as RDF, for other tools."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

import kg
from kg.cli.options import dataset_options, output_option
from kg.cli.terminal import opened
from kg.sparql.formats import RDF_FORMATS


@click.command("dump")
@click.option(
    "-f",
    "--format",
    "format_name",
    default="turtle",
    show_default=True,
    type=click.Choice(list(RDF_FORMATS), case_sensitive=False),
)
@output_option
@dataset_options
@click.option(
    "--inferred/--no-inferred",
    default=True,
    show_default=True,
    help="With or without what is only inferred.",
)
@click.option(
    "--ontology", is_flag=True, help="Add the ontology to the formats without named graphs."
)
def command(
    format_name: str, output: Path | None, dataset: kg.Dataset, inferred: bool, ontology: bool
) -> None:
    """Write the dataset as RDF 1.1, sorted.

    trig, nquads and jsonld hold the default graph and every named graph; turtle, ntriples and
    rdfxml hold the default graph: what is reported, and what follows from it.
    """
    with nullcontext(output) if output else opened(None) as target:
        dataset.dump(target, format_name, inferred=inferred, ontology=ontology)

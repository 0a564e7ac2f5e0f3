"""``kg dump``: the dataset as RDF, for other tools."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

import kg
from kg.cli.options import dataset_options, format_option, output_option
from kg.cli.terminal import complain, opened
from kg.sparql.formats import RDF_FORMATS


@click.command("dump")
@format_option(
    click.Choice(list(RDF_FORMATS), case_sensitive=False),
    None,
    "By default turtle; rdfxml with --owl.",
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
@click.option("--owl", is_flag=True, help="Write data and ontology as one ontology in OWL 2 DL.")
def command(
    format_name: str | None,
    output: Path | None,
    dataset: kg.Dataset,
    default_graph: str,
    inferred: bool,
    ontology: bool,
    owl: bool,
) -> None:
    """Write the dataset as RDF 1.1, sorted.

    trig, nquads and jsonld hold the default graph and every named graph; turtle, ntriples and
    rdfxml hold the default graph: what is reported, and what follows from it. Without --endpoint,
    --default-graph is the named graph that the default graph becomes, for engines that have none
    of their own.
    """
    if owl and (ontology or default_graph):
        raise click.UsageError("--owl writes one graph, with the ontology; give it alone")
    name = format_name or ("rdfxml" if owl else "turtle")
    if ontology and RDF_FORMATS[name].supports_datasets:
        complain(f"kg: {name} has the ontology as a named graph in any case; --ontology adds none")
    with nullcontext(output) if output else opened(None) as target:
        if owl:
            dataset.dump_owl(target, name, inferred=inferred)
        else:
            dataset.dump(
                target, name, inferred=inferred, ontology=ontology, default_graph=default_graph
            )

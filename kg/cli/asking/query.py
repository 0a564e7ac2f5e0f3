"""``kg query``: a question in SPARQL, or by name, answered in any format."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

import kg
from kg.cli.asking.question import pairs, read, texts
from kg.cli.interruptible import run
from kg.cli.options import (
    articles_option,
    dataset_options,
    format_option,
    output_option,
    param_option,
    query_argument,
)
from kg.cli.terminal import opened, width
from kg.sparql.formats import RDF_FORMATS, RESULTS_FORMATS
from kg.sparql.results import Answer, Boolean, Solutions, Triples

if TYPE_CHECKING:
    from kg.citations.answers import CitedAnswer


@click.command("query")
@query_argument
@click.option("-e", "--expression", help="The query text itself.")
@param_option
@format_option(
    click.Choice(["table", *RESULTS_FORMATS, *RDF_FORMATS], case_sensitive=False), "table"
)
@click.option("--cite", is_flag=True, help="Say of each answer which claims it rests on.")
@articles_option
@output_option
@dataset_options
@click.option(
    "--timeout",
    type=click.FloatRange(0.001, 86_400),
    metavar="SECONDS",
    help="Give up, with exit code 2, when the answer takes longer.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where an ASK is false.")
@click.pass_context
def command(
    ctx: click.Context,
    query: str | None,
    expression: str | None,
    params: tuple[str, ...],
    format_name: str,
    cite: bool,
    articles: Path | None,
    output: Path | None,
    dataset: kg.Dataset,
    timeout: float | None,
    exit_code: bool,
) -> None:
    """Answer a SPARQL query.

    QUERY is the name of a query of the catalogue (“kg queries” lists them), a file that ends
    in .rq or .sparql, “-” for standard input, or the text of a query itself. Prefixes such as
    ent: and id: need no declaration.
    With --cite and the folder of the articles, the sentences themselves are shown.
    """
    asked, bound = read(query, expression), pairs(params)
    said_no = False

    def work() -> None:
        nonlocal said_no
        answer = dataset.cite(asked, bound) if cite else dataset.query(asked, bound)
        said_no = hasattr(answer, "value") and not answer
        with opened(output) as file:
            _write(answer, file, format_name, articles)

    run(work, timeout)
    if exit_code and said_no:
        ctx.exit(1)


def _write(
    answer: Answer | CitedAnswer, file: IO[bytes], format_name: str, articles: Path | None
) -> None:
    columns = width() if file.isatty() else None
    if isinstance(answer, Solutions):
        answer.serialize(file, format_name, columns, keep=False)
    elif isinstance(answer, Boolean | Triples):
        answer.serialize(file, format_name)
    else:
        answer.serialize(file, format_name, columns, texts(articles))

"""``kg query``: a question in SPARQL, or by name, answered in any format."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

import kg
from kg.cli.interruptible import run
from kg.cli.options import (
    articles_option,
    dataset_options,
    output_option,
    param_option,
    query_argument,
)
from kg.errors import QueryError
from kg.output import standard, written
from kg.sparql import catalogue
from kg.sparql.formats import RDF_FORMATS, RESULTS_FORMATS
from kg.sparql.results import Answer, Boolean, Solutions, Triples

if TYPE_CHECKING:
    from kg.citations.answers import CitedAnswer
    from kg.citations.footnotes import Text


@click.command("query")
@query_argument
@click.option("-e", "--expression", help="The query text itself.")
@param_option
@click.option(
    "-f",
    "--format",
    "format_name",
    default="table",
    show_default=True,
    type=click.Choice(["table", *RESULTS_FORMATS, *RDF_FORMATS], case_sensitive=False),
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
    in .rq, or “-” for standard input. Prefixes such as ent: and id: need no declaration.
    With --cite and the folder of the articles, the sentences themselves are shown.
    """
    asked, bound = read(query, expression), pairs(params)
    said_no = False

    def work() -> None:
        nonlocal said_no
        answer = dataset.cite(asked, bound) if cite else dataset.query(asked, bound)
        said_no = hasattr(answer, "value") and not answer
        with written(output) if output else standard() as file:
            _write(answer, file, format_name, articles)

    run(work, timeout)
    if exit_code and said_no:
        ctx.exit(1)


def read(query: str | None, expression: str | None) -> catalogue.Query:
    """Return the query that is named, or read from a file, or given as text."""
    if (query is None) == (expression is None):
        raise click.UsageError("give a query by its name or file, or its text with -e")
    if expression is not None:
        return catalogue.parse(expression)
    assert query is not None
    if query != "-" and not query.endswith(".rq"):
        if Path(query).is_file():
            raise QueryError(f"{query}: a file with a query ends in .rq; “-” takes any, as input")
        return catalogue.named(query)
    try:
        data = sys.stdin.buffer.read() if query == "-" else Path(query).read_bytes()
        text = data.decode("utf-8-sig")
        return catalogue.parse(text, "standard input" if query == "-" else query)
    except OSError as error:
        raise QueryError(f"{query}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise QueryError(f"{query}: not UTF-8 text, at byte {error.start}") from error


def pairs(params: tuple[str, ...]) -> dict[str, str]:
    """Return the names and values of parameters."""
    pairs: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise click.UsageError(f"“{param}” is no NAME=VALUE")
        if name in pairs:
            raise click.UsageError(f"the parameter “{name}” is given twice")
        pairs[name] = value
    return pairs


def _write(
    answer: Answer | CitedAnswer, file: IO[bytes], format_name: str, articles: Path | None
) -> None:
    width = os.get_terminal_size().columns if file.isatty() else None
    if isinstance(answer, Solutions):
        answer.serialize(file, format_name, width)
    elif isinstance(answer, Boolean | Triples):
        answer.serialize(file, format_name)
    else:
        answer.serialize(file, format_name, width, texts(articles))


def texts(articles: Path | None) -> Text:
    """Return what gives the text of a passage, if there are articles."""
    from kg.citations.footnotes import no_text
    from kg.claims.articles import Articles

    return Articles(articles).text if articles else no_text

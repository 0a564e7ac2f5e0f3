"""``kg ask``: a yes/no question, answered as far as anybody says so."""

from __future__ import annotations

import warnings
from pathlib import Path

import click

import kg
from kg.cli.asking.question import pairs, read, texts
from kg.cli.options import (
    articles_option,
    dataset_options,
    json_option,
    param_option,
    query_argument,
)
from kg.cli.terminal import say, say_json
from kg.errors import QueryWarning


@click.command("ask")
@query_argument
@click.option("-e", "--expression", help="The text of the question: an ASK query.")
@param_option
@json_option
@articles_option
@dataset_options
@click.pass_context
def command(
    ctx: click.Context,
    query: str | None,
    expression: str | None,
    params: tuple[str, ...],
    as_json: bool,
    articles: Path | None,
    dataset: kg.Dataset,
) -> None:
    """Answer a yes/no question, and cite what decides it.

    QUERY is a named ASK query, a file that ends in .rq or .sparql, “-” for standard input, or
    the text of an ASK query itself.

    \b
    Exit codes:
      0  yes
      1  no evidence: nobody says so
      2  could not run
      3  denied: a source says that it did not happen
      4  claimed: only in somebody's mouth
      5  planned: hoped for or announced, not said to have happened
      6  disputed: claimed or planned by some, denied by others
    """
    from kg.citations.footnotes import Footnotes

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", QueryWarning)
        reply = dataset.ask(read(query, expression), pairs(params))
    told = list(dict.fromkeys(str(each.message) for each in caught))
    text = texts(articles)
    if as_json:
        whole = reply.to_json(text)
        say_json({**whole, "warnings": told} if told else whole)
    else:
        footnotes = Footnotes(text)
        lines = [f"{words}: {footnotes.refer(citation)}" for words, citation in reply.statements]
        lines += [f"but {each}" for each in told]
        say("\n".join([*lines, *footnotes.lines()]))
    ctx.exit(reply.verdict.value)

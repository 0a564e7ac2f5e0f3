"""``kg ask``: a yes/no question, answered as far as anybody says so."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.cli.asking.question import pairs, read, texts
from kg.cli.options import articles_option, dataset_options, param_option, query_argument
from kg.cli.terminal import say, say_json


@click.command("ask")
@query_argument
@click.option("-e", "--expression", help="The text of the question: an ASK query.")
@param_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
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
    """
    from kg.citations.footnotes import Footnotes, members
    from kg.verdicts import ask

    reply = ask(dataset, read(query, expression), pairs(params))
    text = texts(articles)
    cited = [reply.citation, *([reply.denial] if reply.denial else [])]
    if as_json:
        say_json({"verdict": str(reply.verdict), **members(cited, text)})
    else:
        footnotes = Footnotes(text)
        lines = [f"{reply.to_text()}: {footnotes.refer(reply.citation)}"]
        if reply.denial:
            lines.append(f"but denied: {footnotes.refer(reply.denial)}")
        say("\n".join([*lines, *footnotes.lines()]))
    ctx.exit(reply.verdict.value)

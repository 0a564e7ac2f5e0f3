"""``kg ask``: a yes/no question, answered as far as anybody says so."""

from __future__ import annotations

import json
from pathlib import Path

import click

import kg
from kg.cli.asking.query import pairs, read, texts
from kg.cli.options import articles_option, dataset_options, param_option, query_argument


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

    QUERY is a named ASK query, a file that ends in .rq, “-” for standard input, or the text of
    an ASK query itself.

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

    if query and len(query.split()) > 1:
        query, expression = None, query
    reply = ask(dataset, read(query, expression), pairs(params))
    text = texts(articles)
    cited = [reply.citation, *([reply.denial] if reply.denial else [])]
    if as_json:
        whole = {"verdict": str(reply.verdict), **members(cited, text)}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=1))
    else:
        footnotes = Footnotes(text)
        click.echo(f"{reply.to_text()}: {footnotes.refer(reply.citation)}")
        if reply.denial:
            click.echo(f"but denied: {footnotes.refer(reply.denial)}")
        click.echo("".join(f"\n{line}" for line in footnotes.lines()).lstrip("\n"))
    ctx.exit(reply.verdict.value)

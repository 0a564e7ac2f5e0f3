"""``kg coverage``: which paragraphs of articles are claimed, omitted with a reason, or left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import kg
from kg.cli import completion
from kg.cli.options import json_option, source_options
from kg.cli.terminal import say, say_json, width
from kg.sparql.presentation.table import table

if TYPE_CHECKING:
    from kg.claims.coverage import Coverage


@click.command("coverage")
@click.argument("articles", metavar="[ARTICLE]...", nargs=-1, shell_complete=completion.articles)
@click.option("--exit-code", is_flag=True, help="Exit with 1 where a paragraph is left.")
@json_option
@source_options
@click.pass_context
def command(
    ctx: click.Context,
    articles: tuple[str, ...],
    exit_code: bool,
    as_json: bool,
    dataset: kg.Dataset,
) -> None:
    """Say of each paragraph of ARTICLEs: claimed, omitted with a reason, or left.

    An ARTICLE is a key or a name; without any, all articles are told of. A claim counts for the
    paragraph in which its passage begins, whatever its status.
    """
    found = dataset.coverage(*articles)
    if as_json:
        say_json([each.to_json() for each in found])
    elif found:
        say("\n\n".join(map(_shown, found)))
    else:
        say("there are no articles")
    ctx.exit(1 if exit_code and any(each.left for each in found) else 0)


def _shown(found: Coverage) -> str:
    rows = [
        [str(each.number), each.state, ", ".join(each.claims) or " ".join(each.reasons)]
        for each in found.paragraphs
    ]
    lines = table(["paragraph", "what", "claims, or why omitted"], rows, width(), "paragraph")
    return f"{found.article} ({found.article.key})\n{lines}{found.summary}"

"""``kg locate``: where a text stands in an article, as the YAML of a passage."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.claims.articles import Articles, locate
from kg.cli import completion
from kg.cli.options import articles_option, store_option
from kg.cli.terminal import say


@click.command("locate")
@click.argument("article", shell_complete=completion.articles)
@click.argument("text")
@click.option("--occurrence", default=0, metavar="N", help="Which one, where it stands twice.")
@articles_option
@store_option
def command(
    article: str, text: str, occurrence: int, articles: Path | None, store: Path | None
) -> None:
    """Print the YAML of the passage in ARTICLE (its key, or a file's name) that is TEXT.

    The text has to stand there to the letter, once. Exit code 1 where it does not.
    """
    if not articles:
        raise click.UsageError("where are the articles? give --articles, or set $KG_ARTICLES")
    file = articles / article
    if file.is_file():
        whole = file.read_bytes().decode()
    else:
        whole = Articles(articles).whole(kg.open(store).article(article))
    say(locate(whole, text, occurrence), fold=False)

"""``kg locate``: where a text stands in an article, as the YAML of a passage."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import kg
from kg.claims.articles import Articles
from kg.cli import completion
from kg.cli.options import articles_option, store_option
from kg.cli.terminal import is_terminal, say
from kg.errors import AbsentError
from kg.facts.files import STDIN, kept
from kg.facts.locating import locate, text_of


@click.command("locate")
@click.argument("article", shell_complete=completion.articles)
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@click.option("--occurrence", default=0, metavar="N", help="Which one, where it stands twice.")
@articles_option
@store_option
def command(
    article: str, texts: tuple[str, ...], occurrence: int, articles: Path | None, store: Path | None
) -> None:
    """Print the YAML of the passages in ARTICLE that are the TEXTs.

    ARTICLE is a file, the name of one among the articles, a key, or “-” for standard input.
    Without a TEXT, each line of standard input is one. A text has to stand there to the letter,
    once. Exit code 1 where one does not.
    """
    whole = _whole(article, articles, store)
    wanted = texts or _lines(article)
    found, absent = list[str](), list[str]()
    for text in wanted:
        try:
            found.append(locate(whole, text, occurrence))
        except AbsentError as error:
            absent.append(str(error))
    if absent:
        raise AbsentError("\nkg: ".join(absent))
    say("\n".join(found), fold=False)


def _whole(name: str, articles: Path | None, store: Path | None) -> str:
    """Return the text of an article. Raises ``EntenteError``."""
    path = Path(name)
    file = articles / name if articles and (articles / name).is_file() else None
    if not file and (path == STDIN or (path.exists() and not path.is_dir())):
        file = path
    if file:
        with kept([file]) as copies:
            return text_of(copies[file])
    if not articles:
        raise click.UsageError(
            f"there is no file “{name}”, and where are the articles? give --articles,"
            " or set $KG_ARTICLES"
        )
    return Articles(articles).whole(kg.open(store).article(name))


def _lines(article: str) -> list[str]:
    """Return the lines of standard input that have any text."""
    if Path(article) == STDIN or is_terminal(sys.stdin):
        raise click.UsageError("which text? give one, or a line of standard input for each")
    with kept([STDIN]) as copies:
        return [line for line in text_of(copies[STDIN]).splitlines() if line.strip()]

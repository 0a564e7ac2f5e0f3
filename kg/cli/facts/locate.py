"""``kg locate``: where a text stands in an article, as the YAML of a passage."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import kg
from kg.claims.articles import Articles
from kg.cli import completion
from kg.cli.options import articles_option, store_option
from kg.cli.terminal import complain, is_terminal, opened, say
from kg.errors import AbsentError, FactsError, Fault
from kg.facts.files import STDIN, files, kept
from kg.facts.locating import difference, flow, placed, text_of

_WHERE = "where are the articles? give --articles, or set $KG_ARTICLES"


@click.command("locate")
@click.argument("article", shell_complete=completion.articles_and_files)
@click.argument("texts", metavar="[TEXT]...", nargs=-1, shell_complete=completion.files)
@click.option("--occurrence", default=0, metavar="N", help="Which one, where it stands twice.")
@click.option("--write", is_flag=True, help="Put the passages that facts files give by their text.")
@articles_option
@store_option
def command(
    article: str,
    texts: tuple[str, ...],
    occurrence: int,
    write: bool,
    articles: Path | None,
    store: Path | None,
) -> None:
    """Print the YAML of the passages in ARTICLE that are the TEXTs.

    ARTICLE is a file, the name of one among the articles, a key, or “-” for standard input.
    Without a TEXT, each line of standard input is one. A text has to stand there once; quotation
    marks, spaces and Unicode normal forms may differ. Exit code 1 where one does not.

    With --write, name facts files: each “text: …” of a passage is replaced by paragraph, offsets
    and digest, in all files or in none. “-” reads one from standard input and prints it.
    """
    if write:
        if occurrence:
            raise click.UsageError("--occurrence goes without --write; give more words")
        _write([Path(article), *map(Path, texts)], articles, store)
        return
    whole = _whole(article, articles, store)
    wanted = texts or _lines(article)
    found, absent = list[str](), list[str]()
    for text in wanted:
        try:
            place = placed(whole, text, occurrence)
        except AbsentError as error:
            absent.append(str(error))
        else:
            found.append(f"- {flow(place)}")
            if note := difference(place, text):
                complain(f"kg: {note}")
    if absent:
        raise AbsentError("\nkg: ".join(absent))
    say("\n".join(found), fold=False)


def _write(paths: list[Path], articles: Path | None, store: Path | None) -> None:
    """Put the passages of facts files; every fault is told before any file is written."""
    from kg.drafting.at_hand import texts
    from kg.drafting.passages import Rewritten, rewritten

    if not articles:
        raise click.UsageError(_WHERE)
    given = files(paths)
    done: dict[Path, Rewritten] = {}
    faults: list[Fault] = []
    with kept(given) as copies:
        text_of = texts(copies.values(), articles, lambda key: kg.open(store).article(key))
        for path in given:
            try:
                done[path] = rewritten(copies[path], text_of)
            except FactsError as error:
                faults += error.faults
        if faults:
            raise FactsError(faults)
    for path, result in done.items():
        if result.located or path == STDIN:
            with opened(None if path == STDIN else path) as file:
                file.write(result.text.encode())
        for mark, wanted, place in result.located:
            note = difference(place, wanted)
            complain(f"line {mark.line}: {place}" + (f"; {note}" if note else ""))
        complain(f"{path}: {len(result.located)} passages put by their place")


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
        raise click.UsageError(f"there is no file “{name}”, and {_WHERE}")
    return Articles(articles).whole(kg.open(store).article(name))


def _lines(article: str) -> list[str]:
    """Return the lines of standard input that have any text."""
    if Path(article) == STDIN or is_terminal(sys.stdin):
        raise click.UsageError("which text? give one, or a line of standard input for each")
    with kept([STDIN]) as copies:
        return [line for line in text_of(copies[STDIN]).splitlines() if line.strip()]

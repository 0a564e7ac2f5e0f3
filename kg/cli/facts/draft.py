"""``kg draft``: an article's facts to be completed, with all the bookkeeping done."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import kg
from kg.cli import completion
from kg.cli.options import output_option, store_option
from kg.cli.terminal import complain, is_terminal, opened
from kg.facts.files import kept
from kg.vocabulary.ontology import ent


@click.command("draft")
@click.argument("article", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publisher", metavar="NAME", shell_complete=completion.agents,
              help="Who published it: a key or a name.")  # fmt: skip
@click.option("--date", "published", metavar="DATE", help="When: 2026-03-04, 2026-03 or 2026.")
@click.option("--key", metavar="KEY", help="The article's key; by default its file's name.")
@click.option("--with-text", is_flag=True, help="Put each sentence into a comment: private work.")
@click.option("--tagger", metavar="NAME", help="A tagger of names that is installed (kg.taggers).")
@output_option
@store_option
def command(
    article: Path,
    publisher: str | None,
    published: str | None,
    key: str | None,
    with_text: bool,
    tagger: str | None,
    output: Path | None,
    store: Path | None,
) -> None:
    """Draft the facts of ARTICLE, a file of text: every judgement is left to you.

    The draft has the record of the article, and for each sentence a stub of a claim: its passage,
    the keys of known entities that it names, the phrase of its date with a careful reading, a hint
    at the status. Names that are not known are entities to be made. What is “?” is refused by
    every command until you decide. No sentence of the article is in it, unless --with-text.
    """
    from kg.drafting.draft import Headings, draft
    from kg.drafting.taggers import names_by
    from kg.facts.locating import text_of

    if output and output.exists():
        raise click.UsageError(f"{output} is there already; a draft does not replace facts")
    publisher = publisher or _asked("publisher", "Who published it (a key or a name)?")
    published = published or _asked("date", "When was it published (2026-03-04, 2026-03, 2026)?")
    with kept([article]) as copies:
        text = text_of(copies[article])
    dataset = kg.open(store)
    keys = dataset.names.of_entities()
    headings = Headings.checked(key or article.stem, publisher, published, keys)
    more = names_by(tagger, text) if tagger else ()
    people = dataset.names.of_entities(ent.Person)
    whole = draft(text, headings, keys, people=people, more=more, with_text=with_text)
    with opened(output) as file:
        file.write(whole.encode())
    if output:
        complain(f"{output}: {whole.count('status: ')} stubs to be decided")


def _asked(option: str, question: str) -> str:
    """Ask for what was not given, where a person is there to answer."""
    if not is_terminal(sys.stdin):
        raise click.UsageError(f"{question} give --{option}")
    answer: str = click.prompt(question, err=True)
    return answer

"""``kg queries``: the catalogue of named questions."""

from __future__ import annotations

from itertools import groupby

import click

from kg.cli import completion
from kg.cli.terminal import say
from kg.sparql import catalogue


@click.command("queries")
@click.argument("name", required=False, shell_complete=completion.queries)
def command(name: str | None) -> None:
    """List the named queries by theme, or show the one called NAME."""
    if name:
        say(catalogue.named(name).text.removesuffix("\n"), fold=False)
        return
    queries = sorted(catalogue.catalogue(), key=lambda query: query.theme)
    width = max(len(query.name) for query in queries)
    lines: list[str] = []
    for theme, group in groupby(queries, lambda query: query.theme):
        lines += ["", f"{theme}:"] if lines else [f"{theme}:"]
        for query in group:
            params = f" [{', '.join(query.params)}]" if query.params else ""
            lines.append(f"{query.name:{width}}  {query.summary}{params}")
    say("\n".join(lines), hang=width + 2)

"""``kg queries``: the catalogue of named questions."""

from __future__ import annotations

import click

from kg.cli.options import complete
from kg.sparql import catalogue


@click.command("queries")
@click.argument("name", required=False, shell_complete=complete)
def command(name: str | None) -> None:
    """List the named queries, or show the one called NAME."""
    if name:
        click.echo(catalogue.named(name).text, nl=False)
        return
    queries = list(catalogue.catalogue())
    width = max(len(query.name) for query in queries)
    for query in queries:
        params = f" [{', '.join(query.params)}]" if query.params else ""
        click.echo(f"{query.name:{width}}  {query.summary}{params}")

"""``kg push``: the dataset to a server elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

import kg
from kg.cli.options import default_graph_option, store_option, token, token_option
from kg.cli.terminal import progress, say


@click.command("push")
@click.option("--to", "url", required=True, metavar="URL", help="The server's graph store.")
@default_graph_option
@token_option
@store_option
def command(url: str, default_graph: str, token_file: Path | None, store: Path | None) -> None:
    """Send the dataset to a server, by the SPARQL 1.1 Graph Store HTTP Protocol.

    The default graph and every named graph replace those of the server; claims that an earlier
    push brought and that are no more are removed, other graphs are left alone. The bearer token
    is read from --token-file, or from $KG_TOKEN. After a failure, push again.
    """
    sent = kg.push(
        kg.open(store), url, token(token_file, "KG_TOKEN"),
        default_graph=default_graph, progress=_progress,
    )  # fmt: skip
    removed = f"; {sent.removed} old ones removed" if sent.removed else ""
    say(f"pushed: {sent.graphs} graphs, {sent.triples} triples to {url}{removed}")


def _progress(sent: int, graphs: int) -> None:
    progress(f"{sent} of {graphs} graphs" if sent < graphs else "")

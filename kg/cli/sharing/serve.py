"""``kg serve``: the dataset over HTTP."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import click

import kg
from kg.cli import options
from kg.cli.terminal import say
from kg.errors import ServerError
from kg.sandbox import can_forbid_network
from kg.store import default_path

_MEBI = 1 << 20


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=7878, show_default=True, type=click.IntRange(0, 65_535))
@click.option("--public", is_flag=True, help="Listen on an address that others can reach.")
@options.store_option
@click.option("--writable", is_flag=True, help="Take changes from who has the token.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="The file of the token; by default it is $KG_TOKEN.",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="HOST",
    help="Let SERVICE and LOAD ask this host (with :PORT where it has one); may be repeated.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Answer for this host too, beside those of this machine alone; may be repeated.",
)
@click.option(
    "--base-url",
    default="",
    metavar="URL",
    help="What the server's own IRIs in answers begin with; by default the host that was asked.",
)
@click.option(
    "--timeout",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.05, 86_400),
    metavar="SECONDS",
    help="End a query that takes longer.",
)
@click.option(
    "--max-memory",
    default=512,
    show_default=True,
    type=click.IntRange(32),
    metavar="MB",
    help="End a query that needs more.",
)
@click.option(
    "--max-results",
    default=1_000_000,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="End a query with more solutions or triples.",
)
@click.option(
    "--max-body",
    default=64,
    show_default=True,
    type=click.IntRange(1),
    metavar="MB",
    help="Refuse a longer body of a change.",
)
@click.option(
    "--workers",
    default=max(4, os.cpu_count() or 1),
    type=click.IntRange(1, 256),
    metavar="N",
    help="Answer so many queries at once.",
    show_default="4, or the cores",
)
@click.option(
    "--queue",
    default=512,
    show_default=True,
    type=click.IntRange(0),
    metavar="N",
    help="Let so many queries wait; refuse more.",
)
@click.option(
    "--cache",
    default=64,
    show_default=True,
    type=click.IntRange(0),
    metavar="MB",
    help="Keep so much of what was answered.",
)
@click.option(
    "--log/--no-log",
    default=True,
    show_default=True,
    help="Write a line of JSON on each request to standard error.",
)
def command(
    host: str,
    port: int,
    public: bool,
    store: Path | None,
    writable: bool,
    token_file: Path | None,
    services: tuple[str, ...],
    hosts: tuple[str, ...],
    base_url: str,
    timeout: float,
    max_memory: int,
    max_results: int,
    max_body: int,
    workers: int,
    queue: int,
    cache: int,
    log: bool,
) -> None:
    """Serve the dataset to SPARQL clients, until it is interrupted.

    At /query, /update, /sparql (both) and /store (graphs); /ask and /why; /openapi.json says
    the rest. The URL is printed when it can be asked.
    """
    try:
        from kg.endpoint.log import hold_standard_files
        from kg.endpoint.server import Access, Limits, serve
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("kg"):
            raise
        message = f"“{error.name}” is missing; “pip install 'entente-kg[serve]'” brings it"
        raise ServerError(message) from error
    hold_standard_files()
    path = store or default_path()
    kg.open(path)  # builds it, or brings it up to date
    limits = Limits(
        timeout, max_memory * _MEBI, max_results, max_body * _MEBI, workers, queue, cache * _MEBI
    )
    access = Access(
        _token(token_file) if writable else "",
        frozenset(name.lower() for name in services),
        frozenset(hosts),
        base_url,
        public,
    )
    serve(
        path,
        host,
        port,
        limits=limits,
        access=access,
        log_requests=log,
        ready=partial(_tell, access.services),
    )


def _tell(services: frozenset[str], url: str) -> None:
    """Print the URL, and what keeps queries from the network."""
    layers = "their text is checked"
    if can_forbid_network() and not services:
        layers += ", and the system lets them open no connection"
    but = f" but {', '.join(sorted(services))}" if services else ""
    say(f"{url} (queries reach no other server{but}: {layers})")


def _token(file: Path | None) -> str:
    """Return the token. Raises ``ServerError`` where there is none, or a short one."""
    token = options.token(file, "KG_TOKEN")
    if len(token) < 16 or not token.isascii() or any(c.isspace() for c in token):
        raise ServerError(
            "--writable needs a token of 16 ASCII characters or more without spaces, "
            "in $KG_TOKEN or a --token-file"
        )
    return token

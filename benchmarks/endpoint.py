"""``kg serve`` beside ``oxigraph serve`` and rdflib-endpoint: same data, same load, same run.

``python benchmarks/endpoint.py`` needs the PyPI package ``oxigraph`` and, with ``--rdflib``, the
command ``rdflib-endpoint`` of any environment. ``--seconds`` is for each measurement, of which
there are ``--rounds``, and ``--claims`` the size of the made-up corpus; ``--quick`` is for a look.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from measure import environment, kg, run, table

HERE = Path(__file__).parent
PREFIXES = "PREFIX ent: <https://w3id.org/entente/ontology#> "
SMALL = f"{PREFIXES}SELECT ?a ?b {{ ?a ent:metWith ?b }} LIMIT 10"
LARGE = "SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 100000"
SLOWEST = "rdflib-endpoint"
"""It is measured once only."""
TICKS = os.sysconf("SC_CLK_TCK")


class Server(NamedTuple):
    """A server: how it starts, where it answers, and what it is called."""

    name: str
    command: list[str]
    path: str


class Load(NamedTuple):
    """A load: which queries, and how ``load.py`` is to ask them."""

    name: str
    queries: list[str]
    options: tuple[str, ...]
    seconds: float = 1.0
    """How long, beside other loads."""
    most: int = 64
    """How many connections at most."""


def port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def used(pid: int) -> tuple[float, float]:
    """Return the seconds of CPU and the MB of memory (its own share) of a tree of processes."""
    seconds, memory = 0.0, 0.0
    for each in tree(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            shares = Path(f"/proc/{each}/smaps_rollup").read_text()
        except OSError:
            continue
        seconds += sum(map(int, fields[11:15])) / TICKS  # with children that have ended
        memory += int(shares.partition("\nPss:")[2].split()[0]) / 1_000
    return seconds, memory


@contextmanager
def started(server: Server, number: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; wait until it answers."""
    process = subprocess.Popen(
        server.command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
    )
    url = f"http://127.0.0.1:{number}{server.path}?query=ASK%20%7B%7D"
    try:
        for _ in range(1_200):
            try:
                with urllib.request.urlopen(url) as answer:
                    answer.read()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise TimeoutError(server.name)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def measured(
    server: Server, number: int, pid: int, load: Load, connections: int, seconds: float
) -> dict[str, Any]:
    """Put a load on a server that runs; return what it did and what it took."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as queries:
        json.dump(load.queries, queries)
        queries.flush()
        url = f"http://127.0.0.1:{number}{server.path}"
        command = [sys.executable, str(HERE / "load.py"), url, str(connections)]
        before, _ = used(pid)
        _, output = run([*command, str(seconds * load.seconds), queries.name, *load.options])
        after, memory = used(pid)
    found: dict[str, Any] = json.loads(output)
    found["cpu"] = (after - before) / max(found["requests"], 1)
    found["memory"] = memory
    return found


def servers(folder: Path, claims: int, rdflib: str) -> Iterator[tuple[Server, int]]:
    """Lay out the data for each server, and yield how it is started, with its port."""
    corpus, store, dump = folder / "corpus", folder / "store", folder / "data.nq"
    run([sys.executable, str(HERE / "corpus.py"), str(claims), str(corpus)])
    run([*kg(), "build", str(corpus), "--store", str(store)])
    run([*kg(), "dump", "-f", "nquads", "-o", str(dump), "--store", str(store)])
    number = port()
    serve = ["serve", "--store", str(store), "--port", str(number), "--no-log"]
    yield Server("kg serve", [*kg(), *serve], "/query"), number
    oxigraph = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if oxigraph:
        run([oxigraph, "load", "--location", str(folder / "oxigraph"), "--file", str(dump)])
        number = port()
        location = ["--location", str(folder / "oxigraph"), "--bind", f"127.0.0.1:{number}"]
        # Without --timeout-s, which keeps a thread waiting for every query that was answered.
        command = [oxigraph, "serve-read-only", *location]
        yield Server("oxigraph serve", command, "/query"), number
    if rdflib:
        number = port()
        command = [rdflib, "serve", "--host", "127.0.0.1", "--port", str(number), str(dump)]
        yield Server(SLOWEST, command, "/"), number


def catalogue() -> list[str]:
    """Return the queries of the catalogue that ask for solutions."""
    texts = (path.read_text("utf-8") for path in sorted((HERE.parent / "queries").glob("*.rq")))
    return [text for text in texts if "SELECT" in text]


def chosen(loads: list[Load], crowds: list[int]) -> Iterator[tuple[Load, int]]:
    """Yield each load with its numbers of connections: not the most for what is heavy."""
    for load in loads:
        several = [n for n in crowds if n <= load.most] or crowds[:1]
        yield from ((load, n) for n in several)


def middle(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the measurement of the median rate."""
    found.sort(key=lambda each: float(each["requests"] / each["seconds"]))
    return found[len(found) // 2]


def row(name: str, load: Load, connections: int, found: dict[str, Any]) -> list[str]:
    """Return the cells of one measurement."""
    rate = found["requests"] / found["seconds"]
    return [
        load.name, str(connections), name, f"{rate:,.1f}" if rate < 100 else f"{rate:,.0f}",
        f"{found['cpu'] * 1e6:,.0f}", f"{found['p50'] * 1000:,.2f}", f"{found['p99'] * 1000:,.2f}",
        f"{found['memory']:,.0f}", str(found["failed"]),
    ]  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--claims", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", default="1,8,64")
    parser.add_argument("--rdflib", default="", help="the command rdflib-endpoint")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    seconds, crowds = given.seconds, [int(n) for n in given.connections.split(",")]
    if given.quick:
        seconds, crowds = 1.5, [8]
    loads = [
        Load("small, first seen", [SMALL], ("--fresh",)),
        Load("small, repeated", [SMALL], ()),
        Load("100,000 solutions", [LARGE], ("--fresh",), 1.5, 8),
        Load("the catalogue", catalogue(), ("--fresh",), 1.5),
        # Last, and once: the runaway queries of oxigraph go on when their clients have left.
        Load("small, with a runaway query a second", [SMALL], ("--fresh", "--runaway"), 2.0, 1),
    ]
    print(environment(), end="\n\n", flush=True)
    rows: list[Sequence[str]] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        running = [
            (server, number, stack.enter_context(started(server, number)).pid)
            for server, number in servers(Path(folder), given.claims, given.rdflib)
        ]
        for load, connections in chosen(loads, crowds):
            # In turn, so that what else the machine does is the same for all.
            several: dict[str, list[dict[str, Any]]] = {}
            for turn in range(given.rounds):
                for server, number, pid in running:
                    if turn and server.name == SLOWEST:
                        continue
                    found = measured(server, number, pid, load, connections, seconds)
                    several.setdefault(server.name, []).append(found)
            for name, each in several.items():
                rows.append(row(name, load, connections, middle(each)))
                print(" ".join(rows[-1]), file=sys.stderr, flush=True)
    headings = ["load", "connections", "server", "requests/s", "CPU each, µs", "p50, ms", "p99, ms",
                "memory, MB", "failed"]  # fmt: skip
    print(table(headings, rows))


if __name__ == "__main__":
    main()

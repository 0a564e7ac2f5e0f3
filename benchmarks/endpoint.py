"""``kg serve`` under load, beside oxigraph's server and rdflib-endpoint, with the same data.

``python benchmarks/endpoint.py --claims 3000`` serves the same made-up facts by each in turn on
loopback and asks: small queries never asked before, one small query again and again, a result of
100,000 solutions, and the catalogue; over 1, 8 and 64 connections. Then small queries while a
runaway query arrives each second. Peers are left out where they are not installed
(``pip install oxigraph rdflib-endpoint``). The server's CPU is that of its whole process tree, as
Linux counts it.
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

import corpus
from measure import environment, kg, table

import kg as package
from kg import queries
from kg.vocabulary import context

LOAD = Path(__file__).with_name("load.py")
CONNECTIONS = (1, 8, 64)
RUNAWAY = "SELECT (COUNT(*) AS ?n) { " + " ".join(
    f"VALUES ?{name} {{ {' '.join(map(str, range(40)))} }}" for name in "abcdefgh"
) + " }"  # fmt: skip
_TICKS = os.sysconf("SC_CLK_TCK")
_RDFLIB = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
data = Dataset(default_union=False)
data.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=data, path="/query"), port=int(sys.argv[2]), log_level="error")
"""


class Server(NamedTuple):
    """A server to be measured: its name, and its command for a port."""

    name: str
    command: list[str]
    path: str


def servers(store: Path, folder: Path) -> Iterator[Server]:
    """Yield ours and those peers that are installed, each with the same data."""
    yield Server("kg", [*kg(), "serve", "--store", str(store), "--port", "{port}"], "/query")
    quads = folder / "data.nq"
    package.open(store).dump(quads, "nquads")
    beside = shutil.which(
        "oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if beside:
        location = str(folder / "oxigraph")
        subprocess.run(
            [beside, "load", "--location", location, "--file", str(quads)],
            check=True, capture_output=True,
        )  # fmt: skip
        serve = [beside, "serve-read-only", "--location", location, "--bind", "127.0.0.1:{port}"]
        yield Server("oxigraph", serve, "/query")
    with suppress(ImportError):
        __import__("rdflib_endpoint")
        yield Server(
            "rdflib-endpoint", [sys.executable, "-c", _RDFLIB, str(quads), "{port}"], "/query"
        )


@contextmanager
def running(server: Server) -> Iterator[tuple[int, int]]:
    """Run a server on a free port; give its process and the port, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [part.replace("{port}", str(port)) for part in server.command]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with suppress(URLError, ConnectionError):
                urlopen(f"http://127.0.0.1:{port}{server.path}?query=ASK%7B%7D", timeout=600).read()
                break
            if process.poll() is not None:
                raise SystemExit(f"{server.name} ended with {process.returncode}")
            time.sleep(0.1)
        yield process.pid, port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def tree(pid: int) -> dict[int, list[str]]:
    """Return the fields of /proc/PID/stat, from the state on, of a process and all below it."""
    found: dict[int, list[str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
    below, waiting = {}, [pid]
    while waiting:
        here = waiting.pop()
        if here in found:
            below[here] = found[here]
            waiting += [each for each, fields in found.items() if fields[1] == str(here)]
    return below


def cpu(pid: int) -> float:
    """Return the seconds of CPU that a process tree has taken, its dead children included."""
    return sum(sum(map(int, fields[11:15])) for fields in tree(pid).values()) / _TICKS


def memory(pid: int) -> float:
    """Return the resident memory of a process tree in MB; shared pages count each time."""
    return sum(int(f[21]) for f in tree(pid).values()) * os.sysconf("SC_PAGE_SIZE") / 1e6


def request(server: Server, query: str, accept: str = "application/sparql-results+json") -> str:
    """Return the text of a request for a query."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in context().prefixes.items())
    words = {f"{name}:" for name in context().prefixes}
    text = (prefixes if any(word in query for word in words) else "") + query
    target = f"{server.path}?query={quote(text, safe='{}').replace('%7Bn%7D', '{n}')}"
    return f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"


def loads(server: Server) -> dict[str, list[str]]:
    """Return the requests of each kind of load."""
    catalogue = [
        request(server, query.text, "application/sparql-results+json, text/turtle")
        for query in queries.catalogue()
    ]
    small = (
        "SELECT ?s ?label WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } LIMIT 5"
    )
    return {
        "small, first seen": [request(server, small.replace("?label", "?x{n}"))],
        "small, repeated": [request(server, small)],
        "100,000 solutions": [request(server, "SELECT * WHERE { ?s ?p ?o } LIMIT 100000")],
        "catalogue": catalogue,
    }


def measured(
    pid: int, port: int, connections: int, seconds: float, requests: list[str]
) -> dict[str, Any]:
    """Put a load on a server; return what the client saw and what the server took for it."""
    before = cpu(pid)
    spec = {
        "host": "127.0.0.1", "port": port, "connections": connections, "seconds": seconds,
        "requests": requests,
    }  # fmt: skip
    command = [sys.executable, str(LOAD)]
    output = subprocess.run(command, input=json.dumps(spec).encode(), stdout=-1, check=True).stdout
    seen: dict[str, Any] = json.loads(output)
    seen["cpu"] = (cpu(pid) - before) / seen["answers"]
    return seen


def row(server: str, load: str, connections: int, seen: dict[str, Any]) -> list[str]:
    times = [f"{seen[name] * 1000:.2f}" for name in ("cpu", "p50", "p99")]
    size, failed = f"{seen['size']:,}", str(seen["failed"])
    return [load, str(connections), server, f"{seen['rate']:,.0f}", *times, size, failed]


def undisturbed(server: Server, pid: int, port: int, seconds: float) -> Iterator[list[str]]:
    """Ask small queries alone, then while a runaway query arrives each second."""
    requests = loads(server)["small, first seen"]
    yield row(server.name, "small, alone", 8, measured(pid, port, 8, seconds, requests))
    runaway = request(server, RUNAWAY).encode()
    script = (
        "import socket, sys, time\nheld = []\n"
        "while True:\n"
        f"    each = socket.create_connection(('127.0.0.1', {port}))\n"
        f"    each.sendall({runaway!r})\n"
        "    held.append(each)\n    time.sleep(1)"
    )
    client = subprocess.Popen([sys.executable, "-c", script])
    try:
        time.sleep(2)
        seen = measured(pid, port, 8, seconds, requests)
        yield row(server.name, "small, beside runaway queries", 8, seen)
    finally:
        client.kill()
        client.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=3_000)
    parser.add_argument("--seconds", type=float, default=4, help="for each load")
    chosen = parser.parse_args()
    print(environment())
    times = ("CPU, ms", "p50, ms", "p99, ms")
    headings = ("load", "connections", "server", "answers/s", *times, "bytes", "failed")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        corpus.write(chosen.claims, folder / "facts")
        package.build([folder / "facts"], folder / "store")
        lines: list[list[str]] = []
        for server in servers(folder / "store", folder):
            with running(server) as (pid, port):
                for load, requests in loads(server).items():
                    for connections in CONNECTIONS:
                        seen = measured(pid, port, connections, chosen.seconds, requests)
                        lines.append(row(server.name, load, connections, seen))
                print(f"{server.name}: {memory(pid):.0f} MB after the loads", flush=True)
                lines += undisturbed(server, pid, port, chosen.seconds)
    print(table(headings, sorted(lines, key=lambda line: (line[0], int(line[1])))))


if __name__ == "__main__":
    main()

"""Soak a server: mixed load and kills for some minutes; what is lost, and what grows?

``python benchmarks/soak.py --minutes 5`` builds a store, serves it and lets clients ask, run
queries without end, leave in the middle and make updates, while readers, the writer, the front
and then everything are killed in turn. Every update that was acknowledged is looked for in the
end. Descriptors, memory and processes are sampled after the first half minute and at the end,
each time of a front that is at rest.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

TOKEN = "a-token-for-the-soak"
NUMBERS = " ".join(map(str, range(100)))
ENDLESS = (
    f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'VALUES ?v{i} {{ {NUMBERS} }}' for i in range(8))} }}"
)
LONG = f"SELECT * {{ {' '.join(f'VALUES ?v{i} {{ {NUMBERS} }}' for i in range(3))} }}"
QUERIES = [
    "ASK {{}} # {n}", "who-met-whom", "SELECT * {{ ?s ?p ?o }} LIMIT 100 # {n}",
    "SELECT ?l {{ ?s rdfs:label ?l }} ORDER BY ?l # {n}", "no SPARQL {n}",
    "ASK {{ SERVICESILENT<http://127.0.0.1/>{{}} }}",
]  # fmt: skip


class Sample(NamedTuple):
    """What a server has: of the front, and of all processes."""

    descriptors: int
    megabytes: int
    processes: int


class Server:
    """A server that is started again whenever it has been killed."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "kg", "serve", "--store", str(self.store), "--writable",
                   "--no-log", "--cache", "1", "--timeout", "2",
                   "--port", str(self.port)]  # fmt: skip
        environment = {**os.environ, "KG_TOKEN": TOKEN}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        )
        assert self.process.stdout
        found = re.search(r":(\d+)/", self.process.stdout.readline())
        if not found:
            raise SystemExit("the server does not start")
        self.port = int(found[1])

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body or None, named)
            response = connection.getresponse()
            content = response.read()
            if response.status == HTTPStatus.INTERNAL_SERVER_ERROR:  # never right: say what it is
                sys.stderr.write(f"{path[:80]}: {content[:400].decode(errors='replace')}\n")
            return response.status
        finally:
            connection.close()

    def below(self) -> list[int]:
        parents: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            children = parents.get(waiting.pop(), [])
            found += children
            waiting += children
        return found

    def sample(self) -> Sample:
        pid = self.process.pid
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        size = pages * os.sysconf("SC_PAGE_SIZE") >> 20
        return Sample(len(list(Path(f"/proc/{pid}/fd").iterdir())), size, len(self.below()))


class Soak:
    """The clients, each a thread; ``seen`` counts what they saw, ``told`` is acknowledged."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.over = threading.Event()
        self.seen: Counter[str] = Counter()
        self.told: list[int] = []

    def repeat(self, act: Callable[[int], str], pause: float) -> threading.Thread:
        def run() -> None:
            number = 0
            while not self.over.is_set():
                number += 1
                try:
                    said = act(number)
                except (OSError, http.client.HTTPException):
                    said = "no answer: the server was being killed"
                self.seen[said] += 1
                time.sleep(pause)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def query(self, number: int) -> str:
        text = random.choice(QUERIES).format(n=f"{number} {random.random()}")
        return f"query {self.server.ask('GET', f'/query?query={quote(text)}')}"

    def cite(self, number: int) -> str:
        return f"cite {self.server.ask('GET', f'/query?query=who-met-whom&cite=true&n={number}')}"

    def runaway(self, number: int) -> str:
        text = f"{ENDLESS} # {number} {random.random()}"
        return f"runaway {self.server.ask('GET', f'/query?query={quote(text)}')}"

    def vanish(self, number: int) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        text = random.choice([ENDLESS, LONG])
        connection.request("GET", f"/query?query={quote(text)}", headers={"Accept": "text/csv"})
        time.sleep(random.random())
        connection.close()
        return "client that vanished"

    def update(self, number: int) -> str:
        text = f"INSERT DATA {{ <urn:soak> <urn:n> {number} }}"
        status = self.server.ask(
            "POST", "/update", text,
            Content_Type="application/sparql-update", Authorization=f"Bearer {TOKEN}",
        )  # fmt: skip
        if status == 204:
            self.told.append(number)
        return f"update {status}"

    def kill(self, number: int) -> str:
        """Kill readers and the writer; every tenth time the front, or everything at once."""
        below = self.server.below()
        if number % 10 == 0:
            everything = number % 20 == 0
            self.server.process.kill()
            for pid in below if everything else []:
                with suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            self.server.process.wait()
            self.server.start()
            return "killed: everything" if everything else "killed: the front"
        victim = random.choice(below)
        with suppress(OSError):
            os.kill(victim, signal.SIGKILL)
        return "killed: a process below the front"


def at_rest(server: Server) -> Sample:
    """Sample a server that nobody asks: when two samples in a row are the same size."""
    before = server.sample()
    for _ in range(60):
        time.sleep(1)
        server.ask("GET", "/query?query=ASK%20%7B%7D")
        after = server.sample()
        if after.processes == before.processes and after.descriptors == before.descriptors:
            return after
        before = after
    return before


def loaded(soak: Soak, seconds: float, *, kills: bool) -> None:
    soak.over.clear()
    acts: Iterator[tuple[Callable[[int], str], float]] = iter(
        [(soak.query, 0.01), (soak.query, 0.02), (soak.cite, 0.2), (soak.runaway, 0.2),
         (soak.vanish, 0.1), *([(soak.kill, 1.5)] if kills else [])]
    )  # fmt: skip
    threads = [soak.repeat(act, pause) for act, pause in acts]
    numbers = iter(range(len(soak.told) * 10 + 1, 10**9))
    threads.append(soak.repeat(lambda _: soak.update(next(numbers)), 0.05))
    time.sleep(seconds)
    soak.over.set()
    for thread in threads:
        thread.join()


def lost(server: Server, told: list[int]) -> set[int]:
    """Return the acknowledged updates that the store does not have."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    text = quote("SELECT ?n { <urn:soak> <urn:n> ?n }")
    connection.request("GET", f"/query?query={text}", headers={"Accept": "text/csv"})
    lines = connection.getresponse().read().decode().split()[1:]
    connection.close()
    return set(told) - {int(line) for line in lines}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=5)
    seconds = parser.parse_args().minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store")
        subprocess.run(
            [sys.executable, "-m", "kg", "build", "--store", store], check=True, capture_output=True
        )
        server = Server(store)
        try:
            soak = Soak(server)
            loaded(soak, seconds * 0.45, kills=True)
            server.process.terminate()
            server.process.wait()
            server.start()  # one front for the comparison: those before were killed
            loaded(soak, seconds * 0.1, kills=False)
            before = at_rest(server)
            loaded(soak, seconds * 0.45, kills=False)
            after = at_rest(server)
            print("| what | times |\n|---|---:|")
            for said, times in sorted(soak.seen.items()):
                print(f"| {said} | {times:,} |")
            print("\n| of the front, at rest | before | after |\n|---|---:|---:|")
            for name, first, last in zip(Sample._fields, before, after, strict=True):
                print(f"| {name} | {first} | {last} |")
            missing = lost(server, soak.told)
            print(f"\nUpdates acknowledged: {len(soak.told):,}; lost: {len(missing)}")
        finally:
            server.process.terminate()
            server.process.wait()


if __name__ == "__main__":
    main()

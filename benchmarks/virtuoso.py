"""Whether a Virtuoso that ``kg push`` has filled answers the catalogue as ``kg`` does.

``python benchmarks/virtuoso.py`` starts the server of Debian's package ``virtuoso-opensource`` in a
folder of its own, lets everybody write to it, sends our facts with our default graph under a name,
asks each query of the catalogue there and here, and prints those whose solutions differ.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from measure import environment, kg

import kg as package
from kg.sparql import catalogue as queries

PORTS = (18111, 18890)
DEFAULT = "https://example.org/default"
CONFIGURATION = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{}
[HTTPServer]
ServerPort = 127.0.0.1:{}
[SPARQL]
ResultSetMaxRows = 1000000
"""
OPEN = "DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7); grant SPARQL_UPDATE to \"SPARQL\";"


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server; give its URL, once everybody may write to it."""
    (folder / "virtuoso.ini").write_text(CONFIGURATION.format(*PORTS))
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    server = subprocess.Popen(command, cwd=folder, stdout=-3, stderr=-3)
    url = f"http://127.0.0.1:{PORTS[1]}"
    try:
        while server.poll() is None:
            with suppress(URLError, ConnectionError):
                urlopen(f"{url}/sparql").read()
                break
            time.sleep(0.2)
        isql = ["isql-vt", f"127.0.0.1:{PORTS[0]}", "dba", "dba", f"exec={OPEN}"]
        subprocess.run(isql, check=True, stdout=-3)
        yield url
    finally:
        server.kill()
        server.wait()


def lines(store: Path, *arguments: str) -> Counter[bytes] | str:
    """Return the lines of an answer, or what is said where there is none."""
    form = "ntriples" if "as-a-graph" in arguments[0] else "csv"
    command = [*kg(), "query", *arguments, "--format", form]
    done = subprocess.run(command, capture_output=True, env={"KG_STORE": str(store)})
    return Counter(done.stdout.splitlines()) if done.returncode == 0 else done.stderr.decode()


def main() -> int:
    print(environment())
    with tempfile.TemporaryDirectory() as made, running(Path(made)) as url:
        store = Path(made, "store")
        package.build(path=store)
        push = ["push", "--store", str(store), "--to", f"{url}/sparql-graph-crud"]
        subprocess.run([*kg(), *push, "--default-graph", DEFAULT], check=True)
        there = ("--endpoint", f"{url}/sparql", "--default-graph", DEFAULT)
        differing = 0
        for name in queries.names():
            for cite in ((), ("--cite",)):
                if cite and "as-a-graph" in name:
                    continue  # its blank nodes have no names to compare
                found, due = lines(store, name, *cite, *there), lines(store, name, *cite)
                if found != due:
                    differing += 1
                    why = found.strip() if isinstance(found, str) else "other solutions"
                    print(f"{' '.join((name, *cite))}: {why[:200]}")
        print(f"{differing} answers differ")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())

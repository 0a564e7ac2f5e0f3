"""A shapes graph: what files of shapes say, node by node, and where they say it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kg.errors import EntenteError, Fault, Mark, ShapesError
from kg.resources import ONTOLOGY
from kg.vocabulary.context import context, named
from kg.vocabulary.terms import RdfTerm

SHAPES = ONTOLOGY / "shapes.ttl"
SH = context().expand("sh:")


class ShapesGraph:
    """The shapes of some files; ``is_ours`` tells that they are those which a test has tried.

    Raises ``ShapesError`` for what is no RDF or cannot be read, and for misspelt terms of ours.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self.is_ours = list(files) == [SHAPES]
        self.said: dict[RdfTerm, dict[RdfTerm, list[RdfTerm]]] = defaultdict(dict)
        self._files: dict[RdfTerm, Path] = {}
        self._parents: dict[RdfTerm, RdfTerm] = {}
        for path in files:
            speaks = False
            for quad in _quads(path, apart=len(files) > 1):
                subject, value = quad.subject, quad.object
                speaks = speaks or any(str(t).startswith(f"<{SH}") for t in (quad.predicate, value))
                self.said[subject].setdefault(quad.predicate, []).append(value)
                self._files.setdefault(subject, path)
                if isinstance(value, ox.BlankNode):
                    self._parents.setdefault(value, subject)
            if not speaks:
                raise ShapesError(f"{path}: there is no shape in it, nor any other word of {SH}")
        if not self.is_ours:
            self._refuse_misspelt_terms()

    def values(self, node: RdfTerm, word: str) -> list[RdfTerm]:
        """Return what a node has as ``word``, a compact IRI."""
        return self.said[node].get(named(word), []) if node in self.said else []

    def one(self, node: RdfTerm, word: str) -> RdfTerm | None:
        """Return the one value that a node has as ``word``, if any; more are refused."""
        found = self.values(node, word)
        if len(found) > 1:
            raise self.refusal(node, f"{word} has more than one value", word)
        return found[0] if found else None

    def is_true(self, node: RdfTerm, word: str) -> bool:
        """Tell whether a node has true as ``word``; what is no truth value is refused."""
        value = self.one(node, word)
        if value is None:
            return False
        text = value.value if isinstance(value, ox.Literal) else ""
        if text not in _TRUTH or value.datatype != named("xsd:boolean"):  # type: ignore[union-attr]
            raise self.refusal(node, f"{word} is neither true nor false", word)
        return _TRUTH[text]

    def members(self, node: RdfTerm, head: RdfTerm, word: str) -> list[RdfTerm]:
        """Return the members of the list that a node has as ``word``; no list is refused."""
        found: list[RdfTerm] = []
        seen = set()
        while head != named("rdf:nil"):
            first, rest = self.values(head, "rdf:first"), self.values(head, "rdf:rest")
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise self.refusal(node, f"{word} is no list", word)
            seen.add(head)
            found += first
            [head] = rest
        return found

    def refusal(self, node: RdfTerm, message: str, word: str = "") -> ShapesError:
        """Return the error that something about a node is refused, with shape, file and line.

        ``shapes.ttl:8:5: ex:BoatShape: sh:expression is not supported``.
        """
        seen = {node}
        while not isinstance(node, ox.NamedNode) and self._parents.get(node) not in {None, *seen}:
            node = self._parents[node]
            seen.add(node)
        path = self._files.get(node, Path("shapes"))
        shape = node.value if isinstance(node, ox.NamedNode) else ""
        text, names = _text(path)
        mark = _place(text, path, _spellings(shape, names), word and _spellings(_iri(word), names))
        return ShapesError(f"{mark}: {_called(shape, names) or 'a shape'}: {message}")

    def _refuse_misspelt_terms(self) -> None:
        """Refuse ``sh:targetClass ent:Meting``: it would find nothing, and say nothing of it."""
        for node, said in self.said.items():
            for value in (each for values in said.values() for each in values):
                term = str(getattr(value, "value", "")) if isinstance(value, ox.NamedNode) else ""
                if term.startswith(_iri("ent:")) and value not in self.said:
                    try:
                        named(context().compact(term))
                    except AttributeError as error:
                        raise self.refusal(node, str(error), term) from error

    def subjects(self) -> Iterator[RdfTerm]:
        """Yield each node of which anything is said."""
        yield from self.said


_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def _quads(path: Path, *, apart: bool) -> Iterator[ox.Quad]:
    if path == SHAPES:
        yield from ox.parse(path=path)
        return
    from kg.sparql.documents import quads, recognised

    faults: list[Fault] = []
    try:
        yield from quads(path, recognised(path) or "turtle", faults, apart=apart)
    except EntenteError as error:
        raise ShapesError(str(error)) from error
    for fault in faults:
        raise ShapesError(str(fault))


# ── Where it is said ─────────────────────────────────────────────────────────


def _iri(word: str) -> str:
    return context().expand(word)


@cache
def _text(path: Path) -> tuple[str, dict[str, str]]:
    """Return the text of a file, and its namespaces with the prefix for each."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return "", {}
    declared = re.findall(r"(?i)^\s*@?prefix\s+([\w.-]*):\s*<(.*?)>", text, re.MULTILINE)
    return text, {namespace: prefix for prefix, namespace in declared}


def _called(iri: str, names: dict[str, str]) -> str:
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return f"{names[iri[:cut]]}:{iri[cut:]}" if iri[:cut] in names else iri


def _spellings(iri: str, names: dict[str, str]) -> list[str]:
    """Return how a file may write an IRI."""
    return [_called(iri, names), f"<{iri}>"] if iri else []


def _place(text: str, path: Path, shape: Iterable[str], word: Iterable[str]) -> Mark:
    """Return where a word is written of a shape; else where the shape is described."""
    start = min(
        (m.start(1) for name in shape if (m := re.search(rf"(?m)^\s*({re.escape(name)})\s", text))),
        default=-1,
    )
    uses = [m.start() for name in word for m in re.finditer(rf"{re.escape(name)}(?![\w-])", text)]
    at = min((use for use in uses if use >= start), default=start)
    if at < 0:
        return Mark(str(path), 0, 0)
    line_start = text.rfind("\n", 0, at) + 1
    return Mark(str(path), text.count("\n", 0, at) + 1, at - line_start + 1)

"""RDF files that use the ontology: read whole, with a limit, and placed where lines are told.

The parser tells the line of what is not RDF. Of triples only N-Triples and N-Quads have lines;
in the other formats a place is the file.
"""

from __future__ import annotations

import re
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import EntenteError, Fault, Mark
from kg.sparql.bombs import begin
from kg.sparql.formats import RDF_FORMATS
from kg.vocabulary import datatypes
from kg.vocabulary.context import context, named
from kg.vocabulary.iris import ONTOLOGY_IRI
from kg.vocabulary.ontology import ontology
from kg.vocabulary.spelling import nearest
from kg.vocabulary.terms import RDF_TYPE, RdfTerm, Triple, terms

if TYPE_CHECKING:
    from kg.validation.locations import Location

MAX_BYTES = 500_000_000
"""A larger file is refused: it is read into memory."""
_LINED = ("ntriples", "nquads")
_TOLD_BY_MARK = r"^Parser error (at|between) line \d+ .*?: "
_NOWHERE = Mark("", 0, 0)
_OURS = (ox.NamedNode(ONTOLOGY_IRI), RDF_TYPE, named("owl:Ontology"))
_KINDS = (
    "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty",
    "owl:NamedIndividual", "rdfs:Datatype",
)  # fmt: skip


class RdfFiles:
    """Files and the name of each one's format, read into a dataset: ``store``.

    ``faults`` are what is no RDF, or not in the ontology's words. Raises ``EntenteError`` for a
    file that cannot be read, or is too large.
    """

    def __init__(self, files: Mapping[Path, str]) -> None:
        self.files = files
        self.store = ox.Store()
        self.faults: list[Fault] = []
        self.ontology_file: Path | None = None
        self._blank: dict[RdfTerm, Path] = {}
        for path, format_name in files.items():
            found = quads(path, format_name, self.faults, apart=len(files) > 1)
            self.store.extend(self._noted(path, found))
        self.faults += self._wrong_words()

    def locations(self, wanted: Set[RdfTerm]) -> Iterator[Location]:
        """Yield what the files tell of some nodes, with its line where the format has lines."""
        from kg.validation.locations import Location

        for path, format_name in self.files.items():
            if format_name in _LINED:
                placed = _lines(path, format_name, {str(node).encode() for node in wanted})
            else:
                file = Mark(str(path), 0, 0)
                placed = ((quad, file) for quad in quads(path, format_name, []))
            for quad, mark in placed:
                if quad.subject in wanted or quad.object in wanted:
                    graph = quad.graph_name if isinstance(quad.graph_name, ox.NamedNode) else None
                    yield Location(terms(quad), mark, graph, graph)
        for node in wanted & self._blank.keys():  # it may have another name in each reading
            yield Location((node, None, None), Mark(str(self._blank[node]), 0, 0))

    def ontology(self) -> list[ox.Triple]:
        """Return our ontology as the files have it: part of the default graph, or a named one.

        A dump has the ontology that it was made with in a named graph.
        """
        if ox.Quad(*_OURS) not in self.store:
            return [q.triple for q in self.store.quads_for_pattern(None, None, None, _OURS[0])]
        plain = self.store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        declared = self._declared()
        return [
            quad.triple
            for quad in plain
            if isinstance(quad.subject, ox.BlankNode) or quad.subject.value in declared  # type: ignore[union-attr]
        ]

    def _declared(self) -> set[str]:
        """Return the terms that the files declare."""
        kinds = (self.store.quads_for_pattern(None, RDF_TYPE, named(kind)) for kind in _KINDS)
        subjects = (quad.subject for quads in kinds for quad in quads)
        return {subject.value for subject in subjects if isinstance(subject, ox.NamedNode)}

    def _noted(self, path: Path, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """Pass quads on, and note in which file a blank node is, and in which an ontology."""
        for quad in quads:
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                message = "a triple in the place of a term, as in RDF 1.2, tells no fact"
                self.faults.append(Fault(Mark(str(path), 0, 0), message, code="triple-term"))
                continue
            is_plain = isinstance(quad.graph_name, ox.DefaultGraph)
            if terms(quad) == _OURS and (is_plain or not self.ontology_file):
                self.ontology_file = path
            if isinstance(quad.subject, ox.BlankNode):
                self._blank[quad.subject] = path
            yield quad

    def _wrong_words(self) -> Iterator[Fault]:
        """Yield dates that are not EDTF and terms that nothing declares, each where it is told.

        Other datatypes are the shapes' business.
        """
        declared = ontology().declared | self._declared()
        wrong: dict[RdfTerm, dict[Triple, list[Fault]]] = defaultdict(dict)
        for quad in self.store:
            if found := [*_ill_formed(quad.object), *_unknown(quad, declared)]:
                wrong[quad.subject][terms(quad)] = found
        placed: set[Triple] = set()
        for each in self.locations(wrong.keys()) if wrong else ():
            subject, prop, _ = each.triple
            for triple, found in wrong.get(subject, {}).items():  # type: ignore[arg-type]
                if triple not in placed and (prop is None or triple == each.triple):
                    placed.add(triple)
                    focus = subject.value if isinstance(subject, ox.NamedNode) else ""
                    yield from (fault._replace(mark=each.mark, focus=focus) for fault in found)


def quads(
    path: Path, format_name: str, faults: list[Fault], *, apart: bool = False
) -> Iterator[ox.Quad]:
    """Yield the quads of a file; ``apart`` gives its blank nodes names that no other file has."""
    if format_name not in RDF_FORMATS:
        raise EntenteError(f"no RDF format “{format_name}”; {nearest(format_name, RDF_FORMATS)}")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise EntenteError(f"{path} is no regular file")
        if status.st_size > MAX_BYTES:
            raise EntenteError(f"{path} has more than {MAX_BYTES // 1_000_000} MB")
        with path.open("rb") as file:
            begin(file, format_name)
            yield from ox.parse(
                file,
                RDF_FORMATS[format_name],
                base_iri=path.absolute().as_uri(),
                rename_blank_nodes=apart,
            )
    except SyntaxError as error:
        mark = Mark(str(path), error.lineno or 0, error.offset or 0)
        message = re.sub(_TOLD_BY_MARK, "", error.msg)
        if "LoadDocumentCallback" in message:
            message = "a context elsewhere is not fetched; write it into the file"
        faults.append(Fault(mark, f"not {format_name}: {message}", code="not-rdf"))
    except OSError as error:
        raise EntenteError(f"{path} cannot be read: {error.strerror or error}") from error


def _lines(path: Path, format_name: str, nodes: Set[bytes]) -> Iterator[tuple[ox.Quad, Mark]]:
    """Yield the quads of the lines that name one of the nodes."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not nodes.isdisjoint(line.replace(b">", b"> ").split()):
                mark = Mark(str(path), number, len(line) - len(line.lstrip()) + 1)
                with suppress(SyntaxError):  # told already
                    for quad in ox.parse(line, RDF_FORMATS[format_name]):
                        yield quad, mark


def _ill_formed(value: RdfTerm) -> Iterator[Fault]:
    if not isinstance(value, ox.Literal) or value.datatype != named("edtf:EDTF"):
        return
    if wrong := datatypes.complaint(value.value, value.datatype.value):
        yield Fault(_NOWHERE, wrong, code="ill-formed-value")


def _unknown(quad: ox.Quad, declared: Set[str]) -> Iterator[Fault]:
    prop, value = quad.predicate, quad.object
    namespace = context().prefixes["ent"]
    for term in (prop, value):
        name = term.value if isinstance(term, ox.NamedNode) else ""
        if name.startswith(namespace) and name != namespace and name not in declared:
            words = [known.removeprefix(namespace) for known in declared]
            remedy = nearest(name.removeprefix(namespace), words).replace("“", "“ent:")
            message = f"the ontology has no term “{context().compact(name)}”"
            yield Fault(_NOWHERE, message, remedy, "term-unknown")

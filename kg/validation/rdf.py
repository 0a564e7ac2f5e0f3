"""RDF files that use the ontology: read whole, with a limit, and placed where lines are told.

The parser tells the line of what is not RDF. Of triples only N-Triples and N-Quads have lines;
in the other formats a place is the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import Fault, Mark
from kg.sparql.documents import quads
from kg.sparql.formats import RDF_FORMATS
from kg.vocabulary import datatypes
from kg.vocabulary.context import context, named
from kg.vocabulary.iris import ONTOLOGY_IRI
from kg.vocabulary.ontology import ontology
from kg.vocabulary.spelling import nearest
from kg.vocabulary.terms import RDF_TYPE, RdfTerm, Triple, terms

if TYPE_CHECKING:
    from kg.validation.locations import Location

_LINED = ("ntriples", "nquads")
_NOWHERE = Mark("", 0, 0)
_OURS = (ox.NamedNode(ONTOLOGY_IRI), RDF_TYPE, named("owl:Ontology"))
_KINDS = (
    "owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty",
    "owl:NamedIndividual", "rdfs:Datatype",
)  # fmt: skip


class RdfDataset:
    """A dataset that uses the ontology; its places are those of ``mark``.

    ``faults`` are what is not in the ontology's words.
    """

    def __init__(self, store: ox.Store, mark: Mark) -> None:
        self.store = store
        self.mark = mark
        self.faults = list(self._wrong_words())

    def locations(self, wanted: Set[RdfTerm]) -> Iterator[Location]:
        """Yield what is told of some nodes."""
        return (_location(quad, self.mark) for quad in self.store if _is_of(quad, wanted))

    def _declared(self) -> set[str]:
        """Return the terms that the dataset declares."""
        kinds = (self.store.quads_for_pattern(None, RDF_TYPE, named(kind)) for kind in _KINDS)
        subjects = (quad.subject for quads in kinds for quad in quads)
        return {subject.value for subject in subjects if isinstance(subject, ox.NamedNode)}

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


class RdfFiles(RdfDataset):
    """Files and the name of each one's format, read into a dataset: ``store``.

    ``faults`` are what is no RDF, too. Raises ``EntenteError`` for a file that cannot be read, or
    is too large.
    """

    def __init__(self, files: Mapping[Path, str]) -> None:
        self.files = files
        self.ontology_file: Path | None = None
        self._blank: dict[RdfTerm, Path] = {}
        store, wrong = ox.Store(), list[Fault]()
        for path, format_name in files.items():
            found = quads(path, format_name, wrong, apart=len(files) > 1)
            store.extend(self._noted(path, found, wrong))
        super().__init__(store, _NOWHERE)
        self.faults = [*wrong, *self.faults]

    def locations(self, wanted: Set[RdfTerm]) -> Iterator[Location]:
        """Yield what the files tell of some nodes, with its line where the format has lines."""
        for path, format_name in self.files.items():
            if format_name in _LINED:
                placed = _lines(path, format_name, {str(node).encode() for node in wanted})
            else:
                file = Mark(str(path), 0, 0)
                placed = ((quad, file) for quad in quads(path, format_name, []))
            yield from (_location(quad, mark) for quad, mark in placed if _is_of(quad, wanted))
        for node in wanted & self._blank.keys():  # it may have another name in each reading
            yield _location(node, Mark(str(self._blank[node]), 0, 0))

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

    def _noted(
        self, path: Path, quads: Iterable[ox.Quad], faults: list[Fault]
    ) -> Iterator[ox.Quad]:
        """Pass quads on, and note in which file a blank node is, and in which an ontology."""
        for quad in quads:
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                message = "a triple in the place of a term, as in RDF 1.2, tells no fact"
                faults.append(Fault(Mark(str(path), 0, 0), message, code="triple-term"))
                continue
            is_plain = isinstance(quad.graph_name, ox.DefaultGraph)
            if terms(quad) == _OURS and (is_plain or not self.ontology_file):
                self.ontology_file = path
            if isinstance(quad.subject, ox.BlankNode):
                self._blank[quad.subject] = path
            yield quad


def _is_of(quad: ox.Quad, nodes: Set[RdfTerm]) -> bool:
    return quad.subject in nodes or quad.object in nodes


def _location(told: ox.Quad | RdfTerm, mark: Mark) -> Location:
    """Return where a quad is told, or where a node is."""
    from kg.validation.locations import Location

    if not isinstance(told, ox.Quad):
        return Location((told, None, None), mark, None, None)
    graph = told.graph_name if isinstance(told.graph_name, ox.NamedNode) else None
    return Location(terms(told), mark, graph, graph)


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

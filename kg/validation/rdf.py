"""RDF files that use the ontology: read whole, with a limit, and placed where lines are told.

The parser tells the line of what is not RDF. Of triples only N-Triples and N-Quads have lines;
in the other formats a place is the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import datatypes
from kg.errors import EntenteError, Fault, Mark, nearest
from kg.formats import RDF_FORMATS
from kg.validation.places import Told
from kg.vocabulary import RDF_TYPE, RdfTerm, context, named, ontology

_EXTENSIONS = {
    ".ttl": "turtle", ".trig": "trig", ".nt": "ntriples", ".nq": "nquads", ".rdf": "rdfxml",
    ".owl": "rdfxml", ".xml": "rdfxml", ".jsonld": "jsonld",
}  # fmt: skip
_POSITION = re.compile(r"^Parser error at line \d+ .*?: ")  # told by the mark already
_NAMESPACE = context().prefixes["ent"]
MAX_BYTES = 500_000_000
"""A larger file is refused: it is read into memory."""


def format_of(path: Path) -> str:
    """Return the name of the format that a file's extension stands for; empty for none."""
    return _EXTENSIONS.get(path.suffix.lower(), "")


def read(path: Path, format_name: str, faults: list[Fault]) -> Iterator[ox.Quad]:
    """Yield the quads of a file; add what is wrong with its syntax, terms or dates to ``faults``.

    Raises ``EntenteError`` for a file that cannot be read, or is too large.
    """
    if format_name not in RDF_FORMATS:
        raise EntenteError(f"no RDF format “{format_name}”; {nearest(format_name, RDF_FORMATS)}")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise EntenteError(f"{path} has more than {MAX_BYTES // 1_000_000} MB")
        with path.open("rb") as file:
            for quad in ox.parse(file, RDF_FORMATS[format_name], base_iri=path.absolute().as_uri()):
                faults += _faults(quad, Mark(str(path), 0, 0))
                yield quad
    except SyntaxError as error:
        mark = Mark(str(path), error.lineno or 0, error.offset or 0)
        faults.append(
            Fault(mark, f"not {format_name}: {_POSITION.sub('', error.msg)}", code="not-rdf")
        )
    except OSError as error:
        raise EntenteError(f"{path} cannot be read: {error.strerror or error}") from error


def _faults(quad: ox.Quad, mark: Mark) -> Iterator[Fault]:
    """Yield what is wrong with a date in EDTF, and terms that the ontology does not have.

    Other datatypes are the shapes' business.
    """
    _, prop, value, _ = quad
    if isinstance(value, ox.Literal):
        is_edtf = value.datatype == named("edtf:EDTF")
        if wrong := datatypes.complaint(value.value, value.datatype.value) if is_edtf else "":
            yield Fault(mark, wrong, code="ill-formed-value")
    for term in (prop, value) if prop == RDF_TYPE else (prop,):
        name = str(term.value)
        if name.startswith(_NAMESPACE) and name not in ontology().declared:
            word, words = context().compact(name), map(context().compact, ontology().declared)
            message = f"the ontology has no term “{word}”"
            yield Fault(mark, message, nearest(word, words), code="term-unknown")


def told(path: Path, format_name: str, wanted: Iterable[RdfTerm]) -> Iterator[Told]:
    """Yield what a file tells of some subjects, with its line where the format has lines."""
    subjects = set(wanted)
    if format_name not in ("ntriples", "nquads"):
        file = Mark(str(path), 0, 0)
        for quad in read(path, format_name, []):
            if quad.subject in subjects or quad.object in subjects:
                yield _told(quad, file)
        return
    starts = tuple(f"{subject} ".encode() for subject in subjects)
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith(starts):
                for quad in ox.parse(line, RDF_FORMATS[format_name]):
                    yield _told(quad, Mark(str(path), number, 1))


def _told(quad: ox.Quad, mark: Mark) -> Told:
    graph = quad.graph_name if isinstance(quad.graph_name, ox.NamedNode) else None
    return Told((quad.subject, quad.predicate, quad.object), mark, graph, graph)

"""Documents of RDF: what format they are in, and what they hold, read with limits.

The name of a file says its format; where it does not (``data.json``, a pipe), the beginning does.
"""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import EntenteError, Fault, Mark
from kg.sparql.bombs import begin
from kg.sparql.formats import RDF_FORMATS, format_of
from kg.vocabulary.spelling import nearest

MAX_BYTES = 500_000_000
"""A larger file is refused: it is read into memory."""

_HEAD = 1 << 16
"""So many bytes tell what format a document is in."""
_FACTS = (".yaml", ".yml")
_TOLD_BY_MARK = r"^Parser error (at|between) line \d+ .*?: "

_TERM = rb"(?:<[^<>\s]*>|_:\S+)"
_LINE = re.compile(
    _TERM + rb"\s+<[^<>\s]*>\s*(?:" + _TERM + rb'|".*").*\.\s*(?:#.*)?', re.DOTALL
)  # of N-Triples or N-Quads
_SUBJECT = re.compile(_TERM + rb"\s+(?:<[^<>\s]*>|a\b)")
_BLANK_OR_COMMENT = re.compile(rb"(?:\s+|#[^\n]*(?:\n|\Z))*")
_DIRECTIVE = re.compile(rb"@(?:prefix|base)\b|(?:PREFIX|BASE)\s+[\w.-]*:?\s*<", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:\?xml\b|!DOCTYPE\b|rdf:RDF\b)")
_KEYWORD = re.compile(rb'"@(?:context|graph|id|type|value)"\s*:')


def recognised(path: Path) -> str:
    """Return the name of the RDF format that a document is in; empty where it is none.

    ``data.ttl`` is Turtle by its name, ``data.json`` with an ``"@context"`` JSON-LD by what it
    holds, ``facts.yaml`` never RDF. What begins like Turtle is read as TriG, which holds Turtle.
    """
    if (name := format_of(path)) or path.suffix.lower() in _FACTS:
        return name
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).removeprefix(codecs.BOM_UTF8)
    except OSError:  # reading says so
        return ""
    return _format_of_text(head, is_whole=len(head) < _HEAD)


def quads(
    path: Path, format_name: str, faults: list[Fault], *, apart: bool = False
) -> Iterator[ox.Quad]:
    """Yield the quads of a file; what is no RDF is added to ``faults``.

    ``apart`` gives its blank nodes names that no other file has. Raises ``EntenteError`` where
    the file cannot be read, or is too large.
    """
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


def _format_of_text(head: bytes, *, is_whole: bool) -> str:
    """Return the format that the beginning of a document is in; empty where it is none of RDF."""
    if _MARKUP.match(text := head.lstrip()):
        return "rdfxml"
    if text[:1] in (b"{", b"["):
        return "jsonld" if _KEYWORD.search(text) else ""
    begin = _BLANK_OR_COMMENT.match(head)
    text = head[begin.end() :] if begin else head
    lines = [line.strip() for line in text.splitlines()]
    told = [line for line in (lines if is_whole else lines[:-1]) if line and line[:1] != b"#"]
    if told and all(map(_LINE.fullmatch, told)):
        return "nquads"
    return "trig" if _DIRECTIVE.match(text) or _SUBJECT.match(text) else ""

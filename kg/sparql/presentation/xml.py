"""What XML cannot hold, refused before a document is made that no parser takes.

Some characters are in no XML document (XML 1.0, 2.2), and a predicate of RDF/XML is the name of an
element, so its IRI has to end in a name (RDF 1.1 XML Syntax, 5.1; Namespaces in XML, 4).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import IO, TypeVar

import pyoxigraph as ox

from kg.errors import OutputError
from kg.vocabulary.terms import not_in_xml

_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")

Statement = TypeVar("Statement", bound=ox.Triple | ox.Quad)


def held(statement: Statement) -> Statement:
    """Return a statement that RDF/XML can hold. Raises ``OutputError`` that names the term.

    No predicate is ``http://example.org/1``, for an element cannot be called ``1``.
    """
    value = statement.object
    if not _is_element(statement.predicate):
        name = statement.predicate.value
        raise OutputError(f"the predicate “{name}” ends in no name, as RDF/XML wants; {_OTHER}")
    if isinstance(value, ox.Literal) and (character := not_in_xml(value.value)):
        raise OutputError(_unheld(value.value, character))
    return statement


@lru_cache(4096)
def _is_element(predicate: ox.NamedNode) -> bool:
    """Tell whether what the engine writes for a predicate is XML."""
    from xml.parsers import expat

    triple = ox.Triple(predicate, predicate, predicate)
    data = ox.serialize([triple], format=ox.RdfFormat.RDF_XML) or b""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except expat.ExpatError:
        return False
    return True


class XmlOutput:
    """An output for XML: raises ``OutputError`` where a character comes that it cannot hold."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output

    def write(self, data: bytes) -> int:
        """Write part of a document, which ends where a character does."""
        if found := _BYTES.search(data):
            begin, end = data.rfind(b">", 0, found.start()) + 1, data.find(b"<", found.start())
            text = data[begin : end if end > 0 else None].decode("utf-8", "replace")
            raise OutputError(_unheld(text, not_in_xml(text)))
        return self._output.write(data)

    def flush(self) -> None:
        """Flush the output."""
        self._output.flush()


_OTHER = "choose another format"


def _unheld(text: str, character: str) -> str:
    shown = "".join("\ufffd" if not_in_xml(c) else c for c in text[:60])
    return f"“{shown}” holds {character}, a character that XML cannot hold; {_OTHER}"

"""What is refused of an RDF document before a parser reads it: small ones that cost much."""

from __future__ import annotations

import codecs
import os
import re
from mmap import ACCESS_READ, mmap
from typing import IO

MAX_DEPTH = 200
"""How deep RDF may be nested; what people and programs write seldom goes beyond ten."""
MAX_EXPANSION = 10_000_000
"""Bytes that entities may expand to, beside ten times the length of the document."""

_ENTITY = re.compile(
    rb"""<!ENTITY\s+(?:%|(?P<name>[^\s"'>]+)\s+(?:"(?P<value>[^"]*)"|'(?P<quoted>[^']*)'|[A-Z]))"""
)
_REFERENCE = re.compile(rb"&([^#&;\s][^&;\s]*);")
# Strings, IRIs and comments first, so that no bracket in them counts. What has no end goes on to
# that of the document, or a parser's error: each byte is looked at a few times at most.
_NESTING = {
    "jsonld": re.compile(
        rb'"(?:[^"\\]|\\.?)*+(?:"|\Z)|(?P<open>[{[])|(?P<close>[}\]])',
        re.DOTALL,
    ),
    "rdfxml": re.compile(
        rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<![^>]*+(?:>|\Z)"
        rb"""|(?P<close></)|<(?:[^"'>/]|/(?!>)|"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))*+(?:/>|\Z)"""
        rb"""|(?P<open><(?:[^"'>]|"[^"]*"|'[^']*')*+>)""",
        re.DOTALL,
    ),
    "turtle": re.compile(
        rb'"{3}(?:"{0,2}(?:\\.|[^"\\]))*+(?:"{3}|"{0,2}\\?\Z)|"(?:\\.|[^"\\\n\r])*+"?'
        rb"|'{3}(?:'{0,2}(?:\\.|[^'\\]))*+(?:'{3}|'{0,2}\\?\Z)|'(?:\\.|[^'\\\n\r])*+'?"
        rb"|\\.|(?P<open><<)|(?P<close>>>)|<[^<>\s]*>|#[^\n\r]*",
        re.DOTALL,
    ),
}


def refuse_bombs(format_name: str, data: bytes | mmap) -> None:
    """Refuse a small document that would take much memory or a deep stack to read.

    Nesting in JSON-LD, RDF/XML or triples of triples that goes deeper than ``MAX_DEPTH``, and
    entities of RDF/XML that are made of entities, or expand to much more than the document is
    long. Raises ``SyntaxError`` with the line, before any parser has begun.

    Example: 2,000 times ``&a;``, where ``a`` is a text of 500 KB, would be one of a gigabyte.
    """
    if format_name == "rdfxml":
        _refuse_entities(data)
    kind = {"rdfxml": "rdfxml", "jsonld": "jsonld"}.get(format_name, "turtle")
    if kind == "turtle" and data.find(b"<<") < 0:
        return
    depth = 0
    for found in _NESTING[kind].finditer(data):
        depth = max(0, depth + (found.lastgroup == "open") - (found.lastgroup == "close"))
        if depth > MAX_DEPTH:
            raise _wrong(data, found.start(), f"nested more than {MAX_DEPTH} deep")


def begin(file: IO[bytes], format_name: str) -> None:
    """Go to where the RDF of a file begins, behind a byte order mark.

    Raises ``SyntaxError`` with the line where it must not be parsed.
    """
    if size := os.fstat(file.fileno()).st_size:
        with mmap(file.fileno(), size, access=ACCESS_READ) as data:
            refuse_bombs(format_name, data)
    file.seek(3 if file.read(3) == codecs.BOM_UTF8 else 0)


def _refuse_entities(data: bytes | mmap) -> None:
    if b"\0" in data[:4]:
        raise _wrong(data, 0, "not UTF-8")
    sizes: dict[bytes, int] = {}
    for found in _ENTITY.finditer(data):
        name, value = found["name"], found["value"] or found["quoted"] or b""
        if not name or re.search(rb"&(?!#)", value):
            raise _wrong(data, found.start(), "an entity that is made of entities")
        sizes[name] = len(value)
    if not sizes:
        return
    most = MAX_EXPANSION + 10 * len(data)
    for found in _REFERENCE.finditer(data):
        most -= sizes.get(found[1], 0)
        if most < 0:
            raise _wrong(data, found.start(), "entities that expand to much more than the document")


def _wrong(data: bytes | mmap, offset: int, message: str) -> SyntaxError:
    return SyntaxError(message, (None, data[:offset].count(b"\n") + 1, 1, None))

"""What is new between two states, as a feed: The Atom Syndication Format (RFC 4287).

An entry for each claim that was added, changed or retracted. Its id is the claim's IRI, so that
readers show a changed claim anew in place of the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from xml.etree import ElementTree as ET

from kg import __version__
from kg.claims.sources import Claim
from kg.diff.comparison import Diff
from kg.sparql.presentation.xml import XmlOutput
from kg.vocabulary.iris import ID

_ATOM = "http://www.w3.org/2005/Atom"


def feed(found: Diff, at: datetime) -> bytes:
    """Return the feed of a comparison with its claims, of a state that came to be ``at`` a time.

    Raises ``OutputError`` where a text has a character that XML cannot hold.
    """
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed")
    when = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    _add(root, "id", ID)
    _add(root, "title", "Entente: what is new")
    _add(root, "subtitle", found.summary)
    _add(root, "updated", when)
    _add(_add(root, "author"), "name", "Entente")
    _add(root, "generator", "kg diff", version=__version__)
    for name, change, text in _news(found):
        _entry(root, found.claims[name], change, text, when)
    ET.indent(root)
    written = BytesIO()
    XmlOutput(written).write(ET.tostring(root, encoding="UTF-8", xml_declaration=True))
    return written.getvalue() + b"\n"


def _news(found: Diff) -> Iterator[tuple[str, str, str]]:
    """Yield the key of each claim that is new, what became of it, and more on that."""
    for name in found.added:
        yield name, "added", ""
    for name, (lost, gained) in found.changed.items():
        yield name, "changed", "\n".join([*(f"- {x}" for x in lost), *(f"+ {x}" for x in gained)])
    for name, why in found.retracted.items():
        yield name, "retracted", f"retracted: {why}"


def _entry(root: ET.Element, claim: Claim, change: str, text: str, when: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", claim.iri.value)
    _add(entry, "title", (f"{change.capitalize()}: " if change != "added" else "") + claim.gist)
    _add(entry, "updated", when)
    for publisher in sorted({p.article.publisher for p in claim.passages} - {""}):
        _add(_add(entry, "author"), "name", publisher)
    _add(entry, "link", rel="alternate", href=claim.iri.value)
    standing = "" if change == "retracted" else claim.standing
    for term in (change, claim.status) if standing else (change,):
        _add(entry, "category", term=term)
    places = [f"{p.article}, {p}" for p in claim.passages]
    _add(entry, "content", "\n".join(line for line in (standing, *places, text) if line))


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    element.text = text or None
    return element

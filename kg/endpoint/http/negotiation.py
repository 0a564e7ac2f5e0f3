"""Which format, and which coding, a client gets (RFC 9110, section 12.5).

The most specific range of an Accept header that fits a media type decides its weight; among
equals, the order here does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from kg.errors import RequestError
from kg.sparql.formats import RDF_FORMATS, RESULTS_FORMATS

CODINGS = ("zstd", "gzip")


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0]


_XML = ("application/xml", "text/xml")
_RESULTS = {
    **{_bare(kind.media_type): name for name, kind in RESULTS_FORMATS.items()},
    "application/json": "json",
    **dict.fromkeys(_XML, "xml"),
}
_GRAPHS = {
    **{_bare(kind.media_type): name for name, kind in RDF_FORMATS.items()},
    "application/json": "jsonld",
    **dict.fromkeys(_XML, "rdfxml"),
    "application/x-turtle": "turtle",
    "text/plain": "ntriples",
}
_DATASETS = {
    _bare(kind.media_type): name for name, kind in RDF_FORMATS.items() if kind.supports_datasets
}
_JSON = {"application/json": "json"}
_PAGES = {"text/html": "html"}
_KINDS: Mapping[str, Mapping[str, str]] = {
    "results": _RESULTS,
    "graph": _GRAPHS,
    "dataset": _DATASETS,
    "json": _JSON,
    "page": _PAGES,
}
# What clients write as the value of the parameter “format”, beside our names and media types.
_SHORT = {
    "results": {"text": "tsv"},
    "graph": {"json": "jsonld", "json-ld": "jsonld", "n3": "turtle", "ttl": "turtle",
              "nt": "ntriples", "n-triples": "ntriples", "xml": "rdfxml", "rdf": "rdfxml",
              "rdf+xml": "rdfxml", "nq": "nquads", "n-quads": "nquads"},
    "dataset": {"json": "jsonld", "json-ld": "jsonld", "nq": "nquads", "n-quads": "nquads"},
    "json": {}, "page": {},
}  # fmt: skip


class Choice(NamedTuple):
    """What an answer of some kind is to be: a media type and our name of its format."""

    media_type: str
    format_name: str

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        textual = self.media_type.startswith("text/") and self.media_type != "text/xml"
        return f"{self.media_type}; charset=utf-8" if textual else self.media_type


@lru_cache(maxsize=1024)
def choose(kind: str, accept: str, format_name: str = "") -> Choice | None:
    """Choose a format for ``results``, a ``graph``, a ``dataset``, ``json`` or a ``page``.

    ``format_name``, the parameter that browsers use who cannot set headers, overrides the Accept
    header. Return ``None`` where the client takes none of ours.
    """
    offers = _KINDS[kind]
    if format_name:
        name = format_name.strip().lower()
        name = _SHORT[kind].get(name, offers.get(name, name))
        found = (media_type for media_type, offered in offers.items() if offered == name)
        return next((Choice(media_type, name) for media_type in found), None)
    best = preferred(offers, accept)
    return Choice(best, offers[best]) if best else None


@lru_cache(maxsize=1024)
def favourite(kinds: tuple[str, ...], accept: str, format_name: str = "") -> str:
    """Return the kind of answer that a client likes best, the first of equals."""
    if format_name:
        return next((kind for kind in kinds if choose(kind, accept, format_name)), kinds[0])
    offers = {media_type: kind for kind in reversed(kinds) for media_type in _KINDS[kind]}
    ordered = [media_type for kind in kinds for media_type in _KINDS[kind]]
    return offers.get(preferred(ordered, accept) or "", kinds[0])


def media_types(kind: str) -> list[str]:
    """Return the media types that there are for a kind of answer."""
    return list(_KINDS[kind])


def preferred(offers: Iterable[str], accept: str) -> str | None:
    """Return the media type that an Accept header weighs most, the first of equals."""
    if not accept.strip():
        return next(iter(offers))
    parsed = parse_accept_header(accept, MIMEAccept)
    # A parameter such as charset says nothing about which format it is.
    ranges = MIMEAccept([(value.partition(";")[0].strip(), weight) for value, weight in parsed])
    best = max(offers, key=ranges.quality)
    return best if ranges.quality(best) > 0 else None


@lru_cache(maxsize=1024)
def coding(accept: str) -> str:
    """Return the content coding for an Accept-Encoding header; empty for none."""
    if not accept:
        return ""
    codings = parse_accept_header(accept, Accept)
    given = {value for value, _ in codings}
    plain = codings.quality("identity") if "identity" in given else 0.0
    best = max(CODINGS, key=codings.quality)
    weight = codings.quality(best)
    return best if weight > 0 and weight >= plain else ""


def media_type(content_type: str) -> str:
    """Return the media type of a Content-Type header, in lower case.

    Raises ``RequestError`` where it says that text is in another encoding than UTF-8.
    """
    found, options = parse_options_header(content_type)
    charset = options.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise RequestError(415, f"text in {charset}; only UTF-8 is read")
    return found.strip().lower()


def rdf_format(content_type: str) -> str:
    """Return the name of the RDF format of a body. Raises ``RequestError`` for none of ours."""
    found = media_type(content_type)
    if found not in _GRAPHS:
        known = ", ".join(_bare(kind.media_type) for kind in RDF_FORMATS.values())
        raise RequestError(415, f"“{found}” is no RDF format; send one of {known}")
    return _GRAPHS[found]

"""Which format, and which coding, a client gets (RFC 9110, section 12.5).

The most specific range of an Accept header that fits a media type decides its weight; among
equals, the order here does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from werkzeug.datastructures import Accept
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
# Media types that have gone out of use, or never were registered, and what they stand for.
_OLD = {
    "application/turtle": "text/turtle", "application/x-turtle": "text/turtle",
    "text/n3": "text/turtle", "text/rdf+n3": "text/turtle", "application/n3": "text/turtle",
    "text/ntriples": "application/n-triples", "application/x-trig": "application/trig",
    "text/x-nquads": "application/n-quads", "application/xhtml+xml": "text/html",
}  # fmt: skip

FORMAT_NAMES = tuple(dict.fromkeys([*RESULTS_FORMATS, *RDF_FORMATS, "html"]))
"""Our names of the formats there are."""
RDF_TYPES = tuple(_bare(kind.media_type) for kind in RDF_FORMATS.values())
"""The media types of RDF that a body may have; older names of them are taken too."""
_LONGEST = 4_096
_RANGES = 100
_WEIGHT = re.compile(r";\s*q\s*=\s*([-+]?\d+(?:\.\d*)?)", re.IGNORECASE)


class Choice(NamedTuple):
    """What an answer of some kind is to be: a media type and our name of its format."""

    media_type: str
    format_name: str

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        textual = self.media_type.startswith("text/") and self.media_type != "text/xml"
        return f"{self.media_type}; charset=utf-8" if textual else self.media_type


@lru_cache(maxsize=256)
def choose(kind: str, accept: str, formats: tuple[str, ...] = ()) -> Choice | None:
    """Choose a format for ``results``, a ``graph``, a ``dataset``, ``json`` or a ``page``.

    ``formats``, the parameter for browsers that cannot set headers, overrides the Accept header;
    the first that there is counts. Return ``None`` where the client takes none of ours. Raises
    ``RequestError`` where the header is too long.

    Example: for ``results``, ``text/csv;q=0.5, text/html`` makes it ``text/csv``.
    """
    offers = _KINDS[kind]
    if formats:
        return next(filter(None, (_by_name(kind, name) for name in formats)), None)
    best = preferred(offers, accept)
    return Choice(best, offers[best]) if best else None


def _by_name(kind: str, name: str) -> Choice | None:
    offers = _KINDS[kind]
    name = name.strip().lower()
    name = _SHORT[kind].get(name, offers.get(_OLD.get(name, name), name))
    found = (media_type for media_type, offered in offers.items() if offered == name)
    return next((Choice(media_type, name) for media_type in found), None)


@lru_cache(maxsize=256)
def favourite(kinds: tuple[str, ...], accept: str, formats: tuple[str, ...] = ()) -> str:
    """Return the kind of answer that a client likes best, the first of equals.

    Example: of ``page`` and ``graph``, a browser's ``text/html, */*;q=0.8`` likes the ``page``.
    """
    if formats:
        named = (kind for name in formats for kind in kinds if _by_name(kind, name))
        return next(named, kinds[0])
    offers = {media_type: kind for kind in reversed(kinds) for media_type in _KINDS[kind]}
    ordered = [media_type for kind in kinds for media_type in _KINDS[kind]]
    return offers.get(preferred(ordered, accept) or "", kinds[0])


def media_types(kind: str) -> list[str]:
    """Return the media types that there are for a kind of answer."""
    return list(_KINDS[kind])


def preferred(offers: Iterable[str], accept: str) -> str | None:
    """Return the media type that an Accept header weighs most, the first of equals.

    Example: ``text/*;q=0.5, text/csv`` weighs ``text/csv`` most.
    """
    offers = list(offers)
    if not accept.strip():
        return offers[0]
    ranges = _ranges(accept)
    weights = {offer: _weight(offer, ranges) for offer in offers}
    best = max(offers, key=weights.__getitem__)
    return best if weights[best] > 0 else None


@lru_cache(maxsize=256)
def _ranges(accept: str) -> Mapping[str, float]:
    """Return the weight of each media range; a parameter such as charset says nothing of it."""
    found: dict[str, float] = {}
    for value, weight in parse_accept_header(_bounded(accept)):
        name = value.partition(";")[0].strip().lower()
        found.setdefault(_OLD.get(name, name), weight)
    return found


def _weight(offer: str, ranges: Mapping[str, float]) -> float:
    """Return the weight of the most specific range that a media type is in."""
    within = (offer, f"{offer.partition('/')[0]}/*", "*/*")
    return next((ranges[name] for name in within if name in ranges), 0.0)


def _bounded(header: str) -> str:
    """Return a header of weights, those beyond 0 and 1 made so. Raises ``RequestError``.

    A long one is refused before it is parsed, for that takes more than its length.
    """
    if len(header) > _LONGEST or header.count(",") >= _RANGES:
        most = f"{_LONGEST:,} characters and {_RANGES} ranges"
        raise RequestError(431, f"what is accepted has {most} at most")
    return _WEIGHT.sub(lambda found: f";q={min(max(float(found[1]), 0), 1):.3f}", header)


@lru_cache(maxsize=256)
def coding(accept: str) -> str:
    """Return the content coding for an Accept-Encoding header; empty for none.

    Example: ``gzip;q=0.5, zstd`` makes it ``zstd``; ``br`` none.
    """
    if not accept:
        return ""
    codings = parse_accept_header(_bounded(accept), Accept)
    given = {value for value, _ in codings}
    plain = codings.quality("identity") if "identity" in given else 0.0
    best = max(CODINGS, key=codings.quality)
    weight = codings.quality(best)
    return best if weight > 0 and weight >= plain else ""


def media_type(content_type: str) -> str:
    """Return the media type of a Content-Type header, in lower case.

    Raises ``RequestError`` where it says that text is in another encoding than UTF-8.
    """
    if len(content_type) > _LONGEST:
        raise RequestError(431, f"a Content-Type has {_LONGEST:,} characters at most")
    found, options = parse_options_header(content_type)
    charset = options.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise RequestError(415, f"text in {charset}; only UTF-8 is read")
    return found.strip().lower()


def rdf_format(content_type: str) -> str:
    """Return the name of the RDF format of a body. Raises ``RequestError`` for none of ours."""
    found = media_type(content_type)
    name = _GRAPHS.get(_OLD.get(found, found))
    if name is None:
        raise RequestError(415, f"“{found}” is no RDF format; send one of {', '.join(RDF_TYPES)}")
    return name

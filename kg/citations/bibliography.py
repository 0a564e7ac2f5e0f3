"""The articles that claims rest on, for reference managers: BibTeX, RIS and CSL-JSON.

One entry for each article, a report in a newspaper, with a note for each claim: what it says, how
far the article stands behind it, and where. The digest of the text is in a note too, so that
whoever has the article can check the places.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.citations.why import Explainer
from kg.claims.sources import RETRACTED, Article, Claim
from kg.errors import QueryError
from kg.vocabulary.iris import key
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RDF_TYPE

_DATE = re.compile(
    r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_NO_KEY = re.compile(r"[^A-Za-z0-9:/._-]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\lbrace{}", "}": r"\rbrace{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "`": r"\textasciigrave{}",
    **{character: f"\\{character}" for character in "&%$#_"},
}  # fmt: skip
_LIGATURE = re.compile(r"(?<=-)(?=-)|(?<=')(?=')")
"""Where two characters of TeX would become one: ``--`` is a dash, ``''`` a quotation mark."""


class Reference(NamedTuple):
    """An article, and what it is cited for."""

    article: Article
    notes: tuple[str, ...]

    @property
    def date(self) -> list[int]:
        """Year, month and day of publication, as far as they are known."""
        found = _DATE.fullmatch(self.article.published)
        return [int(part) for part in found.groups() if part] if found else []


def references(store: ox.Store, things: Iterable[ox.NamedNode]) -> list[Reference]:
    """Return the articles behind claims, entities and events, each with what it is cited for.

    An article is cited itself, for nothing in particular. Raises ``QueryError`` for a claim that
    was retracted, and where no article tells of a thing.
    """
    explainer = Explainer(store)
    notes: dict[Article, dict[str, None]] = {}
    for thing in things:
        if _is_a(store, thing, ent.Article):
            notes.setdefault(explainer.sources.article(thing), {})
            continue
        claims = [claim for claim in explainer.entity(thing).claims if claim.status != RETRACTED]
        if not any(claim.passages for claim in claims):
            raise QueryError(_uncited(store, thing))
        for claim in claims:
            for article in dict.fromkeys(passage.article for passage in claim.passages):
                notes.setdefault(article, {})[_note(claim, article)] = None
    articles = sorted(notes, key=lambda article: (article.published or "9999", article.key))
    return [Reference(article, (*notes[article], *_digest(article))) for article in articles]


def _uncited(store: ox.Store, thing: ox.NamedNode) -> str:
    if _is_a(store, thing, ent.RetractedClaim):
        return f"“{key(thing)}” was retracted: “kg why {key(thing)}” tells; it is not to be cited"
    return f"no article tells of “{key(thing)}”: there is nothing to cite"


def _is_a(store: ox.Store, thing: ox.NamedNode, kind: str) -> bool:
    return ox.Quad(thing, RDF_TYPE, ox.NamedNode(kind)) in store


def _note(claim: Claim, article: Article) -> str:
    places = "; ".join(str(p) for p in claim.passages if p.article == article)
    return f"{claim.key} ({claim.standing}): {claim.gist} ({places})"


def _digest(article: Article) -> Iterator[str]:
    if article.sha256:
        yield f"SHA-256 of the text: {article.sha256}"


def bibtex(found: Sequence[Reference]) -> str:
    """Return references as BibTeX, in UTF-8 with the characters of TeX escaped."""
    return "\n".join(map(_bibtex, found))


def _bibtex(reference: Reference) -> str:
    article, date = reference.article, reference.date
    fields = {
        "title": f"{{{_tex(article.headline)}}}",  # names keep their capitals
        "journal": _tex(article.publisher),
        **dict(zip(("year", "month", "day"), map(str, date), strict=False)),
        "note": _tex(" ".join(reference.notes)),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value.strip("{}")]
    if len(date) > 1:
        number = f"  month = {{{date[1]}}},\n"
        lines[lines.index(number)] = f"  month = {_MONTHS[date[1] - 1]},\n"
    kind = "article" if article.publisher else "misc"
    return f"@{kind}{{{_NO_KEY.sub('-', article.key)},\n{''.join(lines)}}}\n"


def _tex(text: str) -> str:
    """Return a text as TeX prints it: ``R&D -- 5%`` as ``R\\&D -{}- 5\\%``."""
    escaped = "".join(_TEX.get(character, character) for character in _line(text))
    return _LIGATURE.sub("{}", escaped)


def ris(found: Sequence[Reference]) -> str:
    """Return references as RIS, each a line for a tag."""
    return "\n".join("".join(f"{tag}  - {text}\n" for tag, text in _ris(each)) for each in found)


def _ris(reference: Reference) -> Iterator[tuple[str, str]]:
    article, date = reference.article, reference.date
    yield "TY", "NEWS"
    yield "ID", article.key
    named = (("TI", article.headline), ("T2", article.publisher))
    yield from ((tag, _line(text)) for tag, text in named if text)
    if date:
        yield "PY", f"{date[0]:04}"
        parts = [f"{date[0]:04}", *(f"{number:02}" for number in date[1:])]
        yield "DA", "/".join(parts) + "/" * (4 - len(parts))  # year, month, day and a rest
    yield from (("N1", _line(note)) for note in reference.notes)
    yield "ER", ""


def csl_json(found: Sequence[Reference]) -> str:
    """Return references as CSL-JSON, a list of items."""
    return json.dumps([*map(_csl, found)], ensure_ascii=False, indent=1) + "\n"


def _csl(reference: Reference) -> dict[str, Any]:
    article, date = reference.article, reference.date
    item = {
        "id": article.key,
        "type": "article-newspaper",
        "title": _line(article.headline),
        "container-title": _line(article.publisher),
        "issued": {"date-parts": [date]} if date else None,
        "note": "\n".join(map(_line, reference.notes)),
    }
    return {name: value for name, value in item.items() if value}


def _line(text: str) -> str:
    return " ".join(text.split())


FORMATS: dict[str, Callable[[Sequence[Reference]], str]] = {
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": csl_json,
}

"""The pages of what is refused: what is wrong, the form as it was filled in, where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from kg.endpoint.pages.environment import page
from kg.endpoint.pages.site import Site
from kg.sparql import catalogue

_TITLES = {
    400: "This cannot be answered as it was asked",
    403: "This is not allowed",
    404: "There is nothing here",
    503: "This cannot be answered now",
}


class Suggestion(NamedTuple):
    """What may have been meant: its name, its kind and where it is."""

    text: str
    kind: str
    href: str


def error(status: int, message: str, site: Site, found: Sequence[Suggestion] = ()) -> str:
    """Return the page of a refusal; ``site`` is what was asked for.

    What was asked may be wrong about whom to believe, so links from here keep no belief, unless
    something was found by it.
    """
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    question, given = _question(site.path), dict(site.given)
    link = site.link if found else str
    return page(
        "error", site, title=title, message=_sentence(message), found=found, link=link,
        question=question, given=given, text=given.get("query", ""),
    )  # fmt: skip


def _question(path: str) -> catalogue.Query | None:
    """Return the named query whose page a path is, if there is one."""
    name = path.removeprefix("/questions/")
    known = name != path and name in catalogue.names()
    return catalogue.named(name) if known else None


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + "."

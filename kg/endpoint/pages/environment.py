"""The templates of pages: HTML, all values escaped, and none left out unnoticed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kg.endpoint.pages.site import Site, href
from kg.resources import PACKAGE

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = PACKAGE / "endpoint" / "pages"
QUERIES = _FOLDER / "queries"
"""What lists and counts of pages are made of: queries of the form that the catalogue has."""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(href=href)
    return environment


def page(template: str, site: Site, /, **values: Any) -> str:  # noqa: ANN401
    """Return the page of a template; ``site`` says where it stands, and makes its links."""
    return document(f"{template}.html", site=site, **{"link": site.link, **values})


def document(template: str, /, **values: Any) -> str:  # noqa: ANN401
    """Return the text of a template; what it is given is escaped as HTML and XML want it."""
    return _environment().get_template(template).render(**values)

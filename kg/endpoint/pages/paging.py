"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from kg.endpoint.pages.site import Site
from kg.errors import RequestError

_SIZE = 50
"""So many rows are on one page."""

T = TypeVar("T")


class Paging(NamedTuple):
    """One page of a list: which, of how many; where the others are, empty where there are none."""

    number: int
    pages: int
    total: int
    before: str
    after: str

    @classmethod
    def of(cls, total: int, site: Site) -> Paging:
        """Return the page that the address asks for as ``page``.

        Raises ``RequestError``: 400 where that is no number, 404 where there are fewer pages.
        """
        pages = max(1, -(-total // _SIZE))
        number = page_number(dict(site.given).get("page", ""))
        if number > pages:
            raise RequestError(404, f"there is no page {number}; the last one is {pages}")
        before = site.here(page=str(number - 1) if number > 2 else "") if number > 1 else ""
        after = site.here(page=str(number + 1)) if number < pages else ""
        return cls(number, pages, total, before, after)

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        """Return the rows that are on this page."""
        return rows[(self.number - 1) * _SIZE : self.number * _SIZE]

    @property
    def first(self) -> int:
        """The number of the first row here."""
        return (self.number - 1) * _SIZE + 1

    @property
    def last(self) -> int:
        """The number of the last row here."""
        return min(self.total, self.number * _SIZE)


def page_number(given: str) -> int:
    """Return the number of a page as a request gives it; 1 where it gives none.

    Raises ``RequestError`` (400).
    """
    if not given:
        return 1
    if not (given.isascii() and given.isdigit() and int(given[:10]) > 0 and len(given) < 10):
        raise RequestError(400, f"“page” is a number from 1 on, not “{given}”")
    return int(given)

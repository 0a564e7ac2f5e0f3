"""Taggers of others, found by an entry point: names in a text that ours may not see.

A package names a function in the group ``kg.taggers``. It is called with the text of an article and
returns the start and the end of each name. None is needed, and none is asked unless it is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import entry_points

from kg.errors import EntenteError
from kg.vocabulary.spelling import nearest

GROUP = "kg.taggers"
Tagger = Callable[[str], Iterable[tuple[int, int]]]


def names_by(tagger: str, text: str) -> list[str]:
    """Return the names that a tagger finds. Raises ``EntenteError`` if it is not installed."""
    found = {each.name: each for each in entry_points(group=GROUP)}
    if tagger not in found:
        remedy = nearest(tagger, found) or f"installed: {', '.join(sorted(found)) or 'none'}"
        raise EntenteError(f"there is no tagger “{tagger}” ({remedy})")
    load: Tagger = found[tagger].load()
    names = []
    for start, end in load(text):
        if not 0 <= start < end <= len(text):
            raise EntenteError(
                f"the tagger “{tagger}” gave {start}–{end}, which is not in the text"
            )
        names.append(" ".join(text[start:end].split()))
    return list(dict.fromkeys(names))

"""Names in an article: of entities that are known, and of what is to be made an entity."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import chain

from kg.drafting.date_phrases import is_of_calendar

_WORD = r"(?:Mr|Mrs|Ms|Dr|Prof|Gen|St|[A-Z])\.(?=\s+[A-Z])|[^\W\d_a-z][\w’'.-]*[\w]|[A-Z]"
_NAME = re.compile(rf"(?:{_WORD})(?:\s+(?:(?:of|al|bin|de|la|van|von|the)\s+)*(?:{_WORD}))*")
_TITLES = set(
    re.findall(
        r"\w+",
        "president chancellor prime minister king queen prince princess general admiral colonel"
        " senator governor ambassador secretary mr mrs ms dr sir lord foreign defence state",
    )
)
_STARTS = re.compile(r"(?:^|[.!?…:]|[“\"‘(])[”’\"')\]]*\s*\Z")


def known(text: str, keys: Mapping[str, str]) -> list[str]:
    """Return the keys of the names in a text, each once, in order; of two, the longer name.

    ``keys`` is from names to keys. “South Korea’s” has South Korea, and no Korea.
    """
    found: dict[int, tuple[int, str]] = {}
    level = text.replace("’", "'")
    for name, key in sorted(keys.items(), key=lambda each: -len(each[0])):
        pattern = rf"(?<!\w){re.escape(name.replace('’', chr(39)))}(?!\w)"
        for match in re.finditer(pattern, level):
            spans = found.items()
            if not any(s < match.end() and match.start() < e for s, (e, _) in spans):
                found[match.start()] = match.end(), key
    return list(dict.fromkeys(key for _, (_, key) in sorted(found.items())))


def last_names(text: str, people: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of the people of an article by their last names, where these are of one."""
    found: dict[str, set[str]] = {}
    named = set(known(text, present(text, keys)))
    for name, key in people.items():
        if key in named and " " in name:
            found.setdefault(name.split(" ")[-1], set()).add(key)
    return {last: one.pop() for last, one in found.items() if len(one) == 1 and last not in keys}


def unknown(text: str, spans: Iterable[tuple[int, int]], keys: Mapping[str, str]) -> list[str]:
    """Return the names in the spans of a text that no key has, the fuller form of each, in order.

    A single word that begins a sentence counts if it is written so within one elsewhere, too.
    """
    names: dict[str, bool] = {}
    keys, everything = present(text, keys), keys
    for start, end in spans:
        sentence = text[start:end]
        for match in _NAME.finditer(sentence):
            is_first = bool(_STARTS.search(sentence[: match.start()]))
            for n, name in enumerate(_bare(match[0], keys, is_first=is_first)):
                if _is_known(name, keys, is_first=is_first and not n):
                    continue
                names[name] = names.get(name, False) or not is_first or n > 0 or " " in name
    sure = [name for name, is_sure in names.items() if is_sure]
    return [
        name
        for name in sure
        if name not in keys
        and not any(
            other != name and f" {name} " in f" {other} " for other in chain(sure, everything)
        )
    ]


def _is_known(name: str, keys: Mapping[str, str], *, is_first: bool) -> bool:
    """Tell whether known names make up a name, but for titles and what stands before.

    ``Comrade Kim Jong Un`` and, where a sentence begins, ``While China`` are known; ``China CCTV``
    is not.
    """
    for known_name in sorted(keys, key=len, reverse=True):
        if name.endswith(f" {known_name}") and (is_first or " " in known_name):
            return True
        name = re.sub(rf"(?<!\w){re.escape(known_name)}(?!\w)", "", name)
    rest = [word for word in re.split(r"[\s-]+", name) if word.lower() not in _TITLES]
    return not any(word[:1].isupper() for word in rest)


def present(text: str, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the names that a text has anywhere, so that no other need be looked for."""
    level = text.replace("’", "'")
    whole = " ".join(level.split())
    return {name: key for name, key in keys.items() if name.replace("’", "'") in whole}


def key_of(name: str) -> str:
    """Return the key that a name has by the usual rule: ``Zoë Orvik’s`` → ``zoe-orvik-s``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _bare(name: str, keys: Mapping[str, str], *, is_first: bool) -> list[str]:
    """Return a name without titles, articles, possessives and words of the calendar.

    ``President Ilsa Varga of Ostmark`` is two names, ``Bank of Ostmark`` is one.
    """
    name = re.sub(r"[’']s?(?=\s|\Z)", "", " ".join(name.split())).strip(".-’'")
    words = name.split(" ")
    is_titled = False
    while words and (words[0].lower().strip(".") in _TITLES or words[0] in ("The", "A", "An")):
        is_titled |= words.pop(0).lower().strip(".") in _TITLES
    if is_first and len(words) > 1 and words[0] in ("In", "On", "At", "But", "And", "For", "When"):
        words.pop(0)
    whole = " ".join(words)
    holder, _, of = whole.partition(" of ")
    parts = [holder, of] if of and (is_titled or holder in keys) else [whole]
    return [part for part in parts if _is_name(part)]


def _is_name(text: str) -> bool:
    words = text.split(" ")
    return len(words[0]) > 1 and text[0].isupper() and not any(map(is_of_calendar, words))

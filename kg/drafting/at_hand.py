"""The articles that facts files name, at hand as texts in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from kg.claims.articles import Articles
from kg.claims.sources import Article
from kg.drafting.passages import TextOf
from kg.errors import ArticlesError
from kg.facts import yaml
from kg.facts.yaml import Mapping, Scalar


def texts(files: Iterable[Path], folder: Path, known: Callable[[str], Article]) -> TextOf:
    """Return what finds the text of an article by its key.

    Its digest is that of its record in the files, else of what ``known`` returns for the key. It
    raises ``ArticlesError`` where no file of the folder has that digest, or the record has none.
    """
    records = _digests(files)
    articles = Articles(folder)

    @cache
    def text_of(key: str) -> str:
        if key not in records:
            return articles.whole(known(key))
        if not records[key]:
            raise ArticlesError(f"the record of “{key}” lacks “sha256”, by which it is found")
        return articles.whole(Article(key, "", "", "", records[key]))

    return text_of


def _digests(files: Iterable[Path]) -> dict[str, str]:
    """Return the digest of each article that facts files introduce; empty where it is not said."""
    found = {}
    for file in files:
        for section, value in yaml.read(file, []):
            if section.text == "entities" and isinstance(value, Mapping):
                texts = {k: v.text for k, v in value.items.items() if isinstance(v, Scalar)}
                if texts.get("type") == "Article":
                    found[texts.get("key", "")] = texts.get("sha256", "")
    return found

"""Articles at hand: found by their digest, passages cut out and compared, exactly or not at all.

The store knows an article by the SHA-256 of its file and a passage by its place and digest.
Whoever has the articles can check every citation. Their text is shown when asked for and never
kept.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from pathlib import Path

from kg.claims.sources import Article, Passage
from kg.errors import ArticlesError
from kg.facts.locating import LARGEST, digest


class Articles:
    """The texts in a folder, by digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def texts(self) -> dict[str, tuple[Path, str]]:
        """Digest of a file → the file and its text; what is not UTF-8 text is no article."""
        found = {}
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            try:
                if path.stat().st_size <= LARGEST:
                    data = path.read_bytes()
                    found[sha256(data).hexdigest()] = (path, data.decode())
            except UnicodeDecodeError:
                continue
            except OSError as error:
                raise ArticlesError(f"{path} cannot be read: {error.strerror}") from error
        return found

    def text(self, passage: Passage) -> str:
        """Return the text of a passage; empty where its article is not at hand or differs."""
        _, text = self.texts.get(passage.article.sha256, (None, ""))
        span = text[passage.start : passage.end]
        return span if digest(span) == passage.sha256 else ""

    def whole(self, article: Article) -> str:
        """Return the text of an article. Raises ``ArticlesError`` where it is not at hand."""
        if article.sha256 not in self.texts:
            raise ArticlesError(f"no file in {self.folder} has the digest of {article.key}")
        return self.texts[article.sha256][1]

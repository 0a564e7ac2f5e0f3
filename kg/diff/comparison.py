"""What changed between two states: claims, and the answers that differ for it.

A claim is the same if its key is; it has changed if the digest of its content has: what it tells,
how it is described, and the passages that it quotes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.claims.sources import Claim
from kg.diff.states import State, is_facts, state
from kg.errors import StoreError
from kg.facts.files import kept
from kg.sparql import catalogue

CHANGES = ("added", "removed", "changed", "retracted")


@dataclass(frozen=True)
class Diff:
    """How two states differ; what is the same is not mentioned.

    ``changed`` holds for a claim what it lost and what it gained, ``answers`` the same for a
    query of the catalogue, or nothing at all where answers were not compared. ``claims`` are all
    that differ, with their sources, where that was asked for.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    retracted: dict[str, str]
    changed: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    answers: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] | None
    claims: Mapping[str, Claim] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.retracted or self.changed or self.answers)

    def lines(self) -> Iterator[str]:
        """Yield it for people."""
        yield from (f"+ claim {name}" for name in self.added)
        yield from (f"- claim {name}" for name in self.removed)
        yield from (f"! claim {name} retracted: {why}" for name, why in self.retracted.items())
        for title, both in (("~ claim ", self.changed), ("? query ", self.answers or {})):
            for name, (lost, gained) in both.items():
                yield f"{title}{name}"
                yield from (f"    - {line}" for line in lost)
                yield from (f"    + {line}" for line in gained)
        yield self.summary

    @property
    def summary(self) -> str:
        """One line: “claims: 1 added, 0 removed, 2 changed, 0 retracted; answers changed: 3”."""
        said = ", ".join(f"{len(getattr(self, word))} {word}" for word in CHANGES)
        answers = "" if self.answers is None else f"; answers changed: {len(self.answers)}"
        return f"claims: {said}{answers}"

    def by_article(self) -> dict[str, Counter[str]]:
        """Return how many claims of each article were added, removed, changed, retracted.

        A claim that quotes several articles counts for each, one that quotes none for “”. Only
        claims with their sources are counted: ``claims``.
        """
        found: dict[str, Counter[str]] = {}
        for word in CHANGES:
            for name in getattr(self, word):
                passages = self.claims[name].passages if name in self.claims else ()
                for article in {passage.article.key for passage in passages} or {""}:
                    found.setdefault(article, Counter())[word] += 1
        return dict(sorted(found.items()))

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        both = {"changed": self.changed}
        both |= {} if self.answers is None else {"answers": self.answers}
        return {
            "added": self.added,
            "removed": self.removed,
            "retracted": self.retracted,
            **{
                title: {n: {"removed": lost, "added": new} for n, (lost, new) in found.items()}
                for title, found in both.items()
            },
        }


def diff(
    old: Path | Sequence[Path],
    new: Path | Sequence[Path],
    *,
    with_ours: bool = False,
    answers: bool = True,
    sources: bool = False,
) -> Diff:
    """Compare two states: stores, dumps or facts, which may be pipes, or packed with gzip.

    Several paths of facts are one state together. ``with_ours`` puts the reference data that comes
    with kg beneath facts. ``answers`` and ``sources`` are as ``compared`` has them. Raises
    ``StoreError``, ``FactsError``, ``EntenteError`` for what cannot be read.
    """
    one, other = ([each] if isinstance(each, Path) else [*each] for each in (old, new))
    given = [path for path in (*one, *other) if not path.is_dir()]
    with TemporaryDirectory() as folder, kept(given, unpacked=True) as copies:
        one, other = ([copies.get(path, path) for path in paths] for paths in (one, other))
        if with_ours and not any(map(is_facts, (*one, *other))):
            raise StoreError("our reference data goes beneath facts; neither state is facts")
        before = state(one, Path(folder, "old"), with_ours=with_ours)
        after = state(other, Path(folder, "new"), with_ours=with_ours)
        return compared(before, after, answers=answers, sources=sources)


def compared(before: State, after: State, *, answers: bool = True, sources: bool = False) -> Diff:
    """Return how two states differ.

    Without ``answers`` no query is asked; with ``sources`` the claims that differ are described.
    """
    gone = before.claims.keys() - after.claims.keys()
    taken_back = {n: why for n, why in sorted(after.retracted.items()) if n not in before.retracted}
    both = sorted(before.claims.keys() & after.claims.keys())
    changed = {n: _lines(before.claims[n], after.claims[n]) for n in both
               if before.digest(n) != after.digest(n)}  # fmt: skip
    added = tuple(sorted(after.claims.keys() - before.claims.keys()))
    described = {}
    if sources:
        described = {name: before.claim(name) for name in gone}
        described |= {name: after.claim(name) for name in (*added, *changed)}
        described |= {name: after.claim(name) for name in taken_back.keys() - described.keys()}
    return Diff(
        added,
        tuple(sorted(gone - taken_back.keys())),
        taken_back,
        changed,
        _answers(before, after) if answers else None,
        described,
    )


def _answers(before: State, after: State) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return of each query whose answer differs what it lost and gained."""
    found = {}
    for query in catalogue.catalogue():
        old, new = before.answer(query), after.answer(query)
        if old != new:
            found[query.name] = _lines((old - new).elements(), (new - old).elements())
    return found


def _lines(old: Any, new: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:  # noqa: ANN401
    if isinstance(old, frozenset):
        old, new = old - new, new - old
    return tuple(sorted(old)), tuple(sorted(new))

"""What changed between two states of the facts: claims, and the answers that differ for it.

A state is a store, a dump with named graphs, or facts files. A claim is the same if its key is;
it has changed if the digest of its content has: what it tells, how it is described, and the
passages that it quotes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox

from kg import store
from kg.claims.sources import Sources, subjects
from kg.errors import StoreError
from kg.facts.files import kept
from kg.opener import dumped
from kg.sparql import catalogue
from kg.sparql.documents import recognised
from kg.sparql.engine import evaluate
from kg.sparql.presentation.terms import shown
from kg.vocabulary.iris import key
from kg.vocabulary.ontology import ent
from kg.vocabulary.terms import RDF_TYPE


class State:
    """The claims and the answers of one state."""

    def __init__(self, data: ox.Store) -> None:
        self.data = data

    @cached_property
    def claims(self) -> dict[str, frozenset[str]]:
        """The content of each claim by its key, as lines."""
        return {key(claim): frozenset(self._lines(claim)) for claim in self._of(ent.Claim)}

    @cached_property
    def retracted(self) -> dict[str, str]:
        """Why each claim that was taken back was, by its key."""
        reason = ox.NamedNode(ent.retraction)
        found = {}
        for claim in self._of(ent.RetractedClaim):
            for quad in self.data.quads_for_pattern(claim, reason, None, ox.DefaultGraph()):
                found[key(claim)] = shown(quad.object)
        return found

    def digest(self, name: str) -> str:
        """Return the digest of a claim's content."""
        return sha256("\n".join(sorted(self.claims[name])).encode()).hexdigest()

    def answer(self, query: catalogue.Query) -> Counter[str]:
        """Return the solutions or triples of a query as texts, with how often each occurs."""
        raw = evaluate(query.text, self.data, query.name)
        if isinstance(raw, ox.QueryBoolean):
            return Counter([str(bool(raw)).lower()])
        return Counter(" · ".join(map(shown, row)) for row in raw)

    def _of(self, kind: str) -> Iterator[ox.NamedNode]:
        return subjects(self.data, RDF_TYPE, ox.NamedNode(kind))

    def _lines(self, claim: ox.NamedNode) -> Iterator[str]:
        """Yield what a claim tells, and its description with the passages it quotes."""
        for quad in self.data.quads_for_pattern(None, None, None, claim):
            yield f"tells {' '.join(map(shown, quad.triple))}"
        for triple in Sources(self.data).description(claim, articles=False):
            yield " ".join(map(shown, triple))


def is_facts(path: Path) -> bool:
    """Tell whether a state is facts: no store, and no dump."""
    return not store.exists(path) and not (path.is_file() and recognised(path))


def state(path: Path, work: Path, *, with_ours: bool = False) -> State:
    """Read a state: a store's folder, a dump, or facts; ``work`` is a folder to build in.

    ``with_ours`` puts the reference data that comes with kg beneath facts.
    Raises ``StoreError`` where it is none of these, ``FactsError`` for faults in facts.
    """
    if store.exists(path):
        return State(store.open_current(path).store)
    if not path.exists():
        raise StoreError(f"there is nothing at {path}")
    if path.is_file() and recognised(path):
        return State(_loaded(path))
    from kg.builder import build

    build([path], work, with_ours=with_ours)
    return State(store.open_current(work).store)


def _loaded(path: Path) -> ox.Store:
    """Read a dump. Raises ``StoreError``, also for one without claims: all would seem removed."""
    loaded = store.in_memory(dumped(path))
    if not any(loaded.named_graphs()):
        raise StoreError(f"{path} has no named graphs: its claims are not known")
    return loaded


@dataclass(frozen=True)
class Diff:
    """How two states differ; what is the same is not mentioned.

    ``changed`` holds for a claim what it lost and what it gained, ``answers`` the same for a
    query of the catalogue.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    retracted: dict[str, str]
    changed: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    answers: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.retracted or self.changed or self.answers)

    def lines(self) -> Iterator[str]:
        """Yield it for people."""
        yield from (f"+ claim {name}" for name in self.added)
        yield from (f"- claim {name}" for name in self.removed)
        yield from (f"! claim {name} retracted: {why}" for name, why in self.retracted.items())
        for title, both in (("~ claim ", self.changed), ("? query ", self.answers)):
            for name, (lost, gained) in both.items():
                yield f"{title}{name}"
                yield from (f"    - {line}" for line in lost)
                yield from (f"    + {line}" for line in gained)
        counts = (
            (len(self.added), "added"), (len(self.removed), "removed"),
            (len(self.changed), "changed"), (len(self.retracted), "retracted"),
        )  # fmt: skip
        said = ", ".join(f"{count} {word}" for count, word in counts)
        yield f"claims: {said}; answers changed: {len(self.answers)}"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        both = {"changed": self.changed, "answers": self.answers}
        return {
            "added": self.added,
            "removed": self.removed,
            "retracted": self.retracted,
            **{
                title: {n: {"removed": lost, "added": new} for n, (lost, new) in found.items()}
                for title, found in both.items()
            },
        }


def diff(old: Path, new: Path, *, with_ours: bool = False) -> Diff:
    """Compare two states: stores, dumps or facts, which may be pipes, or packed with gzip.

    ``with_ours`` puts the reference data that comes with kg beneath facts. Raises ``StoreError``,
    ``FactsError``, ``EntenteError`` for what cannot be read.
    """
    given = [path for path in (old, new) if not path.is_dir()]
    with TemporaryDirectory() as folder, kept(given, unpacked=True) as copies:
        one, other = copies.get(old, old), copies.get(new, new)
        if with_ours and not (is_facts(one) or is_facts(other)):
            raise StoreError("our reference data goes beneath facts; neither state is facts")
        before = state(one, Path(folder, "old"), with_ours=with_ours)
        return compared(before, state(other, Path(folder, "new"), with_ours=with_ours))


def compared(before: State, after: State) -> Diff:
    """Return how two states differ."""
    gone = before.claims.keys() - after.claims.keys()
    taken_back = {n: why for n, why in sorted(after.retracted.items()) if n not in before.retracted}
    both = sorted(before.claims.keys() & after.claims.keys())
    changed = {n: _lines(before.claims[n], after.claims[n]) for n in both
               if before.digest(n) != after.digest(n)}  # fmt: skip
    answers = {}
    for query in catalogue.catalogue():
        old, new = before.answer(query), after.answer(query)
        if old != new:
            answers[query.name] = _lines((old - new).elements(), (new - old).elements())
    return Diff(
        tuple(sorted(after.claims.keys() - before.claims.keys())),
        tuple(sorted(gone - taken_back.keys())),
        taken_back,
        changed,
        answers,
    )


def _lines(old: Any, new: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:  # noqa: ANN401
    if isinstance(old, frozenset):
        old, new = old - new, new - old
    return tuple(sorted(old)), tuple(sorted(new))

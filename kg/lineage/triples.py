"""The lineage of triples: which solutions made one for a CONSTRUCT, or chose a thing to DESCRIBE.

``CONSTRUCT { ?a ent:metWith ?b } WHERE { ?e ent:participant ?a, ?b }`` makes one triple of each
solution; where several make the same, all are in its lineage, also those that LIMIT cuts off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.lineage.lineage import UNTRACED, Lineage
from kg.lineage.rows import Key
from kg.lineage.syntax import Blank
from kg.lineage.variables import is_variable
from kg.lineage.witnesses import Witnesses
from kg.vocabulary.terms import RdfTerm

# The terms of a triple; Blank for a blank node that the template makes anew for each solution.
Instance: TypeAlias = tuple[Any, Any, Any]
_SUBJECTS = (ox.NamedNode, ox.BlankNode, Blank)


def lineages(witnesses: Witnesses, triples: Sequence[ox.Triple]) -> list[Lineage]:
    """Return the lineage of each triple that a CONSTRUCT or DESCRIBE gave."""
    made = _described if witnesses.parsed.query.form == "DESCRIBE" else _constructed
    return list(made(witnesses, triples))


def _constructed(witnesses: Witnesses, triples: Sequence[ox.Triple]) -> Iterator[Lineage]:
    """Yield what made each triple; new blank nodes are known by all that is said of them."""
    keys: dict[Hashable, set[Key]] = defaultdict(set)
    old: set[RdfTerm | None] = set()
    for key in witnesses.solutions():
        old |= {*key}
        instances = list(_instances(witnesses, key))
        blanks = {term for instance in instances for term in instance if isinstance(term, Blank)}
        for instance in instances:
            keys[instance].add(key)
        for blank in blanks:
            keys[_said_of(blank, instances, blanks)].add(key)
    new = {t for triple in triples for t in triple if isinstance(t, ox.BlankNode)} - old
    about: dict[Any, list[Instance]] = defaultdict(list)
    for triple in triples:
        for node in new.intersection(triple):
            about[node].append(_terms(triple))
    of_new = {node: keys[_said_of(node, about[node], new)] for node in new}
    for triple in triples:
        found = [of_new[node] for node in new.intersection(triple)] or [keys[_terms(triple)]]
        yield _united(witnesses, set.intersection(*found))


def _instances(witnesses: Witnesses, key: Key) -> Iterator[Instance]:
    """Yield the triples that a solution makes of the template (section 16.2)."""
    given = dict(zip(witnesses.block.key, key, strict=True))
    for pattern in witnesses.parsed.query.template:
        s, p, o = (_term(witnesses, part, given) for part in pattern)
        if isinstance(s, _SUBJECTS) and isinstance(p, ox.NamedNode) and o is not None:
            yield s, p, o


def _term(witnesses: Witnesses, part: object, given: dict[str, RdfTerm | None]) -> Any:  # noqa: ANN401
    if isinstance(part, Blank):
        return part
    return given.get(str(part)) if is_variable(part) else witnesses.terms[str(part)]


def _said_of(node: object, instances: Iterable[Instance], new: Set[Any]) -> Hashable:
    """Return the triples of a blank node, whatever it and other new ones are called."""
    named = (
        tuple("this" if term == node else "other" if term in new else term for term in instance)
        for instance in instances
        if node in instance
    )
    return frozenset(named)


def _described(witnesses: Witnesses, triples: Sequence[ox.Triple]) -> Iterator[Lineage]:
    """Yield what led to each triple: what chose its subject, or led there from what was chosen."""
    named = {witnesses.terms[str(i)] for i in witnesses.parsed.query.items if not is_variable(i)}
    chosen: dict[RdfTerm | None, set[Key]] = defaultdict(set)
    for key in witnesses.solutions():
        for term in (*key, *named):
            chosen[term].add(key)
    into: dict[RdfTerm, list[ox.Triple]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.object, ox.BlankNode):
            into[triple.object].append(triple)
    for triple in triples:
        lineage = Lineage()
        for step in _leading_to(triple, into):
            lineage.quads.add((*_terms(step), None))
            if step.subject in chosen:
                lineage.add(_united(witnesses, chosen[step.subject]))
        yield lineage


def _leading_to(triple: ox.Triple, into: Mapping[RdfTerm, list[ox.Triple]]) -> set[ox.Triple]:
    """Return a triple and those by which its subject, a blank node, was reached."""
    reached, waiting = {triple}, [triple]
    while waiting:
        before = [t for t in into.get(waiting.pop().subject, ()) if t not in reached]
        reached |= {*before}
        waiting += before
    return reached


def _united(witnesses: Witnesses, keys: Set[Key]) -> Lineage:
    whole = Lineage()
    for key in keys:
        whole.add(witnesses.behind(keys)(key))
    if not keys:
        whole.gaps.add(UNTRACED)
    return whole


def _terms(triple: ox.Triple) -> Instance:
    return triple.subject, triple.predicate, triple.object

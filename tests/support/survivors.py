"""Why a mutant that nothing finds is legal: laws that look at what was changed.

They ask the ontology, and what other claims tell; not the shapes, whose holes they are to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from kg.vocabulary.context import context
from kg.vocabulary.ontology import ontology
from tests.support.mutants import CLAIM, EVENT, Mutant, Node, our_facts, values

UNTOLD = {
    "attributedTo", "when", "earliest", "latest", "asOf", "reason", "firstSince", "firstFor",
    "subEventOf", "office", "host", "companion", "issuer", "backer", "quantity", "minValue",
    "maxValue", "unitText", "verbatim", "relativeOf", "childOf", "successorOf", "asOfMonth",
    "asOfYear", "kind", "others", "addressee",
}  # fmt: skip
"""Keys that no class has to have: sources do not always tell whose word, when, why or how much."""
UNTOLD_ON = {
    "topic": {"Statement", "Pledge", "Forecast"},
    "gist": {"Statement", "Pledge", "Forecast", "Allegation"},
    "belligerent": {"Conflict"},
    "perpetrator": {"Repression"},
    "victim": {"Repression"},
    "participant": {"Event"},
    "unnamedSpeaker": {CLAIM},
    "place": {iri.rpartition("#")[2] for iri in ontology().superclasses} - {"Visit"},
}
"""Keys that some classes can do without, though others cannot."""
COINCIDE = {
    frozenset(("speaker", "topic")),
    frozenset(("issuer", "backer")),
    frozenset(("attributedTo", "about")),
    frozenset(("host", "participant")),
    frozenset(("topic", "addressee")),
}
"""Roles that one agent may have both of."""


def reason(mutant: Mutant) -> str:
    """Return why a mutant that nothing finds is legal; empty if no law says so."""
    return next((why for why, law in LAWS.items() if law(mutant)), "")


# ── What the laws are made of ────────────────────────────────────────────────


@cache
def _iri(cls: str) -> str:
    return next(iri for iri in ontology().superclasses if iri.endswith(("#" + cls, "/" + cls)))


def _belongs(cls: str, key: str, value: object) -> bool:
    """Tell whether the ontology has the key on the class, with values of such kinds."""
    prop = context().terms[key].iri
    classes = ontology().range(_iri(cls), prop)
    kinds = [our_facts().classes.get(str(each), "") for each in values(value)]
    fits = all(kind and (not classes or ontology().is_a(_iri(kind), classes)) for kind in kinds)
    return ontology().admits(_iri(cls), prop) and fits


def _others(mutant: Mutant) -> Iterator[tuple[Node, Node]]:
    """Yield what other claims tell of the node, each with its claim."""
    for claim, node in our_facts().told[mutant.node.get("key", "")]:
        if claim != mutant.claim:
            yield claim, node


def _may_lack(mutant: Mutant, key: str) -> bool:
    """Tell whether nobody need tell the key, or another claim tells it of the same thing."""
    untold = key in UNTOLD or mutant.cls in UNTOLD_ON.get(key, ())
    return untold or any(key in node for _, node in _others(mutant))


def _is_reported(claim: Node) -> bool:
    return bool(claim["status"] == "Reported")


def _joined(key: str) -> set[str]:
    """An event, its parts and what it is part of, and what it came after."""
    found = {key}
    for other, told in our_facts().told.items():
        for _, node in told:
            if key in values(node.get("subEventOf", [])):
                found.add(other)
            if other == key:
                for word in ("subEventOf", "reason", "firstSince"):
                    found.update(values(node.get(word, [])))
    return found


def _begun_elsewhere(mutant: Mutant) -> bool:
    """Tell whether another reported claim says when the event, or one joined to it, begins.

    Days of which it was under way may be as far apart as they like.
    """
    dates = {"when", "earliest", "asOf"} - {mutant.key}.intersection({"asOf"})
    return any(
        _is_reported(claim) and not value.startswith(("/", ".."))
        for event in _joined(mutant.node["key"])
        for claim, node in our_facts().told[event]
        for value in (v for date in dates & node.keys() for v in values(node[date]))
        if claim != mutant.claim
    )


# ── The laws ─────────────────────────────────────────────────────────────────


def _only_the_text_tells(mutant: Mutant) -> bool:
    return mutant.kind in {
        "span begun later", "span begun too early", "span ended later", "digest of another text",
        "paragraph of another",
    }  # fmt: skip


def _another_status(mutant: Mutant) -> bool:
    """Any of the four; but no event is both reported and denied."""
    now, about = mutant.change.get("status"), mutant.claim["about"]
    if mutant.kind != "status changed" or now == "Rumoured":
        return False
    others = [claim for claim, _ in our_facts().told[about] if claim != mutant.claim]
    told = {claim["status"] for claim in others if claim["about"] == about}
    is_event = ontology().is_a(_iri(our_facts().classes[about]), EVENT)
    return not (is_event and {"Reported", "Denied"} <= {*told, now})


def _left_out(mutant: Mutant) -> bool:
    return mutant.kind == "key dropped" and _may_lack(mutant, mutant.key)


def _fewer(mutant: Mutant) -> bool:
    enough = mutant.key != "participant" or _may_lack(mutant, mutant.key)
    return mutant.kind == "all but one dropped" and enough


def _of_its_kind(mutant: Mutant) -> bool:
    kinds = ("renamed to another kind", "two keys swapped")
    return mutant.kind in kinds and all(
        _belongs(mutant.cls, key, value) for key, value in mutant.change.items()
    )


def _moved(mutant: Mutant) -> bool:
    if mutant.kind != "moved to another key" or not _may_lack(mutant, mutant.key):
        return False
    added = {key: value for key, value in mutant.change.items() if value is not None}
    return all(_belongs(mutant.cls, key, value) for key, value in added.items())


def _both(mutant: Mutant) -> bool:
    if mutant.kind != "same in two keys":
        return False
    [(key, value)] = mutant.change.items()
    same = {word for word, other in mutant.node.items() if other == value}
    return any(frozenset((key, word)) in COINCIDE for word in same)


def _another_class(mutant: Mutant) -> bool:
    if mutant.kind != "retyped":
        return False
    told = [node for _, node in our_facts().told[mutant.node["key"]]]
    cls = mutant.change["type"]
    return ontology().is_a(_iri(cls), EVENT) and all(
        ontology().admits(_iri(cls), context().terms[key].iri)
        for node in told
        for key in node.keys() - {"key", "type"}
    )


def _several_texts(mutant: Mutant) -> bool:
    free = mutant.key in ("others", "unnamedSpeaker") or (
        mutant.key in ("gist", "office") and mutant.cls != CLAIM
    )
    return mutant.kind == "value doubled" and free


def _alone_in_time(mutant: Mutant) -> bool:
    earlier = mutant.kind == "date moved by -100 years"
    return earlier and not _begun_elsewhere(mutant)


def _open(mutant: Mutant) -> bool:
    text = str(mutant.change.get("when", "")).strip("[]{}")
    return mutant.kind.startswith("date ") and (
        text.startswith(("/", "..")) or text.endswith(("/", ".."))
    )


def _own_voice(mutant: Mutant) -> bool:
    return mutant.kind.startswith("date moved") and not _is_reported(mutant.claim)


def _besides(mutant: Mutant) -> bool:
    later = mutant.kind == "date moved by 100 years"
    return later and mutant.node["key"] != mutant.claim["about"]


LAWS: dict[str, Callable[[Mutant], bool]] = {
    "only the article can tell, and kg verify asks it": _only_the_text_tells,
    "how far the article stands behind it, only the article tells": _another_status,
    "nobody need tell it, or another claim does": _left_out,
    "fewer are enough": _fewer,
    "another of a kind that the ontology has there": _of_its_kind,
    "another role that the ontology has there": _moved,
    "one agent may have both roles": _both,
    "another class that may have all that is told of it": _another_class,
    "it may be put in several ways": _several_texts,
    "nothing else that is reported begins it or what it is joined to": _alone_in_time,
    "an end that is open contradicts no day": _open,
    "what is not reported contradicts only itself": _own_voice,
    "the article's date is asked only of what a claim is about": _besides,
}

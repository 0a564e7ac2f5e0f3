"""The keys and words of facts: which of them a class has, and what they stand for."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from kg.vocabulary.context import context, declared
from kg.vocabulary.iris import KEY_PATTERN
from kg.vocabulary.ontology import an, ent, name, ontology, rows
from kg.vocabulary.spelling import ranked

_PARTS = ("Passage", "Omission", "QuantitativeValue", "TextPositionSelector")


@cache
def described_in_place() -> frozenset[str]:
    """Return the classes whose individuals have no key: each is part of what names it."""
    return frozenset(map(vocab, _PARTS))


@cache
def keywords(cls: str) -> tuple[str, ...]:
    """Return the keys of a node of a class that are none of its properties."""
    if cls in described_in_place():
        return ()
    return ("key", "facts") if cls == ent.Claim else ("key", "type")


@cache
def is_spoken(word: str, cls: str) -> bool:
    """Tell whether a key names what is called by what it says: a claim, or a part."""
    return word in ("label", "altLabel") and (cls == ent.Claim or cls in described_in_place())


@cache
def is_key(word: str, cls: str) -> bool:
    """Tell whether a word stands for a property, be it one that the class may have or not."""
    term = context().terms.get(word)
    return bool(term and any(term[1:])) and not is_spoken(word, cls)


@cache
def keys_of(cls: str) -> tuple[str, ...]:
    """Return the keys of the properties that individuals of a class may have; empty: any class."""
    known = context().terms.items()
    return tuple(w for w, t in known if is_key(w, cls) and ontology().admits(cls, t.iri))


def misspelt(words: Collection[str], cls: str) -> dict[str, str]:
    """Return the words that are no keys on a class, each with the nearest that is not there yet.

    ``gist``, ``jist`` on a claim → ``{"jist": ""}``, ``jist`` alone → ``{"jist": "gist"}``.
    """
    wrong = [w for w in words if w not in keywords(cls) and not is_key(w, cls)]
    known = [w for w in (*keywords(cls), *keys_of(cls)) if w not in words] if wrong else []
    return {word: next(iter(ranked(word, known)), "") for word in wrong}


def described_by(cls: str) -> list[str]:
    """Return the keys that describe a part: of a quantity, minValue, maxValue, unitText …"""
    own = [w for w in keys_of(cls) if cls in ontology().domains.get(context().terms[w].iri, ())]
    span = {"selector": ["start", "end"], "source": []}
    return [each for word in own for each in span.get(word, [word])]


@cache
def own_keys(cls: str) -> tuple[str, ...]:
    """Return the keys that a class has and not every other: ``backer``, ``issuer`` … of a Sanction.

    Those of ``ent:Event`` are the keys that every event has.
    """
    if cls in described_in_place():
        return tuple(sorted(set(described_by(cls))))
    shared = frozenset({ent.Event} if cls != ent.Event else ())
    domains = {w: ontology().domains.get(context().terms[w].iri, shared) for w in keys_of(cls)}
    own = {word for word, domain in domains.items() if domain and not domain & shared}
    return tuple(sorted(own | {"facts"} & set(keywords(cls))))


def admitted(cls: str) -> str:
    """Say which keys a class has: a Sanction takes backer, issuer, item, target."""
    own = own_keys(cls) if cls else ()
    return f"{an(name(cls))} takes {', '.join(own)}" if own else ""


_CHAIN = """
SELECT DISTINCT ?step ?class {{
  ?property (owl:inverseOf|^owl:inverseOf)? {term} .
  ?property owl:propertyChainAxiom/rdf:rest*/rdf:first/owl:inverseOf? ?step FILTER isIRI(?step)
  OPTIONAL {{ ?step rdfs:domain ?class FILTER (isIRI(?class) && ?class != ent:Event) }} }}"""


def inferred_from(word: str) -> str:
    """Return what to write for a property that is only inferred; empty where it is none.

    ``leaderOf`` → it follows from a Tenure with “holder” and “leads”.
    """
    term = context().expand(f"ent:{word}")
    if word in context().terms or not word.isalnum() or term not in declared():
        return ""
    found = list(rows(_CHAIN.format(term=f"<{term}>")))
    keys = dict.fromkeys(context().keys[step] for step, _ in found if step in context().keys)
    classes = sorted({name(cls) for _, cls in found if cls and cls in ontology().superclasses})
    events = [c for c in classes if ontology().is_a(vocab(c), frozenset({ent.Event}))]
    told = " and ".join(f"“{key}”" for key in sorted(keys))
    if not told:
        return "it is inferred"
    return f"it follows from {f'{an(events[0])} with ' if events else ''}{told}"


def cut_at_comma(before: str, after: str) -> tuple[str, str]:
    """Say that a comma cut a text in two, and how to keep it whole.

    ``{label: Tam, March 2026}`` → “March 2026” is taken for a key.
    """
    if KEY_PATTERN.fullmatch(before) and KEY_PATTERN.fullmatch(after):
        return f"“{before}, {after}” is no list", f"write one: [{before}, {after}]"
    whole = f"{before}, {after}".strip("“”„‘’")
    curly = "straight marks quote a text, curly ones do not" if before[:1] in "“„‘" else ""
    remedy = curly or "quote a text that holds a comma"
    return f"“{after}” is taken for a key", f'{remedy}: "{whole}"'


@cache
def introducible(section: str) -> tuple[str, ...]:
    """Return the names of the classes that may be introduced as ``entities``, or in ``facts``."""
    told = {ent.Claim, ent.RetractedClaim, ent.Inference}
    known = set(ontology().superclasses) - ontology().defined - described_in_place() - told
    events = {cls for cls in known if ontology().is_a(cls, frozenset({ent.Event}))}
    found = sorted(map(name, events if section == "facts" else known - events))
    return tuple(sorted(found, key=lambda word: word == "Event"))  # what always fits comes last


@cache
def individuals(classes: frozenset[str]) -> tuple[str, ...]:
    """Return the short names of the ontology's own individuals that are of one of the classes."""
    known = ontology().individuals.items()
    return tuple(sorted(name(i) for i, kinds in known if kinds & classes))


def vocab(word: str) -> str:
    """Return the IRI that a word stands for where JSON-LD says “relative to the vocabulary”."""
    term = context().terms.get(word)
    return term.iri if term else context().expand(f"ent:{word}")

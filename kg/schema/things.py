"""Things in the JSON Schema of facts: entities, claims, what they tell of, and passages."""

from __future__ import annotations

from kg.facts.keywords import is_spoken, keywords
from kg.schema.values import KEY, Schema, choice, definition, many, ref, terms
from kg.vocabulary.context import context
from kg.vocabulary.ontology import ent, name, ontology


def individual(cls: str) -> Schema:
    """Describe the individuals of a class: with what it requires, and closed.

    Example: a passage requires ``paragraph``, and has no ``host``.
    """
    known: Schema = {"key": KEY, "type": {"const": name(cls)}}
    own = {word: known[word] for word in keywords(cls) if word in known}
    words = [
        word
        for word, term in terms()
        if ontology().admits(cls, term.iri) and not is_spoken(word, cls)
    ]
    required = ontology().required.get(cls, frozenset())
    return {
        "description": definition(cls),
        "type": "object",
        "properties": own | {word: ref(word) for word in words},
        "required": sorted(context().keys[iri] for iri in required),
        "additionalProperties": False,
    }


def introduced(description: str, classes: list[str]) -> Schema:
    """Describe something with key, type and label, whose type says what else it has."""
    cases = [
        {
            "if": {"properties": {"type": {"const": name(cls)}}, "required": ["type"]},
            "then": ref(name(cls)),
        }
        for cls in classes
    ]
    return {
        "description": description,
        "type": "object",
        "properties": {"key": KEY, "type": choice("The class.", classes), "label": ref("label")},
        "required": ["key", "type", "label"],
        "allOf": cases,
    }


def claim() -> Schema:
    """Describe a claim: an individual with a key, and with facts."""
    whole = individual(ent.Claim)
    whole["properties"]["facts"] = {"description": "What is claimed.", **many(ref("fact"))}
    whole["required"] = ["key", *whole["required"], "facts"]
    return whole


def fact(events: list[str]) -> Schema:
    """Describe what a claim tells of: an event introduced, or anything that is added to."""
    event = introduced("An event, or what the claim adds to anything.", events)
    words = [word for word, _ in terms() if word != "label"]
    added = {
        "properties": {"key": KEY} | {word: ref(word) for word in words},
        "additionalProperties": False,
        "minProperties": 2,
    }
    return {
        "description": event.pop("description"),
        "type": "object",
        "properties": event.pop("properties"),
        "required": ["key"],
        "if": {"anyOf": [{"required": ["type"]}, {"required": ["label"]}]},
        "then": event,
        "else": added,
    }


def passage() -> Schema:
    """Describe a passage in place: its span has no selector around it."""
    whole = individual(ent.Passage)
    span = {"start": ref("start"), "end": ref("end")}
    del whole["properties"]["selector"]
    whole["properties"] |= span
    whole["required"] = sorted({*whole["required"], *span} - {"selector", "source"})
    words = {word: whole["properties"][word] for word in ("paragraph", "source")}
    drafted = {"properties": {"text": _WORDS, **words}, "additionalProperties": False}
    meaning = {"description": whole.pop("description")}
    return {
        **meaning,
        "type": "object",
        "if": {"required": ["text"]},
        "then": drafted,
        "else": whole,
    }


_WORDS: Schema = {
    "description": "While drafting, the words of the passage; “kg locate --write” puts paragraph, "
    "offsets and digest in their place.",
    "type": ["string", "integer", "number", "boolean"],
    "pattern": r"\S",
}

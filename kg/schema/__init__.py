"""The facts format as a JSON Schema (draft 2020-12): for editors, and for whoever checks YAML.

Which keys a class has, which it needs and which values they take is asked of the context and the
ontology; which text a value may be, of the datatypes and of the patterns in the shapes. What a
schema cannot see, such as whether a key refers to anything, is left to ``kg validate``.
"""

from __future__ import annotations

import json

from kg.schema import things, values
from kg.schema.values import Schema, many
from kg.vocabulary.ontology import ent, name, ontology

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def text() -> str:
    """Return the schema as JSON (RFC 8259), the same bytes for the same ontology."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def document() -> Schema:
    """Return the schema of a facts file (JSON Schema 2020-12, core and validation).

    Of its keywords, only ``$defs`` is younger than draft 7, the last that all editors know.
    """
    return {
        "$schema": DIALECT,
        "title": "Facts of Entente",
        "type": ["object", "null"],
        "properties": {
            "article": values.KEY | {"description": "The article that the file's passages are in."},
            "entities": _list("What facts are about: people, states, places.", "entity"),
            "claims": _list("What the article says, each claim once.", "claim"),
        },
        "additionalProperties": False,
        "if": {"required": ["article"]},
        "else": {"properties": {"claims": {"items": {"properties": {"quoted": _SOURCED}}}}},
        "$defs": {
            "entity": things.introduced("Reference data.", _entities()),
            "claim": things.claim(),
            "fact": things.fact(_events()),
            "passage": things.passage(),
            **{name(cls): things.individual(cls) for cls in _classes()},
            **{word: values.of(term) for word, term in values.terms()},
        },
    }


# Where no article is named for the whole file, each passage names its own.
_SOURCED = many({"required": ["source"]})


def _list(description: str, kind: str) -> Schema:
    return {"description": description, "type": "array", "items": values.ref(kind)}


def _classes() -> list[str]:
    """Return the classes that facts may name; the members of others are found by reasoning."""
    return sorted(set(ontology().superclasses) - ontology().defined, key=name)


def _events() -> list[str]:
    return [cls for cls in _classes() if ontology().is_a(cls, frozenset({ent.Event}))]


def _entities() -> list[str]:
    told = frozenset({ent.Event, ent.Claim})
    return [cls for cls in _classes() if not ontology().is_a(cls, told)]

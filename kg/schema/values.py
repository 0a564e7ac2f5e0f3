"""Values in the JSON Schema of facts: keys, references, choices and texts.

``kg`` reads every YAML scalar as text, but an editor reads YAML 1.2 and takes 1901 for a number.
So numbers and truth values are allowed where a text can look like one; null is what an editor
takes an empty value for, and is not allowed. Regular expressions are
those that Python and ECMA-262 have in common.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.facts.keywords import described_in_place
from kg.facts.nodes import LANGUAGE
from kg.resources import ONTOLOGY
from kg.vocabulary import datatypes
from kg.vocabulary.context import Term, context
from kg.vocabulary.iris import KEY_PATTERN
from kg.vocabulary.ontology import ent, name, names, ontology, rows
from kg.vocabulary.terms import LABEL

Schema: TypeAlias = dict[str, Any]

KEY: Schema = {
    "description": "The name by which facts refer to it: small letters, digits and hyphens.",
    "type": ["string", "integer", "boolean"],
    "pattern": f"^{KEY_PATTERN.pattern}$",
}
_IRI = r"[^\s:]+:\S+"
_DEFINITIONS = "SELECT ?term ?definition { ?term skos:definition ?definition }"
_LIMITS = """
SELECT ?property (MAX(?text) AS ?pattern) (MAX(?number) AS ?least) {
  { ?shape sh:pattern ?text } UNION { ?shape sh:minInclusive ?number }
  ?shape sh:path ?property FILTER isIRI(?property) } GROUP BY ?property"""


def many(schema: Schema, at_most: int = 0) -> Schema:
    """Allow one value or a list of them; what is wrong is told of the one that is meant."""
    items = {"items": schema, "minItems": 1, **({"maxItems": at_most} if at_most else {})}
    return {"if": {"type": "array"}, "then": items, "else": schema}


def ref(definition: str) -> Schema:
    """Refer to one of the schema's definitions."""
    return {"$ref": f"#/$defs/{definition}"}


def terms() -> Iterator[tuple[str, Term]]:
    """Yield the keys that stand for properties, and what they stand for."""
    return ((w, t) for w, t in context().terms.items() if any(t[1:]))


def definition(iri: str) -> str:
    """Return what a term means; one of another vocabulary is only named: it is defined there."""
    return _definitions().get(iri, context().compact(iri))


def choice(description: str, iris: Iterable[str]) -> Schema:
    """Allow the names of terms, and tell the meaning of each."""
    known = {name(iri): definition(iri) for iri in sorted(iris, key=name)}
    meanings = [f"{word}: {meaning}" for word, meaning in known.items()]
    return {"description": "\n\n".join([description, *meanings]), "enum": list(known)}


def of(term: Term) -> Schema:
    """Describe the values of a key of the context, in whatever class it is used."""
    domain = ontology().domains.get(term.iri, {""})
    classes = frozenset[str]().union(*(ontology().range(cls, term.iri) for cls in domain))
    meaning = definition(term.iri)
    if term.coercion == "@vocab":
        individuals = ontology().individuals.items()
        value = choice(meaning, (iri for iri, kinds in individuals if kinds & classes))
        meaning = value.pop("description")
    elif term.coercion == "@id":
        value = _reference(classes)
        meaning += f" ({names(classes)})" if classes else ""
    elif term.is_language_map:
        return {
            "description": meaning,
            "type": "object",
            "propertyNames": {"pattern": f"^{LANGUAGE.pattern}$"},
            "additionalProperties": many(_text(term)),
        }
    else:
        value = _text(term)
    if term.iri not in (LABEL.value, ent.when):  # one text, not a list
        value = many(value, 1 if term.iri in ontology().functional else 0)
    return {"description": meaning, **value}


def _reference(classes: frozenset[str]) -> Schema:
    """Allow the key of another thing, an IRI where anything may be meant, or a part."""
    key = {"type": KEY["type"], "pattern": KEY["pattern"]}
    if not classes:
        key["pattern"] = f"^({KEY_PATTERN.pattern}|{_IRI})$"
    parts = classes & described_in_place()
    if not parts:
        return key
    [part] = parts
    described = ref("passage" if part == ent.Passage else name(part))
    return (
        described
        if parts == classes
        else {"if": {"type": "object"}, "then": described, "else": key}
    )


def _text(term: Term) -> Schema:
    """Allow the texts that the key's datatype and the shapes allow; never an empty one."""
    datatype = context().compact(term.coercion)
    known = datatypes.of(term.coercion)
    limit, least = _limits().get(term.iri, ("", ""))
    unsigned = "^[^-]" if least and float(least) >= 0 else ""
    patterns = [f"^({known.form})$" if known.form else r"\S", limit, unsigned]
    return {
        "type": ["string", *known.json],
        "allOf": [{"pattern": pattern} for pattern in patterns if pattern],
        **({"minimum": json.loads(least)} if least else {}),
        **({"format": "date"} if datatype == "xsd:date" else {}),
    }


@cache
def _definitions() -> dict[str, str]:
    return {row[0]: row[1] for row in rows(_DEFINITIONS)}


@cache
def _limits() -> dict[str, tuple[str, str]]:
    """Return the pattern and the least number that the shapes set for properties."""
    shapes = ox.Store()
    shapes.load(path=ONTOLOGY / "shapes.ttl")
    solutions = shapes.query(_LIMITS, prefixes=dict(context().prefixes))
    assert isinstance(solutions, ox.QuerySolutions)
    return {
        prop.value: (getattr(pattern, "value", ""), getattr(least, "value", ""))
        for prop, pattern, least in solutions
    }

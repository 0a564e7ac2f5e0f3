"""What a constraint says where it is violated: its own message, or one of ours."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from kg.vocabulary.context import context
from kg.vocabulary.terms import RdfTerm

_DEFAULT = {
    "sh:minCount": "There are fewer than {}.",
    "sh:maxCount": "There are more than {}.",
    "sh:qualifiedMinCount": "Of the kind that is asked for there are fewer than {}.",
    "sh:qualifiedMaxCount": "Of the kind that is asked for there are more than {}.",
    "sh:class": "It is no {}.",
    "sh:datatype": "It is no literal of {}.",
    "sh:nodeKind": "It is not of the kind {}.",
    "sh:minLength": "It is shorter than {}.",
    "sh:maxLength": "It is longer than {}.",
    "sh:minInclusive": "It is less than {}.",
    "sh:minExclusive": "It is not more than {}.",
    "sh:maxInclusive": "It is more than {}.",
    "sh:maxExclusive": "It is not less than {}.",
    "sh:pattern": "It does not match “{}”.",
    "sh:languageIn": "It is in none of the languages that are allowed.",
    "sh:uniqueLang": "One language occurs more than once.",
    "sh:equals": "It is not the same as {}.",
    "sh:disjoint": "It is one of {}, too.",
    "sh:lessThan": "It is not less than {}.",
    "sh:lessThanOrEquals": "It is more than {}.",
    "sh:in": "It is none of the values that are allowed.",
    "sh:hasValue": "{} is missing.",
    "sh:closed": "It has a property that is not allowed.",
}


def worded(messages: Sequence[RdfTerm]) -> str:
    """Return the one of several messages that is in English, else without a language, or any.

    Example: of ``"Wer?"@de`` and ``"Who?"@en``, “Who?”.
    """

    def order(literal: RdfTerm) -> tuple[bool, bool, str]:
        language = getattr(literal, "language", "") or ""
        return not language.startswith("en"), bool(language), str(literal)

    texts = sorted(messages, key=order)
    return str(texts[0].value) if texts and isinstance(texts[0], ox.Literal) else ""


def default(word: str, value: RdfTerm) -> str:
    """Return the message of a component with a parameter, of a shape that has no message."""
    if isinstance(value, ox.NamedNode):
        return _DEFAULT.get(word, "It does not conform.").format(context().compact(value.value))
    return _DEFAULT.get(word, "It does not conform.").format(getattr(value, "value", ""))

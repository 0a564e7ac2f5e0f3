"""One term: as people read it, as JSON has it, and as a value of Python."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from kg.vocabulary.context import compact, context
from kg.vocabulary.terms import RdfTerm

_EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"


def shown(term: RdfTerm | None) -> str:
    """Return a term as people read it: a literal's text, an IRI with its prefix.

    A date of EDTF is told in words, ``2025-21`` as “spring 2025”, where it is no plain one.
    """
    if term is None:
        return ""
    if isinstance(term, ox.Literal) and term.datatype.value == _EDTF:
        from kg.vocabulary.periods import in_words

        return in_words(term.value)
    return compact(term)


def json_term(term: RdfTerm) -> dict[str, Any]:
    """Return a term as the SPARQL 1.1 Query Results JSON Format has it (section 3.2.2).

    ``"Beijing"@en`` → ``{"type": "literal", "value": "Beijing", "xml:lang": "en"}``.
    """
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        names = ("subject", "predicate", "object")
        parts = {name: json_term(part) for name, part in zip(names, term, strict=True)}
        return {"type": "triple", "value": parts}
    found = {"type": "literal", "value": term.value}
    if term.language:
        return {**found, "xml:lang": term.language}
    plain = term.datatype.value == context().expand("xsd:string")
    return found if plain else {**found, "datatype": term.datatype.value}


def python_value(term: RdfTerm | None) -> Any:  # noqa: ANN401
    """Return a term as a Python value; an ill-typed literal stays text.

    Example: ``"7"^^xsd:integer`` is ``7``, ``"maybe"^^xsd:boolean`` is ``"maybe"``.
    """
    if not isinstance(term, ox.Literal):
        return None if term is None else getattr(term, "value", str(term))
    from kg.vocabulary import datatypes

    return datatypes.value(term.value, term.datatype.value)

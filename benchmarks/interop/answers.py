"""The answers of the catalogue as another engine gives them, compared with ours."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from rdflib import Graph
from rdflib.compare import isomorphic

import kg
from kg.sparql import catalogue

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float")}

Solution = frozenset[tuple[str, tuple[object, ...]]]


def solutions(document: str) -> Counter[Solution] | bool:
    """Read SPARQL JSON: how often each solution is there, or what ASK says.

    Numbers are compared by value and type; blank nodes are all alike.
    """
    read = json.loads(document)
    if "boolean" in read:
        return bool(read["boolean"])
    rows = read["results"]["bindings"]
    return Counter(frozenset((name, _term(term)) for name, term in row.items()) for row in rows)


def _term(term: Mapping[str, str]) -> tuple[object, ...]:
    value: object = term["value"]
    datatype = term.get("datatype", _XSD + "string")
    if term["type"] == "bnode":
        return ("bnode",)
    if term["type"] == "uri":
        return ("uri", value)
    if datatype in _NUMBERS:
        try:
            value = Decimal(term["value"])
        except InvalidOperation:
            value = term["value"]
    return ("literal", value, datatype, term.get("xml:lang", "").lower())


def ours(dataset: kg.Dataset, name: str) -> str:
    """Return our answer to a named query: SPARQL JSON, or N-Triples."""
    made = io.BytesIO()
    dataset.query(name).serialize(made, "ntriples" if is_graph(name) else "json")
    return made.getvalue().decode()


def is_graph(name: str) -> bool:
    return name.endswith("-as-a-graph")


def same(name: str, theirs: str, due: str) -> bool:
    if is_graph(name):
        graphs = [Graph().parse(data=text, format="nt") for text in (theirs, due)]
        return bool(isomorphic(*graphs))
    return solutions(theirs) == solutions(due)


def compare(store: Path, answer: Callable[[str], str | None], *, tell: bool = True) -> int:
    """Ask each query of the catalogue here and there; return how many differ, and tell which."""
    dataset, differing = kg.open(store), 0
    names: list[Any] = catalogue.names()
    for name in names:
        theirs, due = answer(name), ours(dataset, name)
        if theirs is None:
            differing += 1
            print(f"{name}: no answer")
        elif not same(name, theirs, due):
            differing += 1
            print(f"{name}: other solutions")
            if tell and not is_graph(name):
                _explain(solutions(theirs), solutions(due))
    print(f"{len(names)} queries, {differing} with other solutions")
    return differing


def _explain(theirs: Counter[Solution] | bool, due: Counter[Solution] | bool) -> None:
    if isinstance(theirs, bool) or isinstance(due, bool):
        print("  there:", theirs, "here:", due)
        return
    for where, rows in (("there", theirs - due), ("here", due - theirs)):
        for row in list(rows)[:2]:
            print(f"  only {where}:", sorted(row))

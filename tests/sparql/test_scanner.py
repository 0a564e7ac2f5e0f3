"""Tokens are the same whatever letters stand elsewhere in a text."""

from __future__ import annotations

import pytest

from kg.sparql import catalogue
from kg.sparql.scanner import Scanner

KINDS = (
    "iri", "name", "prefix", "variable", "blank", "anonymous", "nil", "number", "string",
    "language", "word",
)  # fmt: skip


def scanned(text: str) -> list[tuple[str, str]]:
    """The kind and text of each token, signs one by one."""
    scanner, found = Scanner(text, {"ent", "id", "rdfs", "", "a.b"}), []
    while scanner.at < len(text):
        kind = next((kind for kind in KINDS if scanner.peek(kind)), "sign")
        sign = text[scanner.at]
        found.append((kind, scanner.take(kind) if kind != "sign" else scanner.accept(sign)))
    return found


def test_letters_beyond_ascii_in_a_comment_change_no_token():
    names = list(catalogue.names())
    assert len(names) > 50
    for name in names:
        text = catalogue.named(name).text.rstrip()
        assert scanned(text) == scanned(f"{text} # é")


@pytest.mark.parametrize("ending", ["", " # é"])
def test_names_end_where_the_grammar_ends_them(ending: str):
    text = "ent:a.b. ?x_1.$y _:b.c. :%41\\-z. a.b:c-d rdfs: id:x..y...z"
    assert scanned(text + ending) == [
        ("name", "ent:a.b"), ("sign", "."), ("variable", "?x_1"), ("sign", "."), ("variable", "$y"),
        ("blank", "_:b.c"), ("sign", "."), ("name", ":%41\\-z"), ("sign", "."), ("name", "a.b:c-d"),
        ("name", "rdfs:"), ("name", "id:x..y"), ("sign", "."), ("sign", "."), ("sign", "."),
        ("word", "z"),
    ]  # fmt: skip


def test_names_have_letters_beyond_ascii():
    assert scanned("?é·x ent:ż ?o. 'é'@de") == [
        ("variable", "?é·x"), ("name", "ent:ż"), ("variable", "?o"), ("sign", "."),
        ("string", "'é'"), ("language", "@de"),
    ]  # fmt: skip

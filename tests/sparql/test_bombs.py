"""Documents that would cost a parser much are refused, at little cost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kg.sparql.bombs import MAX_DEPTH, refuse_bombs

ENDLESS = {
    "rdfxml": ["<!--", "<![CDATA[", "<?", "<!", "<a ", "<a/", "<a b='", '<a b="', "<a b=\"'", "<a></"],
    "turtle": ['"\\', "'\\", '"""\\', "'''\\\"", '\\"""', '"a', "<", "<<", "#", "\\"],
    "jsonld": ['"\\', '\\"', '"\\"', '"a'],
}  # fmt: skip
FORMS = {"rdfxml": "<a>{}</a>", "turtle": "<<( <x:a> <x:p> {} )>>", "jsonld": '{{"a": {}}}'}


@pytest.mark.slow
def test_what_has_no_end_is_looked_at_once():
    code = f"""
from kg.sparql.bombs import refuse_bombs
for name, openings in {ENDLESS!r}.items():
    for opening in openings:
        for first in ("", "<< ", '\"\"\"', "'''"):
            try:
                refuse_bombs(name, (first + opening * 100_000).encode())
            except SyntaxError:
                pass
"""
    # A second or two; hours where each opening is looked for to the end of the document.
    subprocess.run([sys.executable, "-c", code], check=True, timeout=100)


@pytest.mark.parametrize(
    ("name", "aside"),
    [
        ("rdfxml", "<?x > </a></a> ?>"),
        ("rdfxml", "<!-- </a></a> -->"),
        ("rdfxml", "<![CDATA[</a></a>]]>"),
        ("rdfxml", "<b c='</a></a>' d=\"</a></a>\"/>"),
        ("turtle", "x:O\\'Brien x:O\\'Hara"),
        ("turtle", "x:a\\#b"),
        ("turtle", '\'>>\' ">>" \'\'\'>>\n>>\'\'\' """>>"\\" >>"""'),
        ("turtle", "# >> >>\n"),
        ("jsonld", '"}}", "\\"}}\\"}}",'),
    ],
)
def test_no_aside_hides_how_deep_it_is(name: str, aside: str):
    def nested(depth: int) -> bytes:
        head, _, tail = FORMS[name].partition("{}")
        head, tail = head.replace("{{", "{"), tail.replace("}}", "}")
        return ((head + aside) * depth + tail * depth).encode()

    refuse_bombs(name, nested(MAX_DEPTH))
    with pytest.raises(SyntaxError, match="nested more than 200 deep"):
        refuse_bombs(name, nested(MAX_DEPTH + 1))


def test_ends_without_a_beginning_allow_no_more_depth():
    with pytest.raises(SyntaxError, match="nested more than 200 deep"):
        refuse_bombs("jsonld", b"]" * 300 + b"[" * 201)

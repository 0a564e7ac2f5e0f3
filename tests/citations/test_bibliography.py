"""References for reference managers, read back by the libraries that read them."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.citations.bibliography import FORMATS, Reference, bibtex, csl_json, ris
from kg.claims.sources import Article
from kg.errors import QueryError
from tests.conftest import TESTS, Run

KEY = "lakeside-post-talks"
HEADLINE = "Varga and Otto talk again"
DIGEST = "SHA-256 of the text: 63744e6e608854d686d7e01665e3d25f6ce07ac83b5c4db18596ed4ce9e51ce3"
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40) | st.text("\\{}~^`&%$#_-'\" a", max_size=30)  # fmt: skip
PARTS = st.integers(0, 3).map(lambda n: ["1999", "05", "31"][:n])


def of_bibtex(text: str) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    return [
        {field.key: plain(field.value) for field in entry.fields}
        | {"ID": entry.key, "type": entry.entry_type}
        for entry in library.entries
    ]


def plain(text: str) -> str:
    """A text with the accents that the reader has for ``\\textasciicircum`` as TeX prints them."""
    return " ".join(text.replace("ˆ", "^").replace("˜", "~").split())


def test_bibtex_is_read_back(run: Run, small: kg.Dataset, tmp_path: Path):
    store = kg.build([TESTS / "small"], tmp_path / "store").path
    told = run("cite", "lp-talks", "--store", store)
    assert (told.returncode, told.stderr) == (0, "")
    [entry] = of_bibtex(told.stdout)
    assert (entry["ID"], entry["type"]) == (KEY, "article")
    assert (entry["title"], entry["journal"]) == (HEADLINE, "Lakeside Post")
    assert (entry["year"], entry["month"], entry["day"]) == ("2031", "may", "6")
    [claim] = small.why("lp-talks").claims
    assert entry["note"].startswith(
        f"lp-talks (reported): {claim.gist} (paragraph 2, characters 27–158"
    )
    assert entry["note"].endswith(DIGEST)
    assert run("cite", "lp-talks", "--format", "bibtex", "--store", store).stdout == told.stdout
    assert run("cite", "lp-talks", "-o", tmp_path / "a.bib", "--store", store).stdout == ""
    assert (tmp_path / "a.bib").read_text("utf-8") == told.stdout


def test_ris_is_read_back(run: Run, small: kg.Dataset):
    [entry] = rispy.loads(ris(small.references("lp-talks")))
    assert (entry["type_of_reference"], entry["id"]) == ("NEWS", KEY)
    assert (entry["title"], entry["secondary_title"]) == (HEADLINE, "Lakeside Post")
    assert (entry["year"], entry["date"]) == ("2031", "2031/05/06/")
    assert entry["notes"][0].startswith("lp-talks (reported): ") and entry["notes"][1] == DIGEST
    whole = rispy.loads(run("cite", "xk-talks", "ft-outcast-to-ally", "--format", "ris").stdout)
    assert [(e["id"], e["date"]) for e in whole] == [
        ("ft-outcast-to-ally", "2025/09//"), ("ft-xi-kim-talks", "2025/09/04/"),
    ]  # fmt: skip


def test_csl_json_makes_a_bibliography(run: Run, small: kg.Dataset):
    from citeproc import (
        Citation,
        CitationItem,
        CitationStylesBibliography,
        CitationStylesStyle,
        formatter,
    )
    from citeproc.source.json import CiteProcJSON

    items = json.loads(run("cite", "xk-talks", "--format", "csl-json").stdout)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the style and of the library's own
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        made = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        made.register(Citation([CitationItem("ft-xi-kim-talks")]))
        [line] = map(str, made.bibliography())
    assert "Xi and Kim hold talks as west fears" in line
    assert "Financial Times" in line and "2025" in line
    [item] = json.loads(csl_json(small.references(KEY)))
    assert item == {
        "id": KEY, "type": "article-newspaper", "title": HEADLINE, "container-title": "Lakeside Post",
        "issued": {"date-parts": [[2031, 5, 6]]}, "note": DIGEST,
    }  # fmt: skip


def test_an_entity_is_cited_by_all_claims_on_it(small: kg.Dataset):
    [found] = small.references("Ilsa Varga")
    told = small.why("ilsa-varga").claims
    assert len(found.notes) == len(told) + 1 > 5
    assert any("(denied" in note for note in found.notes)
    assert small.references("ilsa-varga", "lp-talks") == [found]


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=2), PARTS)
def test_every_text_comes_back(headline: str, publisher: str, notes: list[str], parts: list[str]):
    article = Article("a-key", headline, publisher, "-".join(parts), "")
    found = [Reference(article, tuple(notes))]
    line = " ".join(headline.split())
    [entry] = of_bibtex(bibtex(found))
    assert entry.get("title", "") == plain(line)
    assert entry.get("journal", "") == plain(publisher)
    assert entry.get("note", "") == plain(" ".join(notes))
    months = {"05": "may"}
    assert [entry.get(w) for w in ("year", "month", "day")][: len(parts)] == [
        months.get(p, p) for p in parts
    ]
    [read] = json.loads(csl_json(found))
    assert read.get("title", "") == line
    [of_ris] = rispy.loads(ris(found))
    assert of_ris.get("title", "") == line
    assert of_ris.get("notes", []) == [" ".join(note.split()) for note in notes]


@pytest.mark.parametrize(
    ("published", "date"),
    [("2031-05-06", [2031, 5, 6]), ("2031-05", [2031, 5]), ("2031", [2031]), ("", []),
     ("2031-05-06Z", [2031, 5, 6]), ("2031-13", []), ("in May", [])],
)  # fmt: skip
def test_a_date_is_taken_as_far_as_it_is_known(published: str, date: list[int]):
    article = Article("a-key", "A", "B", published, "")
    assert Reference(article, ()).date == date


def test_what_has_no_source_is_refused(run: Run, small: kg.Dataset, tmp_path: Path):
    with pytest.raises(QueryError, match="no article tells of “goods”: there is nothing to cite"):
        small.references("goods")
    path = tmp_path / "facts.yaml"
    text = (TESTS / "small" / "facts.yaml").read_text("utf-8")
    path.write_text(
        text.replace("    gist: Varga waved", "    retracted: Misread.\n    gist: Varga waved"),
        "utf-8",
    )
    store = kg.build([path], tmp_path / "store").path
    told = run("cite", "lp-reply", "--store", store)
    assert (told.returncode, told.stdout) == (2, "")
    assert (
        told.stderr
        == "kg: “lp-reply” was retracted: “kg why lp-reply” tells; it is not to be cited\n"
    )
    assert run("cite", "nobody-of-that-name", "--store", store).returncode == 2


def test_an_article_of_another_house_has_a_key_that_bibtex_takes():
    article = Article("http://example.org/a,b{c", "A", "", "", "")
    [entry] = of_bibtex(bibtex([Reference(article, ())]))
    assert (entry["ID"], entry["type"]) == ("http://example.org/a-b-c", "misc")


def test_the_shell_completes_claims_too(run: Run):
    told = run(_KG_COMPLETE="bash_complete", COMP_WORDS="kg cite xk-talks", COMP_CWORD="2")
    found = [line.partition(",")[2] for line in told.stdout.splitlines() if line]
    assert found == ["xk-talks", "xk-talks-announced", "xk-talks-thursday"]
    assert set(FORMATS) == {"bibtex", "ris", "csl-json"}

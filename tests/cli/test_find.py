"""Finding by name, from the command and from Python, and names that are not quite right."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import kg
from kg.errors import QueryError
from tests.conftest import TESTS, Run

ODD = TESTS / "cli" / "facts" / "odd-letters.yaml"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> kg.Dataset:
    path = tmp_path_factory.mktemp("odd") / "store"
    kg.build([ODD], path)
    return kg.open(path)


def keys(dataset: kg.Dataset, words: str, kind: str = "") -> list[str]:
    return [found.key for found in dataset.find(words, kind)]


def test_people_and_states_come_before_what_only_mentions_them(dataset: kg.Dataset):
    assert keys(dataset, "Trump")[0] == "donald-trump"
    assert keys(dataset, "putin")[0] == "vladimir-putin"
    assert keys(dataset, "CHINA")[0] == "china"
    kim = keys(dataset, "kim")
    assert kim[0] == "kim-jong-un"
    assert kim.index("kim-il-sung") < kim.index("kim-putin-talks-2025")
    assert "kim-putin-talks-2025" in keys(dataset, "putin talks")
    missiles = keys(dataset, "missile")
    assert missiles.index("intercontinental-missiles") < missiles.index("kim-missile-inspection")


def test_every_way_to_write_a_name_finds_it(odd: kg.Dataset):
    for words in ("Zoë Ładoń", "zoe ladon", "ZOE\u0308", "ladon", "zoe ladn", "zoe"):
        assert keys(odd, words)[0] == "zoe", words
    assert keys(odd, "میخواهم")[0] == "mo"
    assert odd.entity("zoe\u0308 Ładoń") == odd.entity("ZOË ŁADOŃ") == odd.entity("id:zoe")
    assert keys(odd, "qqqq") == []


def test_a_kind_narrows_what_is_found(dataset: kg.Dataset):
    assert set(keys(dataset, "kim", "Article")) == {"ft-xi-kim-talks", "ft-outcast-to-ally"}
    agents = {found.kind for found in dataset.find("kim", "Agent")}
    assert agents == {"Person"}
    with pytest.raises(QueryError, match="no class “Persn”; did you mean “Person”"):
        dataset.find("kim", "Persn")


def test_the_only_one_with_part_of_a_name_is_taken_and_that_is_told(dataset: kg.Dataset):
    with pytest.warns(UserWarning, match=r"“Putin” is taken for Vladimir Putin \(vladimir-putin\)"):
        assert dataset.entity("Putin") == dataset.entity("vladimir-putin")
    with pytest.warns(UserWarning, match="taken for From outcast to ally"):
        told = dataset.believing(article="From outcast")
    assert told.belief.article == dataset.entity("ft-outcast-to-ally")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Kim", "“Kim” may be several; give more of the name: “Kim Jong Un” (kim-jong-un), “Kim"),
        ("Nobody", "nothing is called “Nobody”; “kg find” looks for names"),
        ("Kim Jong Uno", "nothing is called “Kim Jong Uno”; did you mean “Kim Jong Un”?"),
        ("putn", "nothing is called “putn”; did you mean “Vladimir Putin”?"),
        ("xi-jinpingg", "nothing is called “xi-jinpingg”; did you mean “xi-jinping”?"),
        ("", "nothing is called “”"),
    ],
)
def test_what_may_be_several_or_is_nothing_is_not_guessed(
    dataset: kg.Dataset, name: str, message: str
):
    with pytest.raises(QueryError) as error:
        dataset.entity(name)
    assert str(error.value).startswith(message)


def test_find_from_the_command(run: Run):
    found = run("find", "putin")
    assert found.returncode == 0
    assert found.stdout.splitlines()[2].split() == ["Vladimir", "Putin", "Person", "vladimir-putin"]
    one = run("find", "putin", "--limit", "1").stdout
    assert re.search(r"\(1 name\)\nand \d more; --limit shows more\n$", one)
    first, *_ = json.loads(run("find", "Kim", "Jong", "Un", "--json").stdout)
    assert first == {
        "key": "kim-jong-un",
        "label": "Kim Jong Un",
        "kind": "Person",
        "match": "exact",
        "name": "Kim Jong Un",
        "iri": "https://w3id.org/entente/id/kim-jong-un",
    }
    assert run("find", "kim", "--kind", "Meeting").stdout.count("Meeting") > 1
    nothing = run("find", "qqqq")
    assert (nothing.returncode, nothing.stdout) == (1, "nothing is called “qqqq”, or nearly so\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("why xi-j", ["xi-jinping"]),
        ("why kim-jong-un met", ["metWith"]),
        ("query who-met-whom -p pl", ["place="]),
        ("query who-met-whom -p place=south-k", ["place=south-korea"]),
        ("query who-met-whom -p place = south-k", ["south-korea"]),
        ("query who-met-whom -p place =", None),
        ("query who-met-whom --article ft-o", ["ft-outcast-to-ally"]),
        ("query who-met-whom --speaker andrei", ["andrei-lankov"]),
        ("find kim --kind Meet", ["Meeting"]),
        ("query who-met-wh", ["who-met-whom", "who-met-whom-as-a-graph", "who-met-whom-how-often"]),
        ("fin", ["find"]),
    ],
)
def test_the_shell_completes(run: Run, arguments: str, expected: list[str] | None):
    words = f"kg {arguments}"
    count = len(words.split()) - 1
    result = run(_KG_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))
    found = [line.partition(",")[2] for line in result.stdout.splitlines() if line]
    if expected is None:
        assert "china" in found and "beijing" in found
    else:
        assert found == expected
    assert result.stderr == ""


def test_the_shell_builds_nothing_and_says_nothing(run: Run, tmp_path: Path):
    result = run(
        _KG_COMPLETE="bash_complete",
        COMP_WORDS="kg why x",
        COMP_CWORD="2",
        KG_STORE=str(tmp_path / "none"),
    )
    assert (result.returncode, result.stdout.strip(), result.stderr) == (0, "", "")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bulid"], "there is no command “bulid”; did you mean “build”?"),
        (["who-met-whom"], "there is no command “who-met-whom”; it is a named query: “kg query"),
        (["xyzzy"], "there is no command “xyzzy”; “kg --help” lists them"),
        (["query", "who-met-whom", "-p", "place="], "the parameter “place” has no value; leave it"),
        (["query", "who-met-whom", "-p", "plce=x"], "no parameter “plce”; did you mean “place”?"),
    ],
)
def test_what_is_mistyped_is_answered_with_what_to_type(
    run: Run, arguments: list[str], message: str
):
    result = run(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr


def test_the_text_of_a_query_needs_no_option(run: Run, tmp_path: Path):
    text = "SELECT ?s { ?s a ent:Person } ORDER BY ?s LIMIT 2"
    usual = run("query", "-e", text).stdout
    assert run("query", text).stdout == usual
    (tmp_path / "people.sparql").write_text(text)
    assert run("query", tmp_path / "people.sparql").stdout == usual
    assert run("ask", "ASK{}").returncode == 0
    (tmp_path / "people.txt").write_text(text)
    assert "ends in .rq or .sparql" in run("query", tmp_path / "people.txt").stderr

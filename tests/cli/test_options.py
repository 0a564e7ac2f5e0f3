"""Every option of every command has a test that shows its effect."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs

import click
import pytest

import kg
from kg.cli import COMMANDS
from tests.conftest import TESTS, Run
from tests.support.serving import serving

pytestmark = pytest.mark.slow

TEXTS = {path: path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py")}
# Whose options are given in tests that do not name the command in the same call.
FOLDERS = {
    "serve": "endpoint",
    "push": "remote",
    "locate": "claims",
    "draft": "drafting",
    "verify": "claims",
}

QUESTIONS = {
    "cite": ["cite", "xk-talks"],
    "coverage": ["coverage", "ft-xi-kim-talks"],
    "ask": ["ask", "ASK { ?x a ent:Meeting }"],
    "dump": ["dump", "-f", "nquads"],
    "find": ["find", "kim"],
    "query": ["query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"],
    "report": ["report", "xi-kim-talks-2025"],
    "why": ["why", "xi-kim-talks-2025", "--json"],
}
CHOICES = {
    "--believe": "planned",
    "--article": "ft-outcast-to-ally",
    "--speaker": "andrei-lankov",
    "--as-of": "1999",
}
BELIEF = [
    (name, option)
    for name in QUESTIONS
    if name not in ("cite", "coverage", "find", "report")
    for option in CHOICES
]
REMOTE = [
    (name, option)
    for name in QUESTIONS
    for option in ("--store", "--endpoint", "--default-graph", "--token-file")
]
# Options that are shown below, in the tests of these names.
SHOWN = {
    **dict.fromkeys(BELIEF, "test_the_choice_of_whom_to_believe_changes_the_answer"),
    **dict.fromkeys(REMOTE, "test_a_server_is_asked_with_its_own_token_and_graph"),
    **{
        ("dump", option): "test_no_inferred_leaves_out_what_only_follows"
        for option in ("--inferred", "--no-inferred", "--ontology")
    },
    ("ask", "--param"): "test_parameters_of_a_question_are_bound",
    ("ask", "--articles"): "test_sentences_are_shown_where_the_articles_are",
    ("query", "--articles"): "test_sentences_are_shown_where_the_articles_are",
    ("serve", "--log"): "test_the_log_can_be_left_out",
    ("serve", "--no-log"): "test_the_log_can_be_left_out",
    **{
        ("validate", option): "test_whom_a_validation_hears_is_checked"
        for option in ("--article", "--speaker", "--as-of")
    },
    # The levels are held against each other in the tests of consistency, by the library.
    ("validate", "--believe"): "test_whom_a_validation_hears_is_checked",
}


def options() -> list[tuple[str, str]]:
    """The table, from click: each command with the name of each of its options."""
    found = []
    for name, package in sorted(COMMANDS.items()):
        command: click.Command = import_module(f"kg.cli.{package}.{name}").command
        for param in command.params:
            if isinstance(param, click.Option):
                words = (*param.opts, *param.secondary_opts)
                found += [(name, word) for word in words if word.startswith("--")]
    return found


def given(command: str, option: str) -> bool:
    """Tell whether a test calls a command with an option, by its long or its short name."""
    module = import_module(f"kg.cli.{COMMANDS[command]}.{command}").command
    [param] = [p for p in module.params if option in (*p.opts, *p.secondary_opts)]
    names = [option] if option in param.secondary_opts else param.opts
    words = "|".join(re.escape(f'"{name}"') for name in names)
    call = re.compile(rf'"{command}"[^)]*?(?:{words})')
    folder = TESTS / FOLDERS.get(command, "none")
    return any(
        call.search(text) or (path.is_relative_to(folder) and re.search(words, text))
        for path, text in TEXTS.items()
        if path != Path(__file__)
    )


def test_each_option_of_each_command_is_shown_by_a_test():
    found = options()
    assert len(found) > 80
    assert [pair for pair in found if pair not in SHOWN and not given(*pair)] == []
    assert set(SHOWN) <= set(found)
    own = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in SHOWN.values() if f"def {name}(" not in own] == []


class Recorder(BaseHTTPRequestHandler):
    """A server that writes down what it is asked, and refuses it."""

    asked: list[tuple[str, dict[str, list[str]]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.asked.append((self.headers.get("Authorization", ""), parse_qs(body)))
        self.send_error(503)

    do_GET = do_POST  # noqa: N815  as the server calls it

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[tuple[str, list[tuple[str, dict[str, list[str]]]]]]:
    asked: list[tuple[str, dict[str, list[str]]]] = []
    handler = type("Recording", (Recorder,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/query", asked
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_server_is_asked_with_its_own_token_and_graph(
    run: Run, recorder: tuple[str, list], name: str, tmp_path: Path
):
    url, asked = recorder
    (tmp_path / "token").write_text("a-token-of-this-server\n")
    there = [*QUESTIONS[name], "--endpoint", url]
    refused = run(*there, KG_TOKEN="meant-for-another-server")
    assert refused.returncode == 2 and "503" in refused.stderr
    assert {authorization for authorization, _ in asked} == {""}
    asked.clear()
    graph = ["--default-graph", "http://g.example/"]
    run(*there, "--token-file", tmp_path / "token", *graph)
    assert {authorization for authorization, _ in asked} == {"Bearer a-token-of-this-server"}
    for option, value in (("--token-file", tmp_path / "token"), tuple(graph)):
        if (name, option) == ("dump", "--default-graph"):
            continue  # a dump can name the default graph, too
        alone = run(*QUESTIONS[name], option, value)
        assert alone.returncode == 2 and "belong to --endpoint" in alone.stderr
    both = run(*there, "--store", tmp_path)
    assert both.returncode == 2 and "not both" in both.stderr
    nowhere = run(*QUESTIONS[name], "--store", tmp_path / "none")
    assert nowhere.returncode == 2 and "none" in nowhere.stderr


@pytest.mark.parametrize(("name", "option"), BELIEF)
def test_the_choice_of_whom_to_believe_changes_the_answer(run: Run, name: str, option: str):
    usual = run(*QUESTIONS[name])
    chosen = run(*QUESTIONS[name], option, CHOICES[option])
    if (name, option) in (("ask", "--believe"), ("why", "--believe")):
        return shown_by_level(run, name)
    assert (chosen.returncode, chosen.stdout) != (usual.returncode, usual.stdout)
    return None


def shown_by_level(run: Run, name: str) -> None:
    """A level changes what is believed, not what is told of what is believed anyway."""
    planned = {
        "ask": ["ask", "ASK { ?x ent:heirOf id:kim-jong-un }"],
        "why": ["why", "kim-ju-ae", "ent:heirOf", "kim-jong-un"],
    }[name]
    assert run(*planned).returncode != 1
    assert run(*planned, "--believe", "planned").returncode == 0
    assert run(*planned, "--believe", "nobody").returncode == 2


def test_parameters_of_a_question_are_bound(run: Run):
    text = "#+ param: who entity Somebody\nASK { VALUES ?who { UNDEF } ?who a ent:State }"
    assert run("ask", "-e", text, "--param", "who=china").returncode == 0
    assert run("ask", "-e", text, "-p", "who=kim-jong-un").returncode == 1


def test_sentences_are_shown_where_the_articles_are(run: Run, tmp_path: Path):
    place = tmp_path / "store"
    kg.build([TESTS / "small"], place)
    for asked in (["ask", "ASK { ?x a ent:Meeting }"], ["query", "who-met-whom", "--cite"]):
        without = run(*asked, "--store", place)
        shown = run(*asked, "--store", place, "--articles", TESTS / "small")
        assert "    > " not in without.stdout
        assert "    > " in shown.stdout


def test_the_log_can_be_left_out(store: Path, tmp_path: Path):
    for option, logged in (("--log", True), ("--no-log", False)):
        with serving(store, tmp_path / option, option) as server:
            assert server.query("ASK {}").status == 200
        lines = (tmp_path / option).read_text().splitlines()
        assert any('"status": 200' in line or '"status":200' in line for line in lines) is logged


def test_whom_a_validation_hears_is_checked(run: Run):
    facts = TESTS / "small" / "facts.yaml"
    for option in ("--article", "--speaker", "--as-of"):
        refused = run("validate", "--no-reasoner", facts, option, "qqqq")
        assert refused.returncode == 2 and "qqqq" in refused.stderr, option
    assert run("validate", "--no-reasoner", facts, "--believe", "planned").returncode == 0


def test_exit_code_says_no_with_citations_too(run: Run):
    for cite in ([], ["--cite"]):
        said_no = run("query", "-e", "ASK { FILTER (false) }", "--exit-code", *cite)
        assert said_no.returncode == 1, cite
        assert run("query", "-e", "ASK {}", "--exit-code", *cite).returncode == 0
        empty = run("query", "-e", "SELECT * { FILTER (false) }", "--exit-code", *cite)
        assert empty.returncode == 0


def test_no_inferred_leaves_out_what_only_follows(run: Run):
    whole, told = run("dump"), run("dump", "--no-inferred")
    assert "ent:metWith" in whole.stdout
    assert "ent:metWith" not in told.stdout and "id:xi-kim-talks-2025" in told.stdout
    assert run("dump", "--inferred").stdout == whole.stdout
    assert "owl:Class" not in whole.stdout
    assert "owl:Class" in run("dump", "--ontology").stdout


def test_force_builds_what_has_not_changed(run: Run, tmp_path: Path):
    place = ["--store", tmp_path / "store"]
    assert run("build", *place).stdout.startswith("built: ")
    assert run("build", *place).stdout.startswith("up to date: ")
    assert run("build", "--force", *place).stdout.startswith("built: ")

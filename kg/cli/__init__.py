"""The command ``kg``: one module a command, each a few lines over the library.

``asking`` answers, ``facts`` is for who curates, ``sharing`` hands the dataset on; ``options`` are
shared, ``terminal`` is where all of them write. Exit codes: 0 fine, 1 the data or the answer says
no, 2 could not run.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from importlib import import_module

import click

from kg import __version__
from kg.cli.terminal import complain, finish, prepare
from kg.errors import EntenteError, FactsError

COMMANDS = {
    "ask": "asking", "cite": "asking", "find": "asking", "queries": "asking", "query": "asking",
    "report": "asking", "why": "asking",
    "build": "facts", "coverage": "facts", "diff": "facts", "draft": "facts", "locate": "facts",
    "schema": "facts", "validate": "facts", "verify": "facts",
    "dump": "sharing", "push": "sharing", "serve": "sharing",
}  # fmt: skip
"""The package of ``kg.cli`` in which the module of each command is: ``ask`` in ``asking/ask``."""

INTERRUPTED = 130
"""The exit code after Ctrl-C, as of a shell."""


class _Commands(click.Group):
    """Imports a command's module when it is called, so that the others cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"kg.cli.{COMMANDS[cmd_name]}.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word not in COMMANDS and not word.startswith("-"):
            ctx.fail(f"there is no command “{word}”; {_remedy(word)}")
        return super().resolve_command(ctx, args)


def _remedy(word: str) -> str:
    """Return what to type in place of a command that does not exist."""
    from kg.sparql import catalogue
    from kg.vocabulary.spelling import nearest

    if word in catalogue.names():
        return f"it is a named query: “kg query {word}”"
    return nearest(word, COMMANDS) or "“kg --help” lists them"


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg", message="%(prog)s %(version)s")
def kg() -> None:
    """A cited knowledge graph of diplomacy: who met whom, who sanctioned whom, who supplied what.

    Exit codes: 0 fine, 1 the data or the answer says no, 2 could not run.
    """


def main() -> None:
    """Run the command; the one place where errors become messages and exit codes."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    prepare()
    if "_KG_COMPLETE" in os.environ:
        import_module("kg.cli.bash")
    shown: set[str] = set()

    def warn(message: Warning | str, *_args: object, **_kwargs: object) -> None:
        if str(message) not in shown:
            shown.add(str(message))
            complain(f"kg: {message}")

    warnings.showwarning = warn
    code = max(_run(), finish())
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))  # nothing to tidy up
    sys.exit(code)


def _run() -> int:
    """Run the command and return its exit code."""
    output = sys.stdout
    try:
        code = kg.main(prog_name="kg", standalone_mode=False)
    except SystemExit as ended:
        code = ended.code if sys.stdout is output else 0  # click saw a pipe that is closed
    except EntenteError as error:
        complain(str(error) if isinstance(error, FactsError) else f"kg: {error}")
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        code = 0
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        told = " ".join(f"{type(error).__name__}: {error}".split())
        complain(f"kg: unexpected: {told} (KG_DEBUG=1 shows where)")
        code = 2
    return code if isinstance(code, int) else 0

"""The command ``kg``: one module a command, each a few lines over the library.

Exit codes: 0 fine, 1 the data or the answer says no, 2 could not run.
"""

from __future__ import annotations

import sys
import warnings
from importlib import import_module

import click

from kg import __version__
from kg.errors import EntenteError, FactsError

COMMANDS = {
    "ask": "asking", "queries": "asking", "query": "asking", "why": "asking",
    "build": "facts", "diff": "facts", "locate": "facts", "schema": "facts",
    "validate": "facts", "verify": "facts",
    "dump": "sharing", "push": "sharing", "serve": "sharing",
}  # fmt: skip
"""The package of ``kg.cli`` in which the module of each command is: ``ask`` in ``asking/ask``."""


class _Commands(click.Group):
    """Imports a command's module when it is called, so that the others cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"kg.cli.{COMMANDS[cmd_name]}.{cmd_name}").command
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg", message="%(prog)s %(version)s")
def kg() -> None:
    """A cited knowledge graph of diplomacy: who met whom, who sanctioned whom, who supplied what.

    Exit codes: 0 fine, 1 the data or the answer says no, 2 could not run.
    """


def main() -> None:
    """Run the command; the one place where errors become messages and exit codes."""
    warnings.showwarning = lambda message, *_args, **_kwargs: click.echo(f"kg: {message}", err=True)
    try:
        sys.exit(kg.main(prog_name="kg", standalone_mode=False))
    except EntenteError as error:
        click.echo(str(error) if isinstance(error, FactsError) else f"kg: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except BrokenPipeError:
        from kg.output import abandon_standard

        abandon_standard()  # whoever read our output has enough

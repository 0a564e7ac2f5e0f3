"""Completion in bash, to which ``place=chi`` is three words."""

from __future__ import annotations

from click.shell_completion import BashComplete, CompletionItem, add_completion_class


@add_completion_class
class Bash(BashComplete):
    """Completes the value in ``-p place=chi``, of which bash replaces only ``chi``."""

    head = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is begun, and that one.

        Bash takes ``=`` for a word: ``-p place = Ch`` become ``-p`` and ``place=Ch``.
        """
        args, begun = super().get_completion_args()
        if begun == "=":
            args, begun = [*args, "="], ""
        if len(args) > 1 and args[-1] == "=":
            self.head = f"{args[-2]}="
            return args[:-2], self.head + begun
        return args, begun

    def format_completion(self, item: CompletionItem) -> str:
        """Return what bash puts in the place of the last word."""
        item.value = str(item.value).removeprefix(self.head)
        return super().format_completion(item)

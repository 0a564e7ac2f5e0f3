"""``python -m kg``, and what the script ``kg`` runs."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Run the command; Ctrl-C ends it without a trace even while it is only being imported."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    from kg.cli import main as run

    run()


if __name__ == "__main__":
    main()

"""Code run by a user with no rights, in a process of its own, where the tests run as root."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

NOBODY = 65534


def as_nobody(work: Callable[[], object]) -> str:
    """Return what some work returns, or raises, as text, done by a user who owns nothing.

    Where the tests run as a user already, they own what they make, and it is that user's. All
    that the work imports is to be imported already.
    """
    read, write = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            said = str(work())
        except BaseException as error:  # noqa: BLE001  it is what is asked for
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(write, said.encode())
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        said = file.read().decode()
    os.waitpid(child, 0)
    return said


def is_open(folder: Path) -> bool:
    """Tell whether a folder may be entered by who ``as_nobody`` works for."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return True
    return all(each.stat().st_mode & 0o001 for each in (folder, *folder.parents))

"""Running a command on a terminal of so many columns."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path


def on_terminal(*arguments: str | Path, columns: int = 80, **environment: str) -> tuple[int, str]:
    """Run ``kg`` with both its outputs on a terminal; its exit code, and what it printed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONUTF8": "1", "TERM": "xterm", **environment},
    )
    os.close(theirs)
    printed = b""
    while piece := _piece(ours):
        printed += piece
    os.close(ours)
    return process.wait(timeout=60), printed.decode().replace("\r\n", "\n")


def _piece(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # the other end is closed
        return b""

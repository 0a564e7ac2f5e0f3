"""What a process that evaluates queries runs in: no network, and threads with a deep stack.

The network is forbidden by a filter on system calls that no code of the process can lift.

Linux alone has it (seccomp, since 3.17). The filter is a program of the kernel's own small
machine, a dozen instructions that fit here: of the libraries that would write it, ``pyseccomp``
has had no release since 2021, and takes a ``libseccomp`` that many a container lacks.

Only local sockets are left (``AF_UNIX``), by which processes of one server talk. Every other
family is refused with ``EACCES``: IPv4 and IPv6, and what else leads out of a machine.
"""

from __future__ import annotations

import errno
import os
import struct
import sys
import threading
from collections.abc import Callable
from typing import NamedTuple

_STACK = 512 * 1024 * 1024
"""Bytes of address space for a stack, which cost nothing until they are used."""


class _Machine(NamedTuple):
    """What the kernel calls an architecture, and its number of the call ``socket``."""

    audit: int
    socket: int


_MACHINES = {"x86_64": _Machine(0xC000003E, 41), "aarch64": _Machine(0xC00000B7, 198)}
_IO_URING_SETUP = 425  # the same on all; a ring could open sockets past the filter
_X32 = 0x40000000  # calls of x86-64 in another numbering have this bit
_AF_UNIX = 1

# linux/bpf_common.h, linux/seccomp.h, linux/prctl.h
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2


def forbid_network() -> bool:
    """Take from this process, and all that it starts, the means to open a connection.

    Threads that run already keep them, so it is called before there are any. Return whether the
    system allowed it; where it does not, nothing has changed.
    """
    machine = _machine()
    if machine is None:
        return False
    import ctypes

    program = ctypes.create_string_buffer(_program(machine))
    # struct sock_fprog: how many instructions, and where they are
    header = ctypes.create_string_buffer(
        struct.pack("HP", len(program.raw) // 8, ctypes.addressof(program))
    )
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return bool(prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(header), 0, 0) == 0)


def can_forbid_network() -> bool:
    """Tell whether the system has such filters, without setting one."""
    if _machine() is None:
        return False
    import ctypes

    # A filter that is nowhere is a bad address where there are filters, else a bad argument.
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), None, 0, 0)
    return ctypes.get_errno() == errno.EFAULT


def _machine() -> _Machine | None:
    if sys.platform != "linux" or struct.calcsize("P") != 8:
        return None
    return _MACHINES.get(os.uname().machine)


def _program(machine: _Machine) -> bytes:
    """Return the filter; jumps count the instructions that are left out."""
    steps = (
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, 7, machine.audit),  # calls in the manner of another machine are refused
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 5, 0, _X32),
        (_EQUAL, 4, 0, _IO_URING_SETUP),
        (_EQUAL, 0, 2, machine.socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def deep_thread(work: Callable[..., object], *arguments: object) -> threading.Thread:
    """Start a daemon thread whose stack the engine's parser does not exhaust on nested queries.

    Threads that are started afterwards have the usual one.
    """
    before = threading.stack_size(_STACK)
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    try:
        thread.start()
    finally:
        threading.stack_size(before)
    return thread

"""The errors that users can cause, and what each looks like.

::

    EntenteError          one message for people; ``exit_code`` 2: could not run
    ├── FactsError        faults in facts files, each with its place; ``exit_code`` 1
    ├── QueryError        a query that does not parse, is not a query, or lacks what it needs
    │   └── ServiceError  another server that a query asks, and that gives no answer
    ├── StoreError        a store that is absent, may not be read or cannot be written
    │   └── DamagedStoreError  one whose files make no sense; it can be built anew
    ├── OutputError       an output that cannot be written or has no such format
    ├── RemoteError       a server that cannot be reached, refuses, or answers what is unreadable
    ├── ShapesError       shapes that use something of SHACL that is not supported
    ├── ReasonerError     a reasoner that is not installed, fails or takes too long
    ├── ServerError       a server that cannot be started so
    ├── RequestError      a request over HTTP that is refused, with its status
    └── ArticlesError     articles that cannot be read, or that are not at hand
        └── AbsentError   a text that an article lacks, or has more than once; ``exit_code`` 1

Anything else that is raised is a fault of the program and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

MAX_SHOWN = 200
"""So many faults are named in a message; an error holds them all."""


class EntenteError(Exception):
    """Base of every error that has a message for people."""

    exit_code = 2


class QueryError(EntenteError):
    """A query text that cannot be answered: syntax, an update, an unknown name or parameter."""


class QueryWarning(UserWarning):
    """What a query names that nothing has, or a name that was taken for another."""


class ServiceError(QueryError):
    """Another server that a query asks with SERVICE or LOAD, and that gives no answer."""


class StoreError(EntenteError):
    """A store that cannot be opened, read or written."""


class DamagedStoreError(StoreError):
    """A store that is there, but whose files make no sense; it can be built anew."""


class OutputError(EntenteError):
    """An output that cannot be written, or a format that does not fit the answer."""


class RemoteError(EntenteError):
    """A server elsewhere that cannot be reached, refuses, or answers what cannot be read.

    ``status`` is that of its response (RFC 9110, section 15), 0 where there was none.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        self.status = status
        super().__init__(message)


class ShapesError(EntenteError):
    """Shapes that use something of SHACL that is not supported."""


class ReasonerError(EntenteError):
    """A reasoner that is not installed, fails or takes too long."""


class ServerError(EntenteError):
    """A server that cannot be started so: an address in use, a token that is missing."""


class RequestError(EntenteError):
    """A request that is refused; ``status`` and ``headers`` are those of the response."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


class ArticlesError(EntenteError):
    """Articles that cannot be read or are not at hand."""


class AbsentError(ArticlesError):
    """A text that an article does not have, or has more than once."""

    exit_code = 1


class Mark(NamedTuple):
    """A place in a file: the path as given, line and column counted from 1; 0 if not known."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class Fault(NamedTuple):
    """One thing wrong at one place, its remedy where there is one, and a name for its kind.

    ``focus`` is the IRI of the node that it concerns, where RDF has no better place. A
    ``severity`` of “warning” is told, and hinders nothing.
    """

    mark: Mark
    message: str
    remedy: str = ""
    code: str = ""
    focus: str = ""
    severity: str = "violation"

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}" + (f" ({self.remedy})" if self.remedy else "")


class FactsError(EntenteError):
    """Faults in facts: all of them, of all files, sorted by place."""

    exit_code = 1

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        count = len(self.faults)
        summary = f"{count} fault{'s' * (count != 1)} in the facts; nothing was written"
        shown = [*map(str, self.faults[:MAX_SHOWN])]
        if count > MAX_SHOWN:
            shown.append(f"… and {count - MAX_SHOWN} more")
        super().__init__("\n".join([*shown, summary]))

"""From an error to the status of its response: the one table (RFC 9110, section 15)."""

from __future__ import annotations

from kg.errors import EntenteError, OutputError, RequestError, ServiceError, StoreError

_STATUSES: tuple[tuple[type[Exception], int, dict[str, str]], ...] = (
    (OutputError, 406, {}),
    (ServiceError, 502, {}),
    (StoreError, 503, {"Retry-After": "5"}),
    (EntenteError, 400, {}),
    (OSError, 502, {}),  # the engine's word for a SERVICE that fails while it writes
)

ANSWERABLE = tuple(kind for kind, *_ in _STATUSES)
"""The errors that are answered; any other is a fault of the program."""


def refusal(error: Exception) -> RequestError:
    """Return the refusal that tells a client of an error.

    Example: ``refusal(ServiceError("no answer"))`` has the status 502.
    """
    if isinstance(error, RequestError):
        return error
    _, status, headers = next(row for row in _STATUSES if isinstance(error, row[0]))
    return RequestError(status, str(error), headers)

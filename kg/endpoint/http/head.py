"""From the head of a request, as ASGI has it, to a request: all that is wrong with it is refused.

What two servers in a row may read differently is not read at all (RFC 9112, section 11).
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from kg.endpoint.http.hosts import Hosts
from kg.endpoint.http.messages import Request
from kg.errors import RequestError

Scope = MutableMapping[str, Any]

MOST = 64 * 1024
"""So many bytes may a head have."""
MOST_LINES = 100
"""So many headers may a request have."""
_CLOSE = {"Connection": "close"}
_LISTS = {"accept", "accept-encoding", "if-none-match", "access-control-request-headers"}
_ONCE = {"host", "content-type", "content-length", "authorization", "content-encoding"}


def request(scope: Scope, hosts: Hosts) -> Request:
    """Return the request of a scope, without its body. Raises ``RequestError``."""
    headers = _headers(scope["headers"])
    _check_framing(headers, scope["http_version"])
    address = scope["server"][0]
    host = headers.get("host", "")
    if not host and scope["http_version"] == "1.1":
        raise RequestError(400, "a request of HTTP/1.1 has a Host header", _CLOSE)
    base = hosts.base(scope["scheme"], host or _literal(address), address)
    query = scope["query_string"].decode("latin-1")
    url = base + scope["raw_path"].decode("latin-1")
    return Request(scope["method"], scope["path"], query, headers, b"", base, url)


def _literal(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _headers(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers by name. Lists in several lines are one list (RFC 9110, section 5.3)."""
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields]
    if sum(len(name) + len(value) + 4 for name, value in lines) > MOST:
        raise RequestError(431, f"the head of a request has {MOST:,} bytes at most", _CLOSE)
    headers = dict(lines)
    if len(headers) < len(lines):
        for name in headers:
            values = [value for given, value in lines if given == name]
            if len(values) > 1 and name in _ONCE:
                raise RequestError(400, f"the header “{name}” is given {len(values)} times", _CLOSE)
            headers[name] = ", ".join(values) if name in _LISTS else values[-1]
    return headers


def _check_framing(headers: dict[str, str], version: str) -> None:
    """Refuse what leaves in doubt where a body ends (RFC 9112, section 6.1)."""
    coding = headers.get("transfer-encoding")
    if coding is None:
        return
    if coding.strip().lower() != "chunked":
        raise RequestError(501, "the only transfer coding that is read is “chunked”", _CLOSE)
    if "content-length" in headers or version != "1.1":
        raise RequestError(400, "“chunked” is of HTTP/1.1, and without a length", _CLOSE)

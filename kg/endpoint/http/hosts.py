"""Which hosts a server answers for (RFC 9110, section 7.2), and how its own URLs begin.

A page elsewhere can have its own name lead to a server on loopback, and so read it; and what an
answer names as the server must not be what some client claims. So a host is believed that is

* a name of loopback: ``localhost``, ``127.0.0.1``, ``[::1]``;
* the address at which the connection was taken, written as an address;
* one that was allowed, or that of the base URL.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

from kg.errors import RequestError, ServerError

_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._~-]{1,253})(?::([0-9]{1,5}))?", re.IGNORECASE)
_CLOSE = {"Connection": "close"}


class Hosts:
    """The hosts that are served: those of loopback, ``allowed`` ones, and that of ``base_url``.

    An allowed host has a port, and then is meant with this one, or none.
    Raises ``ServerError`` where a host or the base URL is none.
    """

    def __init__(self, allowed: frozenset[str] = frozenset(), base_url: str = "") -> None:
        for host in allowed:
            if not _HOST.fullmatch(host):
                raise ServerError(f"“{host}” is no host; write example.org or example.org:8080")
        self._base_url = base_url.rstrip("/")
        own = frozenset({_base_host(base_url)}) if base_url else frozenset[str]()
        self._allowed = frozenset(host.lower() for host in allowed) | own

    def base(self, scheme: str, host: str, address: str) -> str:
        """Return how URLs here begin. ``address`` is where the connection was taken.

        Raises ``RequestError``: 400 where the Host header is no host, 421 where it is not ours.

        Example: ``https`` and ``localhost:7878`` make ``https://localhost:7878``.
        """
        if not _is_served(host.lower(), address, self._allowed):
            message = "this host is not served here; start the server with --allow-host HOST"
            raise RequestError(421, message, _CLOSE)
        return self._base_url or f"{scheme}://{host.lower()}"


def _base_host(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        raise ServerError(f"“{base_url}” is no base URL; write https://example.org/ or the like")
    if parts.query or parts.fragment:
        raise ServerError(f"“{base_url}”: a base URL has neither “?” nor “#”")
    return parts.netloc.lower()


@lru_cache(maxsize=256)
def _is_served(host: str, address: str, allowed: frozenset[str]) -> bool:
    found = _HOST.fullmatch(host)
    if not found or int(found[2] or 0) > 65_535 or not (name := found[1].rstrip(".")):
        raise RequestError(400, "the Host header is no host", _CLOSE)
    if name == "localhost" or name.endswith(".localhost") or {name, host} & allowed:
        return True
    try:
        literal = ipaddress.ip_address(name.strip("[]"))
        return literal.is_loopback or literal == ipaddress.ip_address(address)
    except ValueError:
        if name.startswith("["):
            raise RequestError(400, "the Host header is no host", _CLOSE) from None
        return False

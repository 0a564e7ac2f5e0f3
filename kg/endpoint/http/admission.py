"""How many connections there may be, of everybody and of one client.

A connection waits while there is no whole request: when it is new, slow or idle; and while its
client does not take the answer. At a limit the one that has waited longest makes room, so that
nobody keeps others out by doing nothing.
"""

from __future__ import annotations

import ipaddress
from collections import Counter, defaultdict
from typing import Protocol


class Evictable(Protocol):
    """A connection, by the address of its client."""

    client_key: str

    def evict(self) -> None:
        """Close the connection: another takes its place."""


class Admission:
    """Counts connections: ``most`` of them, three quarters of these from one client at most."""

    def __init__(self, most: int) -> None:
        self._most, self._share = most, max(1, most * 3 // 4)
        self._open: Counter[str] = Counter()
        self._waiting: defaultdict[str, dict[Evictable, None]] = defaultdict(dict)
        self.count = 0
        self.evicted = 0
        self.refused = 0

    def enter(self, connection: Evictable) -> bool:
        """Tell whether there is room for a connection, and count it if so."""
        key = connection.client_key
        if self._open[key] >= self._share:
            return self._instead_of(key, connection)
        if self.count >= self._most:
            return self._instead_of(max(self._open, key=self._open.__getitem__), connection)
        self._count(connection)
        return True

    def _instead_of(self, key: str, connection: Evictable) -> bool:
        victim = next(iter(self._waiting[key]), None)
        if victim is None:
            self.refused += 1
            return False
        self.evicted += 1
        self.leave(victim)
        victim.evict()
        self._count(connection)
        return True

    def _count(self, connection: Evictable) -> None:
        self.count += 1
        self._open[connection.client_key] += 1
        self._waiting[connection.client_key][connection] = None

    def wait(self, connection: Evictable) -> None:
        """Note that a connection waits for its client from now on."""
        self._waiting[connection.client_key][connection] = None

    def work(self, connection: Evictable) -> None:
        """Note that a request is there: the connection is in use."""
        self._waiting[connection.client_key].pop(connection, None)

    def leave(self, connection: Evictable) -> None:
        """Count a connection no more."""
        key = connection.client_key
        self.count -= 1
        self._open[key] -= 1
        self.work(connection)
        if not self._open[key]:
            del self._open[key]
            self._waiting.pop(key, None)


def client_key(address: str) -> str:
    """Return what stands for one client: an address, or the network of one by IPv6.

    Example: ``2001:db8::1`` is of ``2001:db8::/64``, all of which one client may have.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4 or found.is_loopback:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False))

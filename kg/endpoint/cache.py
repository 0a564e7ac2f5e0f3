"""Serialised answers, the least recently used forgotten first, bounded in bytes."""

from __future__ import annotations

from collections import OrderedDict

from kg.endpoint.http.messages import Response

_BESIDE = 2_500
"""Bytes that an entry takes beside its content: its key, headers and places in tables."""


class Cache:
    """Answers by digests of what they answer; together they take no more than ``most`` bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[str, Response] = OrderedDict()
        self.size = 0
        self.hits = 0
        self.misses = 0

    @property
    def largest(self) -> int:
        """How many bytes an answer may have to be kept."""
        return self._most // 16

    def get(self, key: str) -> Response | None:
        """Return the answer that is kept under a key."""
        found = self._entries.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return found

    def put(self, key: str, response: Response) -> None:
        """Keep an answer, unless it is too large."""
        size = _size(response)
        if size > self.largest:
            return
        if old := self._entries.pop(key, None):
            self.size -= _size(old)
        self._entries[key] = response
        self.size += size
        while self.size > self._most:
            _, forgotten = self._entries.popitem(last=False)
            self.size -= _size(forgotten)


def _size(response: Response) -> int:
    return len(response.content) + _BESIDE

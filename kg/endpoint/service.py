"""What the front does with a job: answer from the cache, or have a reader or the writer do it."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from string import printable
from urllib.parse import quote

from werkzeug.http import parse_etags

from kg import store
from kg.endpoint.cache import Cache
from kg.endpoint.http.messages import Request, Response
from kg.endpoint.http.reply import ResponseWriter
from kg.endpoint.protocol.requests import Job
from kg.endpoint.workers import frames
from kg.endpoint.workers.handle import Handle
from kg.endpoint.workers.pool import Pool
from kg.errors import RequestError, StoreError

_VARY = {"Vary": "Accept, Accept-Encoding"}
_KEPT = {**_VARY, "Cache-Control": "public, no-cache"}  # may be kept, to be asked about each time
_FRESH = {**_VARY, "Cache-Control": "no-store"}
PAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
"""The headers of pages: they run nothing, and ask nothing of other hosts."""
_MOST_WARNED = 1_000
"""So many characters of warnings go into a header."""
_LONGEST = 4_096
"""A longer list of entity tags is not read: an answer is right in any case."""
_OPENED_FOR = 1.0
"""Seconds for which it is believed that the store can be opened, once it was."""
_READY = Job("ready", offers=())


class Service:
    """The store at a path, its readers, its writer where updates are taken, and the cache."""

    def __init__(self, path: Path, readers: Pool, writer: Pool | None, cache: Cache) -> None:
        self.readers, self.writer, self.cache = readers, writer, cache
        self._path = path
        self._current = path / store.CURRENT
        self._stamp = (0, 0)
        self._generation = ""
        self._opened = ("", 0.0)

    @property
    def generation(self) -> str:
        """The name of the generation in force. Raises ``StoreError`` where there is none."""
        try:
            status = os.stat(self._current)  # noqa: PTH116  a third of the time of Path.stat
        except OSError as error:
            raise StoreError("the store has been removed") from error
        stamp = (status.st_ino, status.st_mtime_ns)
        if stamp != self._stamp:
            self._generation, self._stamp = store.generation_name(self._path), stamp
        return self._generation

    async def check(self) -> None:
        """Have a reader open the store. Raises ``RequestError`` or ``StoreError`` if none can."""
        if not self.readers.is_ready:
            raise RequestError(503, "there is no reader", {"Retry-After": "1"})
        generation = self.generation
        opened, until = self._opened
        if opened == generation and time.monotonic() < until:
            return
        async with self.readers.reader() as handle:
            handle.send({**_READY.to_json(), "generation": generation})
            await handle.receive()
        self._opened = (generation, time.monotonic() + _OPENED_FOR)

    async def answer(self, job: Job, request: Request, reply: ResponseWriter) -> None:
        """Answer a job that changes nothing. Raises ``RequestError``, and what readers raise."""
        generation = self.generation
        key = _digest(generation, job)
        known = request.header("if-none-match")
        if 0 < len(known) <= _LONGEST and parse_etags(known).contains_weak(key):
            await reply.whole(_unchanged(key))
        elif found := self.cache.get(key):
            reply.is_cached = True
            await reply.whole(found)
        else:
            async with self.readers.reader() as handle:
                handle.send({**job.to_json(), "generation": generation})
                response = await self._take(handle, job, reply)
            if response:
                await reply.whole(response)

    async def fresh(self, job: Job) -> Response:
        """Return what a reader answers, whole. Raises ``RequestError``, and what readers raise."""
        async with self.readers.reader() as handle:
            handle.send({**job.to_json(), "generation": self.generation})
            frame = await handle.receive()
        response = Response(frame.notes["status"], frame.content, frame.notes["type"])
        response.headers = {**_FRESH, **PAGE}
        return response

    async def _take(self, handle: Handle, job: Job, reply: ResponseWriter) -> Response | None:
        """Take what a reader answers: whole, or sent on already."""
        frame = await handle.receive()
        notes = frame.notes
        key = _digest(notes["generation"], job)
        response = Response(notes["status"], frame.content, notes["type"])
        response.headers = {**_KEPT, "ETag": f'"{key}"'} if notes["keep"] else {**_FRESH}
        if notes["type"].startswith("text/html"):
            response.headers |= PAGE
        if told := notes.get("warnings"):
            response.headers["Entente-Warning"] = _in_header(told)
        if links := notes.get("links"):
            response.headers["Link"] = _links(links)
        if notes["coding"]:
            response.headers["Content-Encoding"] = notes["coding"]
        if frame.kind == frames.WHOLE:
            if notes["keep"]:
                self.cache.put(key, response)
            return response
        await reply.stream(response, self._kept(handle.pieces(), key, response))
        return None

    async def _kept(
        self, pieces: AsyncIterator[bytes], key: str, response: Response
    ) -> AsyncIterator[bytes]:
        """Yield the pieces; keep them if they are not too many."""
        kept: list[bytes] | None = [] if "ETag" in response.headers else None
        size = 0
        async for piece in pieces:
            yield piece
            size += len(piece)
            if size > self.cache.largest:
                kept = None
            elif kept is not None:
                kept.append(piece)
        if kept is not None:
            whole = Response(response.status, b"".join(kept), response.content_type)
            whole.headers = response.headers
            self.cache.put(key, whole)

    async def change(self, job: dict[str, object], content: bytes) -> Response:
        """Have the writer make the next generation; it is in force when this returns.

        Raises ``RequestError``.
        """
        assert self.writer
        async with self.writer.reader() as handle:
            handle.send(job, content)
            frame = await handle.receive()
        return Response(frame.notes["status"], frame.content, frame.notes["type"])


def _links(alternates: list[tuple[str, str]]) -> str:
    """Return where the same is in other formats, as a header says it (RFC 8288)."""
    return ", ".join(f'<{url}>; rel="alternate"; type="{kind}"' for url, kind in alternates)


def _in_header(warnings: list[str]) -> str:
    """Return warnings as a field of ASCII characters, what is none percent-encoded."""
    text = " | ".join(warnings).translate(str.maketrans("“”", "''"))
    return quote(text[:_MOST_WARNED], safe=printable.strip() + " ")


def _unchanged(digest: str) -> Response:
    return Response(304, headers={**_KEPT, "ETag": f'"{digest}"'})


def _digest(generation: str, job: Job) -> str:
    """Return what tells an answer from every other: its entity tag, and its key in the cache."""
    return sha256(repr((generation, job)).encode("utf-8", "surrogatepass")).hexdigest()[:32]

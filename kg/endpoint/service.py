"""What the front does with a job: answer from the cache, or have a reader or the writer do it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

from werkzeug.http import parse_etags

from kg import store
from kg.endpoint.cache import Cache
from kg.endpoint.http.messages import Request, Response
from kg.endpoint.http.reply import ResponseWriter
from kg.endpoint.protocol.requests import Job
from kg.endpoint.workers import frames
from kg.endpoint.workers.handle import Handle
from kg.endpoint.workers.pool import Pool
from kg.errors import StoreError

_VARY = {"Vary": "Accept, Accept-Encoding"}
_KEPT = {**_VARY, "Cache-Control": "public, no-cache"}  # may be kept, to be asked about each time
_FRESH = {**_VARY, "Cache-Control": "no-store"}
_PAGE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


class Service:
    """The store at a path, its readers, its writer where updates are taken, and the cache."""

    def __init__(self, path: Path, readers: Pool, writer: Pool | None, cache: Cache) -> None:
        self.readers, self.writer, self.cache = readers, writer, cache
        self._path = path
        self._current = path / store.CURRENT
        self._stamp = (0, 0)
        self._generation = ""

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

    async def answer(self, job: Job, request: Request, reply: ResponseWriter) -> None:
        """Answer a job that changes nothing. Raises ``RequestError``, and what readers raise."""
        generation = self.generation
        key = (generation, job)
        known = request.header("if-none-match")
        if known and parse_etags(known).contains_weak(_digest(key)):
            await reply.whole(_unchanged(_digest(key)))
        elif found := self.cache.get(key):
            reply.is_cached = True
            await reply.whole(found)
        else:
            async with self.readers.reader() as handle:
                handle.send({**job.to_json(), "generation": generation})
                response = await self._take(handle, job, reply)
            if response:
                await reply.whole(response)

    async def _take(self, handle: Handle, job: Job, reply: ResponseWriter) -> Response | None:
        """Take what a reader answers: whole, or sent on already."""
        frame = await handle.receive()
        notes = frame.notes
        key = (notes["generation"], job)
        response = Response(notes["status"], frame.content, notes["type"])
        response.headers = {**_KEPT, "ETag": f'"{_digest(key)}"'} if notes["keep"] else {**_FRESH}
        if notes["type"].startswith("text/html"):
            response.headers |= _PAGE
        if notes["coding"]:
            response.headers["Content-Encoding"] = notes["coding"]
        if frame.kind == frames.WHOLE:
            if notes["keep"]:
                self.cache.put(key, response)
            return response
        await reply.stream(response, self._kept(handle.pieces(), key, response))
        return None

    async def _kept(
        self, pieces: AsyncIterator[bytes], key: tuple[str, Job], response: Response
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


def _unchanged(digest: str) -> Response:
    return Response(304, headers={**_KEPT, "ETag": f'"{digest}"'})


def _digest(key: tuple[str, Job]) -> str:
    """Return what tells an answer from every other, for its entity tag."""
    return sha256(repr(key).encode()).hexdigest()[:32]

"""A wire that breaks: it passes HTTP on to a simulated carrier, and does to one call what it is told to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from urllib.parse import urlsplit

WRITES = ("POST", "PUT", "PATCH", "DELETE")
PAGE = b"<!DOCTYPE html><html><body><h1>We will be right back</h1></body></html>"
HALF = b'{"data": [{"id": "o-1", "sta'
LARGE = b'{"data": "' + b"x" * 10_000_000 + b'"}'
SHAPELESS = b'{"data": 7, "meta": [], "errors": null}'
DEEP = b"[" * 100_000


class Break(StrEnum):
    """What can happen to a call on its way. Whatever names no write happens after the carrier carried it out."""

    FAILS_BEFORE_WRITE = "500 before the write"
    FAILS_AFTER_WRITE = "500 after the write"
    SILENT_BEFORE_WRITE = "no answer, nothing written"
    SILENT = "no answer in time"
    DROPPED_BEFORE_WRITE = "connection dropped before the write"
    DROPPED = "connection dropped after the write"
    BUSY = "429"
    PAGE = "a web page with 200"
    TRUNCATED = "JSON cut off, with 200"
    LARGE = "ten megabytes of JSON, with 200"
    SHAPELESS = "JSON of another shape, with 200"
    DEEP = "JSON nested without end, with 200"


GARBLED = frozenset({Break.PAGE, Break.TRUNCATED, Break.LARGE, Break.SHAPELESS, Break.DEEP})
CARRIED_OUT = frozenset({Break.FAILS_AFTER_WRITE, Break.SILENT, Break.DROPPED}) | GARBLED


def _answer(status: str, body: bytes, media_type: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {len(body)}\r\n{more}connection: close"
    return head.encode() + b"\r\n\r\n" + body


_SAID = {
    Break.FAILS_BEFORE_WRITE: _answer("500 Internal Server Error", b"{}"),
    Break.FAILS_AFTER_WRITE: _answer("500 Internal Server Error", b"{}"),
    Break.BUSY: _answer("429 Too Many Requests", b"{}", more="retry-after: 7\r\n"),
    Break.PAGE: _answer("200 OK", PAGE, "text/html"),
    Break.TRUNCATED: _answer("200 OK", HALF),
    Break.LARGE: _answer("200 OK", LARGE),
    Break.SHAPELESS: _answer("200 OK", SHAPELESS),
    Break.DEEP: _answer("200 OK", DEEP),
}


class Wire:
    """`calls` counts the writes, or the reads, that were tried; `strike` breaks the n-th from now on, once.

    `questions` are parts of the addresses to which a POST writes nothing. `rewrites` is what each answer says, and what
    it is made to say instead, of the same length.
    """

    def __init__(self, upstream: str, questions: tuple[bytes, ...] = ()) -> None:
        self._upstream = urlsplit(upstream)
        self._questions = questions
        self._breaks_reads = False
        self._broken: dict[int, Break] = {}
        self.is_cut = False
        self.rewrites: tuple[bytes, bytes] | None = None
        self.calls = 0
        self.struck = 0
        self.url = ""

    def strike(self, kind: Break, *, at: int = 0, reads: bool = False) -> None:
        self._breaks_reads = reads
        self._broken = {self.calls + at: kind}
        self.struck = 0

    def heal(self) -> None:
        self._broken, self.is_cut = {}, False

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _request(reader)
            if request is not None and not self.is_cut:
                await self._pass_on(request, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _pass_on(self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind = self._due(request)
        if kind is None:
            await self._relay(request, writer)
            return
        self.struck += 1
        if kind in CARRIED_OUT:
            await self._relay(request, None)
        if said := _SAID.get(kind):
            writer.write(said)
            await writer.drain()
        elif kind in (Break.SILENT, Break.SILENT_BEFORE_WRITE):
            await reader.read()

    def _due(self, request: bytes) -> Break | None:
        line = request.partition(b"\r\n")[0]
        writes = line.startswith(tuple(f"{method} ".encode() for method in WRITES))
        if any(question in line for question in self._questions):
            writes = False
        if writes == self._breaks_reads:
            return None
        self.calls += 1
        return self._broken.pop(self.calls - 1, None)

    async def _relay(self, request: bytes, to: asyncio.StreamWriter | None) -> None:
        """To the carrier, and its answer back unless nobody is to have it."""
        source, sink = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
        sink.write(request)
        await sink.drain()
        answer = await source.read()
        if to is not None:
            to.write(answer.replace(*self.rewrites) if self.rewrites else answer)
            await to.drain()
        sink.close()


async def _request(reader: asyncio.StreamReader) -> bytes | None:
    """One request in full, made the only one of its connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b""
    if re.search(rb"(?i)\r\ntransfer-encoding: *chunked", head):
        body = await reader.readuntil(b"0\r\n\r\n")
    head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head)
    return head[:-2] + b"connection: close\r\n\r\n" + body


@asynccontextmanager
async def a_wire(upstream: str, *questions: bytes) -> AsyncIterator[Wire]:
    """A wire to the carrier at that address, on a free port; `questions` as a wire has them."""
    wire = Wire(upstream, questions)
    server = await asyncio.start_server(wire.take, "127.0.0.1", 0, limit=2**26)
    async with server:
        wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield wire

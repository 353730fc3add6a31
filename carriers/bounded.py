"""Answers that are too long are cut off: a carrier must not fill our memory, packed or unpacked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import httpx

MOST_BYTES = 8 * 1024 * 1024


class TooLong(ValueError):
    """An answer of more bytes than anything that we ask for has."""


class BoundedTransport(httpx.AsyncHTTPTransport):
    """Plain answers only, and not without end; what unpacks to a thousand times its size is refused unread."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["accept-encoding"] = "identity"
        answer = await super().handle_async_request(request)
        if answer.headers.get("content-encoding", "identity") != "identity":
            await answer.aclose()
            raise TooLong("the answer is packed, which nobody asked for")
        stream = _Bounded(cast(httpx.AsyncByteStream, answer.stream))
        return httpx.Response(answer.status_code, headers=answer.headers, stream=stream, extensions=answer.extensions)


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for part in self._stream:
            seen += len(part)
            if seen > MOST_BYTES:
                raise TooLong("the answer is too long")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()

"""Limits the size of HTTP bodies, which are unpacked piece by piece.

The HTTP libraries read the whole body of an error or a listing: 2.4 MB of gzip took 2.5 GB of memory.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from typing import Protocol, cast

MAX_ERROR_BYTES = 64 * 1024
MAX_LISTING_BYTES = 8 * 1024 * 1024
# For a batch of embeddings; chat answers are limited while they are read.
MAX_WHOLE_BYTES = 128 * 1024 * 1024
_PIECE_BYTES = 64 * 1024
_PACKED = ("gzip", "x-gzip", "deflate")


class TooLargeError(Exception):
    """The body is larger than its limit; `limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the answer is larger than {limit // (1024 * 1024)} MB")
        self.limit = limit


class _ByteStream(Protocol):
    def __aiter__(self) -> AsyncIterator[bytes]: ...

    async def aclose(self) -> None: ...


class _Request(Protocol):
    @property
    def url(self) -> object: ...


class HttpResponse(Protocol):
    """The part of a response of httpx or httpx2 that is used."""

    status_code: int
    stream: _ByteStream

    @property
    def headers(self) -> dict[str, str]: ...

    @property
    def request(self) -> _Request: ...


async def bound_body(response: HttpResponse) -> None:
    """Limit the body of this response; a hook that the client calls before it reads the body."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in _PACKED:
        # Unpack here: the library would unpack without a limit.
        del response.headers["content-encoding"]
    is_packed, limit = coding in _PACKED, _limit_of(response)
    body = BoundedBody(response.stream, is_packed=is_packed, limit=limit, truncates=_fails(response))
    response.stream = _stream_class(type(response).__module__.partition(".")[0])(body)


class BoundedBody:
    """The unpacked body of `stream`. At `limit` bytes it ends if it `truncates`, else it raises TooLargeError."""

    def __init__(self, stream: _ByteStream, *, is_packed: bool, limit: int, truncates: bool) -> None:
        self._stream = stream
        self._unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if is_packed else None
        self._limit = limit
        self._truncates = truncates

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it arrives, unpacked."""
        total = 0
        async for packed in self._stream:
            while packed:
                piece, packed = self._unpacked(packed)
                total += len(piece)
                if total > self._limit:
                    if self._truncates:
                        yield piece[: self._limit - total + len(piece)]
                        return
                    raise TooLargeError(self._limit)
                yield piece

    async def aclose(self) -> None:
        """Close the connection, unless the body was read to its end."""
        await self._stream.aclose()

    def _unpacked(self, packed: bytes) -> tuple[bytes, bytes]:
        if self._unpacker is None:
            return packed, b""
        try:
            piece = self._unpacker.decompress(packed, _PIECE_BYTES)
        except zlib.error:
            # The header is wrong: return the bytes as they are.
            self._unpacker = None
            return packed, b""
        return piece, self._unpacker.unconsumed_tail


def _fails(response: HttpResponse) -> bool:
    return response.status_code >= 300


def _limit_of(response: HttpResponse) -> int:
    if _fails(response):
        return MAX_ERROR_BYTES
    path = str(response.request.url).partition("?")[0]
    if path.endswith("/models"):
        return MAX_LISTING_BYTES
    return sys.maxsize if path.endswith("/chat/completions") else MAX_WHOLE_BYTES


@lru_cache(maxsize=4)
def _stream_class(library: str) -> Callable[[BoundedBody], _ByteStream]:
    """A stream class that this library accepts."""
    base = cast("type[object]", sys.modules[library].AsyncByteStream)

    class LimitedStream(base):
        def __init__(self, body: BoundedBody) -> None:
            self._body = body

        def __aiter__(self) -> AsyncIterator[bytes]:
            return self._body.pieces()

        async def aclose(self) -> None:
            await self._body.aclose()

    return cast("Callable[[BoundedBody], _ByteStream]", LimitedStream)

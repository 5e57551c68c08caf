"""The stream that a language model gives: to be read at once, or awaited first."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Generator
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class AnswerStream(AsyncGenerator[T, None]):
    """An asynchronous generator that may also be awaited, which gives itself.

    `async for piece in llm.astream_chat(…)` is enough; LlamaIndex's users write `await llm.astream_chat(…)` first.
    """

    def __init__(self, stream: AsyncGenerator[T, None]) -> None:
        self._stream = stream

    def __await__(self) -> Generator[None, None, Self]:
        return self
        yield  # makes this a generator function, as awaiting wants

    # Handed on rather than awaited here: a stream has thousands of pieces.
    def __anext__(self) -> Coroutine[Any, Any, T]:
        return self._stream.__anext__()

    def asend(self, value: None, /) -> Coroutine[Any, Any, T]:
        return self._stream.asend(value)

    def athrow(
        self,
        typ: type[BaseException] | BaseException,
        val: object = None,
        tb: TracebackType | None = None,
        /,
    ) -> Coroutine[Any, Any, T]:
        error = typ if isinstance(typ, BaseException) else typ()
        return self._stream.athrow(error)

    def aclose(self) -> Coroutine[Any, Any, None]:
        return self._stream.aclose()

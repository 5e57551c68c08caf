"""The streams that models hand out, usable in the two ways that callers know, and the pieces of a plain completion."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import aclosing
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from bookwheel.engine.events import AnswerSoFar

if TYPE_CHECKING:
    from bookwheel.engine.llms.llm import ChatDelta

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


class CompletionResponse:
    """A completion as far as it has come: `text` is all of it, `delta` what this piece added."""

    __slots__ = ("_count", "_so_far", "delta")

    def __init__(self, delta: str, so_far: AnswerSoFar) -> None:
        self.delta = delta
        self._so_far = so_far
        self._count = so_far.count

    @classmethod
    def whole(cls, text: str) -> CompletionResponse:
        """A completion that came at once."""
        so_far = AnswerSoFar()
        so_far.append(text)
        return cls(text, so_far)

    @property
    def text(self) -> str:
        return self._so_far.text(self._count)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"CompletionResponse(text={self.text!r})"


async def completions(stream: AsyncGenerator[ChatDelta, None]) -> AsyncGenerator[CompletionResponse, None]:
    """The text of a streaming answer; pieces without any (a call, the usage) are left out."""
    so_far = AnswerSoFar()
    async with aclosing(stream) as deltas:
        async for piece in deltas:
            if piece.delta:
                so_far.append(piece.delta)
                yield CompletionResponse(piece.delta, so_far)

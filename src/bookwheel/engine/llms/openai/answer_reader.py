"""Reads the body of a chat completion, until it ends or the connection breaks."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

from bookwheel.engine.llms.chat import ChatDelta, ToolCallDelta
from bookwheel.engine.llms.openai import error_mapping as openai_errors
from bookwheel.engine.llms.openai.chunks import ChatStream
from bookwheel.engine.llms.openai.endpoint import Endpoint
from bookwheel.engine.llms.openai.error_objects import error_body, error_text, reports_error
from bookwheel.engine.llms.openai.json_values import parse_object
from bookwheel.engine.llms.openai.read_timeout import Patience
from bookwheel.engine.llms.openai.sse import SseDecoder, SseEvent, SseTooLongError, apart
from bookwheel.engine.llms.openai.tool_call_parts import whole_arguments
from bookwheel.engine.llms.openai.written_calls import calls_of
from bookwheel.engine.schema import JsonObject
from bookwheel.errors import ModelError
from bookwheel.lazy_dataclass import dataclass

# Some servers neither send [DONE] nor close the connection. After the answer, wait this long for its usage.
DONE_GRACE_S = 2.0
# Gateways send comments or empty events while a model loads. Without any text after them they count as activity for
# this many times `silence_s`, and after the end of the answer for this many times DONE_GRACE_S.
COMMENTS_COUNT_FOR = 4
MAX_BAD_EVENTS = 20
MAX_ANSWER_CHARS = 4_000_000
# Each new call repeats all those before it in its piece.
MAX_CALLS = 256
# A fast server fills the socket faster than it is read, so yield to other tasks after this time.
MAX_TURN_S = 0.003
# A chunk that was there already came with the one before.
_WAITED_S = 0.0005
# So many pieces are read together; below 300 characters a second text is drawn as often as it comes.
TOGETHER, SLOWER = 20, 3
# The bytes kept before the first event, for the error message when no event follows.
MAX_HEAD_BYTES = 16 * 1024 * 1024


class Body(Protocol):
    """The body of a successful response, still being received; `chunks` raises the exceptions of the transport."""

    @property
    def content_type(self) -> str: ...

    def chunks(self) -> AsyncGenerator[bytes, None]: ...


class ContentFilter(Protocol):
    """Filters content before it is shown: finds tool calls written as text, or steps in JSON."""

    def push(self, text: str) -> str: ...

    def finish(self) -> tuple[str, list[ToolCallDelta]]: ...


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """`silence_s`: the longest pause between two lines; `max_chars`: of text, reasoning and tool calls together.

    `gather_s`: pieces that come faster than this are read together, so long after the piece before, or half to three
    times as long where they come very fast. The first piece, and a piece after a pause, are read at once. Each wake-up
    for a piece costs more than reading it.
    """

    silence_s: float = 90.0
    max_chars: int = MAX_ANSWER_CHARS
    gather_s: float = 0.0


class AnswerReader:
    """Reads one answer; `has_begun` is True after the first piece was yielded."""

    def __init__(
        self,
        endpoint: Endpoint,
        limits: ReadLimits,
        make_filter: Callable[[], ContentFilter | None] | None = None,
        *,
        begins_thinking: bool = False,
    ) -> None:
        self.has_begun = False
        self._endpoint = endpoint
        self._limits = limits
        self._make_filter = make_filter or _no_filter
        self._filter = self._make_filter()
        self._stream = ChatStream(endpoint.model, begins_thinking=begins_thinking)
        self._text: list[str] = []
        self._chunks = 0
        self._bad_events = 0
        self._is_done = False
        # Whether comments or empty events have used up the time that they may.
        self._has_only_signs = False
        self._rest: ChatDelta | None = None
        self._head = bytearray()

    async def read(self, body: Body) -> AsyncGenerator[ChatDelta, None]:
        """The answer piece by piece; the last one carries `finish_reason` and `usage`.

        Raises ModelStreamCutError for an incomplete answer and ModelResponseError when the body is not an answer.
        The exceptions of the transport are passed on.
        """
        try:
            async with aclosing(self._events(body)) as batches:
                turn_began = time.monotonic()
                async for events in batches:
                    for event in events:
                        if (delta := self._take(event)) is not None:
                            self.has_begun = True
                            yield delta
                            if time.monotonic() - turn_began > MAX_TURN_S:
                                await asyncio.sleep(0)
                                turn_began = time.monotonic()
                        if self._is_done:
                            break
                    if self._is_done:
                        break
            if (delta := self._take_whole()) is not None:
                self.has_begun = True
                yield delta
            yield self._last_delta()
        except Exception:
            # Text was held back as the possible start of a tag. Without the tag it is part of the answer.
            self._release()
            if self._rest is not None:
                self.has_begun = True
                yield self._rest
            raise

    @property
    def begins_thinking(self) -> bool:
        """Whether the model began with thoughts, without an opening tag."""
        return self._stream.thoughts.closed_unopened

    def broken(self, reason: str) -> ModelError:
        """The error for an answer that breaks here."""
        self._release()
        return openai_errors.cut(self._endpoint, reason, "".join(self._text))

    def _release(self) -> None:
        last = self._stream.finish()
        if last.delta and self._filter is not None:
            last.delta = self._filter.push(last.delta)
        if last.restarts:
            self._text.clear()
        if last.delta or last.thinking_delta:
            self._rest = ChatDelta(last.delta, last.thinking_delta, restarts=last.restarts)
            self._text.append(last.delta)

    async def _events(self, body: Body) -> AsyncGenerator[list[SseEvent], None]:
        decoder = SseDecoder()
        came_at, progress = time.monotonic(), self._progress
        async with aclosing(body.chunks()) as chunks:
            with Patience(self._limits.silence_s) as patience:
                asked_at = gathered_at = time.monotonic()
                together = 0
                while (chunk := await self._next(chunks, patience)) is not None:
                    waited_s = time.monotonic() - asked_at
                    lines = decoder.lines
                    try:
                        events = decoder.feed(chunk)
                    except SseTooLongError as error:
                        raise self.broken(str(error)) from error
                    if not self._chunks and len(self._head) < MAX_HEAD_BYTES:
                        self._head += chunk
                    yield apart(events)
                    if progress != self._progress:
                        came_at, progress = time.monotonic(), self._progress
                    # Bytes without a line end do not count as activity; lines without text count for a limited time.
                    if decoder.lines != lines:
                        patience.renew(self._patience_s(came_at))
                    together += 1
                    if _WAITED_S < waited_s < self._limits.gather_s and self.has_begun:
                        gather_s = _gather_s(self._limits.gather_s, together, time.monotonic() - gathered_at)
                        await asyncio.sleep(gather_s)
                        together, gathered_at = 0, time.monotonic() - gather_s
                    asked_at = time.monotonic()
        # Some servers leave out the empty line after the last event.
        yield apart(decoder.feed(b"\n\n"))

    @property
    def _progress(self) -> tuple[int, bool]:
        return self._stream.chars, self._stream.finish_reason is not None

    def _patience_s(self, came_at: float) -> float:
        wait_s = self._limits.silence_s if self._stream.finish_reason is None else DONE_GRACE_S
        left_s = max(0.0, came_at + COMMENTS_COUNT_FOR * wait_s - time.monotonic())
        self._has_only_signs = left_s < wait_s
        return min(wait_s, left_s)

    async def _next(self, chunks: AsyncGenerator[bytes, None], patience: Patience) -> bytes | None:
        try:
            return await patience.wait(anext(chunks, None))
        except TimeoutError:
            if self._stream.finish_reason is not None:
                return None
            only = "comments and empty events" if self._has_only_signs else ""
            seconds = self._limits.silence_s * (COMMENTS_COUNT_FOR if only else 1)
            if self.has_begun:
                raise self.broken(f"{f'only {only}' if only else 'no data'} for {seconds:.0f} seconds") from None
            raise openai_errors.silent(self._endpoint, seconds, only) from None

    def _take(self, event: SseEvent) -> ChatDelta | None:
        if event.data == "[DONE]":
            self._is_done = True
            return None
        chunk = parse_object(event.data)
        if chunk is None:
            return self._take_odd(event)
        self._bad_events = 0
        return self._take_chunk(chunk, event.data, event.event)

    def _take_odd(self, event: SseEvent) -> ChatDelta | None:
        """What is in an event that is not a JSON object by itself."""
        data = event.data.removeprefix("data:").strip()
        if data != event.data:
            return self._take(event._replace(data=data))
        chunk = error_body(data)
        if chunk is None:
            if event.event == "error":
                raise self._failure({"error": data})
            self._bad_events += 1
            if self._bad_events >= MAX_BAD_EVENTS:
                raise self._failure({"error": f"{MAX_BAD_EVENTS} events in a row were not JSON objects"})
            return None
        self._bad_events = 0
        return self._take_chunk(chunk, event.data, event.event)

    def _take_chunk(self, chunk: JsonObject, raw: str, event: str = "") -> ChatDelta | None:
        if ("error" in chunk or not chunk.get("choices") or event == "error") and reports_error(chunk, event):
            self._chunks += 1
            raise self._failure(chunk)
        delta = self._stream.take(chunk)
        if self._stream.reported is not None:
            self._chunks += 1
            raise self._failure(self._stream.reported)
        self._chunks += "choices" in chunk or "usage" in chunk
        shown = None if delta is None else self._filtered(delta, raw)
        if self._stream.chars > self._limits.max_chars:
            raise self.broken(f"it is longer than {self._limits.max_chars} characters")
        if len(self._stream.calls) > MAX_CALLS:
            raise self.broken(f"it calls more than {MAX_CALLS} tools")
        return shown

    def _filtered(self, delta: ChatDelta, raw: str) -> ChatDelta | None:
        if delta.restarts:
            self._text.clear()
            self._filter = self._make_filter()
        if self._filter is not None and delta.delta:
            delta.delta = self._filter.push(delta.delta)
            if not (delta.delta or delta.thinking_delta or delta.tool_calls or delta.restarts):
                return None
        delta.raw = raw
        self._text.append(delta.delta)
        return delta

    def _take_whole(self) -> ChatDelta | None:
        """The answer of an endpoint that ignored the request to stream."""
        whole = None if self._chunks else parse_object(bytes(self._head))
        if whole is None:
            return None
        self._is_done = True
        return self._take_chunk(whole, json.dumps(whole))

    def _failure(self, chunk: JsonObject) -> ModelError:
        if self.has_begun:
            return self.broken(error_text(chunk))
        return openai_errors.in_stream(chunk, self._endpoint)

    def _last_delta(self) -> ChatDelta:
        if not self._chunks:
            raise openai_errors.not_an_api(self._endpoint, self._head[:4096].decode("utf-8", "replace"))
        if self._stream.finish_reason is None and not self._is_done:
            # Some endpoints only close the connection. A proxy that cuts an answer looks the same, so this is an error.
            raise self.broken("the connection was closed before its end")
        if self._stream.failure:
            raise self.broken(f"the provider ended it with {self._stream.failure!r}")
        if self._stream.is_refusal:
            self._release()
            raise openai_errors.declined(self._endpoint, "".join(self._text))
        last = self._stream.finish()
        if last.restarts:
            self._filter = self._make_filter()
        if self._filter is not None:
            shown = self._filter.push(last.delta) if last.delta else ""
            rest, calls = self._filter.finish()
            last.delta = shown + rest
            if calls := calls or self._addressed_calls():
                last.tool_calls, last.finish_reason = calls, "tool_calls"
        if self._stream.calls:
            last.tool_calls = whole_arguments(self._stream.calls.snapshot())
            last.finish_reason = self._stream.finish_reason or "unknown"
        return last

    def _addressed_calls(self) -> list[ToolCallDelta]:
        """The calls in parts of the text that the model addressed to a tool (harmony)."""
        read = ((name, parse_object(arguments)) for name, arguments in self._stream.thoughts.calls)
        return calls_of((name, arguments) for name, arguments in read if arguments is not None)


def _gather_s(least_s: float, pieces: int, elapsed_s: float) -> float:
    """How long to gather: the time in which `TOGETHER` pieces come, at most `SLOWER` times the least and at least half.

    More of them at once would hold the event loop for over a millisecond, and with it a key.
    """
    if pieces <= 3:
        return least_s
    return min(max(TOGETHER * elapsed_s / pieces, least_s / 2), SLOWER * least_s)


def _no_filter() -> ContentFilter | None:
    return None

"""Output to a stream that may be slow or closed: a slow reader never delays the writer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import IO

from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class _Pieces:
    stream: IO[str]
    texts: list[str]


class Outlet:
    """Writes answers to one stream and messages to another, in order, in a thread, in batches.

    The caller runs `run` as a task. After the first stream has failed `error` says why and answers are dropped.
    """

    def __init__(self, answers: IO[str], messages: IO[str]) -> None:
        self.error: OSError | None = None
        self._answers = answers
        self._messages = messages
        self._waiting: list[_Pieces] = []
        self._wake = asyncio.Event()
        self._is_closing = False

    @property
    def is_one_terminal(self) -> bool:
        """Whether answers and messages appear on a terminal, one below the other."""
        return self._answers.isatty() and self._messages.isatty()

    def put(self, text: str) -> None:
        """Write a piece of the answer as soon as the stream takes it."""
        if self.error is None:
            self._add(self._answers, text)

    def message(self, text: str) -> None:
        """Write a message, after all that was put before it."""
        self._add(self._messages, text)

    def close(self) -> None:
        """Let `run` end when all is written."""
        self._is_closing = True
        self._wake.set()

    async def run(self, on_error: Callable[[], None]) -> None:
        """Write until `close`; calls `on_error` once when the answers' stream fails."""
        while self._waiting or not self._is_closing:
            await self._wake.wait()
            self._wake.clear()
            gathered, self._waiting = self._waiting, []
            had_failed = self.error is not None
            await asyncio.to_thread(self._write, gathered)
            if self.error is not None and not had_failed:
                on_error()

    def _add(self, stream: IO[str], text: str) -> None:
        if not text:
            return
        if self._waiting and self._waiting[-1].stream is stream:
            self._waiting[-1].texts.append(text)
        else:
            self._waiting.append(_Pieces(stream, [text]))
        self._wake.set()

    def _write(self, gathered: list[_Pieces]) -> None:
        for pieces in gathered:
            is_answer = pieces.stream is self._answers
            if is_answer and self.error is not None:
                continue
            try:
                pieces.stream.write("".join(pieces.texts))
                pieces.stream.flush()
            except OSError as error:
                # A failure of the messages' stream has nowhere to be reported.
                if is_answer:
                    self.error = error

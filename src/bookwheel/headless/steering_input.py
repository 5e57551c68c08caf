"""Steers a research run by lines on standard input, one JSON object each, for `bookwheel research --json`.

{"kind": "drop", "branch": "3"}          as the event `Steer`: its fields are kind, branch and text
{"request_id": "plan", "response": "start"}          answers a question of the run
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import IO

from bookwheel.assistant.assistant import Assistant
from bookwheel.engine import json_fields as fields
from bookwheel.engine.events.research_events import STEER_KINDS
from bookwheel.engine.llms.openai.json_values import parse_object
from bookwheel.markup.sanitize import clean_line

MAX_LINE = 8_192
_SHOWN = 80


class SteeringInput:
    """Reads `stream` to its end, beside a run; `say` gets a message for each line that cannot be used."""

    def __init__(self, assistant: Assistant, stream: IO[str], say: Callable[[str], None]) -> None:
        self._assistant = assistant
        self._stream = stream
        self._say = say

    async def run(self) -> None:
        """Steer until the input ends; the run goes on without it. Cancelled at the end of the run."""
        if callable(reconfigure := getattr(self._stream, "reconfigure", None)):
            reconfigure(errors="replace")  # a byte that is not UTF-8 spoils its own line only
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[str | None] = asyncio.Queue()

        def read() -> None:
            # A daemon thread: a read of a terminal or pipe cannot be cancelled.
            try:
                while line := self._stream.readline(MAX_LINE):
                    loop.call_soon_threadsafe(lines.put_nowait, line)
                loop.call_soon_threadsafe(lines.put_nowait, None)
            except (OSError, ValueError, RuntimeError):
                return  # the stream or the loop is closed

        threading.Thread(target=read, name="steering", daemon=True).start()
        try:
            while (line := await lines.get()) is not None:
                if line.strip() and (problem := await self._take(line)):
                    self._refuse(problem, line)
        finally:
            while not lines.empty():
                if (line := lines.get_nowait()) is not None and line.strip():
                    self._refuse("the research has ended", line)

    def _refuse(self, problem: str, line: str) -> None:
        self._say(f"bookwheel: {problem}: {clean_line(line.strip()[:_SHOWN])}\n")

    async def _take(self, line: str) -> str:
        """Do what the line says; why it cannot be done, "" when it was."""
        data = parse_object(line)
        if data is None:
            return "not a JSON object"
        if request_id := fields.text(data, "request_id"):
            is_open = await self._assistant.respond(request_id, fields.text(data, "response"))
            return "" if is_open else "no such question is open"
        kind = fields.text(data, "kind")
        if kind not in STEER_KINDS:
            return f"the kind must be one of {', '.join(STEER_KINDS)}"
        number = fields.integer(data, "branch")
        branch = fields.text(data, "branch") if number is None else str(number)
        steered = await self._assistant.steer(kind, branch, fields.text(data, "text"))
        return "" if steered else "no research is running"

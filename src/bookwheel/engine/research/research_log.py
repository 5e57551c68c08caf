"""The output of a research run: writes each event to the stream and applies it to the run's state."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.research_events import ResearchStep
from bookwheel.engine.events.run_events import Notice, Retrieval
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.workflow.context import Context

WRITER = "writer"


class ResearchLog:
    """Writes the events of one run and keeps the state they lead to, starting from `state`."""

    def __init__(self, ctx: Context[Any], state: ResearchState) -> None:
        self._ctx = ctx
        self._state = state
        self._text: list[str] = []
        self._length = 0
        self._changed = asyncio.Event()

    @property
    def state(self) -> ResearchState:
        return self._state

    @property
    def length(self) -> int:
        """The characters of the report so far."""
        return self._length

    @property
    def text(self) -> str:
        """The report so far."""
        return "".join(self._text)

    def emit(self, event: ResearchStep) -> None:
        """Write an event and apply it to the state."""
        self._ctx.write_event_to_stream(event)
        self.take(event)

    def take(self, event: ResearchStep) -> None:
        """Apply an event that was written elsewhere."""
        self._state = self._state.apply(event, time.time())
        self._wake()

    def note(self, notice: str) -> None:
        """Write a notice; "" writes nothing."""
        if notice:
            self._ctx.write_event_to_stream(Notice(text=notice))

    def sources(self, question: str, nodes: list[NumberedNode]) -> None:
        """Write the passages that the report can cite, with their numbers."""
        self._ctx.write_event_to_stream(Retrieval(query=question, nodes=nodes))

    def write(self, text: str, thinking: str = "") -> None:
        """Write a piece of the report."""
        if not text and not thinking:
            return
        # `response` stays empty: repeating the whole report in each piece would cost quadratic time and space.
        self._ctx.write_event_to_stream(
            AgentStream(delta=text, thinking_delta=thinking or None, current_agent_name=WRITER)
        )
        self._text.append(text)
        self._length += len(text)
        self._state = self._state.extended(text)

    async def wait_until(self, is_so: Callable[[ResearchState], bool]) -> None:
        """Wait until `is_so(state)` is true."""
        while not is_so(self._state):
            await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

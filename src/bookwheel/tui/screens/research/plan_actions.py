"""Research on the desk: showing its plan, approving it, and steering its branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bookwheel.transcript.research.plan_folding import PlanBlock

if TYPE_CHECKING:
    from bookwheel.engine.events.research_events import SteerKind
    from bookwheel.engine.research.research_state import ResearchState
    from bookwheel.tui.screens.desk_parts import DeskParts

PLAN_REQUEST = "plan"


class PlanActions:
    """What the keys of the plan do with the last research run."""

    def __init__(self, desk: DeskParts) -> None:
        self._desk = desk

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {"plan": self.show}

    def show(self) -> None:
        """Show the plan over the desk."""
        self._desk.do(self._show())

    async def _show(self) -> None:
        from bookwheel.tui.screens.research.plan_screen import PlanScreen

        sessions = self._desk.assistant.sessions
        if self._state() is None and not sessions.current.earlier.is_whole:
            await sessions.load_earlier(whole=True)
        self._desk.open_screen(
            PlanScreen(
                self._state,
                steer=self._steer,
                start=self._start,
                ask_line=lambda label, value, then: self._desk.ask_line(label, value, then),
                clock=self._desk.clock,
            )
        )

    def _state(self) -> ResearchState | None:
        blocks = self._desk.assistant.sessions.current.blocks()
        return next((block.state for block in reversed(blocks) if isinstance(block, PlanBlock)), None)

    def _steer(self, kind: SteerKind, branch: str, text: str) -> None:
        self._desk.do(self._steered(kind, branch, text))

    async def _steered(self, kind: SteerKind, branch: str, text: str) -> None:
        if not await self._desk.assistant.steer(kind, branch, text):
            self._desk.say("No research is running")

    def _start(self, version: int) -> None:
        self._desk.do(self._started(version))

    async def _started(self, version: int) -> None:
        if not await self._desk.assistant.respond(PLAN_REQUEST, "start", version=version):
            self._desk.say("This plan no longer needs an approval")

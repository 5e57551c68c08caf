"""Research on the desk: showing its plan, approving it, and steering its branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bookwheel.transcript.blocks import Block, Change, Extended, InputBlock, QuestionBlock
from bookwheel.transcript.research.plan_folding import PLAN_REQUEST, PlanBlock
from bookwheel.tui.messages import app_of

if TYPE_CHECKING:
    from textual.widget import Widget

    from bookwheel.engine.events.research_events import NoteTaken, SteerKind
    from bookwheel.engine.research.research_state import ResearchState
    from bookwheel.tui.screens.desk_parts import DeskParts
    from bookwheel.tui.screens.research.plan_panes import PlanPanes


class PlanActions:
    """Follows the last research run of the session, and does what the keys of its plan ask for."""

    def __init__(self, desk: DeskParts) -> None:
        self._desk = desk
        self._panes: PlanPanes | None = None
        self._block: PlanBlock | None = None
        self._question = ("", "")
        self._offered = ""
        self._asking: dict[str, str] = {}

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {"plan": lambda: self._desk.do(self._toggle())}

    @property
    def target(self) -> Widget | None:
        """What of the plan takes the keys of reading instead of the page; None while that is the page itself."""
        return self._panes.target if self._panes is not None else None

    @property
    def stops(self) -> list[Widget]:
        """What of the plan can have the focus."""
        return [self._panes.plan, self._panes.branch] if self._panes is not None else []

    def load(self, blocks: Sequence[Block]) -> None:
        """Another session: its last plan is shown when it is asked for."""
        self._block = next((block for block in reversed(blocks) if isinstance(block, PlanBlock)), None)
        self._asking.clear()
        self._note_requests(blocks)
        if self._panes is not None:
            self._panes.hide()
            self._show()

    def follow(self, changes: Sequence[Change]) -> None:
        """Show the plan of a run that has made one, and each of its changes."""
        blocks = [change.block for change in changes if not isinstance(change, Extended)]
        latest = [block for block in blocks if isinstance(block, PlanBlock)]
        is_asking_changed = self._note_requests(blocks)
        if latest:
            self._block = latest[-1]
        elif not is_asking_changed or self._block is None:
            return
        is_new = self._block.run != self._offered and self._block.status == "open"
        if is_new and self._block.state.version:
            self._offered = self._block.run
            self._desk.do(self._offer())
        elif self._panes is not None:
            self._show()

    def _note_requests(self, blocks: Sequence[Block]) -> bool:
        """Note which branches wait for an answer of the user; whether that changed."""
        requests = [block for block in blocks if isinstance(block, InputBlock) and block.branch]
        for block in requests:
            if block.status == "open" and block.response is None:
                self._asking[block.branch] = _shown_tool(block.tool_name or "")
            else:
                self._asking.pop(block.branch, None)
        return bool(requests)

    def arrange(self) -> None:
        """The terminal has another size."""
        if self._panes is not None:
            self._panes.arrange()

    def back(self) -> bool:
        """One step back from a branch or from the plan; False where the keys are elsewhere."""
        return self._panes is not None and self._panes.back()

    def leave(self) -> None:
        """Give the library its place back."""
        if self._panes is not None and self._panes.is_beside:
            self._panes.hide()

    async def _offer(self) -> None:
        """Show the plan of a run that begins; it gets the keys unless the user is typing."""
        panes = await self._mounted()
        panes.open()
        screen = self._desk.screen
        is_reading = screen.focused in (self._desk.conversation, panes.branch)
        is_waiting = screen.focused is self._desk.prompt and not self._desk.prompt.text
        if app_of(screen).screen is screen and (is_reading or is_waiting):
            panes.plan.focus()

    async def _toggle(self) -> None:
        sessions = self._desk.assistant.sessions
        if self._block is None and not sessions.current.earlier.is_whole:
            await sessions.load_earlier(whole=True)
            self.load(sessions.current.blocks())
        (await self._mounted()).toggle()

    async def _mounted(self) -> PlanPanes:
        """The panes, mounted when a plan is shown for the first time; they show the run as it is now."""
        from bookwheel.tui.screens.research.plan_list import PlanControls
        from bookwheel.tui.screens.research.plan_panes import PlanPanes

        if self._panes is None:
            controls = PlanControls(
                state=self._state,
                steer=lambda kind, branch, text: self._desk.do(self._steered(kind, branch, text)),
                start=lambda version: self._desk.do(self._started(version)),
                ask_line=lambda label, value, then: self._desk.ask_line(label, value, then),
                show_branch=lambda _: self.arrange(),
                open_branch=lambda _: self._panes.open_branch() if self._panes is not None else None,
                clock=self._desk.clock,
            )
            panes = PlanPanes(self._desk.screen, controls, self._open_note)
            await panes.mount()
            self._panes = panes
        self._show()
        return self._panes

    def _state(self) -> ResearchState | None:
        """The run at this moment; what is shown may be a moment older."""
        blocks = self._desk.assistant.sessions.current.blocks()
        return next((block.state for block in reversed(blocks) if isinstance(block, PlanBlock)), None)

    def _show(self) -> None:
        assert self._panes is not None
        block = self._block
        state = block.state if block is not None else None
        is_over = block is None or block.status != "open"
        self._panes.show(state, self._asked(), is_over=is_over, asking=self._asking)

    def _asked(self) -> str:
        """The question of the run that is shown."""
        run = self._block.run if self._block is not None else ""
        if run != self._question[0]:
            blocks = self._desk.assistant.sessions.current.blocks()
            questions = (block.text for block in blocks if isinstance(block, QuestionBlock) and block.run == run)
            self._question = run, next(questions, "")
        return self._question[1]

    async def _steered(self, kind: SteerKind, branch: str, text: str) -> None:
        if not await self._desk.assistant.steer(kind, branch, text):
            self._desk.say("No research is running")

    async def _started(self, version: int) -> None:
        if not await self._desk.assistant.respond(PLAN_REQUEST, "start", version=version):
            self._desk.say("This plan no longer needs an approval")

    def _open_note(self, note: NoteTaken) -> None:
        from bookwheel.engine.events.run_events import Citation
        from bookwheel.tui.conversation.view import ConversationView

        citation = Citation(
            number=1,
            node_id=note.node_id,
            path=note.path,
            page=note.page,
            start_char_idx=note.start_char_idx,
            end_char_idx=note.end_char_idx,
            text=note.quote,
        )
        self._desk.screen.post_message(ConversationView.CitationOpened(citation, (citation,)))


def _shown_tool(name: str) -> str:
    """The name of a tool in a narrow row."""
    from bookwheel.engine.research.outside_search import TOOL_NAME, WEB

    return WEB if name == TOOL_NAME else name

"""The desk: library, page and event log over the prompt, laid out by the terminal's size (see app.tcss)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, assert_never

from textual import getters
from textual.containers import Container

from bookwheel.assistant.assistant import OWN, Assistant
from bookwheel.assistant.updates import (
    DeskStatus,
    EarlierBlocks,
    LibraryChanged,
    StatusChanged,
    TraceChanged,
    TraceReset,
    TranscriptChanged,
    TranscriptReset,
    Update,
)
from bookwheel.errors import BookwheelError
from bookwheel.transcript.blocks import Block, Change, Opened, QuestionBlock
from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui.app_of import app_of
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.key_table import KEYS
from bookwheel.tui.keymap import actions_of, bindings, key_help, key_of
from bookwheel.tui.messages import NextPaneWanted, RowFocused, TitleChanged
from bookwheel.tui.rows.library_rows import counts
from bookwheel.tui.screens.desk_actions import DeskActions
from bookwheel.tui.widgets.approval_bar import ApprovalBar
from bookwheel.tui.widgets.empty_state import EmptyState, StartFacts
from bookwheel.tui.widgets.event_log import EventLog
from bookwheel.tui.widgets.library_about import FilterLine, LibraryAbout
from bookwheel.tui.widgets.library_list import Library
from bookwheel.tui.widgets.live_line import LiveLine
from bookwheel.tui.widgets.pane import Pane, PaneTitle
from bookwheel.tui.widgets.prompt import CandidateLine, Prompt, PromptBar
from bookwheel.tui.widgets.search_bar import SearchBar
from bookwheel.tui.widgets.status_bar import Hint, StatusBar, StatusFacts
from bookwheel.tui.widgets.text_line import TextLine
from bookwheel.tui.widgets.waiting_requests import WaitingRequests

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content
    from textual.widget import Widget

# Over ssh the page follows an answer by several rows at a time: every step sends the whole pane again.
REMOTE_FOLLOW_STEP = 8
_APPROVAL_ACTIONS = {"choose", "choose_by", "deny_why", "confirm", "details"}
_HINTED = ("desk.read", "app.help_f1", "conversation.ask_again")
_PANE_KEYS: Mapping[type, str] = {
    Prompt: "prompt",
    Library: "library",
    EventLog: "trace",
    ConversationView: "conversation",
    EmptyState: "start",
}


class DeskScreen(DeskActions, inherit_bindings=False):
    """Draws what the assistant tells, and moves the focus; `DeskActions` asks it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("desk"), *bindings("approval")]
    AUTO_FOCUS = "#prompt"

    start_page = getters.query_one(EmptyState)
    event_log = getters.query_one(EventLog)
    live_line = getters.query_one(LiveLine)
    candidate_line = getters.query_one(CandidateLine)
    status_bar = getters.query_one(StatusBar)
    filter_line = getters.query_one(FilterLine)
    library_about = getters.query_one(LibraryAbout)
    library_pane = getters.query_one("#library-pane", Pane)
    trace_pane = getters.query_one("#trace-pane", Pane)
    page_title = getters.query_one("#page-title", PaneTitle)

    def __init__(
        self, assistant: Assistant, user_keys: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(assistant, classes="-empty -ask")
        self._user_keys = user_keys
        self._clock = clock
        self._waiting = WaitingRequests()
        self._status = DeskStatus()
        self._library_state = LibraryChanged((), (), ())
        self._turn = (0, 0)
        self._is_broken_off = False

    def compose(self) -> ComposeResult:
        with Container(id="panes"):
            with Pane(id="library-pane"):
                yield PaneTitle("Library", id="library-title")
                yield FilterLine(id="library-filter")
                yield Library(id="library")
                yield LibraryAbout(id="library-about")
            with Pane(id="page-pane"):
                yield PaneTitle("Bookwheel", id="page-title")
                yield EmptyState(id="start")
                yield ConversationView(id="conversation")
                yield SearchBar(id="search-bar")
            with Pane(id="trace-pane"):
                yield PaneTitle("Events", id="trace-title")
                yield EventLog(id="trace")
        yield TooSmall(id="too-small")
        yield ApprovalBar(id="approval", clock=self._clock)
        yield LiveLine(id="live")
        yield CandidateLine(id="candidates")
        yield PromptBar(id="prompt-bar")
        yield StatusBar(id="status")

    def on_mount(self) -> None:
        names = ("desk.trace", "app.stop", "desk.unqueue")
        self.live_line.set_keys(*(key_of(name, self._user_keys) for name in names))
        self.prompt.set_keys(actions_of("prompt", self._user_keys))
        self.set_completion()
        if os.environ.get("SSH_CONNECTION"):
            self.conversation.follow_step = REMOTE_FOLLOW_STEP

    # What the assistant tells.

    def apply_updates(self, updates: Sequence[Update]) -> None:
        """Draw a batch."""
        for update in updates:
            self._apply(update)

    def _apply(self, update: Update) -> None:
        match update:
            case TranscriptReset(blocks=blocks):
                self._load(blocks)
            case EarlierBlocks(blocks=blocks):
                self.conversation.prepend(blocks)
                self.prompt.remember(_questions(blocks))
            case TranscriptChanged(changes=changes):
                self._change(changes)
            case TraceReset(rows=rows):
                self.event_log.load(rows)
                self._show_trace_title()
            case TraceChanged(rows=rows):
                self.event_log.add(rows)
                self._show_trace_title()
            case LibraryChanged():
                self._show_library(update)
            case StatusChanged(status=status):
                before, self._status = self._status, status
                if status.selection != before.selection:
                    self._show_documents()
                self._show_requests()
                self._show_status()
            case _:
                assert_never(update)

    def _show_library(self, state: LibraryChanged) -> None:
        if state.error and state.error != self._library_state.error:
            self.complain(BookwheelError(state.error))
        if state.note and state.note != self._library_state.note:
            self.notify(clean_line(state.note), severity="warning", markup=False)
        self._library_state = state
        self._show_documents()
        self._show_status()

    def _show_documents(self) -> None:
        self.library.show(self._library_state, self._status.selection)
        self.filter_line.show(self._status.filter, key_of("desk.clear_filter", self._user_keys))
        self._show_library_title()

    def _load(self, blocks: tuple[Block, ...]) -> None:
        self._waiting.load(blocks)
        self.conversation.load(blocks)
        self.prompt.remember(_questions(blocks))
        if not blocks and not self.has_class("-empty"):
            self.do(self._show_recent())  # the session just left is the first of them
        self._set_empty(not blocks)
        self._turn = self.conversation.turns
        self._is_broken_off = self.conversation.is_broken_off
        self._show_requests()

    async def _show_recent(self) -> None:
        sessions = await self.assistant.sessions.list()
        if self.is_attached:
            self.start_page.show_recent(sessions)

    def _change(self, changes: Sequence[Change]) -> None:
        self._waiting.apply(changes)
        self.conversation.apply(changes)
        if any(isinstance(change, Opened) for change in changes):
            self._set_empty(False)
            self._turn = self.conversation.turns
            self._is_broken_off = self.conversation.is_broken_off
            self._show_status()
        self._show_requests()

    def _set_empty(self, is_empty: bool) -> None:
        if is_empty == self.has_class("-empty"):
            return
        was_on_page = self.focused in (self.start_page, self.conversation)
        self.set_class(is_empty, "-empty")
        if was_on_page:
            self.page.focus()

    def _show_requests(self) -> None:
        self.approval.show(self._waiting.waiting(self._status.waiting_requests), is_ask=self.is_asking)

    def _show_status(self) -> None:
        state, status = self._library_state, self._status
        searchable, _, total = counts(state.files)
        facts = StatusFacts(
            key_mode="ASK" if self.is_asking else "READ",
            documents=total,
            searchable=searchable,
            trouble=state.error,
            hints=self._hints(),
            asked=self.library.asked if status.filter else None,
        )
        self.status_bar.show(status, facts)
        self.live_line.show(status)
        turn, turns = self._turn
        self.page_title.show(status.session_title or "Bookwheel", f"{turn}/{turns}" if turns > 1 else "")
        is_indexing = state.progress is not None
        self.start_page.show(
            StartFacts(
                model=status.model,
                files=total,
                searchable=searchable,
                indexing="Indexing goes on." if is_indexing else "",
                roots=state.roots,
                error=state.error,
                example=_example(state),
                is_own_workflow=status.mode == OWN,
            )
        )

    def _show_library_title(self) -> None:
        self.query_one("#library-title", PaneTitle).show(*self.library.title())

    def _show_trace_title(self) -> None:
        self.query_one("#trace-title", PaneTitle).show(*self.event_log.title())

    # Panes and modes.

    @property
    def status(self) -> DeskStatus:
        return self._status

    @property
    def page(self) -> EmptyState | ConversationView:
        """What the page pane shows."""
        return self.start_page if self.has_class("-empty") else self.conversation

    @property
    def is_asking(self) -> bool:
        """Whether the prompt, or a line that is being typed into, has the keys."""
        return self.focused is self.prompt or self.approval.is_typing

    @property
    def focused_pane(self) -> str:
        """The pane whose keys work now, as the key table calls it."""
        return _PANE_KEYS.get(type(self.focused), "conversation")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._focus_moved()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        self._focus_moved()

    def on_title_changed(self, event: TitleChanged) -> None:
        self._show_trace_title()
        self._show_library_title()

    def on_row_focused(self, event: RowFocused) -> None:
        self.library_about.show(event.row)

    def on_next_pane_wanted(self, event: NextPaneWanted) -> None:
        self.action_next_pane()

    def on_conversation_view_moved(self, event: ConversationView.Moved) -> None:
        self._turn = (event.turn, event.turns)
        self._show_status()

    def on_prompt_candidates_changed(self, event: Prompt.CandidatesChanged) -> None:
        self.candidate_line.show(event.candidates, event.chosen)

    def _focus_moved(self) -> None:
        self.set_class(self.is_asking, "-ask")
        self.candidate_line.display = self.candidate_line.display and self.is_asking
        self._show_requests()
        self._show_status()

    def _hints(self) -> tuple[Hint, ...]:
        """The main key of the focused pane, those of the desk, the pane's others, the help last."""
        pane = self.focused_pane
        own, shared = (
            [(key.keys.split()[0], key.description) for key in key_help(self._user_keys, [name]) if key.in_footer]
            for name in (pane, "desk")
        )
        read, help_, again = (key_of(name, self._user_keys) for name in _HINTED)
        if self.approval.is_typing:
            return (("Enter", "send"), (read, "back"), (help_, "help"))
        is_broken_off = self._status.phase == "idle" and self._is_broken_off
        if pane == "prompt":
            retry = [(f"{read} {again}", "ask again")] if is_broken_off else []
            return (*own[:1], *retry, *own[1:], (read, "read"), (help_, "help"))
        retry = [(again, "ask again")] if is_broken_off and pane == "conversation" else []
        return (*own[:1], *retry, *shared[:-1], *own[1:], *shared[-1:])

    def action_read(self) -> None:
        """One step back: a marked answer, a filter, a drawer, a zoom; at last from the prompt to the page.

        What Bookwheel has remarked is read by then: it stands over the text.
        """
        app_of(self).clear_notifications()
        if self.approval.drop():
            self.page.focus()
        elif self.focused is self.library and self.library.pattern:
            self.library.set_pattern("")
            self._show_library_title()
        elif not self._close_drawers() and self.has_class("-zoomed"):
            self.action_zoom()
        else:
            self.page.focus()

    def action_ask(self) -> None:
        self._close_drawers()
        self.prompt.focus()

    def action_library(self) -> None:
        self._toggle(self.library_pane, self.library)

    def action_trace(self) -> None:
        self._toggle(self.trace_pane, self.event_log)

    def action_zoom(self) -> None:
        """The focused pane alone; again: all of them."""
        is_zoomed = not self.has_class("-zoomed")
        for pane in self.query(Pane):
            pane.set_class(is_zoomed and pane.has_focus_within, "-kept")
        self.set_class(is_zoomed and bool(self.query(".-kept")), "-zoomed")

    def action_next_pane(self) -> None:
        self._focus_by(1)

    def action_previous_pane(self) -> None:
        self._focus_by(-1)

    def _focus_by(self, step: int) -> None:
        stops = [self.library, self.page, self.event_log, self.prompt]
        shown: list[Widget] = [stop for stop in stops if stop.is_on_screen or stop is self.prompt]
        place = next((index for index, stop in enumerate(shown) if stop is self.focused), 0)
        shown[(place + step) % len(shown)].focus()

    def _toggle(self, pane: Pane, content: Widget) -> None:
        """Show it and go to it; when it has the focus already, hide it."""
        if content.has_focus:
            pane.remove_class("-open")
            pane.add_class("-closed")
            self.page.focus()
            return
        self._close_drawers()
        pane.remove_class("-closed")
        pane.add_class("-open")
        content.focus()

    def _close_drawers(self) -> bool:
        """Hide what lies over the page; False where nothing does."""
        drawers = [pane for pane in self.query(Pane) if pane.has_class("-open")]
        for pane in drawers:
            pane.remove_class("-open")
        if drawers and not self.has_class("-wide"):
            self.page.focus()
            return True
        return False

    async def run_key(self, key_id: str) -> None:
        """Do what a key would do, in its pane."""
        key = next(key for key in KEYS if key.id == key_id)
        stops: Mapping[str, tuple[Pane | None, Widget]] = {
            "conversation": (None, self.conversation),
            "library": (self.library_pane, self.library),
            "trace": (self.trace_pane, self.event_log),
        }
        if key.pane in stops:
            pane, content = stops[key.pane]
            if pane is not None and not content.has_focus:
                self._toggle(pane, content)
            await content.run_action(key.action)
        else:
            target = app_of(self) if key.pane == "app" else self
            await target.run_action(key.action)

    # A question of the agent: its letters stand before the page's.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action not in _APPROVAL_ACTIONS:
            return True
        if self.is_asking or self.approval.current is None or app_of(self).screen is not self:
            return False
        return self.approval.takes(action, parameters)

    def action_choose(self, choice: str) -> None:
        if self.approval.is_ready():
            self.approval.choose(choice)

    def action_choose_by(self, step: int) -> None:
        if self.approval.is_ready():
            self.approval.choose_by(step)

    def action_deny_why(self) -> None:
        if self.approval.is_ready():
            self.approval.deny_why()

    def action_confirm(self) -> None:
        if self.approval.is_ready():
            self.approval.confirm()

    def action_details(self) -> None:
        self.approval.details()


class TooSmall(TextLine):
    """Stands for the panes in a terminal that has no room for them; what is typed stays."""

    def render(self) -> Content:
        return self.content([[("make the terminal larger", "muted")]])


def _questions(blocks: Sequence[Block]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, QuestionBlock)]


def _example(state: LibraryChanged) -> str:
    """A question made from a title in the library."""
    titled = next((file for file in state.files if file.status == "indexed" and file.title), None)
    return f"What does “{titled.title}” say about …?" if titled is not None else ""

"""The desk: library, page and event log over the prompt, laid out by the terminal's size (see app.tcss)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, ClassVar, assert_never

from textual import getters, on
from textual.containers import Container

from bookwheel.assistant.updates import (
    DeskStatus,
    EarlierBlocks,
    EventRowsChanged,
    EventRowsReset,
    LibraryChanged,
    StatusChanged,
    TranscriptChanged,
    TranscriptReset,
    Unloaded,
    Update,
)
from bookwheel.errors import BookwheelError
from bookwheel.transcript.blocks import Block, Change, Opened
from bookwheel.tui import messages
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.key_table import KEYS
from bookwheel.tui.keymap import actions_of, bindings, display_key, key_of
from bookwheel.tui.messages import app_of
from bookwheel.tui.screens import desk_facts
from bookwheel.tui.screens.actions.desk_actions import DeskActions
from bookwheel.tui.screens.desk_panes import DeskPanes, set_class_for
from bookwheel.tui.screens.desk_parts import DeskParts
from bookwheel.tui.textual_private import CroppedScreen
from bookwheel.tui.widgets.approval_bar import ApprovalBar, OpenRequests
from bookwheel.tui.widgets.candidate_list import CandidateList
from bookwheel.tui.widgets.empty_state import EmptyState
from bookwheel.tui.widgets.event_log import EventLog
from bookwheel.tui.widgets.key_hints import is_unbound
from bookwheel.tui.widgets.library_about import FilterLine, LibraryAbout
from bookwheel.tui.widgets.library_list import LibraryList
from bookwheel.tui.widgets.live_line import LIVE_KEYS, LiveLine
from bookwheel.tui.widgets.prompt import Prompt, PromptBar, PromptNote
from bookwheel.tui.widgets.row_source import HitPlace
from bookwheel.tui.widgets.search_bar import SearchBar
from bookwheel.tui.widgets.status_bar import StatusBar
from bookwheel.tui.widgets.text_line import Pane, PaneTitle, TooSmall

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.message import Message
    from textual.widget import Widget


class DeskScreen(CroppedScreen[None], inherit_bindings=False):
    """Draws the updates of the assistant, moves the focus, and hands requests to the action objects."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("desk", "approval", "retry", "replay")]
    AUTO_FOCUS = "#prompt"

    prompt = getters.query_one(Prompt)
    conversation = getters.query_one(ConversationView)
    library = getters.query_one(LibraryList)
    approval = getters.query_one(ApprovalBar)
    search_bar = getters.query_one(SearchBar)
    start_page = getters.query_one(EmptyState)
    event_log = getters.query_one(EventLog)
    live_line = getters.query_one(LiveLine)
    candidate_list = getters.query_one(CandidateList)
    status_bar = getters.query_one(StatusBar)
    filter_line = getters.query_one(FilterLine)
    library_about = getters.query_one(LibraryAbout)
    library_pane = getters.query_one("#library-pane", Pane)
    trace_pane = getters.query_one("#trace-pane", Pane)
    page_title = getters.query_one("#page-title", PaneTitle)
    library_title = getters.query_one("#library-title", PaneTitle)
    trace_title = getters.query_one("#trace-title", PaneTitle)

    def __init__(
        self,
        user_keys: Mapping[str, str],
        *,
        classes: str = "",
        kept: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(id="desk", classes=f"-empty -ask {classes}")
        self.parts = DeskParts(self, clock)
        self._user_keys = user_keys
        self._clock = clock
        self._open_requests = OpenRequests()
        self._status = DeskStatus.unknown()
        self._library_state = LibraryChanged((), (), (), is_loading=True)
        self._reading = (0, 0)
        self._is_cut_off = False
        self._hit: HitPlace | None = None
        self._desk_panes = DeskPanes(self, self._keep, kept or {})
        self.actions = DeskActions(self.parts, user_keys, self.run_key)

    def _keep(self, name: str, value: str) -> None:
        self.parts.assistant.keeper.keep(name, value)

    def compose(self) -> ComposeResult:
        with Container(id="panes"):
            with Pane(id="library-pane"):
                yield PaneTitle("Library", id="library-title")
                yield FilterLine(id="library-filter")
                yield LibraryList(id="library")
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
        yield CandidateList(id="candidates")
        yield PromptNote(id="prompt-note")
        yield PromptBar(id="prompt-bar")
        yield StatusBar(desk_facts.first_facts(self._user_keys), id="status")

    def on_mount(self) -> None:
        self.live_line.set_keys({name: key_of(name, self._user_keys) for name in LIVE_KEYS})
        self.prompt.set_keys(actions_of("prompt", self._user_keys))
        self.actions.asking.supply(self.prompt, self.candidate_list)
        # Each move sends the whole pane again: row by row, that is most of the bytes sent for an answer.
        self.conversation.follows_by_pages = True

    def apply_updates(self, updates: Sequence[Update]) -> None:
        """Draw a batch of updates of the assistant."""
        for each in updates:
            self._apply(each)

    def _apply(self, update: Update) -> None:
        match update:
            case TranscriptReset():
                self._load(update.blocks, update.unloaded)
            case EarlierBlocks(blocks=blocks):
                self.conversation.prepend(blocks, update.unloaded)
                self.prompt.remember(update.questions or desk_facts.questions_of(blocks))
            case TranscriptChanged(changes=changes):
                self._change(changes)
            case EventRowsReset(rows=rows):
                self.event_log.load(rows)
            case EventRowsChanged(rows=rows):
                self.event_log.add(rows)
            case LibraryChanged():
                self._show_library(update)
            case StatusChanged(status=status):
                before, self._status = self._status, status
                if status.selection != before.selection:
                    self._show_documents()
                if status.desk != before.desk:
                    self.parts.do(self._show_recent())
                self._show_requests()
                self._show_status()
            case _:
                assert_never(update)

    def _show_library(self, state: LibraryChanged) -> None:
        if state.error and state.error != self._library_state.error:
            self.parts.complain(BookwheelError(state.error))
        if state.note and state.note != self._library_state.note:
            self.parts.warn(state.note)
        self._library_state = state
        if not state.is_loading:
            self.event_log.opened()  # a session is opened before its documents
            self.actions.documents.follow(state.files)
        self._show_documents()
        self._show_status()

    def _show_documents(self) -> None:
        self.library.show(self._library_state, self._status.selection)
        self.filter_line.show(self._status.filter, key_of("desk.clear_filter", self._user_keys))

    def _load(self, blocks: tuple[Block, ...], unloaded: Unloaded) -> None:
        self._open_requests.load(blocks)
        self.conversation.load(blocks, unloaded)
        self.actions.plan.load(blocks)
        self.prompt.remember(desk_facts.questions_of(blocks), () if blocks else self.start_page.offered)
        if not blocks and not self.has_class("-empty"):
            self.parts.do(self._show_recent())  # the session just left is the first of them
        self._set_empty(not blocks)
        self._note_reading()
        self._show_requests()

    async def _show_recent(self) -> None:
        sessions = await self.parts.assistant.sessions.list()
        self.start_page.show_recent(desk_facts.of_desk(sessions, self._status.desk))

    def _change(self, changes: Sequence[Change]) -> None:
        self._open_requests.apply(changes)
        self.conversation.apply(changes)
        self.actions.plan.follow(changes)
        if any(isinstance(change, Opened) for change in changes):
            self._set_empty(False)
            self._note_reading()
            self._show_status()
        self._show_requests()

    def _note_reading(self) -> None:
        self._reading, self._is_cut_off = self.conversation.questions, self.conversation.blocks.model.is_cut_off

    def _set_empty(self, is_empty: bool) -> None:
        if is_empty == self.has_class("-empty"):
            return
        was_on_page = self.focused in (self.start_page, self.conversation)
        set_class_for(self, "-empty", is_empty, self.start_page, self.conversation)
        if was_on_page:
            self.page.focus()

    def _show_requests(self) -> None:
        self.approval.show(self._open_requests.among(self._status.waiting_requests), is_ask=self.is_asking)

    def _show_status(self) -> None:
        state, status = self._library_state, self._status
        hints = desk_facts.desk_hints(
            self._user_keys,
            self.focused_pane,
            is_typing_answer=self.approval.is_typing,
            is_cut_off=status.phase == "idle" and self._is_cut_off,
            has_recent=self.start_page.has_recent,
        )
        asked = self.library.asked if status.filter else None
        typed = self.parts.typed_cost if self.is_asking else ""
        facts = desk_facts.status_facts(state, hints, is_asking=self.is_asking, asked=asked, typed=typed)
        self.status_bar.show(status, facts)
        self.live_line.show(status, is_enter_free=self.parts.is_enter_free)
        self.page_title.show(*desk_facts.page_title(status, self._reading, self._hit))
        start = desk_facts.start_facts(state, status, self.start_page.offered)
        if self.start_page.show(start) and self.has_class("-empty"):
            self.prompt.remember((), self.start_page.offered)

    @property
    def status(self) -> DeskStatus:
        return self._status

    @property
    def page(self) -> EmptyState | ConversationView:
        """What the page pane shows."""
        return self.start_page if self.has_class("-empty") else self.conversation

    @property
    def reading(self) -> Widget:
        """What takes the keys of reading: the plan of a research run at work, else the page."""
        return self.actions.plan.target or self.page

    @property
    def is_asking(self) -> bool:
        """Whether the prompt, or a line that is being typed into, has the keys."""
        return self.focused is self.prompt or self.approval.is_typing

    @property
    def focused_pane(self) -> str:
        """The pane whose keys work now, by its name in the key table."""
        return desk_facts.PANE_KEYS.get(type(self.focused).__name__, "conversation")

    @on(messages.AskMessage)
    @on(messages.DocumentMessage)
    @on(messages.FilterMessage)
    @on(messages.SessionMessage)
    def take_message(self, message: Message) -> None:
        self.actions.take(message)

    def on_prompt_refused(self, event: Prompt.Refused) -> None:
        self.parts.say(event.text)

    def on_row_view_remark(self, event: ConversationView.Remark) -> None:
        self.parts.say(event.text, timeout=2.0)

    def on_row_view_searched(self, event: ConversationView.Searched) -> None:
        self._hit = event.place
        self._show_status()

    def on_conversation_view_input_opened(self, event: ConversationView.InputOpened) -> None:
        self.approval.open(event.request_id)

    def on_conversation_view_search_requested(self, event: ConversationView.SearchRequested) -> None:
        self.search_bar.ask(self.conversation)

    def on_conversation_view_moved(self, event: ConversationView.Moved) -> None:
        self._reading = (event.question, event.questions)
        self._show_status()

    def on_prompt_candidates_changed(self, event: Prompt.CandidatesChanged) -> None:
        self.candidate_list.show(event.candidates, event.chosen)
        self._show_status()  # it is posted for each change of the text, whose price the status line shows

    def on_title_changed(self, event: messages.TitleChanged) -> None:
        self.trace_title.show(*self.event_log.title())
        self.library_title.show(*self.library.title())

    def on_row_focused(self, event: messages.RowFocused) -> None:
        self.library_about.show(event.row)

    def on_next_pane_wanted(self, event: messages.NextPaneWanted) -> None:
        self.action_focus_pane(1)

    def on_quit_wanted(self, event: messages.QuitWanted) -> None:
        app_of(self).exit(return_code=0)

    def on_key(self, event: events.Key) -> None:
        """Say so when a letter is bound in no pane."""
        if is_unbound(self, event) and not self.is_asking:
            help_ = (key_of("app.help_f1", self._user_keys), "keys")
            self.status_bar.remark(((display_key(event.key), "has no effect here"), help_))

    def on_resize(self, event: events.Resize) -> None:
        self.actions.plan.arrange()
        self._desk_panes.resized(event.size == app_of(self).size)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._focus_moved()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        self._focus_moved()

    def _focus_moved(self) -> None:
        self.set_class(self.is_asking, "-ask")
        self._desk_panes.light()
        self.candidate_list.display = self.candidate_list.display and self.is_asking
        self._show_requests()
        self._show_status()

    @property
    def action_names(self) -> Set[str]:
        """The names that `action_act` accepts."""
        return self.actions.named.keys()

    def action_act(self, name: str) -> None:
        """Do one of the named actions of the action objects."""
        self.actions.named[name]()

    def action_read(self) -> None:
        """Undo one step: a chosen answer, a filter, a drawer, a zoom; at last move from the prompt to the page.

        Remarks are removed too, because they cover the text.
        """
        app_of(self).clear_notifications()
        self.actions.branches.leave_edit()
        if self.approval.drop() or not (self._desk_panes.undo_step(self.reading) or self.actions.plan.back()):
            self.reading.focus()

    def action_ask(self) -> None:
        self._desk_panes.close_drawers()
        self.prompt.focus()

    def action_library(self) -> None:
        self.actions.plan.leave()
        self._desk_panes.toggle(self.library_pane, self.library, self.page)

    def action_trace(self) -> None:
        self._desk_panes.toggle(self.trace_pane, self.event_log, self.page)

    def action_resize(self, step: int) -> None:
        if not self._desk_panes.resize(self.trace_pane if self.event_log.has_focus else self.library_pane, step):
            self.parts.remark("No pane beside the page to resize")

    def action_jump(self) -> None:
        self.parts.open_screen(*self._desk_panes.jump())

    def action_zoom(self) -> None:
        self._desk_panes.zoom()

    def action_focus_pane(self, step: int) -> None:
        """Focus the next (1) or the previous (-1) pane that is shown."""
        stops = [self.library, *self.actions.plan.stops, self.page, self.event_log, self.prompt]
        self._desk_panes.focus_by(step, stops)

    async def run_key(self, key_id: str) -> None:
        """Do what the key of this action would do, in its pane."""
        key = next(key for key in KEYS if key.id == key_id)
        content = self._desk_panes.shown(key.pane, self.page)
        target = content or (app_of(self) if key.pane == "app" else self)
        await target.run_action(key.action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys of the approval bar, a retry and a replay work while there is one and nothing is being typed."""
        if action not in ("approve", "retry", "replay"):
            return True
        if self.is_asking or app_of(self).screen is not self:
            return False
        if action == "retry":
            return self._status.retry_at is not None and self.parts.is_enter_free
        if action == "replay":
            return self._status.replay is not None and not isinstance(self.focused, SearchBar)
        return self.approval.current is not None and self.approval.takes(*map(str, parameters))

    action_retry = action_replay = action_act

    def action_approve(self, name: str, argument: str = "") -> None:
        self.approval.take_key(name, argument)

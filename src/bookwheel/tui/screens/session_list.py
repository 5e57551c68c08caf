"""The list of earlier sessions: searches, previews, opens, deletes and restores them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.containers import Horizontal

from bookwheel.engine.record import EventRecord
from bookwheel.errors import BookwheelError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean, clean_line
from bookwheel.sessions.header import SessionInfo
from bookwheel.transcript.plain_blocks import PlainBlocks
from bookwheel.transcript.reading_order import reading_order
from bookwheel.transcript.reducer import blocks_of
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import is_open
from bookwheel.tui.rows.wrapping import clip, wrap
from bookwheel.tui.screens.desk_facts import of_desk
from bookwheel.tui.widgets.key_hints import KeyedScreen, KeyHints
from bookwheel.tui.widgets.row_list import RowList, spread
from bookwheel.tui.widgets.search_bar import Field
from bookwheel.tui.widgets.text_line import PaneTitle, StyledText, TextLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content
    from textual.timer import Timer
    from textual.widgets import Input

    from bookwheel.tui.rows.row_text import Run
    from bookwheel.tui.screens.desk_parts import DeskParts

MIN_SEARCHED = 2
SEARCH_AFTER_S = 0.15
"""How long no letter comes before texts are searched: of 2,000 sessions that takes a quarter of a second of CPU."""
REST_S = 0.15
"""How long the cursor stays on a session before that one is shown beside the list."""
_OF_THE_LIST = frozenset({"new", "delete", "rename", "search", "undelete", "fork"})


@dataclass(frozen=True, slots=True)
class SessionChosen:
    """What the screen gives: a session to open, or a new one when `session_id` is empty."""

    session_id: str


class SessionList(RowList[SessionInfo]):
    """Title and date; what is wrong with a damaged one."""

    LIT_WITHOUT_FOCUS: ClassVar[bool] = True

    def runs_of(self, item: SessionInfo, width: int) -> list[Run]:
        look = self.look
        title = clean_line(item.title) or "untitled"
        left = [(" ", look.text), (title, look.text)]
        if item.damaged:
            left.append((f"  {self.signs.warning} {clean_line(item.damaged)}", look.error))
        return spread(left, [(f"{_day(item.updated)} ", look.muted)], width, look.text)

    is_loaded = False
    searched = ""

    def empty_lines(self) -> Sequence[str]:
        if not self.is_loaded:
            return ("reading the sessions",)
        if self.searched:
            return ("no title or text matches what is typed above",)
        return ("no sessions here: they are saved automatically",)

    def cursor_moved(self) -> None:
        self.screen.query_one(SessionPreview).show_at_rest(self.current)


class SessionPreview(TextLine):
    """The facts of the session under the cursor, and as much of its end as fits."""

    def __init__(self, read: Callable[[str], Awaitable[Sequence[EventRecord]]], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._read = read
        self._session: SessionInfo | None = None
        self._last_texts: Sequence[str] = ()
        self._rest: Timer | None = None

    @property
    def is_pending(self) -> bool:
        """Whether a session will be shown once the cursor has rested."""
        return self._rest is not None

    def show_at_rest(self, session: SessionInfo | None) -> None:
        """`show` once the cursor stays: with each step of a held key it would send 0.8 kB."""
        self._end_rest()
        self._rest = self.set_timer(REST_S, partial(self.show, session))

    def _end_rest(self) -> None:
        if self._rest is not None:
            self._rest.stop()
            self._rest = None

    def show(self, session: SessionInfo | None) -> None:
        self._end_rest()
        if session is None or self._session is None or session.id != self._session.id:
            self._last_texts = ()
        self._session = session
        self.refresh()
        if session is not None and not self._last_texts:
            self.run_worker(
                partial(self._load, session.id), group="preview", exclusive=True, description="read a session"
            )

    async def _load(self, session_id: str) -> None:
        try:
            records = await self._read(session_id)
        except BookwheelError:
            return  # the list shows what is wrong with it
        texts = await asyncio.to_thread(_texts_of, records)
        if self._session is not None and self._session.id == session_id:
            self._last_texts = texts
            self.refresh()

    def render(self) -> Content:
        if self._session is None:
            return self.content([])
        width, height = max(10, self.size.width - 3), self.size.height
        lines = _preview(self._session, width)
        return self.content([*lines, [], *_last_lines(self._last_texts, width, height - len(lines) - 1)])


NO_SESSION = "No session under the cursor"


class SessionsScreen(KeyedScreen[SessionChosen | None]):
    """The list over the desk; Esc leaves everything as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("sessions")]

    search_input = getters.query_one(Field)
    sessions = getters.query_one(SessionList)
    header = getters.query_one(PaneTitle)

    def __init__(self, desk: DeskParts) -> None:
        super().__init__()
        self._desk = desk
        self._assistant = desk.assistant
        self._all: list[SessionInfo] = []

    def compose(self) -> ComposeResult:
        yield PaneTitle("Sessions", id="sessions-title")
        yield Field(placeholder="search titles and texts")
        with Horizontal(id="sessions-body"):
            yield SessionList(id="sessions-list")
            yield SessionPreview(self._assistant.sessions.read, id="sessions-preview")
        yield KeyHints(enter="open")

    def on_mount(self) -> None:
        self.search_input.focus()
        self._desk.do(self._load_all())

    def on_descendant_focus(self) -> None:
        self.query_one(KeyHints).refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are typed, not keys of the list, while the search line has the focus."""
        return action not in _OF_THE_LIST or not self.search_input.has_focus

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        current = self.sessions.current
        if current is None:
            self.remark(NO_SESSION)
        else:
            self.dismiss(SessionChosen(current.id))

    def action_new(self) -> None:
        self.dismiss(SessionChosen(""))

    def action_close(self) -> None:
        self.dismiss(None)

    def action_delete(self) -> None:
        session = self.sessions.current
        if session is None:
            self.remark(NO_SESSION)
            return

        self.do(self._delete(session))

    async def _delete(self, session: SessionInfo) -> None:
        await self._assistant.sessions.delete(session.id)
        title = clip(clean_line(session.title) or "untitled", 50)
        self._desk.say(f"Deleted “{title}”{' · u brings it back' if is_open(self) else ''}", timeout=8.0)

    def action_undelete(self) -> None:
        self.do(self._restore())

    async def _restore(self) -> None:
        await self._assistant.sessions.restore()
        self._desk.say("Brought back the session deleted last", timeout=3.0)

    def action_fork(self) -> None:
        session = self.sessions.current
        if session is None:
            self.remark(NO_SESSION)
        else:
            self.do(self._assistant.sessions.fork(session.id))

    def action_rename(self) -> None:
        session = self.sessions.current
        if session is None:
            self.remark(NO_SESSION)
            return

        def named(title: str) -> None:
            if title:
                self.do(self._assistant.sessions.rename(session.id, title))

        self._desk.ask_line("title", clean_line(session.title), named)

    def action_search(self) -> None:
        self.search_input.focus()

    def action_switch(self) -> None:
        if self.search_input.has_focus:
            self.sessions.focus()
        else:
            self.search_input.focus()

    def action_cursor_up(self) -> None:
        self.sessions.action_cursor_up()

    def action_cursor_down(self) -> None:
        self.sessions.action_cursor_down()

    def action_page_up(self) -> None:
        self.sessions.action_page_up()

    def action_page_down(self) -> None:
        self.sessions.action_page_down()

    def do(self, change: Coroutine[object, object, object]) -> None:
        """Change the sessions, and list them again; the change is made to its end also when the list is closed."""
        self._desk.do(self._changed_by(change))

    async def _changed_by(self, change: Coroutine[object, object, object]) -> None:
        try:
            await change
        except BookwheelError as error:
            self._desk.complain(error)
        if is_open(self):
            await self._load_all()

    async def _load_all(self) -> None:
        found = await self._assistant.sessions.list()
        if not is_open(self):
            return
        self.sessions.is_loaded = True
        self._all = list(of_desk(found, self._assistant.keeper.name))
        self._search(self.search_input.value.strip(), self.sessions.cursor)

    def _search(self, text: str, cursor: int = 0) -> None:
        """Titles at once, texts as soon as they are read; a newer search ends an older one."""
        wanted = text.casefold()
        self.sessions.searched = text
        by_title = [session for session in self._all if wanted in session.title.casefold()]
        self._show(by_title, cursor)
        work = partial(self._search_text, text, by_title, self.sessions.current)
        self.run_worker(work, group="search", exclusive=True, description="search the sessions")

    async def _search_text(self, text: str, by_title: Sequence[SessionInfo], first: SessionInfo | None) -> None:
        if len(text) < MIN_SEARCHED:
            return
        await asyncio.sleep(SEARCH_AFTER_S)
        found = await self._assistant.sessions.search(text)
        if not is_open(self):
            return
        known = {session.id for session in found}
        found = of_desk(found, self._assistant.keeper.name)
        sessions = [*found, *(session for session in by_title if session.id not in known)]
        # A session that the cursor was moved to meanwhile stays under it: the next key may delete it.
        current, cursor = self.sessions.current, self.sessions.cursor
        if current is not None and current is not first:
            cursor = next((at for at, session in enumerate(sessions) if session.id == current.id), cursor)
        self._show(sessions, cursor)

    def _show(self, sessions: Sequence[SessionInfo], cursor: int = 0) -> None:
        self.sessions.set_items(sessions, cursor=cursor)
        self.query_one(SessionPreview).show(self.sessions.current)
        name = self._assistant.keeper.name
        self.header.show(f"Sessions of {name}" if name else "Sessions", str(len(sessions)))


def _preview(session: SessionInfo, width: int) -> list[list[StyledText]]:
    title = clean_line(session.title) or "untitled"
    lines: list[list[StyledText]] = [[(title[start:end], "strong")] for start, end in wrap(title, width)[:4]]
    lines += [[], [(f"started {_day(session.created)}", "muted")], [(f"last  {_day(session.updated)}", "muted")]]
    if session.desk:
        lines.append([(clip(f"desk  {clean_line(session.desk)}", width), "muted")])
    if session.model:
        lines.append([(clip(f"model {clean_line(session.model)}", width), "muted")])
    lines += [[(clip(clean_line(document), width), "muted")] for document in session.documents[:8]]
    for problem in (session.damaged, session.read_only):
        if problem:
            text = clean_line(problem)
            lines += [[], *([(text[start:end], "error")] for start, end in wrap(text, width)[:4])]
    if session.excerpt:
        text = clean_line(session.excerpt)
        lines += [[], *([(text[start:end], "plain")] for start, end in wrap(text, width)[:8])]
    return lines


def _texts_of(records: Sequence[EventRecord]) -> list[str]:
    """The blocks of the last questions, each as cleaned text."""
    renderer = PlainBlocks(lambda path: PurePath(path).name)
    return [text for block in reading_order(blocks_of(records)) if (text := clean(renderer.render(block)))]


def _last_lines(texts: Sequence[str], width: int, height: int) -> list[list[StyledText]]:
    """The last lines of the session that fit."""
    lines: list[list[StyledText]] = []
    for text in texts:
        style = "strong" if text.startswith("▌") else "plain"
        for line in text.split("\n"):
            lines += [[(line[start:end], style)] for start, end in wrap(line, width)] or [[]]
        lines.append([])
    return lines[-height - 1 : -1] if height > 0 else []


def _day(seconds: float) -> str:
    return time.strftime("%d %b %Y %H:%M", time.localtime(seconds))

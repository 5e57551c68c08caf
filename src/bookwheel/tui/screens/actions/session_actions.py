"""Sessions: opening, starting and exporting them, and the details of their events."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.engine.events.run_events import RunStarted
from bookwheel.errors import UsageError
from bookwheel.markup.counted import counted
from bookwheel.paths import from_home, last_path, working_folder
from bookwheel.transcript.event_rows import EventRow
from bookwheel.transcript.formats import FORMATS
from bookwheel.tui import messages
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.messages import app_of
from bookwheel.tui.screens.desk_parts import DeskParts

if TYPE_CHECKING:
    from bookwheel.engine.schema import JsonObject
    from bookwheel.transcript.blocks import InputBlock
    from bookwheel.tui.screens.session_list import SessionChosen


_MARKDOWN = ("", "markdown", "txt")


class SessionActions:
    """What the session list, the event log and the keys of the app ask for."""

    def __init__(self, desk: DeskParts) -> None:
        self._desk = desk

    def by_name(self) -> Mapping[str, Callable[[], object]]:
        """What `act('name')` of the key table does, for the names of this subject."""
        return {"desks": self.choose_desk, "export": self.export}

    def take(self, message: messages.SessionMessage) -> None:
        """Do what a widget asks for."""
        match message:
            case messages.SessionWanted(session_id=session_id):
                self.open(session_id)
            case messages.EarlierWanted(whole=whole):
                load = self._desk.assistant.sessions.load_earlier(whole=whole)
                self._desk.do(load, on_error=self._desk.conversation.unloaded.failed)
            case messages.EventDetailWanted(row=row) if row.type == RunStarted.__name__:
                self._show_timeline(row)
            case messages.EventDetailWanted(row=row):
                self._desk.do(self._show_event(row))
            case messages.EventCopyWanted(row=row):
                self._desk.do(self._copy_event(row))
            case messages.RunSaveWanted(row=row):
                self._save_run(row)
            case messages.RequestDetailWanted(block=block):
                self._show_request(block)
            case _:
                raise TypeError(f"not about a session: {message}")

    def open(self, session_id: str) -> None:
        """Open a saved session, or a new one when the id is empty."""
        assistant = self._desk.assistant
        self._desk.do(assistant.sessions.open(session_id) if session_id else assistant.sessions.new())

    def open_new(self) -> None:
        """Start a new session with the same documents."""
        self.open("")

    def choose(self) -> None:
        """Show the list of sessions."""
        from bookwheel.tui.screens.session_list import SessionsScreen

        def chosen(choice: SessionChosen | None) -> None:
            if choice is not None:
                self.open(choice.session_id)

        self._desk.open_screen(SessionsScreen(self._desk), chosen)

    def choose_desk(self) -> None:
        """Show the named desks; the chosen one is opened, and a new one is made of what is open now."""
        self._desk.do(self._choose_desk())

    async def _choose_desk(self) -> None:
        from bookwheel.tui.screens.pick import Choice, PickScreen

        assistant = self._desk.assistant
        names = await assistant.keeper.names()

        def chosen(value: str | None) -> None:
            if value == "":
                self._desk.ask_line("name of the new desk", "", chosen)
            elif value is not None:
                self._desk.do(assistant.open_desk(value))

        counts = Counter(session.desk for session in await assistant.sessions.list())
        choices = [Choice(value=name, label=name, note=counted(counts[name], "session")) for name in names]
        new = Choice(value="", label="a new desk…", note="made of what is open now", words="new")
        current = assistant.keeper.name
        self._desk.open_screen(PickScreen("Desks", [*choices, new], current=current or "-"), chosen)

    def export(self, typed: str = "") -> None:
        """Let the user type a file name, and write the session to it; one that cannot be written can be corrected."""
        if not self._desk.assistant.sessions.current.blocks():
            self._desk.say("This session has no question yet: nothing to write")
            return

        def entered(typed: str) -> None:
            if typed:
                self._desk.do(self._export(from_home(last_path(typed))), on_error=lambda: self.export(typed))

        self._desk.ask_line("write this session to", typed or f"{working_folder()}/session.md", entered)

    async def _copy_event(self, row: EventRow) -> None:
        records = await self._desk.assistant.sessions.event_detail(row)
        text = "\n".join(record.to_line() for record in records)
        self._desk.conversation.post_message(ConversationView.CopyRequested(text, "event"))

    def _save_run(self, row: EventRow) -> None:
        """Let the user type a file name, and write the events of one question to it."""

        def entered(typed: str) -> None:
            if typed:
                self._desk.do(self._write_run(from_home(last_path(typed)), row.run))

        self._desk.ask_line("write the events of this question to", f"{working_folder()}/{row.run}.jsonl", entered)

    async def _write_run(self, path: Path, run: str) -> None:
        written = await self._desk.assistant.sessions.export("json", path, run=run)
        self._desk.say(f"Wrote the events of the question to {written}")

    def _show_request(self, block: InputBlock) -> None:
        """Show every argument that the tool would get."""
        asked: JsonObject = {"asks": block.prefix, "tool": block.tool_name, "arguments": block.tool_kwargs}
        self._show_detail(block.tool_name or "request", [("request", asked)])

    def _show_timeline(self, row: EventRow) -> None:
        from bookwheel.tui.screens.timeline import TimelineScreen, run_rows

        assistant = self._desk.assistant
        rows = run_rows(assistant.sessions.current.event_rows.rows, row.run)
        show = self._show_event
        self._desk.open_screen(TimelineScreen(rows, assistant.costs.cost_of, lambda step: self._desk.do(show(step))))

    async def _show_event(self, row: EventRow) -> None:
        records = await self._desk.assistant.sessions.event_detail(row)
        values = [(f"{record.seq} {record.type}", record.data) for record in records]
        self._show_detail(f"{row.type}  {row.summary}", values)

    def _show_detail(self, title: str, values: Sequence[tuple[str, JsonObject]]) -> None:
        from bookwheel.tui.screens.detail import DetailScreen

        self._desk.open_screen(DetailScreen(title, values))

    async def _export(self, path: Path, *, may_replace: bool = False) -> None:
        suffix = path.suffix.removeprefix(".").lower()
        format_ = "md" if suffix in _MARKDOWN else suffix
        if format_ not in FORMATS:
            known = ", ".join(f".{name}" for name in FORMATS)
            raise UsageError(f"A session cannot be written as .{suffix}.", hint=f"End the name in {known}.")
        if not may_replace and await asyncio.to_thread(path.exists):
            self._ask_to_replace(path)
            return
        self._desk.assistant.sessions.export_theme = app_of(self._desk.screen).theme
        written = await self._desk.assistant.sessions.export(format_, path, may_replace=may_replace)
        self._desk.say(f"Wrote the session to {written}")

    def _ask_to_replace(self, path: Path) -> None:
        from bookwheel.tui.screens.confirm import ConfirmScreen

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self._desk.do(self._export(path, may_replace=True))

        self._desk.open_screen(
            ConfirmScreen(f"Replace {path.name}?", f"{path} exists; its contents would be lost"), answered
        )

"""What the user wants from the assistant: the desk's messages and actions turned into its calls.

Every call runs in a worker, so that the screen answers meanwhile; what the caller got wrong is said, with what to do.
The screens over the desk, and the commands, are imported when they are first opened: the first frame needs none.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual import getters
from textual.screen import Screen

from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.engine.tools.approval import WEB_POLICIES
from bookwheel.errors import BookwheelError
from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui import messages
from bookwheel.tui.app_of import app_of
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.path_completion import complete_path
from bookwheel.tui.widgets.approval_bar import ApprovalBar
from bookwheel.tui.widgets.completion_list import matching_names
from bookwheel.tui.widgets.library_list import Library
from bookwheel.tui.widgets.prompt import Prompt
from bookwheel.tui.widgets.search_bar import SearchBar

if TYPE_CHECKING:
    from bookwheel.assistant.assistant import Assistant
    from bookwheel.assistant.commands import Command, CommandRegistry
    from bookwheel.engine.schema import Document, JsonObject
    from bookwheel.transcript.blocks import Citation, InputBlock
    from bookwheel.transcript.event_rows import TraceRow
    from bookwheel.tui.screens.line import Completer
    from bookwheel.tui.screens.session_list import SessionChosen

LONG_S = 12.0


class DeskActions(Screen[None], inherit_bindings=False):
    """The half of the desk that acts; `DeskScreen` draws."""

    prompt = getters.query_one(Prompt)
    conversation = getters.query_one(ConversationView)
    library = getters.query_one(Library)
    approval = getters.query_one(ApprovalBar)
    search_bar = getters.query_one(SearchBar)

    def __init__(self, assistant: Assistant, *, classes: str) -> None:
        super().__init__(id="desk", classes=classes)
        self.assistant = assistant

    @cached_property
    def commands(self) -> CommandRegistry:
        from bookwheel.assistant.commands import standard_commands

        return standard_commands()

    # Calls.

    def do(self, call: Coroutine[object, object, object], *, on_error: Callable[[], None] | None = None) -> None:
        """Run a call of the assistant's; an error that it tells is shown."""
        self.run_worker(self._guarded(call, on_error), description="assistant")

    def complain(self, error: BookwheelError) -> None:
        """What went wrong and what to do about it."""
        text = clean_line(error.message)
        self.notify(
            f"{text}\n{clean_line(error.hint)}" if error.hint else text, severity="error", timeout=LONG_S, markup=False
        )

    def say(self, text: str, *, timeout: float = 4.0) -> None:
        """A remark that goes away by itself."""
        self.notify(clean_line(text), timeout=timeout, markup=False)

    async def _guarded(self, call: Coroutine[object, object, object], on_error: Callable[[], None] | None) -> None:
        try:
            await call
        except BookwheelError as error:
            self.complain(error)
            if on_error is not None:
                on_error()

    # Asking.

    def on_question_submitted(self, event: messages.QuestionSubmitted) -> None:
        text = event.text
        call = self._run_command(text) if self._is_command(text) else self.assistant.ask(text)
        self.do(call, on_error=lambda: self._give_back(text))

    def on_editor_wanted(self, event: messages.EditorWanted) -> None:
        self.do(self._edit(event.text))

    def on_prompt_refused(self, event: Prompt.Refused) -> None:
        self.say(event.text)

    def on_conversation_view_ask_again(self, event: ConversationView.AskAgain) -> None:
        self.do(self.assistant.ask_again(event.run))

    def on_request_answered(self, event: messages.RequestAnswered) -> None:
        self.do(self._respond(event))

    def on_conversation_view_input_opened(self, event: ConversationView.InputOpened) -> None:
        self.approval.open(event.request_id)

    def action_unqueue(self) -> None:
        queued = self.assistant.status.queued
        text = self.assistant.unqueue(len(queued) - 1) if queued else None
        if text is None:
            self.say("no question waits")
        else:
            self._give_back(text)
            self.prompt.focus()

    # Documents.

    def on_document_wanted(self, event: messages.DocumentWanted) -> None:
        self.do(self._open_document(event.path))

    def on_conversation_view_citation_opened(self, event: ConversationView.CitationOpened) -> None:
        self.do(self._open_citation(event))

    def on_add_documents_wanted(self, event: messages.AddDocumentsWanted) -> None:
        self.action_add_documents()

    def on_remove_root_wanted(self, event: messages.RemoveRootWanted) -> None:
        self.do(self._remove(Path(event.path)))

    def on_refresh_wanted(self, event: messages.RefreshWanted) -> None:
        self.do(self.assistant.documents.refresh())

    def on_failure_wanted(self, event: messages.FailureWanted) -> None:
        name = clean_line(Path(event.path).name)
        reason = clean_line(event.reason) or "it could not be read"
        self.notify(f"{name}: {reason}", severity="warning", timeout=LONG_S, markup=False)

    def on_filter_wanted(self, event: messages.FilterWanted) -> None:
        def show(pattern: str) -> None:
            self.library.set_pattern(pattern)
            self.library.post_message(messages.TitleChanged())

        self._ask_line("show files with", event.current, on_change=show)

    def action_add_documents(self) -> None:
        def added(typed: str | None) -> None:
            if typed and typed.strip():
                self.do(self.assistant.documents.add([Path(typed.strip())]))

        async def complete(typed: str) -> Sequence[str]:
            return await asyncio.to_thread(complete_path, typed)

        self._ask_line("add a file or folder", f"{Path.cwd()}/", added, complete=complete)

    # Which documents are asked.

    def on_ask_here_wanted(self, event: messages.AskHereWanted) -> None:
        from bookwheel.tui.screens.filter_menu import with_place

        self._ask_only(with_place(self.assistant.status.selection, event.path))

    def on_filter_menu_wanted(self, event: messages.FilterMenuWanted) -> None:
        self._open_filter_menu("")

    def action_clear_filter(self) -> None:
        if self.assistant.status.filter:
            self._ask_only(EVERYTHING)
            self.say("all documents are asked", timeout=2.0)

    def _open_filter_menu(self, start: str) -> None:
        from bookwheel.tui.screens.filter_menu import filter_choices
        from bookwheel.tui.screens.pick import PickScreen

        state, status, row = self.assistant.documents.state, self.assistant.status, self.library.current
        choices = list(filter_choices(state, status, row, self.library.signs.done))
        app_of(self).push_screen(
            PickScreen("Ask only… (each choice counts at once)", choices, start=start), self._filter_chosen
        )

    def _filter_chosen(self, value: str | None) -> None:
        from bookwheel.tui.screens import filter_menu as menu

        selection, row = self.assistant.status.selection, self.library.current
        if value == menu.HERE and row is not None:
            self._ask_only(menu.with_place(selection, row.path))
        elif value in (menu.SINCE, menu.UNTIL):
            self._ask_day(value)
        elif value == menu.ALL:
            self.action_clear_filter()
        elif value is not None:
            self.do(self._toggle_type(menu.with_type(selection, value.removeprefix(menu.TYPE)), value))

    async def _toggle_type(self, selection: Selection, value: str) -> None:
        await self.assistant.documents.set_filter(selection)
        self._open_filter_menu(value)  # most who want one type want another

    def _ask_day(self, word: str) -> None:
        def entered(typed: str | None) -> None:
            if typed is not None:
                self.do(self._run_command(f"/{word} {typed.strip()}".rstrip()))

        selection = self.assistant.status.selection
        day = selection.since if word == "since" else selection.until
        start = day.isoformat() if day else ""
        self._ask_line(f"only {word}", start, entered, placeholder="2024, 2024-03 or 2024-03-01; empty: any day")

    def _ask_only(self, selection: Selection) -> None:
        self.do(self.assistant.documents.set_filter(selection))

    # The event log.

    def on_event_detail_wanted(self, event: messages.EventDetailWanted) -> None:
        self.do(self._open_event(event.row))

    def on_request_detail_wanted(self, event: messages.RequestDetailWanted) -> None:
        self.show_request(event.block)

    def show_request(self, block: InputBlock) -> None:
        """Everything that the tool would get."""
        asked: JsonObject = {"asks": block.prefix, "tool": block.tool_name, "arguments": block.tool_kwargs}
        self._show_detail(block.tool_name or "question", [("question", asked)])

    # Messages of the page.

    def on_conversation_view_search_requested(self, event: ConversationView.SearchRequested) -> None:
        self.search_bar.ask(self.conversation)

    def on_row_view_remark(self, event: ConversationView.Remark) -> None:
        self.say(event.text, timeout=2.0)

    def on_quit_wanted(self, event: messages.QuitWanted) -> None:
        app_of(self).exit(return_code=0)

    # Sessions.

    def on_session_wanted(self, event: messages.SessionWanted) -> None:
        self.do(self._open_session(event.session_id))

    def action_sessions(self) -> None:
        def chosen(choice: SessionChosen | None) -> None:
            if choice is not None:
                self.do(self._open_session(choice.session_id))

        from bookwheel.tui.screens.session_list import SessionsScreen

        app_of(self).push_screen(SessionsScreen(self.assistant), chosen)

    def action_new_session(self) -> None:
        self.do(self._open_session(""))

    def action_export(self) -> None:
        def named(typed: str | None) -> None:
            if typed and typed.strip():
                self.do(self._export(Path(typed.strip()).expanduser()))

        self._ask_line("write this session to", f"{Path.cwd()}/session.md", named)

    # Settings.

    def switch_mode(self) -> None:
        """The query engine or the agent for the next questions."""
        mode = "query" if self.assistant.status.mode == "agent" else "agent"
        self.do(_plain(self.assistant.set_mode, mode))

    def action_web(self) -> None:
        place = WEB_POLICIES.index(self.assistant.status.web) if self.assistant.status.web in WEB_POLICIES else 0
        policy = WEB_POLICIES[(place + 1) % len(WEB_POLICIES)]
        self.do(_plain(self.assistant.set_web, policy))
        self.say(f"web search: {policy}", timeout=2.0)

    def action_model(self) -> None:
        def chosen(name: str | None) -> None:
            if name and name.strip():
                self.do(_plain(self.assistant.set_model, name.strip()))

        from bookwheel.tui.screens.pick import Choice, PickScreen

        current = self.assistant.status.model
        known = self.assistant.models()
        names = known if current in known or not current else [current, *known]
        if len(names) > 1:
            choices = [Choice(value=name, label=name) for name in names]
            app_of(self).push_screen(PickScreen("Model", choices, current=current), chosen)
        else:
            self._ask_line("model", current, chosen)

    def action_settings(self) -> None:
        from bookwheel.tui.screens.pick import Choice, PickScreen

        status = self.assistant.status
        choices = [
            Choice(value="desk.theme", label="Theme", note=app_of(self).theme),
            Choice(value="desk.model", label="Model", note=status.model),
            Choice(value="app.mode", label="Mode", note=f"{status.mode} (query or agent)"),
            Choice(value="desk.web", label="Web search", note=f"{status.web} (off, ask, on)"),
        ]

        async def chosen(key_id: str | None) -> None:
            if key_id is not None:
                await self.run_key(key_id)

        app_of(self).push_screen(PickScreen("Settings of this desk", choices), chosen)

    @abstractmethod
    async def run_key(self, key_id: str) -> None:
        """Do what a key would do, in its pane."""

    def action_command_line(self) -> None:
        async def complete(typed: str) -> Sequence[str]:
            return [line.removeprefix("/") for line in self.command_lines(f"/{typed}")]

        def entered(typed: str | None) -> None:
            if typed and typed.strip():
                self.do(self._run_command(f"/{typed.strip()}"))

        self._ask_line(":", "", entered, complete=complete)

    # Commands and completion.

    def set_completion(self) -> None:
        """What Tab completes in the prompt."""
        self.prompt.set_sources(documents=self._document_names, commands=self.command_lines)

    def command_lines(self, typed: str) -> Iterable[str]:
        """Command lines that begin as typed: names first, then arguments that a command offers."""
        name, blank, argument = typed.removeprefix("/").partition(" ")
        for command in self.commands.matching(name):
            if not blank:
                yield f"/{command.name}{' ' if command.argument else ''}"
            elif command.name == name and command.choices is not None:
                for choice in command.choices(self.assistant):
                    if choice.startswith(argument):
                        yield f"/{name} {choice}"

    def start_command(self, command: Command) -> None:
        """Run it, or put its name into the prompt when it needs an argument."""
        if command.needs_argument:
            self.prompt.put(f"/{command.name} ")
            self.prompt.focus()
        else:
            self.do(self._run_command(f"/{command.name}"))

    def _document_names(self, typed: str) -> list[str]:
        return [clean_line(name) for name in matching_names(self.library.names, typed)]

    def _is_command(self, text: str) -> bool:
        """A line that begins with a slash is one, unless it is the path of something."""
        first = text.split(maxsplit=1)[0]
        return first.startswith("/") and "/" not in first[1:] and "\n" not in text

    def _give_back(self, text: str) -> None:
        """A question is never lost."""
        if not self.prompt.text:
            self.prompt.put(text)

    async def _run_command(self, line: str) -> None:
        said = await self.commands.run(self.assistant, line)
        if said:
            self.say(said)

    async def _edit(self, text: str) -> None:
        from bookwheel.tui.editor import edited

        self.prompt.put(await edited(app_of(self), text))
        self.prompt.focus()

    async def _respond(self, event: messages.RequestAnswered) -> None:
        fields = {"reason": event.reason} if event.reason else {}
        if not await self.assistant.respond(event.request_id, event.response, **fields):
            self.say("nobody waits for this answer any more")
        self.conversation.focus()

    async def _open_document(self, path: str) -> None:
        document = await self.assistant.documents.read(path)
        self._show_page(document)

    async def _open_citation(self, event: ConversationView.CitationOpened) -> None:
        number = event.citation.number
        try:
            document = await self.assistant.documents.read(event.citation.path)
        except BookwheelError as error:
            from bookwheel.tui.screens.page import PageScreen

            document_of = self.assistant.documents.read
            app_of(self).push_screen(PageScreen.of_cited_words(event.citations, number, error, document_of=document_of))
            return
        self._show_page(document, event.citations, number)

    async def _open_event(self, row: TraceRow) -> None:
        records = await self.assistant.sessions.event_detail(row)
        values = [(f"{record.seq} {record.type}", record.data) for record in records]
        self._show_detail(f"{row.type}  {row.summary}", values)

    async def _open_session(self, session_id: str) -> None:
        if session_id:
            await self.assistant.sessions.open(session_id)
        else:
            await self.assistant.sessions.new()

    # Screens over the desk.

    def _ask_line(
        self,
        title: str,
        text: str = "",
        then: Callable[[str | None], None] | None = None,
        *,
        on_change: Callable[[str], None] | None = None,
        complete: Completer | None = None,
        placeholder: str = "",
    ) -> None:
        from bookwheel.tui.screens.line import LineScreen

        line = LineScreen(title, text, on_change=on_change, complete=complete, placeholder=placeholder)
        app_of(self).push_screen(line, then)

    def _show_detail(self, title: str, values: Sequence[tuple[str, JsonObject]]) -> None:
        from bookwheel.tui.screens.detail import DetailScreen

        app_of(self).push_screen(DetailScreen(title, values))

    def _show_page(self, document: Document, citations: Sequence[Citation] = (), number: int | None = None) -> None:
        from bookwheel.tui.screens.page import PageScreen

        app_of(self).push_screen(PageScreen(document, citations, number, document_of=self.assistant.documents.read))

    async def _remove(self, root: Path) -> None:
        await self.assistant.documents.remove(root)
        self.say(f"off the desk: {root.name} (its files stay)")

    async def _export(self, path: Path, *, may_replace: bool = False) -> None:
        if not may_replace and await asyncio.to_thread(path.exists):
            self._ask_to_replace(path)
            return
        format_ = path.suffix.removeprefix(".") if path.suffix in {".md", ".html", ".json"} else "md"
        written = await self.assistant.sessions.export(format_, path, may_replace=may_replace)
        self.say(f"written to {written}")

    def _ask_to_replace(self, path: Path) -> None:
        from bookwheel.tui.screens.confirm import ConfirmScreen

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.do(self._export(path, may_replace=True))

        question = f"Replace {path.name}?"
        app_of(self).push_screen(ConfirmScreen(question, f"{path} is there already; what is in it is lost"), answered)


async def _plain(call: Callable[[str], None], argument: str) -> None:
    """A call that is no coroutine, so that its errors are told like all others'."""
    call(argument)

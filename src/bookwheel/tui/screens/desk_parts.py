"""What the actions of the desk use: the assistant, the widgets, and the ways to call, to report and to ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, TypeVar, cast

from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.errors import BookwheelError
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.messages import app_of
from bookwheel.tui.widgets.completion_list import Completer
from bookwheel.tui.widgets.library_list import LibraryList
from bookwheel.tui.widgets.prompt import Prompt, PromptNote
from bookwheel.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from textual.screen import Screen

    from bookwheel.assistant.assistant import Assistant
    from bookwheel.tui.textual_private import CrashSafeApp

Result = TypeVar("Result")

LONG_S = 12.0


class DeskParts:
    """The desk on `screen` as its actions see it."""

    def __init__(self, screen: Screen[None], clock: Callable[[], float]) -> None:
        self.screen = screen
        self._assistant: Assistant | None = None
        self.clock = clock
        self._counted: tuple[tuple[str, str], int] = (("", ""), 0)

    def connect(self, assistant: Assistant) -> None:
        """From now on the actions of the desk can be done; it comes after the first frame, before the first key."""
        self._assistant = assistant

    @property
    def assistant(self) -> Assistant:
        assert self._assistant is not None, "the desk takes no keys before it is connected"
        return self._assistant

    @property
    def prompt(self) -> Prompt:
        return self.screen.query_one(Prompt)

    @property
    def prompt_note(self) -> PromptNote:
        return self.screen.query_one(PromptNote)

    @property
    def conversation(self) -> ConversationView:
        return self.screen.query_one(ConversationView)

    @property
    def library(self) -> LibraryList:
        return self.screen.query_one(LibraryList)

    @property
    def is_enter_free(self) -> bool:
        """Whether Enter would not send a question: on the page, and in an empty prompt."""
        focused = self.screen.focused
        return isinstance(focused, ConversationView) or (focused is self.prompt and not self.prompt.text.strip())

    @property
    def typed_cost(self) -> str:
        """What the typed question would cost with its passages and the session so far; "" without a model."""
        text = self.prompt.text
        if not text.strip() or text.startswith("/"):
            return ""
        costs = self.assistant.costs
        if not costs.window:
            return ""
        tokens, cost = costs.estimate(len(text) + self._session_length())
        about = f"~{tokens / 1000:.1f}k in"
        if cost is None:
            return f"{about}, price unknown"
        return f"{about}, {shown_cost(cost)}" if cost else about

    def _session_length(self) -> int:
        """The characters of the conversation so far; they are counted once a run, not at each key."""
        current = self.assistant.sessions.current
        key = (current.info.id, current.tip)
        if self._counted[0] != key:
            self._counted = key, sum(len(message.content or "") for message in current.history())
        return self._counted[1]

    def do(self, call: Coroutine[object, object, object], *, on_error: Callable[[], None] | None = None) -> None:
        """Run a call of the assistant in a worker; a `BookwheelError` of it is shown, then `on_error` is called."""
        self.screen.run_worker(self._guarded(call, on_error), description="assistant")

    def complain(self, error: BookwheelError) -> None:
        """Show an error and what to do about it."""
        text = clean_line(error.message)
        if error.hint:
            text = f"{text}\n{clean_line(error.hint)}"
        self.screen.notify(text, severity="error", timeout=LONG_S, markup=False)

    def say(self, text: str, *, timeout: float = 4.0) -> None:
        """Show a remark that goes away by itself; `timeout` in seconds."""
        self.screen.notify(clean_line(text), timeout=timeout, markup=False)

    def remark(self, text: str) -> None:
        """Say in the status line, for a moment, why a key had no effect."""
        self.screen.query_one(StatusBar).remark(((text, ""),))

    def warn(self, text: str) -> None:
        """Show a warning; it stays longer than a remark."""
        self.screen.notify(clean_line(text), severity="warning", timeout=LONG_S, markup=False)

    def open_screen(
        self,
        screen: Screen[Result],
        then: Callable[[Result | None], None] | Callable[[Result | None], Awaitable[None]] | None = None,
    ) -> None:
        """Show a screen over the desk, without the remarks, which would cover it; `then` gets its result."""
        app = cast("CrashSafeApp[object]", app_of(self.screen))
        for remark in app.shown_notifications:
            if remark.severity == "information":
                app.drop_notification(remark, is_drawn=True)
        app.push_screen(screen, then)

    def ask_line(
        self,
        label: str,
        value: str = "",
        then: Callable[[str], None] | None = None,
        *,
        on_change: Callable[[str], None] | None = None,
        complete: Completer | None = None,
        placeholder: str = "",
    ) -> None:
        """Let the user type a line; `then` gets it stripped, and is not called when the line was left with Esc."""
        from bookwheel.tui.screens.line import LineScreen

        def entered(typed: str | None) -> None:
            if typed is not None and then is not None:
                then(typed.strip())

        line = LineScreen(label, value, on_change=on_change, complete=complete, placeholder=placeholder)
        self.open_screen(line, entered)

    async def _guarded(self, call: Coroutine[object, object, object], on_error: Callable[[], None] | None) -> None:
        try:
            await call
        except BookwheelError as error:
            self.complain(error)
            if on_error is not None:
                on_error()


async def plain_call(call: Callable[[str], None], argument: str) -> None:
    """A call that is not a coroutine, for `DeskParts.do`, which shows its errors."""
    call(argument)

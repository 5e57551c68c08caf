"""The bar with the requests of the agent: between page and prompt, never over them, the oldest request first.

One letter answers. A terminal's reply to a control sequence arrives as typed letters too, and a document can choose
them. Keys within 50 ms of each other therefore count as such a reply, or as a paste, and are ignored; a letter is sent
50 ms after it was typed. Keys typed within 400 ms after a request appears are ignored as well.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual import getters
from textual.containers import Vertical

from bookwheel.engine.schema import JsonObject, ToolSelection
from bookwheel.transcript.blocks import Block, Change, Closed, InputBlock, Opened, Replaced
from bookwheel.tui.messages import RequestAnswered, RequestDetailWanted, RequestEdited
from bookwheel.tui.widgets.approval_rows import PLACEHOLDERS, BarState, Typing, bar_rows
from bookwheel.tui.widgets.search_bar import Field
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.content import Content
    from textual.timer import Timer
    from textual.widgets import Input

GRACE_S = 0.4
BURST_S = 0.05


class ApprovalText(TextLine):
    """The rows of the bar: the request and the choices."""

    DEFAULT_CSS = "ApprovalText { height: auto; }"

    def __init__(self, lines: Callable[[int], list[list[StyledText]]]) -> None:
        super().__init__()
        self._lines_for = lines

    def render(self) -> Content:
        return self.content(self._lines_for(max(20, self.size.width)))


class ApprovalBar(Vertical):
    """Hidden while there is no request. The desk's keys call its methods; letters work in READ only."""

    text = getters.query_one(ApprovalText)
    answer_input = getters.query_one(Field)

    def __init__(self, *, id: str | None = None, clock: Callable[[], float] = time.monotonic) -> None:  # noqa: A002
        super().__init__(id=id)
        self._clock = clock
        self._waiting: tuple[InputBlock, ...] = ()
        self._chosen: str | None = None
        self._since = 0.0
        self._last_key = 0.0
        self._is_burst = False
        self._typing: Typing = "answer"
        self._problem = ""
        self._edited: JsonObject | None = None
        self._is_ask = True
        self._sending: Timer | None = None
        self.display = False

    def compose(self) -> ComposeResult:
        yield ApprovalText(self._lines)
        answer = Field(id="approval-input")
        answer.display = False
        yield answer

    @property
    def current(self) -> InputBlock | None:
        """The question that is shown, with the arguments that the user has given the tool."""
        if not self._waiting:
            return None
        asked = self._waiting[0]
        if self._edited is None:
            return asked
        from bookwheel.engine.tools.allow_rules import suggested_rule  # late: the first frame needs none

        rule = suggested_rule(ToolSelection("", asked.tool_name or "", self._edited)) if asked.rule else ""
        return replace(asked, tool_kwargs=self._edited, rule=str(rule))

    @property
    def is_typing(self) -> bool:
        """Whether an answer is being typed into the bar."""
        return self.display and self.answer_input.has_focus

    def show(self, waiting: Sequence[InputBlock], *, is_ask: bool) -> None:
        """The questions that wait, oldest first; `is_ask`: the prompt has the keys."""
        if (tuple(waiting), is_ask) == (self._waiting, self._is_ask):
            return  # a change of its height lays out the screen, which took a third of each frame of an answer
        before = self.current
        self._waiting, self._is_ask = tuple(waiting), is_ask
        current = self.current
        if (before and before.request_id) != (current and current.request_id):
            self._since = self._clock()
            self._chosen = self._edited = None
            self._close_input()
        self.display = current is not None
        self.text.refresh(layout=True)

    def takes(self, name: str, argument: str = "") -> bool:
        """Whether a key of the desk is for this bar now; the page gets what it does not take."""
        choices = self.choices()
        match name:
            case "choose":
                return argument in choices or (not choices and argument == "once")
            case "choose_by":
                return bool(choices)
            case "deny_why":
                return "deny" in choices
            case "edit":
                return self.current is not None and self.current.may_edit
            case "confirm":
                return self._chosen is not None
            case _:
                return True

    def take_key(self, name: str, argument: str = "") -> None:
        """Do the action of a key of the bar, once a key may choose; the details may be opened at any time."""
        if name == "details":
            self.details()
        elif self.is_ready():
            match name:
                case "choose":
                    self.choose(argument)
                    self._confirm_soon()
                case "edit":
                    self.edit_arguments()
                case "choose_by":
                    self.choose_by(int(argument))
                case "deny_why":
                    self.deny_why()
                case _:
                    self.confirm()

    def _confirm_soon(self) -> None:
        """Send the marked choice, unless more keys follow within the time of a burst."""
        if self._sending is not None:
            self._sending.stop()
        self._sending = self.set_timer(BURST_S + BURST_S / 2, self.confirm)

    def is_ready(self) -> bool:
        """Whether a key may choose: a request is open, its grace is over, and this key is not part of a burst."""
        return self.current is not None and self._last_key - self._since >= GRACE_S and not self._is_burst

    def note_key(self) -> None:
        """Note each key before it acts: a burst of keys clears the choice that its first key marked."""
        now = self._clock()
        self._is_burst = now - self._last_key < BURST_S
        self._last_key = now
        if self._is_burst and self._chosen is not None:
            self._chosen = None
            self.text.refresh()

    def open(self, request_id: str) -> None:
        """The reader pressed Enter on the question in the page."""
        current = self.current
        if current is not None and current.request_id == request_id and not current.choices:
            self._open_input("answer")

    def choices(self) -> tuple[str, ...]:
        return self.current.choices if self.current is not None else ()

    @property
    def chosen(self) -> str | None:
        return self._chosen

    def choose(self, choice: str) -> None:
        """Mark a choice, which `confirm` sends. A request without choices is answered by typing."""
        choices = self.choices()
        if not choices and choice == "once":
            self._open_input("answer")
        elif choice in choices:
            self._chosen = choice
            self.text.refresh()

    def choose_by(self, step: int) -> None:
        choices = self.choices()
        if choices:
            index = choices.index(self._chosen) + step if self._chosen in choices else (0 if step > 0 else -1)
            self._chosen = choices[index % len(choices)]
            self.text.refresh()

    def deny_why(self) -> None:
        """Refuse, with a line that the model gets."""
        if "deny" in self.choices():
            self._chosen = "deny"
            self._open_input("reason")

    def edit_rule(self) -> None:
        """Let the user narrow the rule that a lasting permission would keep in the settings."""
        current = self.current
        if current is not None and "always" in current.choices:
            self._chosen = "always"
            self._open_input("rule", current.rule)

    def edit_arguments(self) -> None:
        """Let the user change what the tool would get; the changed call still needs a choice."""
        current = self.current
        if current is not None:
            self._open_input("arguments", json.dumps(current.tool_kwargs, ensure_ascii=False))

    def confirm(self) -> None:
        """Send the marked choice, unless a burst of keys has taken the mark back; with a line being typed, wait."""
        if self._chosen == "always" and not self.is_typing:
            self.edit_rule()
        elif self._chosen is not None and not self.is_typing:
            self._send(self._chosen, rule=self.current.rule if self.current and self._chosen == "session" else "")

    def details(self) -> None:
        if self.current is not None:
            self.post_message(RequestDetailWanted(self.current))

    def drop(self) -> bool:
        """Clear the mark or the typed line; False when there was neither."""
        had = self._chosen is not None or self.is_typing or self._edited is not None
        self._edited = None if not self.is_typing else self._edited
        self._chosen = None
        self._close_input()
        self.text.refresh()
        return had

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        match self._typing:
            case "reason":
                self._send("deny", reason=text)
            case "rule":
                self._take_rule(text)
            case "arguments":
                self._take_arguments(text)
            case "answer" if text:
                self._send(text)
            case _:
                pass

    def _take_rule(self, text: str) -> None:
        from bookwheel.engine.tools.allow_rules import read_rule  # late: the first frame needs none

        current = self.current
        try:
            rule = read_rule(text)
        except ValueError as error:
            self._refuse(str(error))
            return
        if current is not None and not rule.allows(ToolSelection("", current.tool_name or "", current.tool_kwargs)):
            self._refuse("This rule does not fit the call above.")
        else:
            self._send("always", rule=str(rule))

    def _take_arguments(self, text: str) -> None:
        try:
            arguments: object = json.loads(text)
        except (ValueError, RecursionError) as error:
            self._refuse(f"This is not JSON: {error}")
            return
        if not isinstance(arguments, dict):
            self._refuse('Arguments are an object, such as {"url": "https://example.org"}')
            return
        self._edited = cast("JsonObject", arguments) if arguments != self._waiting[0].tool_kwargs else None
        self._chosen = None
        self._close_input()
        self._since = self._clock()
        self.post_message(RequestEdited())

    def _refuse(self, problem: str) -> None:
        """Leave the line as it is, and say what is wrong with it."""
        self._problem = problem
        self.text.refresh(layout=True)

    def _send(self, response: str, *, reason: str = "", rule: str = "") -> None:
        current = self.current
        if current is None:
            return
        edited = self._edited if response != "deny" else None
        self._chosen = self._edited = None
        self._close_input()
        self.post_message(RequestAnswered(current.request_id, response, reason, rule, edited))

    def _open_input(self, typing: Typing, value: str = "") -> None:
        self._typing, self._problem = typing, ""
        answer = self.answer_input
        answer.value = value
        answer.cursor_position = len(value)
        answer.placeholder = PLACEHOLDERS[typing]
        answer.display = True
        answer.focus()

    def _close_input(self) -> None:
        self._problem = ""
        if self.is_mounted:
            self.answer_input.display = False

    def _lines(self, width: int) -> list[list[StyledText]]:
        current = self.current
        if current is None:
            return []
        state = BarState(
            waiting=sum(1 + request.behind for request in self._waiting),
            chosen=self._chosen or "",
            typing=self._typing if self.is_typing else None,
            problem=self._problem,
            is_edited=self._edited is not None,
            is_ask=self._is_ask,
        )
        return bar_rows(current, state, width)


class OpenRequests:
    """Finds the agent's questions in the blocks; the assistant's status says which of them are open."""

    def __init__(self) -> None:
        self._blocks: dict[str, InputBlock] = {}

    def load(self, blocks: Iterable[Block]) -> None:
        """Use the blocks of another session."""
        self._blocks.clear()
        for block in blocks:
            self._learn(block)

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if isinstance(change, Opened | Replaced | Closed):
                self._learn(change.block)

    def among(self, request_ids: Sequence[str]) -> list[InputBlock]:
        """The questions with these ids, in this order."""
        return [self._blocks[request_id] for request_id in request_ids if request_id in self._blocks]

    def _learn(self, block: Block) -> None:
        if not isinstance(block, InputBlock):
            return
        if block.response is None and block.status == "open":
            self._blocks[block.request_id] = block
        else:
            self._blocks.pop(block.request_id, None)

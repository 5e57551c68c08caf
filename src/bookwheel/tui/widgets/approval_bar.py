"""The bar with the requests of the agent: between page and prompt, never over them, the oldest request first.

One letter answers. A terminal's reply to a control sequence arrives as typed letters too, and a document can choose
them. Keys within 50 ms of each other therefore count as such a reply, or as a paste, and are ignored; a letter is sent
50 ms after it was typed. Keys typed within 400 ms after a request appears are ignored as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual import getters
from textual.containers import Vertical

from bookwheel.transcript.blocks import Block, Change, Closed, InputBlock, Opened, Replaced
from bookwheel.transcript.call_arguments import arguments_line
from bookwheel.transcript.sanitize import clean_line, reveal_line
from bookwheel.tui.messages import RequestAnswered, RequestDetailWanted
from bookwheel.tui.rows.signs import terminal_signs
from bookwheel.tui.rows.wrapping import cells, clip, clip_counted
from bookwheel.tui.widgets.search_bar import Field
from bookwheel.tui.widgets.text_line import StyledText, TextLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.content import Content
    from textual.timer import Timer
    from textual.widgets import Input

GRACE_S = 0.4
BURST_S = 0.05
_LETTERS = {"once": "a", "session": "s", "deny": "d"}
_ANSWER: tuple[StyledText, ...] = (("a", "strong"), (" answer", "muted"))
_WORDS = {"once": "once", "session": "for this session", "deny": "deny"}


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
        self._is_reason = False
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
        """The question that is shown."""
        return self._waiting[0] if self._waiting else None

    @property
    def is_typing(self) -> bool:
        """Whether an answer is being typed into the bar."""
        return self.display and self.answer_input.has_focus

    def show(self, waiting: Sequence[InputBlock], *, is_ask: bool) -> None:
        """The questions that wait, oldest first; `is_ask`: the prompt has the keys."""
        before = self.current
        self._waiting, self._is_ask = tuple(waiting), is_ask
        current = self.current
        if (before and before.request_id) != (current and current.request_id):
            self._since = self._clock()
            self._chosen = None
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
            self._open_input(is_reason=False)

    def choices(self) -> tuple[str, ...]:
        return self.current.choices if self.current is not None else ()

    @property
    def chosen(self) -> str | None:
        return self._chosen

    def choose(self, choice: str) -> None:
        """Mark a choice, which `confirm` sends. A request without choices is answered by typing."""
        choices = self.choices()
        if not choices and choice == "once":
            self._open_input(is_reason=False)
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
            self._open_input(is_reason=True)

    def confirm(self) -> None:
        """Send the marked choice, unless a burst of keys has taken the mark back; with a reason being typed, wait."""
        if self._chosen is not None and not self.is_typing:
            self._send(self._chosen)

    def details(self) -> None:
        if self.current is not None:
            self.post_message(RequestDetailWanted(self.current))

    def drop(self) -> bool:
        """Clear the mark or the typed line; False when there was neither."""
        had = self._chosen is not None or self.is_typing
        self._chosen = None
        self._close_input()
        self.text.refresh()
        return had

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if self._is_reason:
            self._send("deny", reason=text)
        elif text:
            self._send(text)

    def _send(self, response: str, *, reason: str = "") -> None:
        current = self.current
        if current is None:
            return
        self._chosen = None
        self._close_input()
        self.post_message(RequestAnswered(current.request_id, response, reason))

    def _open_input(self, *, is_reason: bool) -> None:
        self._is_reason = is_reason
        answer = self.answer_input
        answer.value = ""
        answer.placeholder = "why not? the model gets this line" if is_reason else "your answer"
        answer.display = True
        answer.focus()

    def _close_input(self) -> None:
        if self.is_mounted:
            self.answer_input.display = False

    def _lines(self, width: int) -> list[list[StyledText]]:
        current = self.current
        if current is None:
            return []
        count = f"1 of {len(self._waiting)}"
        if current.agent:
            count = f"{count} {terminal_signs().dot} asked by {clean_line(current.agent)}"
        head = f" {terminal_signs().waiting} "
        asked = clip(_asked(current), width - cells(head) - cells(count) - 2)
        gap = " " * max(1, width - cells(head) - cells(asked) - cells(count) - 1)
        return [
            [(head, "warning"), (asked, "strong"), (f"{gap}{count} ", "muted")],
            *_arguments(current, width),
            self._keys(current),
        ]

    def _keys(self, current: InputBlock) -> list[StyledText]:
        if self.is_typing:
            what = " refuses, with this line" if self._is_reason else " sends"
            return [
                ("   ", "plain"),
                ("Enter", "strong"),
                (f"{what}   ", "muted"),
                ("Esc", "strong"),
                (" back", "muted"),
            ]
        if self._is_ask:
            waiting: list[StyledText] = [("   waiting for you: ", "muted"), ("Esc", "strong")]
            return [*waiting, *([(", then choose", "muted")] if current.choices else [(" ", "plain"), *_ANSWER])]
        if not current.choices:
            return [("   ", "plain"), *_ANSWER]
        line: list[StyledText] = [("   ", "plain")]
        for choice in current.choices:
            letter, word = _LETTERS.get(choice, ""), clean_line(_WORDS.get(choice, choice))
            style = "chosen" if choice == self._chosen else "muted"
            line += [(f"{letter} " if letter else "", "strong"), (f" {word} ", style), ("  ", "plain")]
        if self._chosen is None:
            line += [("v", "strong"), (" all of it", "muted")]
        else:
            line += [("Enter", "strong"), (" sends", "muted")]
        return line


def _asked(block: InputBlock) -> str:
    return reveal_line(block.prefix) or (clean_line(block.tool_name or "") or "The agent asks")


def _arguments(block: InputBlock, width: int) -> list[list[StyledText]]:
    """The arguments of the tool, exactly as it gets them, on one row that says how much of them was cut."""
    if not block.tool_name:
        return []
    text = f"{clean_line(block.tool_name)}  {arguments_line(block.tool_kwargs)}"
    return [[("   ", "plain"), (clip_counted(text, width - 5, ": v shows all"), "plain")]]


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

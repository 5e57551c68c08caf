"""Draws the approval bar: the request, the call that would run, the rule that would be kept, and the keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean_line, reveal_line
from bookwheel.transcript.blocks import InputBlock
from bookwheel.transcript.call_arguments import arguments_line
from bookwheel.tui.rows.signs import terminal_signs
from bookwheel.tui.rows.wrapping import cells, clip, clip_counted
from bookwheel.tui.widgets.text_line import StyledText

Typing = Literal["answer", "reason", "rule", "arguments"]
PLACEHOLDERS: Mapping[Typing, str] = {
    "answer": "your answer",
    "reason": "why not? the model gets this line",
    "rule": "the rule to keep in the settings",
    "arguments": "the arguments as JSON",
}
_ENTER: Mapping[Typing, str] = {
    "answer": "sends",
    "reason": "refuses, with this line",
    "rule": "allows it, and keeps this rule in the settings",
    "arguments": "takes these arguments; nothing runs yet",
}
_LETTERS = {"once": "a", "session": "s", "always": "A", "deny": "d"}
_WORDS = {"session": "this session", "always": "always…", "why": "deny + why", "send": " sends"}
_SHORT_WORDS = {"why": "why", "send": ""}
_ANSWER: tuple[StyledText, ...] = (("a", "strong"), (" answer", "muted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BarState:
    """What the bar shows beside the request: `waiting` requests in all, the marked choice, and what is being typed.

    `problem` is what is wrong with the typed line; `is_ask`: the prompt has the keys.
    """

    waiting: int
    chosen: str = ""
    typing: Typing | None = None
    problem: str = ""
    is_edited: bool = False
    is_ask: bool = True


def bar_rows(request: InputBlock, state: BarState, width: int) -> list[list[StyledText]]:
    """The rows of the bar."""
    count = f"1 of {state.waiting}"
    if request.agent:
        count = f"{count} {terminal_signs().dot} asked by {clean_line(request.agent)}"
    head = f" {terminal_signs().waiting} "
    asked = clip(_asked(request), width - cells(head) - cells(count) - 2)
    gap = " " * max(1, width - cells(head) - cells(asked) - cells(count) - 1)
    return [
        [(head, "warning"), (asked, "strong"), (f"{gap}{count} ", "muted")],
        *_arguments(request, width, is_edited=state.is_edited),
        *_rule(request, width),
        _keys(request, state, width),
    ]


def _keys(request: InputBlock, state: BarState, width: int) -> list[StyledText]:
    if state.typing is not None:
        return _typing_keys(state)
    if state.is_ask:
        waiting: list[StyledText] = [("   waiting for you: ", "muted"), ("Esc", "strong")]
        return [*waiting, *([(", then choose", "muted")] if request.choices else [(" ", "plain"), *_ANSWER])]
    if not request.choices:
        return [("   ", "plain"), *_ANSWER]
    line = [("   ", "plain"), *_choices(request, state, _WORDS)]
    if sum(cells(text) for text, _ in line) <= width:
        return line
    return [(" ", "plain"), *_choices(request, state, _SHORT_WORDS)]


def _choices(request: InputBlock, state: BarState, words: Mapping[str, str]) -> list[StyledText]:
    line: list[StyledText] = []
    for choice in request.choices:
        line += _choice(choice, request, words, is_chosen=choice == state.chosen)
    last = ("v", " all") if not state.chosen else ("Enter", words["send"])
    return [*line, (last[0], "strong"), (last[1], "muted")]


def _typing_keys(state: BarState) -> list[StyledText]:
    if state.problem:
        return [(f"   {clean_line(state.problem)}", "warning")]
    what = _ENTER[state.typing or "answer"]
    return [("   ", "plain"), ("Enter", "strong"), (f" {what}   ", "muted"), ("Esc", "strong"), (" back", "muted")]


def _choice(choice: str, request: InputBlock, words: Mapping[str, str], *, is_chosen: bool) -> list[StyledText]:
    word = clean_line(words.get(choice, choice))
    line: list[StyledText] = [(_LETTERS.get(choice, ""), "strong"), (f" {word} ", "chosen" if is_chosen else "muted")]
    line.append((" ", "plain"))
    if choice != "deny":
        return line
    edit: list[StyledText] = [("e", "strong"), (" edit  ", "muted")] if request.may_edit else []
    return [*edit, *line, ("D", "strong"), (f" {words['why']}  ", "muted")]


def _asked(block: InputBlock) -> str:
    return reveal_line(block.prefix) or (clean_line(block.tool_name or "") or "The agent asks")


def _arguments(block: InputBlock, width: int, *, is_edited: bool) -> list[list[StyledText]]:
    """The arguments of the tool, exactly as it gets them, on one row that says how much of them was cut."""
    if not block.tool_name:
        return []
    mark: list[StyledText] = [("edited ", "warning")] if is_edited else []
    text = f"{clean_line(block.tool_name)}  {arguments_line(block.tool_kwargs)}"
    return [[("   ", "plain"), *mark, (clip_counted(text, width - 5 - 7 * is_edited, ": v shows all"), "plain")]]


def _rule(block: InputBlock, width: int) -> list[list[StyledText]]:
    """What a lasting permission would keep, before it is kept."""
    if not block.rule:
        return []
    return [[("   s and A allow: ", "muted"), (clip(reveal_line(block.rule), width - 20), "plain")]]

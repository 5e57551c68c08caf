"""The ReAct protocol, read while it streams: thoughts, one action, or the answer, each told apart at once."""

from __future__ import annotations

import json
from typing import Literal, cast

from bookwheel.engine.schema import JsonObject

Section = Literal["start", "thought", "action", "input", "answer", "ended"]

_MARKS: dict[str, Section] = {
    "thought:": "thought",
    "action:": "action",
    "action input:": "input",
    "answer:": "answer",
    "observation:": "ended",
}


class ReActReader:
    """Takes the model's text in pieces; gives back what is answer and what is thought, without the protocol's marks.

    A mark counts at the beginning of a line, and no more once the answer has begun. Text that follows no mark is the
    answer: weak models forget the form.
    """

    def __init__(self) -> None:
        self.action = ""
        self.arguments = ""
        self.has_answer = False
        self._section: Section = "start"
        self._line = ""
        self._at_line_start = True
        self._pending_space = ""
        self._is_fresh = True

    def push(self, text: str) -> tuple[str, str]:
        """(answer, thought) that `text` brings for certain; what may still become a mark is held back."""
        answer: list[str] = []
        thought: list[str] = []
        for part in text.splitlines(keepends=True):
            self._read(part, answer, thought)
        return "".join(answer), "".join(thought)

    def finish(self) -> tuple[str, str]:
        """What was held back to the end."""
        answer: list[str] = []
        thought: list[str] = []
        held, self._line = self._line, ""
        self._give(held, answer, thought)
        return "".join(answer), "".join(thought)

    def _read(self, part: str, answer: list[str], thought: list[str]) -> None:
        if not self._at_line_start or self._section == "answer":
            self._give(part, answer, thought)
        else:
            self._line += part
            mark = _mark_of(self._line)
            if mark is None and not part.endswith("\n"):
                return
            held, self._line = self._line, ""
            if mark:
                held = self._enter(mark, held)
            self._give(held, answer, thought)
        self._at_line_start = part.endswith("\n")

    def _enter(self, mark: str, line: str) -> str:
        rest = line.lstrip()[len(mark) :]
        self._pending_space = ""
        self._is_fresh = True
        # After a whole action the model may go on to make up the tool's result; nothing of that is real.
        self._section = "ended" if self._section in ("input", "ended") else _MARKS[mark]
        return rest.lstrip(" ")

    def _give(self, text: str, answer: list[str], thought: list[str]) -> None:
        match self._section:
            case "thought":
                body = text.lstrip(" ") if self._is_fresh else text
                self._is_fresh = self._is_fresh and not body
                thought.append(body)
            case "action":
                self.action += text
            case "input":
                self.arguments += text
            case "answer" | "start":
                self._give_answer(text, answer)
            case "ended":
                pass

    def _give_answer(self, text: str, answer: list[str]) -> None:
        # Blank space counts only once more text follows: the answer has none at its ends.
        body = text if self.has_answer else text.lstrip()
        stripped = body.rstrip()
        if not stripped:
            self._pending_space += body
            return
        self.has_answer = True
        answer.append(self._pending_space + stripped)
        self._pending_space = body[len(stripped) :]


def read_action(action: str, arguments: str) -> tuple[str, JsonObject]:
    """The tool's name and its arguments; ValueError when they are not in the form."""
    name = action.strip().strip("`*\"'").strip()
    if not name:
        raise ValueError("there is no tool's name after Action:")
    text = arguments.strip().removeprefix("```json").strip("`").strip() or "{}"
    try:
        # A weak model may go on after the object.
        value: object = json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the Action Input is no JSON object ({error})") from error
    if not isinstance(value, dict):
        raise ValueError("the Action Input is no JSON object")
    return name, cast("JsonObject", value)


def _mark_of(line: str) -> str | None:
    """The mark that `line` begins with, "" when it cannot become one, None while it still may."""
    start = line.lstrip().lower()
    for mark in _MARKS:
        if start.startswith(mark):
            return mark
    # "Action" may become "Action:" or "Action Input:".
    return None if any(mark.startswith(start) for mark in _MARKS) else ""

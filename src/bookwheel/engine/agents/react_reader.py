"""Reads the ReAct protocol while it streams: thoughts, one action, or the answer."""

from __future__ import annotations

import ast
import json
import re
from typing import Literal, cast

from bookwheel.engine.schema import JsonObject
from bookwheel.lazy_regex import lazy_regex

Section = Literal["start", "thought", "action", "input", "answer", "ended"]

_MARKS: dict[str, Section] = {
    "thought:": "thought",
    "action:": "action",
    "action input:": "input",
    "final answer:": "answer",
    "answer:": "answer",
    "observation:": "ended",
}
# Some models write the marks in bold.
_LINE_MARK = lazy_regex(
    r"\s*(?:\*\*)?(thought|action input|action|final answer|answer|observation)(?:\*\*)?:(?:\*\*)?", re.IGNORECASE
)
_OPEN_BOLD_MARK = lazy_regex(r"\s*\*\*[a-z ]+:\*?$", re.IGNORECASE)
# In the middle of a line a mark needs its capital letters: "the answer:" is prose.
_INNER_MARKS = ("Action Input:", "Action:", "Final Answer:", "Answer:", "Observation:")
_INNER_MARK = lazy_regex(rf"(?<=\s)({'|'.join(_INNER_MARKS)})")
_MAY_HAVE_INNER_MARKS = frozenset({"start", "thought", "action"})


class ReActReader:
    """Splits the model's text, given in pieces, into answer and thought, without the protocol's marks.

    A mark counts at the start of a line, in a thought also within a line, and not after the answer has begun. Text
    without a mark is the answer, because weak models forget the form. If a mark follows later, that text was a
    thought, and `take_restart` says that the answer starts again.
    """

    def __init__(self) -> None:
        self.action = ""
        self.arguments = ""
        self.has_answer = False
        self._section: Section = "start"
        self._held = ""
        self._at_line_start = True
        self._pending_space = ""
        self._is_fresh = True
        self._shown = False
        self._restarts = False

    def push(self, text: str) -> tuple[str, str]:
        """The new (answer, thought) after `text`; text that may be the start of a mark is held back."""
        answer: list[str] = []
        thought: list[str] = []
        for part in text.splitlines(keepends=True):
            self._read(part, answer, thought)
        self._shown = self._shown or bool(answer)
        return "".join(answer), "".join(thought)

    def finish(self) -> tuple[str, str]:
        """The (answer, thought) that was held back."""
        answer: list[str] = []
        thought: list[str] = []
        held, self._held = self._held, ""
        self._give(held, answer, thought)
        return "".join(answer), "".join(thought)

    def take_restart(self) -> bool:
        """Whether the text given as the answer was in fact a thought; True once."""
        restarts, self._restarts = self._restarts, False
        return restarts

    def _read(self, part: str, answer: list[str], thought: list[str]) -> None:
        text, self._held = self._held + part, ""
        while self._section != "answer" and (found := self._find_mark(text)) is not None:
            self._give(text[: found.start()], answer, thought)
            self._enter(_MARKS[found[1].lower().rstrip(":") + ":"], answer, thought)
            text = text[found.end() :].lstrip(" ")
            self._at_line_start = False
        if not part.endswith("\n") and self._section != "answer":
            kept = self._length_to_hold(text)
            text, self._held = text[: len(text) - kept], text[len(text) - kept :]
        self._give(text, answer, thought)
        # If all text is held back, the next piece is still at the start of the line.
        self._at_line_start = part.endswith("\n") or (self._at_line_start and not text)

    def _find_mark(self, text: str) -> re.Match[str] | None:
        if self._at_line_start and (found := _LINE_MARK.match(text)) is not None:
            # The stars that end the mark may still come.
            return None if _OPEN_BOLD_MARK.match(text) else found
        return _INNER_MARK.search(text) if self._section in _MAY_HAVE_INNER_MARKS else None

    def _length_to_hold(self, text: str) -> int:
        start = text.lstrip().strip("*").lower()
        if self._at_line_start and any(mark.startswith(start) for mark in _MARKS):
            return len(text)
        if self._section not in _MAY_HAVE_INNER_MARKS:
            return 0
        last = max(text.rfind(" "), text.rfind("\t"))
        # The first word of a two-word mark may be there already.
        for space in (text.rfind(" ", 0, max(last, 0)), last):
            if space >= 0 and any(mark.startswith(text[space + 1 :]) for mark in _INNER_MARKS):
                # Include the space before it, which belongs to the mark.
                return len(text) - space
        return 0

    def _enter(self, section: Section, answer: list[str], thought: list[str]) -> None:
        if self._section == "start" and (answer or self._shown):
            self._restarts = self._shown
            thought[:0] = answer
            answer.clear()
            self.has_answer = False
            self._shown = False
        self._pending_space = ""
        self._is_fresh = True
        # After a complete action, models may invent the tool's result; ignore all of it.
        self._section = "ended" if self._section in ("input", "ended") else section

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
        # Hold white space back until text follows, so that the answer has none at its ends.
        body = text if self.has_answer else text.lstrip()
        stripped = body.rstrip()
        if not stripped:
            self._pending_space += body
            return
        self.has_answer = True
        answer.append(self._pending_space + stripped)
        self._pending_space = body[len(stripped) :]


def read_action(action: str, arguments: str) -> tuple[str, JsonObject]:
    """The tool's name and its arguments. Raises ValueError when they are not in the required form."""
    # Some models write the call itself: multiply(a=2, b=4). The arguments stand below it.
    name = action.strip().strip("`*\"'").partition("(")[0].strip()
    if not name:
        raise ValueError("no tool is named after Action:")
    text = arguments.strip().removeprefix("```json").strip("`").strip() or "{}"
    value = _object_in(text)
    if not isinstance(value, dict):
        raise ValueError("the Action Input is not a JSON object")
    return name, cast("JsonObject", value)


def _object_in(text: str) -> object:
    try:
        # A weak model may write more text after the object.
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError) as error:
        try:
            # Some models write a Python dictionary, with single quotes.
            return ast.literal_eval(text[: text.rindex("}") + 1])
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            raise ValueError(f"the Action Input is not a JSON object ({error})") from error

"""What the agent asks the user: said with every argument, and answered by a word."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bookwheel.assistant.assistant import Assistant
from bookwheel.engine.tools.approval import DENY
from bookwheel.markup.sanitize import clean_line, reveal_line
from bookwheel.transcript.blocks import InputBlock
from bookwheel.transcript.call_arguments import shortened_arguments

MAX_ASKED = 4_000
"""Characters of the arguments that are approved; the number of those left out is named."""


class PlainRequests:
    """The requests that have no answer yet, oldest first; `say` writes whole lines."""

    def __init__(self, assistant: Assistant, say: Callable[[str], None]) -> None:
        self._assistant = assistant
        self._say = say
        self._open: dict[str, tuple[float, InputBlock]] = {}

    def __bool__(self) -> bool:
        return bool(self._open)

    def note(self, block: InputBlock) -> None:
        """Say a new request, and forget one that has its answer."""
        if block.response is not None or block.status != "open":
            self._open.pop(block.request_id, None)
        elif block.request_id not in self._open:
            self._open[block.request_id] = (time.monotonic(), block)
            count = len(self._open)
            self._say(f"\n{_request_text(block, count, count)}\n{_ways_to_answer(block.choices)}")

    def clear(self) -> None:
        self._open.clear()

    def was_shown_before(self, t: float) -> bool:
        """Whether the oldest request was there when a line was typed (`time.monotonic()`)."""
        return bool(self._open) and t > self._oldest()[0]

    async def respond(self, line: str, *, is_late: bool) -> bool:
        """Whether the line answered the oldest request; with `is_late` it may not, as it was typed before."""
        if not self._open or is_late or line.lstrip().startswith("/"):
            return False
        request = self._oldest()[1]
        answer = answer_to(line, request.choices)
        if answer is None:
            return False
        response, reason = answer
        self._open.pop(request.request_id, None)
        fields = {"reason": reason} if reason else {}
        if not await self._assistant.respond(request.request_id, response, **fields):
            self._say("This request is no longer open.")
        return True

    async def refuse(self, reason: str) -> None:
        """Refuse the oldest request; a run that asked for a text is stopped."""
        request = self._oldest()[1]
        self._open.pop(request.request_id, None)
        if DENY in request.choices:
            await self._assistant.respond(request.request_id, DENY, reason=reason)
        else:
            await self._assistant.cancel()
        self._say(f"Not answered: {reason}")

    def ways(self) -> str:
        """What to type, for the oldest request."""
        return _ways_to_answer(self._oldest()[1].choices)

    def _oldest(self) -> tuple[float, InputBlock]:
        return next(iter(self._open.values()))


def _request_text(block: InputBlock, index: int, count: int) -> str:
    """What the agent asks the user, with every argument of the call."""
    by = f", asked by {clean_line(block.agent)}" if block.agent else ""
    kind = "Approval" if block.tool_name else "Question"
    lines = [f"{kind} {index} of {count}{by}: {reveal_line(block.prefix)}"]
    if block.tool_name:
        lines.append(f"  {reveal_line(block.tool_name)}  {shortened_arguments(block.tool_kwargs, MAX_ASKED)}")
    if block.rule:
        lines.append(f"  session and always allow: {reveal_line(block.rule)}")
    return "\n".join(lines)


_YES = {"yes": "once", "y": "once", "a": "once", "allow": "once", "s": "session", "A": "always"}
_NO = ("no", "n", "d", "D", "deny")


def answer_to(line: str, choices: Sequence[str]) -> tuple[str, str] | None:
    """The choice that a line makes, with the reason of a refusal; None for a line that makes none.

    Without `choices` any text is the answer.
    """
    text = line.strip()
    if not choices:
        return (text, "") if text else None
    if text in choices:
        return text, ""
    wanted = _YES.get(text) or _YES.get(text.casefold(), "")
    if wanted in choices:
        return wanted, ""
    first, _, rest = text.partition(" ")
    if DENY in choices and (first in _NO or first.casefold() in _NO):
        return DENY, rest.strip().removeprefix("because ").strip()
    near = [choice for choice in choices if text and choice.casefold().startswith(text.casefold())]
    return (near[0], "") if len(near) == 1 else None


def _ways_to_answer(choices: Sequence[str]) -> str:
    """The line that says what to type."""
    if not choices:
        return "Type the answer."
    words = {"once": "yes", "deny": "no (or: no, and a reason)"}
    return f"Type one of: {', '.join(words.get(choice, choice) for choice in choices)}."

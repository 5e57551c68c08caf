"""Asking a human before a tool runs, and what was answered for the rest of the session."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Literal, Protocol

from bookwheel.engine.schema import ToolSelection

# What a user sets for a tool that sends something away from this machine: never, after asking, or always.
WebPolicy = Literal["off", "ask", "on"]
WEB_POLICIES: tuple[WebPolicy, ...] = ("off", "ask", "on")

ONCE = "once"
DENY = "deny"
# Answers that count as a yes to all further calls under the same rule.
LASTING = frozenset({"session", "always"})
_YES = frozenset({"yes", "y", "true", "ok", "approve", "approved", "allow"})


class ApprovalRule:
    """Whether calls need a human's yes; several tools may share one rule, and then a lasting yes covers them all.

    `choices` are the answers offered. `question` is what is asked, in one line; None asks whether the tool may run.
    `granted` is True when no further call is asked about. With `one_at_a_time` a second call waits with its question
    until the first is answered, which may answer both.
    """

    def __init__(
        self,
        *,
        question: str | None = None,
        choices: Sequence[str] = (ONCE, "session", DENY),
        granted: bool = False,
        one_at_a_time: bool = False,
    ) -> None:
        self.question = question
        self.choices = tuple(choices)
        self.granted = granted
        self.one_at_a_time = one_at_a_time

    def answer(self, response: object) -> bool:
        """Whether `response` allows the call; a lasting yes is remembered."""
        choice = str(response).strip().lower()
        if choice in LASTING:
            self.granted = True
        # Anything that is not plainly a yes is a no.
        return choice in LASTING or choice == ONCE or choice in _YES or response is True


class CallWatch(Protocol):
    """Follows the tool calls of a run from outside: the desk keeps a log of them that survives a crash."""

    async def begins(self, call: ToolSelection) -> None:
        """Return when it is on record that the tool begins its work."""
        ...

    def may_have_run(self, call: ToolSelection) -> bool:
        """Whether the same call may have done its work in the run that this one goes on from."""
        ...


current_watch: ContextVar[CallWatch | None] = ContextVar("current_watch", default=None)
"""Set where a run is started; the calls of runs inside of a tool are that tool's own affair."""

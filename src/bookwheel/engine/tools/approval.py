"""Approval of tool calls by a human, and permissions that last for the session."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Literal, Protocol

from bookwheel.engine.schema import ToolSelection

# The setting of a tool that sends data to the web: never run it, ask first, or always run it.
WebPolicy = Literal["off", "ask", "on"]
WEB_POLICIES: tuple[WebPolicy, ...] = ("off", "ask", "on")

ONCE = "once"
SESSION = "session"
ALWAYS = "always"
DENY = "deny"
# Answers that also allow all further calls under the same rule.
LASTING = frozenset({SESSION, ALWAYS})
_YES = frozenset({"yes", "y", "true", "ok", "approve", "approved", "allow"})


class ApprovalRule:
    """Whether calls need approval. Several tools may share a rule; a lasting permission then covers all of them.

    `choices` are the offered answers. `question` is the question, in one line; None asks whether the tool may run.
    `granted` is True when further calls need no approval. With `one_at_a_time` the question of a second call waits for
    the answer to the first, which may allow both.
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
        """Whether `response` allows the call; a lasting permission is kept."""
        choice = str(response).strip().lower()
        if choice in LASTING:
            self.granted = True
        # Any other answer refuses the call.
        return choice in LASTING or choice == ONCE or choice in _YES or response is True


class Permissions(Protocol):
    """Lasting permissions of the user, as rules (`engine/tools/allow_rules.py`)."""

    def allows(self, call: ToolSelection) -> bool:
        """Whether a rule allows this call without a question."""
        ...

    async def grant(self, rule: str, *, always: bool) -> str:
        """Keep a rule, for this session or always; what the user must know about it, "" for nothing."""
        ...


current_permissions: ContextVar[Permissions | None] = ContextVar("current_permissions", default=None)
"""Set by the desk for its agents; without them a lasting permission covers all calls under the same `ApprovalRule`."""


class CallWatch(Protocol):
    """Observes the tool calls of a run; the desk uses it to log them, so that the log survives a crash."""

    async def begins(self, call: ToolSelection) -> None:
        """Record that the tool starts; returns when the record is saved."""
        ...

    def may_have_run(self, call: ToolSelection) -> bool:
        """Whether the same call may have been executed in the run that this one resumes."""
        ...


current_watch: ContextVar[CallWatch | None] = ContextVar("current_watch", default=None)
"""Set by the code that starts a run; not set for runs inside a tool."""

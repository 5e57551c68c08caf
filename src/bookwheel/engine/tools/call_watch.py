"""Who follows the tool calls of a run from outside: the desk keeps a log of them that survives a crash."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

from bookwheel.engine.schema import ToolSelection


class CallWatch(Protocol):
    """Follows the calls of one run."""

    async def begins(self, call: ToolSelection) -> None:
        """Return when it is on record that the tool begins its work."""
        ...

    def may_have_run(self, call: ToolSelection) -> bool:
        """Whether the same call may have done its work in the run that this one goes on from."""
        ...


current_watch: ContextVar[CallWatch | None] = ContextVar("current_watch", default=None)
"""Set where a run is started; the calls of runs inside of a tool are that tool's own affair."""

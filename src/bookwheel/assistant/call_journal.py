"""The tool calls of a run: in the log before the tool begins, and known to the run that continues it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from bookwheel.engine.events.agent_events import ToolCall
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.approval import DENY
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.blocks import Block, InputBlock, ToolBlock

if TYPE_CHECKING:
    from bookwheel.engine.research.research_state import ResearchState

Calls: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True)
class RunAgain:
    """The run that a new one continues ("" for none), and the calls in it that may have taken effect.

    `research` is the state of a research run when it ended.
    """

    resumes: str = ""
    earlier_calls: Calls = frozenset()
    research: ResearchState | None = None


NEW = RunAgain()

# A foreign workflow may not publish its events; its tools must not wait for ever.
_PATIENCE_S = 5.0


class CallJournal:
    """Follows the calls of one run; `saved` waits until all events so far are on disk, or cannot be."""

    def __init__(self, earlier: Calls, saved: Callable[[], Awaitable[None]]) -> None:
        self._earlier = set(earlier)
        self._saved = saved
        self._recorded: dict[str, asyncio.Event] = {}

    def note(self, call: ToolCall) -> None:
        """The event of this call was recorded."""
        self._recorded_event(call.tool_id).set()

    async def begins(self, call: ToolSelection) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._recorded_event(call.tool_id).wait()
        except TimeoutError:
            return
        await self._saved()

    def may_have_run(self, call: ToolSelection) -> bool:
        key = _key(call.tool_name, call.tool_kwargs)
        found = key in self._earlier
        self._earlier.discard(key)
        return found

    def _recorded_event(self, tool_id: str) -> asyncio.Event:
        return self._recorded.setdefault(tool_id, asyncio.Event())


def calls_of(blocks: Iterable[Block], run_id: str) -> Calls:
    """The calls of a run whose tools may have begun: all but those that still waited for the user or were refused."""
    begun: set[str] = set()
    held: set[str] = set()
    for block in blocks:
        if block.run != run_id:
            continue
        if isinstance(block, ToolBlock) and not block.is_error:
            begun.add(_key(block.tool_name, block.tool_kwargs))
        elif isinstance(block, InputBlock) and DENY in block.choices and block.response is None:
            held.add(_key(block.tool_name, block.tool_kwargs))
    return frozenset(begun - held)


def _key(name: str | None, arguments: object) -> str:
    return json.dumps([name, arguments], sort_keys=True, default=str)

"""A desk whose agent calls tools, in a process to be killed: `python -m … SESSIONS WORK POINT`.

WORK gets a line for each call of `note`. POINT is "question", "tool" or "after": printed when the run is there.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.support.desk import MockLLM, MockReply, Workflows, desk

from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool


def noting(work: Path, *, requires_approval: bool = False, waits: bool = False) -> FunctionTool:
    """A tool with a side effect: a line in `work`; with `waits` it does not come back."""

    async def note(text: str) -> str:
        """Note a text."""
        await asyncio.to_thread(_append, work, text)
        if waits:
            print("tool", flush=True)
            await asyncio.Event().wait()
        return "noted"

    return FunctionTool.from_defaults(note, requires_approval=requires_approval)


def _append(work: Path, text: str) -> None:
    with work.open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def waiting() -> FunctionTool:
    async def wait() -> str:
        """Wait for ever."""
        print("after", flush=True)
        await asyncio.Event().wait()
        return ""

    return FunctionTool.from_defaults(wait)


async def main(sessions: Path, work: Path, point: str) -> None:
    llm = MockLLM(
        [
            MockReply(tool_calls=[ToolSelection("c1", "note", {"text": "once"})]),
            MockReply(tool_calls=[ToolSelection("c2", "wait", {})]),
        ]
    )
    tools = [noting(work, requires_approval=point == "question", waits=point == "tool"), waiting()]
    async with desk(sessions, Workflows(llm, tools=tools), mode="agent") as assistant:
        await assistant.ask("Note it")
        if point == "question":
            while not assistant.status.waiting_requests:
                await asyncio.sleep(0.005)
            await assistant.sessions.current.saved()
            print("question", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))

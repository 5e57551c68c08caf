"""An agent that waits for a human, in a separate process: `python -m … LOG [FILE [ANSWER]]`.

The first process prints the saved context of a run that asks, and waits to be killed; a second one with that in FILE
goes on from it with ANSWER and prints the events. Each call of a tool is a line of LOG.
"""

import asyncio
import json
import sys
from pathlib import Path

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import HumanResponseEvent, InputRequiredEvent
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.context import Context


def agent(log: Path, *replies: str | list[ToolSelection]) -> AgentWorkflow:
    def look_up(word: str) -> str:
        """Look a word up."""
        _note(log, f"looked up {word}")
        return f"{word}: found"

    def delete_file(path: str) -> str:
        """Delete a file."""
        _note(log, f"deleted {path}")
        return "gone"

    tools = [look_up, FunctionTool.from_defaults(delete_file, requires_approval=True)]
    return AgentWorkflow.from_tools(tools, llm=MockLLM(replies))


def _note(log: Path, line: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


async def ask(log: Path) -> None:
    calls = [ToolSelection("c2", "delete_file", {"path": "old.txt"})]
    workflow = agent(log, [ToolSelection("c1", "look_up", {"word": "wheel"})], calls)
    handler = workflow.run(user_msg="Look up wheel, then delete old.txt")
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            print(json.dumps({"request_id": event.request_id, "context": handler.ctx.to_dict()}), flush=True)
            await asyncio.Event().wait()


async def go_on(log: Path, saved: Path, response: str) -> None:
    workflow = agent(log, "It is gone.")
    data = json.loads(saved.read_text(encoding="utf-8"))
    handler = workflow.run(ctx=Context.from_dict(workflow, data["context"]))
    handler.ctx.send_event(HumanResponseEvent(response=response, request_id=data["request_id"]))
    async for event in handler.stream_events():
        print(type(event).__name__)
    print(await handler)


if __name__ == "__main__":
    log, *more = sys.argv[1:]
    asyncio.run(ask(Path(log)) if not more else go_on(Path(log), Path(more[0]), more[1]))

"""The tool by which one agent gives the conversation to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bookwheel.engine.agents.agent_prompts import HANDOFF_TOOL
from bookwheel.engine.llms.prompt_templates import Template
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.errors import ToolError


def handoff_tool(
    others: Mapping[str, str],
    can_handoff_to: Sequence[str] | None,
    *,
    prompt: Template | str,
    output_prompt: Template | str,
) -> FunctionTool | None:
    """The tool for an agent beside `others` (name to description); None when it may hand off to no other.

    The tool only says who is next; the loop changes over when it sees the result.
    """
    allowed = {name: about for name, about in others.items() if can_handoff_to is None or name in can_handoff_to}
    if not allowed:
        return None

    async def handoff(to_agent: str, reason: str) -> str:
        if to_agent not in allowed:
            raise ToolError(f"Agent {to_agent!r} not found. Select a valid agent to hand off to: {', '.join(allowed)}.")
        return output_prompt.format(to_agent=to_agent, reason=reason)

    agent_info = "\n".join(f"{name}: {about}" for name, about in allowed.items())
    description = prompt.format(agent_info=agent_info)
    # return_direct only as LlamaIndex shows it in the event: a handoff ends no run.
    return FunctionTool.from_defaults(handoff, name=HANDOFF_TOOL, description=description, return_direct=True)

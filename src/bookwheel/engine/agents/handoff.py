"""The `handoff` tool, with which an agent hands off to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bookwheel.engine.agents.agent_prompts import HANDOFF_TOOL
from bookwheel.engine.llms.prompt_templates import Template, as_template
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.errors import ToolError


def handoff_tool(
    others: Mapping[str, str],
    can_handoff_to: Sequence[str] | None,
    *,
    prompt: Template | str,
    output_prompt: Template | str,
) -> FunctionTool | None:
    """The tool of an agent, where `others` maps names to descriptions; None when it may not hand off to any of them.

    The tool only returns the next agent; the loop switches when it reads the result.
    """
    allowed = {name: about for name, about in others.items() if can_handoff_to is None or name in can_handoff_to}
    if not allowed:
        return None

    async def handoff(to_agent: str, reason: str) -> str:
        if to_agent not in allowed:
            raise ToolError(f"Agent {to_agent!r} not found. Select a valid agent to hand off to: {', '.join(allowed)}.")
        return as_template(output_prompt).format(to_agent=to_agent, reason=reason)

    agent_info = "\n".join(f"{name}: {about}" for name, about in allowed.items())
    description = as_template(prompt).format(agent_info=agent_info)
    # As in LlamaIndex's events; a handoff does not end the run.
    return FunctionTool.from_defaults(handoff, name=HANDOFF_TOOL, description=description, return_direct=True)

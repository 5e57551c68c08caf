"""One model call of an agent, and its conversion to and from the `AgentOutput` of an overridden `take_step`."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.agents.agent_spec import AgentSpec
from bookwheel.engine.agents.model_call import AskedCall, Reply, Request, StepStream, ask_whole
from bookwheel.engine.events import AgentOutput
from bookwheel.engine.llms.chat import cut_of
from bookwheel.engine.query.citation_forms import CitationReader
from bookwheel.engine.query.citations import SourceNumbers
from bookwheel.engine.schema import ChatMessage, MessageRole, ToolSelection
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.live_run import LiveRun


async def model_step(
    agent: AgentSpec,
    run: LiveRun,
    messages: list[ChatMessage],
    tools: Sequence[FunctionTool],
    tool_choice: str | None = None,
) -> Reply:
    """Call an agent's model once, with the agent's streaming setting and call protocol."""
    protocol = agent.protocol
    request = Request(
        messages, protocol.specs(tools), tool_choice if tools else None, not agent.allow_parallel_tool_calls
    )
    reader = protocol.reader()
    if not agent.streaming:
        return await ask_whole(agent.llm, request, reader)
    stream = agent.llm.astream_chat(messages, **request.options)
    return await StepStream(run, agent.name, reader, messages, _citations(agent, run)).read(stream)


def _citations(agent: AgentSpec, run: LiveRun) -> CitationReader | None:
    """A reader for the citations of the answer; None without passages, and for a model that only quotes."""
    numbers = run.shared(SourceNumbers)
    if not numbers.nodes or agent.llm.metadata.only_quotes:
        return None
    return CitationReader(lambda: len(numbers.nodes))


def output_of(reply: Reply, agent_name: str) -> AgentOutput:
    """The reply as an `AgentOutput`."""
    return AgentOutput(
        response=ChatMessage(MessageRole.ASSISTANT, reply.text),
        tool_calls=[call.selection for call in reply.calls],
        current_agent_name=agent_name,
        usage=reply.usage,
        supported=reply.supported,
        cut=cut_of(reply.finish_reason),
    )


def reply_of(output: AgentOutput) -> Reply:
    """The `AgentOutput` of an overridden step as a reply."""
    calls = [AskedCall(ToolSelection.model_validate(call)) for call in output.tool_calls]
    return Reply(
        text=output.response.content or "",
        calls=calls,
        usage=output.usage,
        supported=output.supported,
        finish_reason=output.cut or "unknown",
    )

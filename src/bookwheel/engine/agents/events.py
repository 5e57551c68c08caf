"""The events of an agent's run, under LlamaIndex's names."""

from __future__ import annotations

from typing import Any

from bookwheel.engine.events import AgentInput as AgentInput
from bookwheel.engine.events import AgentOutput as AgentOutput
from bookwheel.engine.events import AgentSetup as AgentSetup
from bookwheel.engine.events import AgentStream as AgentStream
from bookwheel.engine.events import AgentStreamStructuredOutput as AgentStreamStructuredOutput
from bookwheel.engine.events import Event, StartEvent
from bookwheel.engine.tool_output import ToolOutput


class AgentWorkflowStartEvent(StartEvent):
    """Starts an agent's run; carries the arguments of `run()`."""


class ToolCall(Event):
    """A tool is about to be called, or to be asked about; its `ToolCallResult` always follows, unless the run ends."""

    tool_name: str
    tool_kwargs: dict[str, Any]
    tool_id: str


class ToolCallResult(Event):
    """The result of the `ToolCall` with the same `tool_id`, as the model will read it.

    Results come in the order in which the calls were asked for. With `return_direct` the result ends the run.
    """

    tool_name: str
    tool_kwargs: dict[str, Any]
    tool_id: str
    tool_output: ToolOutput
    return_direct: bool = False

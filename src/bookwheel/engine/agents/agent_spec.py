"""What a run needs to know of its agents: their settings as they are when it starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from bookwheel.engine.agents.agent_memory import ChatMemory
    from bookwheel.engine.agents.call_protocol import CallProtocol
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.schema import ChatMessage
    from bookwheel.engine.tools.function_tool import FunctionTool

EarlyStopping = Literal["force", "generate"]
StructuredOutputFn = Callable[["list[ChatMessage]"], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """One agent, as `BaseAgent` describes its arguments."""

    name: str
    description: str
    system_prompt: str | None
    tools: Sequence[FunctionTool]
    llm: LLM
    protocol: CallProtocol
    can_handoff_to: Sequence[str] | None
    streaming: bool
    tool_timeout: float | None
    allow_parallel_tool_calls: bool
    initial_tool_choice: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSpec:
    """The agents of one run by name, as `AgentWorkflow` describes its arguments."""

    agents: Mapping[str, AgentSpec]
    root_agent: str
    initial_state: Mapping[str, Any]
    handoff_prompt: str
    handoff_output_prompt: str
    state_prompt: str
    output_cls: type[Any] | None
    structured_output_fn: StructuredOutputFn | None
    timeout: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The arguments of one run; none of them outlives it."""

    user_msg: str | ChatMessage | None = None
    chat_history: Sequence[ChatMessage] | None = None
    memory: ChatMemory | None = None
    max_iterations: int = 20
    early_stopping_method: EarlyStopping = "generate"
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])

"""The settings of agents, copied when a run starts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.agents.agent_memory import ChatMemory
    from bookwheel.engine.agents.call_protocol import CallProtocol
    from bookwheel.engine.events import AgentOutput, ToolCallResult
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.prompt_templates import Template
    from bookwheel.engine.schema import ChatMessage
    from bookwheel.engine.tools.function_tool import FunctionTool
    from bookwheel.engine.workflow.context import Context

TakeStep = Callable[
    ["Context[Any]", "list[ChatMessage]", "Sequence[FunctionTool]", "ChatMemory"], "Awaitable[AgentOutput]"
]
HandleResults = Callable[["Context[Any]", "list[ToolCallResult]", "ChatMemory"], "Awaitable[None]"]
Finalize = Callable[["Context[Any]", "AgentOutput", "ChatMemory"], "Awaitable[AgentOutput]"]
EarlyStopping = Literal["force", "generate"]
StructuredOutputFn = Callable[["list[ChatMessage]"], Any]


class RetrievesTools(Protocol):
    """Finds the tools for a question."""

    async def aretrieve(self, query: str, /) -> Sequence[object]:
        """Functions, tools and tool specs."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """The settings of one agent (see `BaseAgent`); the last three are methods overridden by a subclass, or None."""

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
    tool_retriever: RetrievesTools | None = None
    take_step: TakeStep | None = None
    handle_tool_call_results: HandleResults | None = None
    finalize: Finalize | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSpec:
    """The agents of one run by name, and the settings they share (see `AgentWorkflow`)."""

    agents: Mapping[str, AgentSpec]
    root_agent: str
    initial_state: Mapping[str, Any]
    handoff_prompt: Template | str
    handoff_output_prompt: Template | str
    state_prompt: Template | str
    output_cls: type[Any] | None
    structured_output_fn: StructuredOutputFn | None
    timeout: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The arguments of one run."""

    user_msg: str | ChatMessage | None = None
    chat_history: Sequence[ChatMessage] | None = None
    memory: ChatMemory | None = None
    max_iterations: int = 20
    early_stopping_method: EarlyStopping = "generate"
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])

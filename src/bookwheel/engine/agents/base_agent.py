"""What every agent has: a name, a model, tools, and how it ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from bookwheel.engine.agents.agent_prompts import HANDOFF_TOOL, STATE
from bookwheel.errors import WorkflowValidationError

if TYPE_CHECKING:
    # Whoever only imports an agent need not wait for these: with asyncio they are nine tenths of the import.
    from bookwheel.engine.agents.agent_memory import ChatMemory
    from bookwheel.engine.agents.call_protocol import Dialect
    from bookwheel.engine.events import AgentOutput
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.schema import ChatMessage
    from bookwheel.engine.tools.function_tool import BaseToolSpec
    from bookwheel.engine.workflow.context import Context
    from bookwheel.engine.workflow.handler import Handler

EarlyStopping = Literal["force", "generate"]
StructuredOutputFn = Callable[["list[ChatMessage]"], Any]

DEFAULT_NAME = "Agent"
DEFAULT_DESCRIPTION = "An agent that can perform a task"
DEFAULT_TOOL_TIMEOUT_S = 120.0


class BaseAgent(ABC):
    """One agent; `run()` works on it alone, `AgentWorkflow` joins several.

    `tools` are functions, tools and tool specs. `llm` is `Settings.llm` unless given. `can_handoff_to` names the agents
    it may hand off to: None is all, an empty list none. `early_stopping_method` says what happens when all rounds are
    used: "generate" asks the model once more, without tools, for an answer from what is known; "force" fails. `timeout`
    is for a whole run and `tool_timeout` for one call, in seconds. `output_cls` (a pydantic model or dataclass) and
    `structured_output_fn` make a structured answer of the final one. `verbose` is taken for LlamaIndex's sake: the
    event stream tells all.
    """

    def __init__(
        self,
        *,
        name: str = DEFAULT_NAME,
        description: str = DEFAULT_DESCRIPTION,
        system_prompt: str | None = None,
        tools: Sequence[object] | BaseToolSpec | None = None,
        llm: LLM | None = None,
        can_handoff_to: Sequence[str] | None = None,
        initial_state: Mapping[str, Any] | None = None,
        state_prompt: str = STATE,
        output_cls: type[Any] | None = None,
        structured_output_fn: StructuredOutputFn | None = None,
        early_stopping_method: EarlyStopping = "generate",
        streaming: bool = True,
        timeout: float | None = None,
        tool_timeout: float | None = DEFAULT_TOOL_TIMEOUT_S,
        allow_parallel_tool_calls: bool = True,
        initial_tool_choice: str | None = None,
        verbose: bool = False,
    ) -> None:
        from bookwheel.engine.query.settings import model_or_default
        from bookwheel.engine.tools.function_tool import as_tools

        self.name = name
        self.description = description
        self.system_prompt = system_prompt
        self.tools = as_tools(tools or ())
        self.llm = model_or_default(llm)
        self.can_handoff_to = can_handoff_to
        self.initial_state = dict(initial_state or {})
        self.state_prompt = state_prompt
        self.output_cls = output_cls
        self.structured_output_fn = structured_output_fn
        self.early_stopping_method: EarlyStopping = early_stopping_method
        self.streaming = streaming
        self.timeout = timeout
        self.tool_timeout = tool_timeout
        self.allow_parallel_tool_calls = allow_parallel_tool_calls
        self.initial_tool_choice = initial_tool_choice
        self.verbose = verbose
        if any(tool.name == HANDOFF_TOOL for tool in self.tools):
            raise WorkflowValidationError(
                f"The agent {name!r} has a tool called {HANDOFF_TOOL!r}, which is the name of our own.",
                hint="Give the tool another name=.",
            )

    @abstractmethod
    def dialect(self) -> Dialect:
        """How this agent speaks with its model."""

    def run(
        self,
        user_msg: str | ChatMessage | None = None,
        chat_history: Sequence[ChatMessage] | None = None,
        memory: ChatMemory | None = None,
        ctx: Context[Any] | None = None,
        max_iterations: int | None = None,
        early_stopping_method: EarlyStopping | None = None,
        run_id: str | None = None,
    ) -> Handler[AgentOutput]:
        """Start a run of this agent alone; see `AgentWorkflow.run`."""
        from bookwheel.engine.agents.agent_workflow import AgentWorkflow

        return AgentWorkflow.of_one(self).run(
            user_msg,
            chat_history,
            memory,
            ctx,
            max_iterations,
            early_stopping_method,
            run_id,
        )

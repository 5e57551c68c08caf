"""`BaseAgent`, the base class of agents, and its two kinds: `FunctionAgent` and `ReActAgent`."""

from __future__ import annotations

from bookwheel.engine.agents.agent_prompts import HANDOFF, HANDOFF_OUTPUT, HANDOFF_TOOL, REACT, STATE
from bookwheel.engine.workflow.workflow import Workflow, check_limit
from bookwheel.errors import AgentTeamError, UsageError

# Import nothing else here, to keep `import` fast: most programs use an agent only seconds after importing it.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, ClassVar

    from bookwheel.engine.agents.agent_memory import ChatMemory
    from bookwheel.engine.agents.agent_spec import (
        AgentSpec,
        EarlyStopping,
        RetrievesTools,
        StructuredOutputFn,
        TeamSpec,
    )
    from bookwheel.engine.agents.call_protocol import CallProtocol
    from bookwheel.engine.events import AgentOutput, StartEvent, ToolCallResult
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.prompt_templates import Template
    from bookwheel.engine.schema import ChatMessage
    from bookwheel.engine.tools.function_tool import BaseToolSpec, FunctionTool
    from bookwheel.engine.workflow.context import Context
    from bookwheel.engine.workflow.handler import WorkflowHandler

DEFAULT_NAME = "Agent"
DEFAULT_DESCRIPTION = "An agent that can perform a task"
DEFAULT_MAX_ITERATIONS = 20
DEFAULT_TOOL_TIMEOUT_S = 120.0


class AgentRunner(Workflow):
    """The common base of `BaseAgent` and `AgentWorkflow`: prompts and `run()`."""

    early_stopping_method: EarlyStopping = "generate"
    # LlamaIndex's prompt names, each with the attribute that holds the prompt.
    _prompts: ClassVar[Mapping[str, str]] = {}

    def get_prompts(self) -> dict[str, Template]:
        """The prompts that can be replaced, by LlamaIndex's names."""
        from bookwheel.engine.llms.prompt_templates import as_template

        held = {name: getattr(self, attribute) for name, attribute in self._prompts.items()}
        return {name: as_template(held) for name, held in held.items()}

    def update_prompts(self, prompts: Mapping[str, Template | str]) -> None:
        """Replace prompts. Raises UsageError for an unknown name."""
        for name, prompt in prompts.items():
            if name not in self._prompts:
                known = ", ".join(self._prompts) or "none"
                raise UsageError(f"{type(self).__name__} has no prompt {name!r}.", hint=f"It has: {known}.")
            setattr(self, self._prompts[name], prompt)

    def _team(self) -> TeamSpec:
        """The current settings of the agents, for a run."""
        raise NotImplementedError(f"{type(self).__name__} does not define _team().")

    def run(
        self,
        user_msg: str | ChatMessage | None = None,
        chat_history: Sequence[ChatMessage] | None = None,
        memory: ChatMemory | None = None,
        ctx: Context[Any] | None = None,
        max_iterations: int | None = None,
        early_stopping_method: EarlyStopping | None = None,
        run_id: str | None = None,
        start_event: StartEvent | None = None,
        **fields: Any,
    ) -> WorkflowHandler[AgentOutput]:
        """Start a run; needs a running event loop. The result is an `AgentOutput`.

        Without `user_msg` the last message of `chat_history` is the question. `chat_history` replaces what the context
        (or `memory`) holds. `max_iterations` limits the model calls of this run that may call tools (20). The fields
        of a `start_event` are the same arguments; further `fields` are accepted and have no effect. Raises
        WorkflowValidationError without a question, and NotImplementedError, with the model's name, when an agent
        with `streaming` has a model that cannot stream.
        """
        from bookwheel.engine.agents.agent_spec import RunOptions
        from bookwheel.engine.agents.start import start_agents
        from bookwheel.engine.workflow.tasks import run_slots

        options = RunOptions(
            user_msg=user_msg,
            chat_history=chat_history,
            memory=memory,
            max_iterations=DEFAULT_MAX_ITERATIONS if max_iterations is None else max_iterations,
            early_stopping_method=early_stopping_method or self.early_stopping_method,
            fields=fields,
        )
        slots = run_slots(self, self._num_concurrent_runs)
        return start_agents(self, self._team(), options, start_event, slots, ctx=ctx, run_id=run_id)


class BaseAgent(AgentRunner):
    """One agent; `run()` runs it alone, `AgentWorkflow` runs several together.

    `tools` are functions, tools and tool specs. `llm` is `Settings.llm` unless given. `can_handoff_to` names the agents
    it may hand off to: None is all, an empty list none. `early_stopping_method` is what happens when all rounds are
    used: "generate" asks the model once more, without tools, for an answer from what is known; "force" fails. `timeout`
    is for a whole run and `tool_timeout` for one call, in seconds. `output_cls` (a pydantic model or dataclass) and
    `structured_output_fn` turn the final answer into a structured one. `tool_retriever` finds further tools for each
    question. `verbose` and `scratchpad_key` are accepted as in LlamaIndex and have no effect: the event stream shows
    each step. A subclass may override `take_step`, `handle_tool_call_results` and `finalize`.
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
        state_prompt: Template | str = STATE,
        output_cls: type[Any] | None = None,
        structured_output_fn: StructuredOutputFn | None = None,
        early_stopping_method: EarlyStopping = "generate",
        streaming: bool = True,
        timeout: float | None = None,
        tool_timeout: float | None = DEFAULT_TOOL_TIMEOUT_S,
        allow_parallel_tool_calls: bool = True,
        initial_tool_choice: str | None = None,
        tool_retriever: RetrievesTools | None = None,
        scratchpad_key: str = "scratchpad",
        verbose: bool = False,
    ) -> None:
        super().__init__(timeout=timeout, verbose=verbose)
        check_limit("tool_timeout", tool_timeout)
        from bookwheel.engine.query.settings import model_or_default
        from bookwheel.engine.tools.function_tool import as_tools

        if system_prompt is not None and not isinstance(system_prompt, str):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
            raise UsageError(
                f"system_prompt= of the agent '{name}' takes text, not a {type(system_prompt).__name__}.",
                hint="A template: give it template.format(...).",
            )
        self.name = name
        self.description = description
        self.system_prompt = system_prompt
        self.tools: list[Any] = list(as_tools(tools or ()))
        self.llm = model_or_default(llm)
        self.can_handoff_to = can_handoff_to
        self.initial_state = dict(initial_state or {})
        self.state_prompt = state_prompt
        self.output_cls = output_cls
        self.structured_output_fn = structured_output_fn
        self.early_stopping_method: EarlyStopping = early_stopping_method
        self.streaming = streaming
        self.allow_parallel_tool_calls = allow_parallel_tool_calls
        self.initial_tool_choice = initial_tool_choice
        self.tool_retriever = tool_retriever
        self.verbose = verbose
        self._tool_timeout = tool_timeout
        _check_names(name, self.tools)

    def _call_protocol(self) -> CallProtocol:
        """The form in which this agent and its model call tools."""
        from bookwheel.engine.agents.call_protocol import NativeProtocol

        return NativeProtocol()

    async def take_step(
        self,
        ctx: Context[Any],
        llm_input: list[ChatMessage],
        tools: Sequence[FunctionTool],
        memory: ChatMemory,
    ) -> AgentOutput:
        """Call the model once; returns its answer, or the tools that it calls."""
        from bookwheel.engine.agents.model_step import model_step, output_of
        from bookwheel.engine.workflow.context import run_of

        reply = await model_step(self.__bookwheel_spec__(), run_of(ctx), llm_input, tools)
        return output_of(reply, self.name)

    async def handle_tool_call_results(
        self, ctx: Context[Any], results: list[ToolCallResult], memory: ChatMemory
    ) -> None:
        """Called with the results of each round of tool calls."""

    async def finalize(self, ctx: Context[Any], output: AgentOutput, memory: ChatMemory) -> AgentOutput:
        """Called with the result of the run; returns the result that the caller gets."""
        return output

    def __bookwheel_spec__(self) -> AgentSpec:
        from bookwheel.engine.agents.agent_spec import AgentSpec
        from bookwheel.engine.tools.function_tool import as_tools

        # `tools` is a public list, and may have changed since `__init__`.
        tools = as_tools(self.tools)
        _check_names(self.name, tools)
        return AgentSpec(
            name=self.name,
            description=self.description,
            system_prompt=self.system_prompt,
            tools=tools,
            llm=self.llm,
            protocol=self._call_protocol(),
            can_handoff_to=self.can_handoff_to,
            streaming=self.streaming,
            tool_timeout=self._tool_timeout,
            allow_parallel_tool_calls=self.allow_parallel_tool_calls,
            initial_tool_choice=self.initial_tool_choice,
            tool_retriever=self.tool_retriever,
            take_step=self._overridden("take_step"),
            handle_tool_call_results=self._overridden("handle_tool_call_results"),
            finalize=self._overridden("finalize"),
        )

    def _overridden(self, name: str) -> Any:
        is_ours = getattr(type(self), name) is getattr(BaseAgent, name)
        return None if is_ours else getattr(self, name)

    def _team(self) -> TeamSpec:
        from bookwheel.engine.agents.agent_spec import TeamSpec

        return TeamSpec(
            agents={self.name: self.__bookwheel_spec__()},
            root_agent=self.name,
            initial_state=self.initial_state,
            handoff_prompt=HANDOFF,
            handoff_output_prompt=HANDOFF_OUTPUT,
            state_prompt=self.state_prompt,
            output_cls=self.output_cls,
            structured_output_fn=self.structured_output_fn,
            timeout=self._timeout,
        )


def spec_of(agent: BaseAgent) -> AgentSpec:
    """The settings of an agent as they are now, for a run."""
    return agent.__bookwheel_spec__()


class FunctionAgent(BaseAgent):
    """Uses the endpoint's tool calls; several at a time if the model calls several."""


class ReActAgent(BaseAgent):
    """Lets the model write Thought, Action and Observation as text, one tool call at a time.

    The protocol does not appear in the answer: `thinking_delta` holds the thoughts, `delta` only the answer.
    """

    _prompts: ClassVar[Mapping[str, str]] = {"react_header": "_react_header"}
    _react_header: Template | str = REACT

    def _call_protocol(self) -> CallProtocol:
        from bookwheel.engine.agents.call_protocol import ReActProtocol

        return ReActProtocol(self._react_header)


def _check_names(agent: str, tools: Sequence[Any]) -> None:
    if any(tool.name == HANDOFF_TOOL for tool in tools):
        raise AgentTeamError(
            f"The agent {agent!r} has a tool called {HANDOFF_TOOL!r}; agents use that name to hand off.",
            hint="Give the tool another name=.",
        )


BaseWorkflowAgent = BaseAgent
"""LlamaIndex's name."""

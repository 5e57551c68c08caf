"""Agents as a workflow: one alone, or several that hand the conversation to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bookwheel.engine.agents.agent_prompts import HANDOFF, HANDOFF_OUTPUT, STATE
from bookwheel.engine.agents.base_agent import (
    DEFAULT_DESCRIPTION,
    DEFAULT_NAME,
    BaseAgent,
    EarlyStopping,
    StructuredOutputFn,
)
from bookwheel.engine.agents.function_agent import FunctionAgent
from bookwheel.engine.agents.react_agent import ReActAgent
from bookwheel.errors import WorkflowValidationError

if TYPE_CHECKING:
    # As in base_agent: only types, and dear to import.
    from bookwheel.engine.agents.agent_memory import ChatMemory
    from bookwheel.engine.events import AgentOutput
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.schema import ChatMessage
    from bookwheel.engine.tools.function_tool import BaseToolSpec
    from bookwheel.engine.workflow.context import Context
    from bookwheel.engine.workflow.handler import Handler

DEFAULT_MAX_ITERATIONS = 20


class AgentWorkflow:
    """Runs agents over one conversation, beginning with `root_agent`.

    Several agents need names and descriptions of their own; they share conversation and state, and change over by the
    tool `handoff`. `initial_state` is found under `ctx.store.get("state")`. The other arguments are those of
    `BaseAgent`, for all agents together. Raises WorkflowValidationError for agents that do not fit together.
    """

    def __init__(
        self,
        agents: Sequence[BaseAgent],
        initial_state: Mapping[str, Any] | None = None,
        root_agent: str | None = None,
        handoff_prompt: str = HANDOFF,
        handoff_output_prompt: str = HANDOFF_OUTPUT,
        state_prompt: str = STATE,
        timeout: float | None = None,
        output_cls: type[Any] | None = None,
        structured_output_fn: StructuredOutputFn | None = None,
        early_stopping_method: EarlyStopping = "generate",
        verbose: bool = False,
    ) -> None:
        _check(agents, root_agent)
        self.agents = {agent.name: agent for agent in agents}
        self.root_agent = root_agent or agents[0].name
        self.initial_state = dict(initial_state or {})
        self.handoff_prompt = handoff_prompt
        self.handoff_output_prompt = handoff_output_prompt
        self.state_prompt = state_prompt
        self.timeout = timeout
        self.output_cls = output_cls
        self.structured_output_fn = structured_output_fn
        self.early_stopping_method: EarlyStopping = early_stopping_method
        self.verbose = verbose

    @classmethod
    def of_one(cls, agent: BaseAgent) -> AgentWorkflow:
        """A workflow of one agent, by that agent's own arguments."""
        return cls(
            [agent],
            initial_state=agent.initial_state,
            state_prompt=agent.state_prompt,
            timeout=agent.timeout,
            output_cls=agent.output_cls,
            structured_output_fn=agent.structured_output_fn,
            early_stopping_method=agent.early_stopping_method,
        )

    @classmethod
    def from_tools(
        cls,
        tools_or_functions: Sequence[object] | BaseToolSpec | None = None,
        llm: LLM | None = None,
        system_prompt: str | None = None,
        state_prompt: str = STATE,
        initial_state: Mapping[str, Any] | None = None,
        output_cls: type[Any] | None = None,
        structured_output_fn: StructuredOutputFn | None = None,
        timeout: float | None = None,
        verbose: bool = False,
        early_stopping_method: EarlyStopping = "generate",
    ) -> AgentWorkflow:
        """A workflow of one agent with these tools: by native tool calls where the model has them, else by ReAct."""
        from bookwheel.engine.query.settings import model_or_default

        model = model_or_default(llm)
        agent = (FunctionAgent if model.metadata.is_function_calling_model else ReActAgent)(
            tools=tools_or_functions, llm=model, system_prompt=system_prompt
        )
        return cls(
            [agent],
            initial_state=initial_state,
            state_prompt=state_prompt,
            timeout=timeout,
            output_cls=output_cls,
            structured_output_fn=structured_output_fn,
            early_stopping_method=early_stopping_method,
            verbose=verbose,
        )

    from_tools_or_functions = from_tools

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
        """Start a run; needs a running event loop. The result is an `AgentOutput`.

        Without `user_msg` the last message of `chat_history` is the question. `chat_history` takes the place of what
        the context (or `memory`) remembers. `max_iterations` bounds the model calls of this run that may call tools
        (20). Raises WorkflowValidationError when nothing is asked and NotImplementedError, naming the model, when it
        shall stream and cannot.
        """
        for agent in self.agents.values():
            if agent.streaming and not agent.llm.metadata.is_streaming:
                raise NotImplementedError(f"The model {agent.llm.metadata.model_name} cannot stream.")
        from bookwheel.engine.agents.start import RunOptions, start_agents

        options = RunOptions(
            user_msg=user_msg,
            chat_history=chat_history,
            memory=memory,
            max_iterations=DEFAULT_MAX_ITERATIONS if max_iterations is None else max_iterations,
            early_stopping_method=early_stopping_method or self.early_stopping_method,
        )
        return start_agents(self, options, ctx=ctx, run_id=run_id)


def _check(agents: Sequence[BaseAgent], root_agent: str | None) -> None:
    names = [agent.name for agent in agents]
    if not names:
        raise WorkflowValidationError("An AgentWorkflow needs at least one agent.")
    if root_agent is not None and root_agent not in names:
        raise WorkflowValidationError(f"There is no agent {root_agent!r} to be the root agent.", hint=_known(names))
    if len(names) == 1:
        return
    if root_agent is None:
        raise WorkflowValidationError("With several agents one must be the root_agent.", hint=_known(names))
    for agent in agents:
        if names.count(agent.name) > 1:
            raise WorkflowValidationError(f"Two agents are called {agent.name!r}.")
        if agent.name == DEFAULT_NAME or agent.description == DEFAULT_DESCRIPTION:
            raise WorkflowValidationError(
                f"The agent {agent.name!r} needs a name= and a description= of its own beside others."
            )
        if agent.initial_state:
            raise WorkflowValidationError(
                f"The agent {agent.name!r} has an initial_state.", hint="Give it to the AgentWorkflow."
            )
        unknown = [name for name in agent.can_handoff_to or () if name not in names]
        if unknown:
            raise WorkflowValidationError(
                f"The agent {agent.name!r} may hand off to {unknown[0]!r}, which is no agent here.", hint=_known(names)
            )


def _known(names: Sequence[str]) -> str:
    return f"The agents are: {', '.join(names)}."

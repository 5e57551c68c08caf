"""`AgentWorkflow`: runs one agent, or several that hand off to each other."""

from __future__ import annotations

from bookwheel.engine.agents.agent_prompts import HANDOFF, HANDOFF_OUTPUT, STATE
from bookwheel.engine.agents.base_agent import (
    DEFAULT_DESCRIPTION,
    DEFAULT_NAME,
    AgentRunner,
    BaseAgent,
    FunctionAgent,
    ReActAgent,
    spec_of,
)
from bookwheel.errors import AgentTeamError

# Import nothing else here, to keep `import` fast: most programs use an agent only seconds after importing it.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, ClassVar

    from bookwheel.engine.agents.agent_spec import EarlyStopping, StructuredOutputFn, TeamSpec
    from bookwheel.engine.llms.llm import LLM
    from bookwheel.engine.llms.prompt_templates import Template
    from bookwheel.engine.tools.function_tool import BaseToolSpec


class AgentWorkflow(AgentRunner):
    """Runs agents in one conversation, starting with `root_agent`.

    Several agents need different names and descriptions; they share conversation and state, and hand off with the
    tool `handoff`. `initial_state` is stored under `ctx.store.get("state")`. The other arguments are those of
    `BaseAgent`, for all agents. Raises AgentTeamError for agents that do not fit together.
    """

    _prompts: ClassVar[Mapping[str, str]] = {
        "handoff_prompt": "handoff_prompt",
        "handoff_output_prompt": "handoff_output_prompt",
        "state_prompt": "state_prompt",
    }

    def __init__(
        self,
        agents: Sequence[BaseAgent],
        initial_state: Mapping[str, Any] | None = None,
        root_agent: str | None = None,
        handoff_prompt: Template | str = HANDOFF,
        handoff_output_prompt: Template | str = HANDOFF_OUTPUT,
        state_prompt: Template | str = STATE,
        timeout: float | None = None,
        output_cls: type[Any] | None = None,
        structured_output_fn: StructuredOutputFn | None = None,
        early_stopping_method: EarlyStopping = "generate",
        verbose: bool = False,
        disable_validation: bool = False,
        num_concurrent_runs: int | None = None,
    ) -> None:
        super().__init__(timeout, disable_validation, verbose, num_concurrent_runs)
        _check(agents, root_agent)
        self.agents = {agent.name: agent for agent in agents}
        self.root_agent = root_agent or agents[0].name
        self.initial_state = dict(initial_state or {})
        self.handoff_prompt = handoff_prompt
        self.handoff_output_prompt = handoff_output_prompt
        self.state_prompt = state_prompt
        self.output_cls = output_cls
        self.structured_output_fn = structured_output_fn
        self.early_stopping_method: EarlyStopping = early_stopping_method
        self.verbose = verbose

    @classmethod
    def from_tools(
        cls,
        tools_or_functions: Sequence[object] | BaseToolSpec | None = None,
        llm: LLM | None = None,
        system_prompt: str | None = None,
        state_prompt: Template | str = STATE,
        initial_state: Mapping[str, Any] | None = None,
        output_cls: type[Any] | None = None,
        structured_output_fn: StructuredOutputFn | None = None,
        timeout: float | None = None,
        verbose: bool = False,
        early_stopping_method: EarlyStopping = "generate",
    ) -> AgentWorkflow:
        """A workflow with one agent and these tools: a FunctionAgent if the model has tool calls, else a ReActAgent."""
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

    def _team(self) -> TeamSpec:
        from bookwheel.engine.agents.agent_spec import TeamSpec

        return TeamSpec(
            agents={name: spec_of(agent) for name, agent in self.agents.items()},
            root_agent=self.root_agent,
            initial_state=self.initial_state,
            handoff_prompt=self.handoff_prompt,
            handoff_output_prompt=self.handoff_output_prompt,
            state_prompt=self.state_prompt,
            output_cls=self.output_cls,
            structured_output_fn=self.structured_output_fn,
            timeout=self._timeout,
        )


def _check(agents: Sequence[BaseAgent], root_agent: str | None) -> None:
    names = [agent.name for agent in agents]
    if not names:
        raise AgentTeamError(
            "An AgentWorkflow needs at least one agent.", hint="Such as AgentWorkflow(agents=[FunctionAgent(...)])."
        )
    if root_agent is not None and root_agent not in names:
        raise AgentTeamError(f"The root_agent {root_agent!r} is not one of the agents.", hint=_known(names))
    if len(names) == 1:
        return
    if root_agent is None:
        raise AgentTeamError("Several agents need a root_agent.", hint=_known(names))
    for agent in agents:
        if names.count(agent.name) > 1:
            raise AgentTeamError(f"Two agents are called {agent.name!r}.", hint="Give one of them another name=.")
        if agent.name == DEFAULT_NAME or agent.description == DEFAULT_DESCRIPTION:
            raise AgentTeamError(f"The agent {agent.name!r} needs its own name= and description= beside others.")
        if agent.initial_state:
            raise AgentTeamError(
                f"The agent {agent.name!r} has an initial_state.", hint="Give it to the AgentWorkflow."
            )
        unknown = [name for name in agent.can_handoff_to or () if name not in names]
        if unknown:
            raise AgentTeamError(
                f"The agent {agent.name!r} may hand off to {unknown[0]!r}, which is not an agent here.",
                hint=_known(names),
            )


def _known(names: Sequence[str]) -> str:
    return f"The agents are: {', '.join(names)}."

"""Starts an agent run from the arguments of `run()`."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import fields, replace
from typing import Any, cast

from bookwheel.engine.agents.agent_memory import ChatMemory
from bookwheel.engine.agents.agent_spec import RunOptions, TeamSpec
from bookwheel.engine.agents.loop import AgentLoop
from bookwheel.engine.agents.run_state import AgentRun, run_from_json
from bookwheel.engine.events import AgentOutput, StartEvent
from bookwheel.engine.events.event_base import event_fields
from bookwheel.engine.llms.prompt_templates import as_template
from bookwheel.engine.schema import ChatMessage, JsonObject, chat_messages
from bookwheel.engine.workflow.context import Context, run_of, unfinished_work
from bookwheel.engine.workflow.handler import NestedStart, WorkflowHandler, start_run
from bookwheel.engine.workflow.workflow import check_limit
from bookwheel.errors import UsageError, WorkflowStartError


def start_agents(
    workflow: object,
    team: TeamSpec,
    options: RunOptions,
    start_event: StartEvent | None,
    slots: AbstractAsyncContextManager[object],
    *,
    ctx: Context[Any] | None,
    run_id: str | None,
) -> WorkflowHandler[AgentOutput]:
    """Start the run. Raises WorkflowStartError without a question and without a saved run to continue."""
    for agent in team.agents.values():
        if agent.streaming and not agent.llm.metadata.is_streaming:
            raise NotImplementedError(f"The model {agent.llm.metadata.model_name} cannot stream.")
    nested = NestedStart(workflow, ctx)
    if start_event is not None:
        options = _from_event(options, start_event)
    check_limit("max_iterations", options.max_iterations)
    given = None if options.memory is None else _usable(options.memory)
    unfinished = unfinished_work(nested.ctx)
    asks = options.user_msg is not None or bool(options.chat_history)
    # A cancelled run is continued only when there is no new question.
    goes_on = unfinished is not None and not (asks and unfinished.get("cancelled"))
    question, history = (None, None) if goes_on else _question(options)

    async def body(running: Context[Any]) -> AgentOutput:
        async with slots:
            memory = _remembered(running) if given is None else given
            running.store.put("memory", memory)
            unfinished = run_of(running).unfinished
            if question is None or unfinished is not None:
                run = run_from_json(unfinished or {})
            else:
                run = _new_run(team, options, running, question, memory.get() if history is None else history)
            return await AgentLoop(team, run, memory, running).run()

    return nested.begin(
        lambda ended: start_run(ended or body, ctx=nested.ctx, timeout=team.timeout, run_id=run_id, resumes=goes_on)
    )


def _from_event(options: RunOptions, event: StartEvent) -> RunOptions:
    known = {field.name for field in fields(RunOptions)}
    return replace(
        options, **{name: value for name, value in event_fields(event).items() if name in known and value is not None}
    )


def _question(options: RunOptions) -> tuple[ChatMessage, list[ChatMessage] | None]:
    history = None if options.chat_history is None else chat_messages(options.chat_history)
    if options.user_msg is not None:
        asked = options.user_msg
        return (ChatMessage(content=asked) if isinstance(asked, str) else ChatMessage.model_validate(asked)), history
    if not history:
        raise WorkflowStartError("There is no question.", hint="Give run() a user_msg= or a chat_history=.")
    return history[-1], history[:-1]


def _usable(memory: object) -> ChatMemory:
    if isinstance(memory, ChatMemory):
        return memory
    raise UsageError(f"memory= takes a memory, not a {type(memory).__name__}.", hint="Such as Memory.from_defaults().")


def _remembered(ctx: Context[Any]) -> ChatMemory:
    memory: object = ctx.store.peek("memory", None)
    if isinstance(memory, ChatMemory):
        return memory
    # In a restored context the memory is plain JSON.
    return ChatMemory.restored(cast("JsonObject", memory)) if isinstance(memory, Mapping) else ChatMemory()


def _new_run(
    team: TeamSpec,
    options: RunOptions,
    ctx: Context[Any],
    question: ChatMessage,
    history: Sequence[ChatMessage],
) -> AgentRun:
    agent: str = ctx.store.peek("current_agent_name", team.root_agent)
    if ctx.store.peek("state", None) is None:
        ctx.store.put("state", copy.deepcopy(team.initial_state))
    state: object = ctx.store.peek("state")
    shown = question
    if state:
        # The state is shown only to the model; in the memory its values would be outdated.
        shown = replace(
            question, content=as_template(team.state_prompt).format(state=state, msg=question.content or "")
        )
    return AgentRun(
        question=question,
        shown=shown,
        history=list(history),
        agent=agent if agent in team.agents else team.root_agent,
        max_rounds=max(options.max_iterations, 1),
        early_stopping=options.early_stopping_method,
    )

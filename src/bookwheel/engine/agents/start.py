"""From the arguments of `run()` to a loop at work."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from bookwheel.engine.agents.agent_memory import ChatMemory
from bookwheel.engine.agents.agent_state import Turn, turn_from_json
from bookwheel.engine.agents.base_agent import EarlyStopping
from bookwheel.engine.agents.loop import AgentLoop
from bookwheel.engine.events import AgentOutput
from bookwheel.engine.schema import ChatMessage, JsonObject, MessageRole
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import Handler
from bookwheel.engine.workflow.workflow_run import start_run
from bookwheel.errors import WorkflowValidationError

if TYPE_CHECKING:
    from bookwheel.engine.agents.agent_workflow import AgentWorkflow


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The arguments of one run; none of them outlives it."""

    user_msg: str | ChatMessage | None
    chat_history: Sequence[ChatMessage] | None
    memory: ChatMemory | None
    max_iterations: int
    early_stopping_method: EarlyStopping


def start_agents(
    workflow: AgentWorkflow, options: RunOptions, *, ctx: Context[Any] | None, run_id: str | None
) -> Handler[AgentOutput]:
    """Start the run; WorkflowValidationError when nothing is asked and nothing is left to go on with."""
    context: Context[Any] = Context(workflow) if ctx is None else ctx
    if context.unfinished is None:
        question, history = _question(options)
    else:
        question, history = None, None

    async def body(running: Context[Any]) -> AgentOutput:
        memory = options.memory or _remembered(running)
        running.store.put("memory", memory)
        unfinished = running.take_unfinished()
        if question is None or unfinished is not None:
            running.run.resumed = True
            turn = turn_from_json(unfinished or {})
        else:
            turn = _new_turn(workflow, options, running, question, memory.messages if history is None else history)
        return await AgentLoop(workflow, turn, memory, running).run()

    return start_run(body, ctx=context, timeout=workflow.timeout, run_id=run_id)


def _question(options: RunOptions) -> tuple[ChatMessage, list[ChatMessage] | None]:
    history = None if options.chat_history is None else list(options.chat_history)
    if options.user_msg is not None:
        asked = options.user_msg
        return (asked if isinstance(asked, ChatMessage) else ChatMessage(MessageRole.USER, asked)), history
    if not history:
        raise WorkflowValidationError("Nothing is asked.", hint="Give run() a user_msg= or a chat_history=.")
    return history[-1], history[:-1]


def _remembered(ctx: Context[Any]) -> ChatMemory:
    memory: object = ctx.store.peek("memory", None)
    if isinstance(memory, ChatMemory):
        return memory
    # A context that was saved holds it as plain JSON.
    return ChatMemory.restored(cast("JsonObject", memory)) if isinstance(memory, Mapping) else ChatMemory()


def _new_turn(
    workflow: AgentWorkflow,
    options: RunOptions,
    ctx: Context[Any],
    question: ChatMessage,
    history: Sequence[ChatMessage],
) -> Turn:
    agent: str = ctx.store.peek("current_agent_name", workflow.root_agent)
    if ctx.store.peek("state", None) is None:
        ctx.store.put("state", copy.deepcopy(workflow.initial_state))
    state: object = ctx.store.peek("state")
    shown = question
    if state:
        # Only what the model is shown: in the memory an old state would go on telling its old values.
        shown = replace(question, content=workflow.state_prompt.format(state=state, msg=question.content or ""))
    return Turn(
        question=question,
        shown=shown,
        history=list(history),
        agent=agent if agent in workflow.agents else workflow.root_agent,
        max_rounds=max(options.max_iterations, 1),
        early_stopping=options.early_stopping_method,
    )

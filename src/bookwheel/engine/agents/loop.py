"""The agent's loop: ask the model, run the tools it asks for, ask again, until there is an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookwheel.engine.agents.agent_memory import ChatMemory, fit
from bookwheel.engine.agents.agent_prompts import EMPTY_ANSWER, HANDOFF_TOOL, LAST_ANSWER, NO_ANSWER
from bookwheel.engine.agents.agent_state import Turn
from bookwheel.engine.agents.base_agent import BaseAgent
from bookwheel.engine.agents.calls import CallRunner, PendingCall
from bookwheel.engine.agents.handoff import handoff_tool
from bookwheel.engine.agents.model_call import Reply, Request, StepStream, ask_whole
from bookwheel.engine.agents.structured import by_function, by_model
from bookwheel.engine.events import (
    AgentInput,
    AgentOutput,
    AgentStream,
    AgentStreamStructuredOutput,
    Event,
    Retrieval,
    parsed_chunk,
)
from bookwheel.engine.llms.chat import cut_of
from bookwheel.engine.schema import ChatMessage, Cut, JsonObject, MessageRole, Usage, new_id
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.context import Context
from bookwheel.errors import ModelResponseError, WorkflowRuntimeError

if TYPE_CHECKING:
    from bookwheel.engine.agents.agent_workflow import AgentWorkflow

# The part of the window that the conversation may take; the rest is for the answer.
_WINDOW_SHARE = 0.75


class AgentLoop:
    """One run: from a question (or a saved turn) to its answer."""

    def __init__(self, workflow: AgentWorkflow, turn: Turn, memory: ChatMemory, ctx: Context[Any]) -> None:
        self._workflow = workflow
        self._turn = turn
        self._memory = memory
        self._ctx = ctx
        self._run = ctx.run
        self._run.receiver = self
        self._usage: Usage | None = None
        self._total_usage: Usage | None = None
        agent = self._agent
        self._calls = CallRunner(
            ctx,
            tool_timeout=agent.tool_timeout,
            # A quarter of the window, at four characters a token: one result must not push out all else.
            max_result_chars=max(4_000, agent.llm.metadata.context_window),
            at_once=agent.allow_parallel_tool_calls,
        )

    @property
    def _agent(self) -> BaseAgent:
        return self._workflow.agents[self._turn.agent]

    def receive(self, event: Event, step: str | None) -> bool:
        """Agents take no events but the answers that somebody waits for."""
        return False

    def snapshot(self) -> JsonObject:
        """The turn as plain JSON."""
        return self._turn.to_json()

    async def run(self) -> AgentOutput:
        """Work until there is an answer."""
        turn = self._turn
        while True:
            if not turn.pending:
                if turn.rounds >= turn.max_rounds:
                    return await self._last_answer(LAST_ANSWER.format(rounds=turn.max_rounds))
                reply = await self._ask(self._tools())
                turn.rounds += 1
                if reply.calls:
                    self._take_calls(reply)
                elif reply.problem:
                    self._tell_problem(reply)
                    continue
                elif reply.text.strip():
                    return await self._finish(reply)
                else:
                    return await self._last_answer(EMPTY_ANSWER)
            direct = await self._run_calls()
            if direct is not None:
                return direct

    def _tools(self) -> dict[str, FunctionTool]:
        agent = self._agent
        tools = {tool.name: tool for tool in agent.tools}
        others = {other.name: other.description for other in self._workflow.agents.values() if other is not agent}
        handoff = handoff_tool(
            others,
            agent.can_handoff_to,
            prompt=self._workflow.handoff_prompt,
            output_prompt=self._workflow.handoff_output_prompt,
        )
        return tools if handoff is None else {**tools, HANDOFF_TOOL: handoff}

    async def _ask(self, tools: dict[str, FunctionTool], nudge: str = "") -> Reply:
        agent, turn, dialect = self._agent, self._turn, self._agent.dialect()
        offered = list(tools.values())
        rounds = [turn.shown, *turn.messages]
        if nudge:
            rounds.append(ChatMessage(MessageRole.USER, nudge))
        window = int(agent.llm.metadata.context_window * _WINDOW_SHARE)
        messages = [*dialect.system(agent.system_prompt, offered), *fit(turn.history, rounds, window)]
        choice = agent.initial_tool_choice if turn.rounds == 0 else None
        request = Request(messages, dialect.specs(offered), choice if offered else None)
        with self._run.step("run_agent_step", "AgentSetup") as step:
            self._run.publish(AgentInput(input=messages, current_agent_name=agent.name))
            reader = dialect.reader()
            if agent.streaming:
                stream = agent.llm.astream_chat(messages, tools=request.tools, tool_choice=request.tool_choice)
                reply = await StepStream(self._run, agent.name, reader, messages).read(stream)
            else:
                reply = await ask_whole(agent.llm, request, reader)
            step.output_event = "AgentOutput"
        self._count(reply.usage)
        return reply

    def _count(self, usage: Usage | None) -> None:
        if usage is not None:
            self._usage = usage if self._usage is None else self._usage + usage
            self._total_usage = usage if self._total_usage is None else self._total_usage + usage

    def _tell_output(self, reply: Reply, **fields: Any) -> None:
        usage, self._usage = self._usage, None
        self._run.publish(
            AgentOutput(
                response=ChatMessage(MessageRole.ASSISTANT, reply.text),
                current_agent_name=self._agent.name,
                tool_calls=[call.selection for call in reply.calls],
                raw=parsed_chunk(reply.raw),
                usage=usage,
                cut=cut_of(reply.finish_reason),
                **fields,
            )
        )

    def _tell_problem(self, reply: Reply) -> None:
        correction = self._agent.dialect().corrected(reply)
        self._turn.messages += correction
        self._tell_output(reply, retry_messages=correction)

    def _take_calls(self, reply: Reply) -> None:
        turn = self._turn
        if turn.early_stopping == "force" and turn.rounds >= turn.max_rounds:
            self._tell_output(reply)
            with self._run.step("parse_agent_output", "AgentOutput"):
                raise WorkflowRuntimeError(
                    f"Max iterations of {turn.max_rounds} reached!",
                    hint="Allow more with run(max_iterations=...), or end with what is known: "
                    "early_stopping_method='generate'.",
                )
        seen = {result.tool_id for result in turn.results}
        for call in reply.calls:
            # Some endpoints give no ids, or the same ones in every reply; cards and results are told apart by them.
            if not call.selection.tool_id or call.selection.tool_id in seen:
                call.selection.tool_id = new_id()
            seen.add(call.selection.tool_id)
        self._tell_output(reply)
        turn.messages.append(self._agent.dialect().asked(reply))
        turn.pending = [PendingCall(call) for call in reply.calls]

    async def _run_calls(self) -> AgentOutput | None:
        turn, dialect = self._turn, self._agent.dialect()
        results = await self._calls.run_all(turn.pending, self._tools())
        turn.pending = []
        turn.results += results
        turn.messages += [dialect.answered(result) for result in results]
        done = [result for result in results if not result.tool_output.is_error]
        direct = next((result for result in done if result.return_direct and result.tool_name != HANDOFF_TOOL), None)
        if direct is not None:
            return await self._result(direct.tool_output.content)
        for result in done:
            if result.tool_name == HANDOFF_TOOL:
                turn.agent = result.tool_kwargs["to_agent"]
        return None

    async def _last_answer(self, nudge: str) -> AgentOutput:
        reply = await self._ask({}, nudge)
        if not reply.text.strip():
            if not self._turn.results and not reply.thought.strip():
                raise _no_answer(self._agent.llm.metadata.model_name, reply)
            reply.text = reply.thought.strip() or NO_ANSWER.format(rounds=self._turn.rounds)
            said = AgentStream(delta=reply.text, response=reply.text, current_agent_name=self._agent.name)
            self._run.publish(said)
        reply.calls = []
        return await self._finish(reply)

    async def _finish(self, reply: Reply) -> AgentOutput:
        supported = self._supported() if reply.supported is None else reply.supported
        self._tell_output(reply, supported=supported)
        return await self._result(reply.text, supported, cut_of(reply.finish_reason))

    async def _result(self, text: str, supported: bool | None = None, cut: Cut | None = None) -> AgentOutput:
        turn = self._turn
        answer = ChatMessage(MessageRole.ASSISTANT, text)
        structured = await self._structured([*turn.history, turn.question, *turn.messages, answer])
        # Not before here: a turn without its answer leaves nothing behind.
        self._memory.messages = list(turn.history)
        self._memory.add_turn([turn.question, *(turn.messages if self._agent.dialect().keeps_rounds else ()), answer])
        self._ctx.store.put("current_agent_name", turn.agent)
        return AgentOutput(
            response=answer,
            current_agent_name=turn.agent,
            tool_calls=list(turn.results),
            structured_response=structured,
            usage=self._total_usage,
            supported=supported,
            cut=cut,
        )

    async def _structured(self, messages: list[ChatMessage]) -> JsonObject | None:
        workflow = self._workflow
        if workflow.structured_output_fn is not None:
            structured = await by_function(workflow.structured_output_fn, messages)
        elif workflow.output_cls is not None:
            with self._run.step("parse_agent_output", "AgentOutput"):
                structured, usage = await by_model(self._agent.llm, workflow.output_cls, messages)
            self._count(usage)
        else:
            return None
        self._run.publish(AgentStreamStructuredOutput(output=structured))
        return structured

    def _supported(self) -> bool | None:
        searches = self._run.stream.written(Retrieval)
        if not searches or any(search.nodes for search in searches):
            return None
        searched = {search.get("tool_id") for search in searches}
        others = [
            result
            for result in self._turn.results
            if not result.tool_output.is_error and result.tool_name != HANDOFF_TOOL and result.tool_id not in searched
        ]
        # What another tool found may well support the answer.
        return None if others else False


def _no_answer(model: str, reply: Reply) -> ModelResponseError:
    if reply.finish_reason == "length":
        hint = "It used up its output limit before it began to answer: raise the limit."
    else:
        hint = "Ask again, or choose another model."
    return ModelResponseError(f"{model} answered nothing.", hint=hint)

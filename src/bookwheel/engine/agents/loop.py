"""The agent loop: call the model, run the tools it calls, and repeat until there is an answer."""

from __future__ import annotations

from typing import Any

from bookwheel.engine.agents.agent_memory import ChatMemory, fit
from bookwheel.engine.agents.agent_prompts import EMPTY_ANSWER, HANDOFF_TOOL, LAST_ANSWER, NO_ANSWER, NOT_SEARCHED
from bookwheel.engine.agents.agent_spec import AgentSpec, TeamSpec
from bookwheel.engine.agents.calls import CallRunner, PendingCall
from bookwheel.engine.agents.handoff import handoff_tool
from bookwheel.engine.agents.model_call import Reply
from bookwheel.engine.agents.model_step import model_step, reply_of
from bookwheel.engine.agents.run_state import AgentRun
from bookwheel.engine.agents.structured import by_function, by_model
from bookwheel.engine.events import (
    AgentInput,
    AgentOutput,
    AgentSetup,
    AgentStream,
    AgentStreamStructuredOutput,
    Event,
    Notice,
    Retrieval,
    parsed_chunk,
)
from bookwheel.engine.llms.chat import cut_of, empty_answer, says_nothing
from bookwheel.engine.schema import ChatMessage, Cut, JsonObject, MessageRole, Usage, new_id
from bookwheel.engine.tools.document_search import TOOL_NAME as DOCUMENT_SEARCH
from bookwheel.engine.tools.function_tool import FunctionTool, as_tools
from bookwheel.engine.workflow.context import Context, run_of
from bookwheel.errors import WorkflowRuntimeError

# The share of the window for the conversation; the rest is for the answer.
_WINDOW_SHARE = 0.75


class AgentLoop:
    """One run, from a question or a saved state to its answer."""

    def __init__(self, team: TeamSpec, state: AgentRun, memory: ChatMemory, ctx: Context[Any]) -> None:
        self._team = team
        self._state = state
        self._memory = memory
        self._ctx = ctx
        self._run = run_of(ctx)
        self._run.open_for(self)
        self._retrieved: dict[str, list[FunctionTool]] = {}
        self._usage: Usage | None = None
        self._total_usage: Usage | None = None
        self._raw: Any = None
        agent = self._agent
        self._calls = CallRunner(
            ctx,
            tool_timeout=agent.tool_timeout,
            # A quarter of the window, at four characters per token, so that one result does not fill it.
            max_result_chars=max(4_000, agent.llm.metadata.context_window),
            at_once=agent.allow_parallel_tool_calls,
        )

    @property
    def _agent(self) -> AgentSpec:
        return self._team.agents[self._state.agent]

    def receive(self, event: Event, step: str | None) -> bool:
        """Refuse the event: agents only receive answers that their tools wait for."""
        return False

    @property
    def is_idle(self) -> bool:
        """Always False: a model call or a tool is running."""
        return False

    def snapshot(self) -> JsonObject:
        """The state of the run as plain JSON."""
        return self._state.to_json()

    async def run(self) -> AgentOutput:
        """Run until there is an answer."""
        state = self._state
        await self._retrieve_tools()
        while True:
            if not state.pending:
                if state.rounds >= state.max_rounds:
                    return await self._last_answer(LAST_ANSWER.format(rounds=state.max_rounds))
                reply = await self._ask(self._tools())
                state.rounds += 1
                if reply.calls:
                    self._take_calls(reply)
                elif reply.problem:
                    self._send_back(reply)
                    continue
                elif reply.text.strip():
                    return await self._finish(reply)
                else:
                    return await self._last_answer(EMPTY_ANSWER)
            direct = await self._run_calls()
            if direct is not None:
                return direct

    async def _retrieve_tools(self) -> None:
        for agent in self._team.agents.values():
            if agent.tool_retriever is not None:
                found = await agent.tool_retriever.aretrieve(self._state.question.content or "")
                self._retrieved[agent.name] = as_tools(found)

    def _tools(self) -> dict[str, FunctionTool]:
        agent = self._agent
        tools = {tool.name: tool for tool in (*agent.tools, *self._retrieved.get(agent.name, ()))}
        others = {other.name: other.description for other in self._team.agents.values() if other is not agent}
        handoff = handoff_tool(
            others,
            agent.can_handoff_to,
            prompt=self._team.handoff_prompt,
            output_prompt=self._team.handoff_output_prompt,
        )
        return tools if handoff is None else {**tools, HANDOFF_TOOL: handoff}

    async def _ask(self, tools: dict[str, FunctionTool], nudge: str = "") -> Reply:
        agent, state, protocol = self._agent, self._state, self._agent.protocol
        offered = list(tools.values())
        rounds = [state.shown, *state.messages]
        if nudge:
            rounds.append(ChatMessage(MessageRole.USER, nudge))
        window = int(agent.llm.metadata.context_window * _WINDOW_SHARE)
        messages = [*protocol.system(agent.system_prompt, offered), *fit(state.history, rounds, window)]
        choice = agent.initial_tool_choice if state.rounds == 0 else None
        with self._run.step("run_agent_step", AgentSetup.__name__) as step:
            self._run.publish(AgentInput(input=messages, current_agent_name=agent.name))
            if agent.take_step is not None:
                reply = reply_of(await agent.take_step(self._ctx, messages, offered, self._memory))
            else:
                reply = await model_step(agent, self._run, messages, offered, choice)
            step.output_event = AgentOutput.__name__
        self._count(reply.usage)
        return reply

    def _count(self, usage: Usage | None) -> None:
        if usage is not None:
            self._usage = usage if self._usage is None else self._usage + usage
            self._total_usage = usage if self._total_usage is None else self._total_usage + usage

    def _publish_output(self, reply: Reply, **fields: Any) -> None:
        usage, self._usage = self._usage, None
        self._raw = parsed_chunk(reply.raw)
        self._run.publish(
            AgentOutput(
                response=ChatMessage(MessageRole.ASSISTANT, reply.text),
                current_agent_name=self._agent.name,
                tool_calls=[call.selection for call in reply.calls],
                raw=self._raw,
                usage=usage,
                cut=cut_of(reply.finish_reason),
                **fields,
            )
        )

    def _send_back(self, reply: Reply) -> None:
        correction = self._agent.protocol.corrected(reply)
        self._state.messages += correction
        self._publish_output(reply, retry_messages=correction)

    def _take_calls(self, reply: Reply) -> None:
        state = self._state
        if state.early_stopping == "force" and state.rounds >= state.max_rounds:
            self._publish_output(reply)
            with self._run.step("parse_agent_output", AgentOutput.__name__):
                raise WorkflowRuntimeError(
                    f"Max iterations of {state.max_rounds} reached!",
                    hint="Allow more with run(max_iterations=...), or end with what is known: "
                    "early_stopping_method='generate'.",
                )
        seen = {result.tool_id for result in state.results}
        for call in reply.calls:
            # Some endpoints give no ids, or repeat them in every reply; results are matched by id.
            if not call.selection.tool_id or call.selection.tool_id in seen:
                call.selection.tool_id = new_id()
            seen.add(call.selection.tool_id)
        self._publish_output(reply)
        state.messages.append(self._agent.protocol.asked(reply))
        state.pending = [PendingCall(call) for call in reply.calls]

    async def _run_calls(self) -> AgentOutput | None:
        state, protocol = self._state, self._agent.protocol
        results = await self._calls.run_all(state.pending, self._tools())
        state.pending = []
        state.results += results
        if self._agent.handle_tool_call_results is not None:
            await self._agent.handle_tool_call_results(self._ctx, results, self._memory)
        state.messages += [protocol.answered(result) for result in results]
        done = [result for result in results if not result.tool_output.is_error]
        direct = next((result for result in done if result.return_direct and result.tool_name != HANDOFF_TOOL), None)
        if direct is not None:
            return await self._result(direct.tool_output.content)
        for result in done:
            if result.tool_name == HANDOFF_TOOL:
                state.agent = result.tool_kwargs["to_agent"]
        return None

    async def _last_answer(self, nudge: str) -> AgentOutput:
        state = self._state
        reply = await self._ask({}, nudge)
        if says_nothing(reply.text):
            # A model that called tools until its rounds were used up did not fail.
            has_only_worked = bool(state.results) and state.rounds >= state.max_rounds and not reply.has_thought
            if not has_only_worked:
                model = self._agent.llm.metadata.model_name
                raise empty_answer(model, cut_of(reply.finish_reason), has_thought=reply.has_thought)
            reply.text = NO_ANSWER.format(rounds=state.rounds)
            said = AgentStream(delta=reply.text, response=reply.text, current_agent_name=self._agent.name)
            self._run.publish(said)
        reply.calls = []
        return await self._finish(reply)

    async def _finish(self, reply: Reply) -> AgentOutput:
        if DOCUMENT_SEARCH in self._tools() and not self._run.stream.written(Retrieval):
            self._run.publish(Notice(text=NOT_SEARCHED))
        supported = self._supported() if reply.supported is None else reply.supported
        self._publish_output(reply, supported=supported)
        return await self._result(reply.text, supported, cut_of(reply.finish_reason))

    async def _result(self, text: str, supported: bool | None = None, cut: Cut | None = None) -> AgentOutput:
        state = self._state
        answer = ChatMessage(MessageRole.ASSISTANT, text)
        structured = await self._structured([*state.history, state.question, *state.messages, answer])
        # Only now: a run without an answer must not change the memory.
        if state.history != self._memory.get():
            # A given `chat_history=` replaces the memory.
            self._memory.set(state.history)
        self._memory.add_run([state.question, *(state.messages if self._agent.protocol.keeps_rounds else ()), answer])
        self._ctx.store.put("current_agent_name", state.agent)
        output = AgentOutput(
            response=answer,
            current_agent_name=state.agent,
            tool_calls=list(state.results),
            structured_response=structured,
            raw=self._raw,
            usage=self._total_usage,
            supported=supported,
            cut=cut,
        )
        if self._agent.finalize is not None:
            output = await self._agent.finalize(self._ctx, output, self._memory)
        return output

    async def _structured(self, messages: list[ChatMessage]) -> JsonObject | None:
        team = self._team
        if team.structured_output_fn is not None:
            structured = await by_function(team.structured_output_fn, messages)
        elif team.output_cls is not None:
            with self._run.step("parse_agent_output", AgentOutput.__name__):
                structured, usage = await by_model(self._agent.llm, team.output_cls, messages)
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
            for result in self._state.results
            if not result.tool_output.is_error and result.tool_name != HANDOFF_TOOL and result.tool_id not in searched
        ]
        # A result of another tool may support the answer.
        return None if others else False

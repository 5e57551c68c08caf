"""The loop: its ends, the messages to the model, the memory, and its speed."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest

from bookwheel.engine.agents.agent_memory import ChatMemory
from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.agents.base_agent import BaseWorkflowAgent, FunctionAgent, ReActAgent
from bookwheel.engine.events import (
    AgentInput,
    AgentOutput,
    AgentStream,
    Event,
    Notice,
    Retrieval,
    StartEvent,
    ToolCallResult,
)
from bookwheel.engine.llms.chat import ChatDelta, LLMMetadata
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.schema import ChatMessage, MessageRole, NumberedNode, TextNode, ToolSelection, Usage
from bookwheel.engine.tools.function_tool import FunctionTool, ToolOutput
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import WorkflowHandler
from bookwheel.engine.workflow.workflow import Workflow
from bookwheel.errors import LimitReachedError, ModelResponseError, WorkflowRuntimeError, WorkflowValidationError


def double(n: int) -> int:
    """Double a number."""
    return 2 * n


def call(n: int, call_id: str = "") -> ToolSelection:
    return ToolSelection(call_id, "double", {"n": n})


async def events_of(handler: WorkflowHandler[Any]) -> list[Event]:
    return [event async for event in handler.stream_events()]


def streamed(events: list[Event]) -> str:
    """The deltas of the last streamed answer, joined."""
    start = max(n for n, event in enumerate(events) if isinstance(event, AgentInput))
    return "".join(event.delta for event in events[start:] if isinstance(event, AgentStream))


async def test_all_rounds_used_ends_with_an_answer_from_what_is_known() -> None:
    llm = MockLLM([call(1), call(2), call(3), "It is at least six."])
    handler = AgentWorkflow.from_tools([double], llm=llm).run("go", max_iterations=3)
    events = await events_of(handler)
    assert str(await handler) == streamed(events) == "It is at least six."
    last = llm.calls[-1]
    assert last.tools == []
    assert "all 3 rounds" in (last.messages[-1].content or "")
    assert len((await handler).tool_calls) == 3


@pytest.mark.fault("A1")
async def test_a_model_that_never_answers_still_ends_with_words() -> None:
    handler = AgentWorkflow.from_tools([double], llm=MockLLM([call(1)])).run("go", max_iterations=2)
    events = await events_of(handler)
    assert str(await handler) == streamed(events) == "I stopped after 2 rounds of work without an answer."


async def test_rounds_are_twenty_by_default() -> None:
    llm = MockLLM([MockReply(tool_calls=[call(1)])])
    await AgentWorkflow.from_tools([double], llm=llm).run("go")
    assert len(llm.calls) == 21


async def test_force_fails_instead() -> None:
    llm = MockLLM([call(1)])
    workflow = AgentWorkflow.from_tools([double], llm=llm, early_stopping_method="force")
    with pytest.raises(WorkflowRuntimeError, match="Max iterations of 2 reached"):
        await workflow.run("go", max_iterations=2)
    assert str(await workflow.run("go", max_iterations=1, early_stopping_method="generate"))


async def test_one_round_is_enough_for_a_plain_answer() -> None:
    assert str(await AgentWorkflow.from_tools([], llm=MockLLM(["hello"])).run("go", max_iterations=1)) == "hello"


async def test_a_model_that_answers_nothing_is_an_error_that_names_it() -> None:
    handler = AgentWorkflow.from_tools([double], llm=MockLLM([""], model="mute")).run("go")
    with pytest.raises(ModelResponseError, match="mute gave an empty answer"):
        await handler
    cut = MockReply(thinking="hm", finish_reason="length")
    with pytest.raises(LimitReachedError, match="output limit"):
        await AgentWorkflow.from_tools([], llm=MockLLM([cut])).run("go")


async def test_a_model_that_falls_silent_after_a_tool_is_asked_once_more() -> None:
    llm = MockLLM([call(2), "", "four"])
    assert str(await AgentWorkflow.from_tools([double], llm=llm).run("go")) == "four"
    assert "empty" in (llm.calls[-1].messages[-1].content or "")


async def test_a_direct_result_ends_the_run_without_another_model_call() -> None:
    llm = MockLLM([[ToolSelection("a", "say", {}), ToolSelection("b", "double", {"n": 1})]])
    tool = FunctionTool.from_defaults(lambda: "final words", name="say", return_direct=True)
    handler = AgentWorkflow.from_tools([tool, double], llm=llm).run("go")
    names = [type(event).__name__ for event in await events_of(handler)]
    assert names[-3:] == ["ToolCallResult", "ToolCallResult", "StopEvent"]
    assert (str(await handler), len(llm.calls)) == ("final words", 1)


async def test_a_direct_result_that_failed_goes_to_the_model() -> None:
    def fail() -> None:
        raise ValueError("no")

    tool = FunctionTool.from_defaults(fail, return_direct=True)
    llm = MockLLM([ToolSelection("a", "fail", {}), "it failed"])
    assert str(await AgentWorkflow.from_tools([tool], llm=llm).run("go")) == "it failed"


async def test_text_beside_a_call_is_kept_and_shown() -> None:
    llm = MockLLM([MockReply(text="Let me see. ", tool_calls=[call(2)]), "four"])
    handler = AgentWorkflow.from_tools([double], llm=llm).run("go")
    events = await events_of(handler)
    assert "".join(event.delta for event in events if isinstance(event, AgentStream)) == "Let me see. four"
    assert llm.calls[1].messages[1].content == "Let me see. "


async def test_calls_without_ids_or_with_old_ones_get_their_own() -> None:
    llm = MockLLM([[call(1), call(2)], [call(3, "x")], [call(4, "x")], "done"])
    result = await AgentWorkflow.from_tools([double], llm=llm).run("go")
    ids = [call.tool_id for call in result.tool_calls]
    assert len(set(ids)) == 4
    assert all(ids)


async def test_tokens_are_counted_a_call_and_a_run() -> None:
    llm = MockLLM([MockReply(tool_calls=[call(1)], usage=Usage(10, 1)), MockReply(text="two", usage=Usage(20, 2))])
    handler = AgentWorkflow.from_tools([double], llm=llm).run("go")
    outputs = [event.usage for event in await events_of(handler) if isinstance(event, AgentOutput)]
    assert outputs == [Usage(10, 1), Usage(20, 2)]
    assert (await handler).usage == Usage(30, 3)


async def test_a_notice_of_the_model_is_an_event_and_not_an_answer() -> None:
    class Patient(MockLLM):
        async def _pieces(self, reply: MockReply) -> AsyncGenerator[ChatDelta, None]:
            yield ChatDelta(notice="asking again in 4 s")
            async for piece in super()._pieces(reply):
                yield piece

    handler = AgentWorkflow.from_tools([], llm=Patient(["hello"])).run("go")
    events = await events_of(handler)
    assert [event.text for event in events if isinstance(event, Notice)] == ["asking again in 4 s"]
    assert str(await handler) == "hello"


def passage(text: str) -> NumberedNode:
    return NumberedNode(1, TextNode(text))


@pytest.mark.parametrize(
    ("found", "also_web", "supported"), [([], False, False), ([passage("x")], False, None), ([], True, None)]
)
async def test_an_answer_is_unsupported_when_the_search_found_nothing(
    found: list[NumberedNode], *, also_web: bool, supported: bool | None
) -> None:
    async def search(ctx: Context[Any], query: str) -> ToolOutput:
        ctx.write_event_to_stream(Retrieval(query=query, nodes=found))
        return ToolOutput("passages" if found else "nothing", nodes=found)

    calls = [ToolSelection("a", "search", {"query": "x"}), *([call(1, "b")] if also_web else [])]
    llm = MockLLM([calls, "an answer"])
    handler = AgentWorkflow.from_tools([search, double], llm=llm).run("go")
    outputs = [event for event in await events_of(handler) if isinstance(event, AgentOutput)]
    assert (outputs[-1].supported, (await handler).supported) == (supported, supported)
    assert llm.calls[1].messages[2].nodes == found


async def test_a_conversation_is_remembered_in_a_context_without_old_passages() -> None:
    async def search(query: str) -> ToolOutput:
        return ToolOutput("[1] passage", nodes=[passage("passage")])

    llm = MockLLM([ToolSelection("a", "search", {"query": "x"}), "one [1]", "two"])
    workflow = AgentWorkflow.from_tools([search], llm=llm)
    ctx: Context[Any] = Context(workflow)
    await workflow.run("first", ctx=ctx)
    await workflow.run("second", ctx=ctx)
    sent = llm.calls[-1].messages
    assert [str(message.role) for message in sent] == ["user", "assistant", "tool", "assistant", "user"]
    assert [message.nodes for message in sent] == [[]] * 5


async def test_a_given_history_takes_the_place_of_the_memory() -> None:
    history = [ChatMessage(content="before"), ChatMessage(MessageRole.ASSISTANT, "yes")]
    llm = MockLLM(["hello"])
    workflow = AgentWorkflow.from_tools([], llm=llm)
    memory = ChatMemory()
    await workflow.run("now", chat_history=history, memory=memory)
    assert [message.content for message in llm.calls[0].messages] == ["before", "yes", "now"]
    assert [message.content for message in memory.messages] == ["before", "yes", "now", "hello"]
    await workflow.run(chat_history=[*history, ChatMessage(content="last")])
    assert [message.content for message in llm.calls[1].messages] == ["before", "yes", "last"]


async def test_an_empty_question_is_an_error_before_the_run() -> None:
    with pytest.raises(WorkflowValidationError, match="There is no question"):
        AgentWorkflow.from_tools([], llm=MockLLM()).run()


@pytest.mark.parametrize("given", [{"max_iterations": "many"}, {"start_event": StartEvent(max_iterations="many")}])
async def test_a_limit_that_is_not_a_number_is_named_before_the_run(given: dict[str, Any]) -> None:
    with pytest.raises(WorkflowValidationError, match="max_iterations must be a number"):
        AgentWorkflow.from_tools([], llm=MockLLM()).run("go", **given)
    with pytest.raises(WorkflowValidationError, match="tool_timeout must be a number"):
        FunctionAgent(llm=MockLLM(), tool_timeout="long")  # type: ignore[arg-type]


async def test_a_model_that_cannot_stream_is_named_at_once() -> None:
    llm = MockLLM(["x"], model="telex", is_streaming=False)
    with pytest.raises(NotImplementedError, match="telex"):
        AgentWorkflow.from_tools([], llm=llm).run("go")


def agent(name: str, description: str = "does things", **options: Any) -> FunctionAgent:
    return FunctionAgent(name=name, description=description, llm=MockLLM(["x"]), **options)


@pytest.mark.parametrize(
    ("agents", "root", "wrong"),
    [
        ([], None, "at least one agent"),
        ([agent("A"), agent("B")], None, "root_agent"),
        ([agent("A"), agent("B")], "C", "'C' is not one of the agents"),
        ([agent("A"), agent("A")], "A", "Two agents are called 'A'"),
        ([agent("A"), FunctionAgent(llm=MockLLM())], "A", "needs its own name= and description="),
        ([agent("A", can_handoff_to=["Z"]), agent("B")], "A", "hand off to 'Z'"),
        ([agent("A", initial_state={"a": 1}), agent("B")], "A", "initial_state"),
    ],
)
def test_agents_that_do_not_fit_together_are_refused(agents: list[Any], root: str | None, wrong: str) -> None:
    with pytest.raises(WorkflowValidationError, match=wrong):
        AgentWorkflow(agents, root_agent=root)


def test_the_name_of_the_handoff_tool_is_taken() -> None:
    with pytest.raises(WorkflowValidationError, match="handoff"):
        agent("A", tools=[FunctionTool.from_defaults(double, name="handoff")])


async def test_a_handoff_to_an_unknown_agent_is_an_error_and_the_agent_continues() -> None:
    handoffs = [ToolSelection(f"h{n}", "handoff", {"to_agent": to, "reason": "r"}) for n, to in enumerate("ZB")]
    first = FunctionAgent(name="A", description="a", llm=MockLLM([handoffs[0], handoffs[1]]))
    second = FunctionAgent(name="B", description="b", llm=MockLLM(["from B"]), can_handoff_to=[])
    handler = AgentWorkflow([first, second], root_agent="A").run("go")
    result = await handler
    assert (str(result), result.current_agent_name) == ("from B", "B")
    assert result.tool_calls[0].tool_output.content == ("Agent 'Z' not found. Select a valid agent to hand off to: B.")
    assert second.llm.calls[0].tools == []  # type: ignore[attr-defined]


async def test_from_tools_takes_the_react_agent_for_models_without_tool_calls() -> None:
    llm = MockLLM(["Thought: easy\nAnswer: two"], is_function_calling_model=False)
    workflow = AgentWorkflow.from_tools([double], llm=llm)
    assert isinstance(workflow.agents["Agent"], ReActAgent)
    assert str(await workflow.run("go")) == "two"


async def test_react_asks_again_when_the_form_is_wrong_and_takes_no_thought_for_an_answer() -> None:
    llm = MockLLM(["Thought: I ponder."], is_function_calling_model=False, model="pensive")
    handler = AgentWorkflow.from_tools([double], llm=llm).run("go", max_iterations=2)
    events = await events_of(handler)
    with pytest.raises(ModelResponseError, match="pensive gave only its thoughts and no answer"):
        await handler
    retries = [event.retry_messages for event in events if isinstance(event, AgentOutput)]
    assert [bool(messages) for messages in retries] == [True, True]


async def test_thoughts_alone_after_a_tool_are_an_error_that_says_so() -> None:
    llm = MockLLM([call(2), MockReply(thinking="hm"), MockReply(thinking="hm again")], model="pensive")
    with pytest.raises(ModelResponseError, match="pensive gave only its thoughts and no answer"):
        await AgentWorkflow.from_tools([double], llm=llm).run("go")


async def test_react_observations_carry_their_passages() -> None:
    async def search(query: str) -> ToolOutput:
        return ToolOutput("[1] text", nodes=[passage("text")])

    llm = MockLLM(
        ['Thought: look\nAction: search\nAction Input: {"query": "x"}', "Thought: good\nAnswer: found [1]"],
        is_function_calling_model=False,
    )
    await AgentWorkflow.from_tools([search], llm=llm).run("go")
    assert llm.calls[1].messages[-1].content == "Observation: [1] text"
    assert [node.number for node in llm.calls[1].messages[-1].nodes] == [1]


async def test_a_structured_answer_that_does_not_fit_is_repaired_once() -> None:
    schema = {"type": "object"}

    class Person:
        @classmethod
        def model_json_schema(cls) -> dict[str, Any]:
            return dict(schema)

        @classmethod
        def model_validate(cls, value: dict[str, Any]) -> "Person":
            if "name" not in value:
                raise ValueError("name is missing")
            person = cls()
            person.name = value["name"]
            return person

        def model_dump(self) -> dict[str, Any]:
            return {"name": self.name}

        name: str

    llm = MockLLM(["It is Ada.", "{}", '{"name": "Ada"}'])
    result = await AgentWorkflow.from_tools([], llm=llm, output_cls=Person).run("who?")
    assert (result.structured_response, result.get_pydantic_model(Person).name) == ({"name": "Ada"}, "Ada")
    assert [call.response_schema for call in llm.calls] == [None, schema, schema]
    assert "name is missing" in (llm.calls[2].messages[-1].content or "")

    with pytest.raises(ModelResponseError, match="Person"):
        await AgentWorkflow.from_tools([], llm=MockLLM(["It is Ada.", "no json"]), output_cls=Person).run("who?")


async def test_a_function_may_make_the_structured_answer() -> None:
    async def structure(messages: list[ChatMessage]) -> dict[str, Any]:
        return {"said": messages[-1].content}

    llm = MockLLM(["hello"])
    result = await AgentWorkflow.from_tools([], llm=llm, structured_output_fn=structure).run("go")
    assert (result.structured_response, len(llm.calls)) == ({"said": "hello"}, 1)


async def test_the_state_is_a_copy_for_each_conversation() -> None:
    async def note(ctx: Context[Any], word: str) -> str:
        async with ctx.store.edit_state() as state:
            state["state"]["words"].append(word)
        return "noted"

    llm = MockLLM([ToolSelection("a", "note", {"word": "x"}), "done"])
    workflow = AgentWorkflow.from_tools([note], llm=llm, initial_state={"words": []}, state_prompt="{state}|{msg}")
    handler = workflow.run("go")
    await handler
    assert await handler.ctx.store.get("state.words") == ["x"]
    assert workflow.initial_state == {"words": []}
    assert llm.calls[0].messages[0].content == "{'words': []}|go"


async def test_a_saved_run_goes_on_with_the_results_it_has() -> None:
    done: list[int] = []

    def count(n: int) -> str:
        done.append(n)
        return str(n)

    shred = FunctionTool.from_defaults(lambda: "shredded", name="shred", requires_approval=True)
    calls = [ToolSelection("a", "count", {"n": 1}), ToolSelection("b", "shred", {})]

    def workflow(*replies: Any) -> AgentWorkflow:
        return AgentWorkflow.from_tools([count, shred], llm=MockLLM(replies), initial_state={"k": "v"})

    first = workflow(calls)
    handler = first.run("go")
    async for event in handler.stream_events():
        if type(event).__name__ == "InputRequiredEvent":
            question = event
        if type(event).__name__ == "ToolCallResult":
            break
    saved = json.dumps(handler.ctx.to_dict())
    await handler.cancel_run()

    from bookwheel.engine.events import HumanResponseEvent

    second = workflow("all done")
    resumed = second.run(ctx=Context.from_dict(second, json.loads(saved)))
    resumed.ctx.send_event(HumanResponseEvent(response="once", request_id=question.request_id))
    result = await resumed
    assert [call.tool_output.content for call in result.tool_calls] == ["1", "shredded"]
    assert done == [1]
    assert str(result) == "all done"


class Endless(LLM):
    """A model whose pieces are all there at once."""

    def __init__(self, pieces: int | None) -> None:
        self._pieces = pieces
        self.closed = False

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata("endless", is_function_calling_model=True)

    async def astream_chat(self, *_: Any, **__: Any) -> AsyncGenerator[ChatDelta, None]:
        count = 0
        try:
            while self._pieces is None or count < self._pieces:
                count += 1
                yield ChatDelta(delta="word ")
        finally:
            self.closed = True


async def test_an_endless_fast_stream_leaves_the_loop_to_others_and_can_be_cancelled() -> None:
    llm = Endless(None)
    handler = AgentWorkflow.from_tools([], llm=llm).run("go")
    longest = 0.0
    loop = asyncio.get_running_loop()
    for _ in range(10):
        began = loop.time()
        await asyncio.sleep(0)
        longest = max(longest, loop.time() - began)
    await handler.cancel_run()
    assert llm.closed
    assert longest < 0.5  # generous: each turn is bounded to 4 ms of work, the machine is shared


async def test_twenty_thousand_kept_events_take_memory_in_proportion_to_their_text() -> None:
    import tracemalloc

    async def kept(pieces: int) -> int:
        tracemalloc.start()
        handler = AgentWorkflow.from_tools([], llm=Endless(pieces)).run("go")
        events = await events_of(handler)
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(events) == pieces + 3
        return size

    small, large = await kept(2_000), await kept(20_000)
    assert large < 12 * small
    assert large < 20_000_000


async def test_an_overridden_step_is_called_and_may_call_the_one_it_overrides() -> None:
    class Loud(FunctionAgent):
        async def take_step(
            self, ctx: Context, llm_input: list[ChatMessage], tools: Sequence[FunctionTool], memory: ChatMemory
        ) -> AgentOutput:
            output = await super().take_step(ctx, llm_input, tools, memory)
            if not output.tool_calls:
                output.response = ChatMessage("assistant", f"{output.response.content}!")
            return output

        async def handle_tool_call_results(
            self, ctx: Context, results: list[ToolCallResult], memory: ChatMemory
        ) -> None:
            seen.extend(result.tool_output.content for result in results)

        async def finalize(self, ctx: Context, output: AgentOutput, memory: ChatMemory) -> AgentOutput:
            seen.append(str(output))
            return output

    seen: list[str] = []

    def add(a: int, b: int) -> int:
        return a + b

    agent = Loud(tools=[add], llm=MockLLM([ToolSelection("c1", "add", {"a": 1, "b": 2}), "three"]))
    assert str(await agent.run("add")) == "three!"
    assert seen == ["3", "three!"]


async def test_an_agent_of_the_users_own_asks_its_model_itself() -> None:
    class Mine(BaseWorkflowAgent):
        async def take_step(
            self, ctx: Context, llm_input: list[ChatMessage], tools: Sequence[FunctionTool], memory: ChatMemory
        ) -> AgentOutput:
            response = await self.llm.achat(llm_input)
            return AgentOutput(response=response.message, current_agent_name=self.name)

    agent = Mine(llm=MockLLM(["mine"]))
    assert str(await agent.run(user_msg="x")) == "mine"
    assert isinstance(agent, Workflow)
    assert isinstance(AgentWorkflow([agent]), Workflow)


async def test_a_tool_retriever_finds_the_tools_for_the_question() -> None:
    def add(a: int, b: int) -> int:
        return a + b

    class Finder:
        async def aretrieve(self, query: str, /) -> list[object]:
            return [add] if "add" in query else []

    llm = MockLLM([ToolSelection("c1", "add", {"a": 1, "b": 2}), "three"])
    agent = FunctionAgent(llm=llm, tool_retriever=Finder(), scratchpad_key="scratchpad")
    result = await agent.run("add them")
    assert [call.tool_output.content for call in result.tool_calls] == ["3"]


async def test_tools_may_be_changed_after_the_agent_is_made() -> None:
    def add(a: int, b: int) -> int:
        return a + b

    agent = FunctionAgent(llm=MockLLM([ToolSelection("c1", "add", {"a": 1, "b": 2}), "three"]))
    agent.tools.append(add)
    assert (await agent.run("x")).tool_calls[0].tool_output.content == "3"


async def test_a_history_may_be_dictionaries() -> None:
    agent = FunctionAgent(llm=MockLLM(["yes"]))
    handler = agent.run("x", chat_history=[{"role": "user", "content": "old"}, {"role": "assistant", "content": "ans"}])
    (asked,) = [event async for event in handler.stream_events() if isinstance(event, AgentInput)]
    assert [(message.role, message.content) for message in asked.input] == [
        ("user", "old"),
        ("assistant", "ans"),
        ("user", "x"),
    ]
    assert [message.content for message in await (await handler.ctx.store.get("memory")).aget()][-1] == "yes"

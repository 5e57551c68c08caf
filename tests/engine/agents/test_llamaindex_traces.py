"""Ours emits what LlamaIndex emits, event for event, but for the differences that are named here with their reasons."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.llamaindex_traces import FOLDER, Seen, cut, recorded, same_model, seen_here, seen_there

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.agents.base_agent import FunctionAgent, ReActAgent
from bookwheel.engine.events import AgentInput, AgentStream, Event, HumanResponseEvent, InputRequiredEvent
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import WorkflowHandler
from bookwheel.errors import ModelError, ModelStreamCutError, WorkflowError, WorkflowRuntimeError

SYSTEM = "You are a helpful assistant."


def multiply(a: float, b: float) -> float:
    """Multiply two numbers."""
    return a * b


def add(a: float, b: float) -> float:
    """Add two numbers."""
    return a + b


def broken(why: str) -> str:
    """A tool that fails."""
    raise RuntimeError(f"scripted tool failure: {why}")


async def set_name(ctx: Context, name: str) -> str:
    """Remember the user's name."""
    async with ctx.store.edit_state() as state:
        state["state"]["name"] = name
    return f"Name set to {name}"


async def dangerous_task(ctx: Context) -> str:
    """A task that needs a yes."""
    question = InputRequiredEvent(prefix="Are you sure? ", user_name="Laurie")
    answer = await ctx.wait_for_event(
        HumanResponseEvent, waiter_id="sure", waiter_event=question, requirements={"user_name": "Laurie"}
    )
    return "done" if answer.response == "yes" else "not done"


async def dangerous_task_as_in_the_tutorial(ctx: Context) -> str:
    """A task that needs a yes."""
    ctx.write_event_to_stream(InputRequiredEvent(prefix="Are you sure? ", user_name="Laurie"))
    answer = await ctx.wait_for_event(HumanResponseEvent, requirements={"user_name": "Laurie"})
    return "done" if answer.response == "yes" else "not done"


async def events_of(handler: WorkflowHandler[Any]) -> list[Event]:
    """All events of a run; its questions are answered with yes."""
    events: list[Event] = []
    async for event in handler.stream_events():
        events.append(event)
        if isinstance(event, InputRequiredEvent):
            handler.ctx.send_event(HumanResponseEvent(response="yes", user_name="Laurie"))
    return events


def agent(llm: MockLLM, *tools: Callable[..., Any], **options: Any) -> AgentWorkflow:
    return AgentWorkflow.from_tools_or_functions(tools, llm=llm, system_prompt=SYSTEM, **options)


Change = Callable[[list[Seen]], list[Seen]]


@dataclass(frozen=True)
class Difference:
    """`change` makes of LlamaIndex's run what ours is; `reason` says why ours is better so."""

    reason: str
    change: Change


def results_in_the_order_asked(seen: list[Seen]) -> list[Seen]:
    asked = [entry[2] for entry in seen if entry[0] == "ToolCall"]
    results = sorted((e for e in seen if e[0] == "ToolCallResult"), key=lambda entry: asked.index(entry[2]))
    inputs = iter(results)
    ordered = [next(inputs) if entry[0] == "ToolCallResult" else entry for entry in seen]
    contents = [("tool", result[4]) for result in results]
    return [_with_tool_messages(entry, contents) if entry[0] == "AgentInput" else entry for entry in ordered]


def _with_tool_messages(entry: Seen, contents: list[Seen]) -> Seen:
    given = iter([("tool", cut(text)) for _, text in contents])
    return (*entry[:2], tuple(next(given) if message[0] == "tool" else message for message in entry[2]))


def bad_arguments_are_refused(seen: list[Seen]) -> list[Seen]:
    refusal = (
        "The arguments are not valid JSON (Expecting value: line 1 column 15 (char 14)): "
        '{"a": 3, "b": . The tool was not called.'
    )
    changed: list[Seen] = []
    for entry in seen:
        match entry[0]:
            case "AgentOutput" if entry[3]:
                changed.append((*entry[:3], tuple((name, call_id, "{}") for name, call_id, _ in entry[3])))
            case "ToolCall":
                changed.append((*entry[:3], "{}"))
            case "ToolCallResult":
                changed.append((*entry[:3], "{}", refusal, True, False))
            case "AgentInput":
                changed.append(_with_tool_messages(entry, [("tool", refusal)]))
            case _:
                changed.append(entry)
    return changed


def tool_call_once(seen: list[Seen]) -> list[Seen]:
    return [entry for n, entry in enumerate(seen) if entry[0] != "ToolCall" or entry not in seen[:n]]


def question_once(seen: list[Seen]) -> list[Seen]:
    return [entry for n, entry in enumerate(seen) if entry[0] != "InputRequiredEvent" or entry not in seen[:n]]


def last_round_counts(seen: list[Seen]) -> list[Seen]:
    """The third answer's call is run, and the last call of the model is announced like every other."""
    outputs = [n for n, entry in enumerate(seen) if entry[0] == "AgentOutput"]
    third, last = seen[outputs[2]], seen[outputs[3]]
    name, call_id, kwargs = third[3][0]
    messages = (*seen[outputs[2] - 2][2], ("assistant", ""), ("tool", "4"))
    nudge = (
        "You have used all 3 rounds, and no tool can be called any more.\n"
        "Answer the question now with what you have learned so far, and say plainly what is still open."
    )
    return [
        *seen[: outputs[2] + 1],
        ("ToolCall", name, call_id, kwargs),
        ("ToolCallResult", name, call_id, kwargs, "4", False, False),
        ("AgentInput", third[1], (*messages, ("user", cut(nudge)))),
        seen[outputs[3] - 1],
        (*last[:3], ()),
        *seen[outputs[3] + 1 :],
    ]


def state_only_where_it_is_current(seen: list[Seen]) -> list[Seen]:
    """Old turns are remembered as they were asked, without the state at that time."""

    def bare(message: Seen) -> Seen:
        return (message[0], re.sub(r"(?s)^Current state:.*Current message:\n(.*)\n$", r"\1", message[1]))

    changed: list[Seen] = []
    for entry in seen:
        if entry[0] == "AgentInput":
            asked = max(n for n, message in enumerate(entry[2]) if message[0] == "user")
            messages = tuple(bare(m) if m[0] == "user" and n < asked else m for n, m in enumerate(entry[2]))
            changed.append((*entry[:2], messages))
        else:
            changed.append(entry)
    return changed


def no_protocol_in_the_answer(seen: list[Seen]) -> list[Seen]:
    """Stream and output hold the answer alone; prompts are our own, and call ids are made up anew by each run."""

    def answer(text: str) -> str:
        return text.partition("Answer: ")[2]

    changed: list[Seen] = []
    for entry in seen:
        match entry[0]:
            case "AgentInput":
                changed.append(("AgentInput", entry[1], len(entry[2])))
            case "AgentStream":
                changed.append((*entry[:2], answer(entry[2])))
            case "AgentOutput":
                calls = tuple((name, "id", kwargs) for name, _, kwargs in entry[3])
                changed.append((*entry[:2], answer(entry[2]), calls))
            case "ToolCall" | "ToolCallResult":
                changed.append((*entry[:2], "id", *entry[3:]))
            case _:
                changed.append(entry)
    return changed


ORDER = Difference(
    "results come in the order asked, not as they finish: the same run gives the same log", results_in_the_order_asked
)
DIFFERENCES: dict[str, list[Difference]] = {
    "two_tools": [ORDER],
    "two_blocking_tools": [ORDER],
    "bad_args": [
        Difference(
            "arguments that are no JSON are not guessed at: the tool is not called, the model is told",
            bad_arguments_are_refused,
        )
    ],
    "hitl": [Difference("the coroutine is suspended in place, so that ToolCall is emitted once", tool_call_once)],
    "hitl_tutorial": [
        Difference("the coroutine is suspended in place, so that ToolCall is emitted once", tool_call_once),
        Difference("and the human is asked once", question_once),
    ],
    "max_iterations_generate": [
        Difference(
            "n rounds are n rounds: the last one's tools run too, and the final model call has its AgentInput",
            last_round_counts,
        )
    ],
    "react": [
        Difference("thoughts are thinking_delta: no text of the protocol is in the answer", no_protocol_in_the_answer)
    ],
}

# The only recordings that nothing of ours is compared with.
LEFT_OUT = {"codeact": "there is no CodeActAgent here: an agent that runs what a model writes is not in the contract"}
# Compared in the files beside this one.
ELSEWHERE = ("test_llamaindex_traces_wire.py", "../query/test_llamaindex_query_engine.py")
INTERNAL = {"StepStateChanged", "WorkflowIdleEvent", "UnhandledEvent"}


def expected(name: str, events: list[dict[str, Any]]) -> list[Seen]:
    seen = seen_there(events)
    for difference in DIFFERENCES.get(name, []):
        seen = difference.change(seen)
    return seen


async def slow_multiply(a: float, b: float) -> float:
    """Multiply two numbers, after everything else."""
    for _ in range(20):
        await asyncio.sleep(0)
    return a * b


def _slow_then_fast(llm: MockLLM) -> AgentWorkflow:
    slow_multiply.__name__ = "multiply"
    return agent(llm, slow_multiply, add)


ONE_RUN: dict[str, Callable[[MockLLM], Any]] = {
    "plain": lambda llm: agent(llm),
    "one_tool": lambda llm: agent(llm, multiply, add),
    "two_tools": _slow_then_fast,
    "two_blocking_tools": lambda llm: agent(llm, multiply, add),
    "tool_error": lambda llm: agent(llm, broken),
    "hitl": lambda llm: agent(llm, dangerous_task),
    "hitl_tutorial": lambda llm: agent(llm, _named(dangerous_task_as_in_the_tutorial, "dangerous_task")),
    "not_streaming": lambda llm: FunctionAgent(tools=[multiply, add], llm=llm, streaming=False),
    "max_iterations_generate": lambda llm: agent(llm, multiply, early_stopping_method="generate"),
    "max_iterations_force": lambda llm: agent(llm, multiply, early_stopping_method="force"),
}


def _named(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    function.__name__ = name
    return function


@pytest.mark.parametrize("name", ONE_RUN)
async def test_a_run_emits_what_llamaindex_emits(name: str) -> None:
    there = recorded(name)
    workflow = ONE_RUN[name](same_model(there["events"]))
    question = there["events"][0]["input"][-1]["content"]

    here = await events_of(workflow.run(user_msg=question, max_iterations=3 if "max_iterations" in name else None))

    assert seen_here(here) == expected(name, there["events"])


async def test_cut_arguments_are_not_guessed_at() -> None:
    there = recorded("bad_args")
    calls = [ToolSelection("call_a", "multiply", {})]
    broken_off = MockReply(tool_calls=calls, raw_arguments=['{"a": 3, "b": '])
    llm = MockLLM([broken_off, "The arguments were cut off."])

    here = await events_of(agent(llm, multiply).run(user_msg=there["events"][0]["input"][-1]["content"]))

    assert seen_here(here) == expected("bad_args", there["events"])


async def test_react_emits_what_llamaindex_emits() -> None:
    there = recorded("react")
    outputs = [event for event in there["events"] if event["class"] == "AgentOutput"]
    llm = MockLLM([output["response"]["content"] for output in outputs], is_function_calling_model=False)
    workflow = ReActAgent(tools=[multiply], llm=llm)

    here = await events_of(workflow.run(user_msg="[[react]] What is 3*4?"))

    ours = [_as_compared(entry) for entry in seen_here(here)]
    assert ours == expected("react", there["events"])
    thoughts = "".join(event.thinking_delta or "" for event in here if isinstance(event, AgentStream))
    assert thoughts == "I need a tool.\nI can answer without using any more tools.\n"


def _as_compared(entry: Seen) -> Seen:
    match entry[0]:
        case "AgentInput":
            return ("AgentInput", entry[1], len(entry[2]))
        case "AgentOutput":
            return (*entry[:3], tuple((name, "id", kwargs) for name, _, kwargs in entry[3]))
        case "ToolCall" | "ToolCallResult":
            return (*entry[:2], "id", *entry[3:])
        case _:
            return entry


async def test_a_structured_answer_follows_the_output_it_is_made_of() -> None:
    there = recorded("structured_cls")

    @dataclass
    class Person:
        name: str
        age: int

    llm = same_model(there["events"], MockReply(text='{"name": "Laurie", "age": 42}'))
    handler = agent(llm, output_cls=Person).run(user_msg="[[structured]] who")

    assert seen_here(await events_of(handler)) == expected("structured_cls", there["events"])
    assert (await handler).structured_response == there["result"]["view"]["structured_response"]
    assert len(llm.calls) == len(there["llm_requests"])


async def test_the_result_holds_the_calls_of_the_whole_run() -> None:
    there = recorded("one_tool")
    result = await agent(same_model(there["events"]), multiply, add).run(user_msg="What is 3*4?")
    assert str(result) == there["result"]["str"]
    assert [type(call).__name__ for call in result.tool_calls] == there["result"]["tool_call_classes"]


async def test_several_agents_hand_off_as_in_the_tutorial() -> None:
    there = recorded("handoff")

    def search_web(query: str) -> str:
        """Search the web."""
        return "1989: Tim Berners-Lee"

    async def record_notes(ctx: Context, notes: str, notes_title: str) -> str:
        """Record notes."""
        async with ctx.store.edit_state() as state:
            state["state"]["research_notes"][notes_title] = notes
        return "Notes recorded."

    async def write_report(ctx: Context, report_content: str) -> str:
        """Write the report."""
        async with ctx.store.edit_state() as state:
            state["state"]["report_content"] = report_content
        return "Report written."

    async def review_report(ctx: Context, review: str) -> str:
        """Review the report."""
        async with ctx.store.edit_state() as state:
            state["state"]["review"] = review
        return "Report reviewed."

    llm = same_model(there["events"])
    tools = {"ResearchAgent": [search_web, record_notes], "WriteAgent": [write_report], "ReviewAgent": [review_report]}
    workflow = AgentWorkflow(
        agents=[
            FunctionAgent(name=name, description=f"{name} of the tutorial", system_prompt=f"You are the {name}.",
                          tools=its_tools, llm=llm)
            for name, its_tools in tools.items()
        ],
        root_agent="ResearchAgent",
        initial_state={"research_notes": {}, "report_content": "Not written yet.", "review": "Review required."},
    )  # fmt: skip
    handler = workflow.run(user_msg="[[handoff]] Write a report on the history of the web.")

    assert seen_here(await events_of(handler)) == expected("handoff", there["events"])
    assert await handler.ctx.store.get("state") == there["state_after"]
    assert await handler.ctx.store.get("current_agent_name") == there["current_agent_after"]


async def test_the_initial_state_is_not_sent_again_later() -> None:
    """In LlamaIndex each remembered question repeats the state at the time it was asked."""
    there = recorded("state")
    llm = same_model(there["first"]["events"] + there["second"]["events"])
    workflow = agent(llm, set_name, initial_state={"name": "unset"})
    ctx: Context[Any] = Context(workflow)

    first = await events_of(workflow.run(user_msg="[[state]] My name is Laurie", ctx=ctx))
    second = await events_of(workflow.run(user_msg="[[plain n=2]] What is my name?", ctx=ctx))

    assert seen_here(first) == seen_there(there["first"]["events"])
    assert seen_here(second) == state_only_where_it_is_current(seen_there(there["second"]["events"]))
    assert await ctx.store.get("state") == there["state"]


async def test_a_second_turn_sees_the_first_also_from_a_saved_context() -> None:
    there = recorded("two_turns")
    llm = MockLLM(["alpha beta "])
    workflow = agent(llm)
    ctx: Context[Any] = Context(workflow)
    await workflow.run(user_msg="[[plain n=2]] My name is Laurie", ctx=ctx)
    await workflow.run(user_msg="[[plain n=2]] What is my name?", ctx=ctx)
    restored = Context.from_dict(workflow, ctx.to_dict())
    await workflow.run(user_msg="[[plain n=2]] What is my name?", ctx=restored)

    roles = [[str(message.role) for message in call.messages] for call in llm.calls]
    assert roles == there["roles_seen_by_turn"]


async def test_a_cancelled_question_is_not_revived() -> None:
    """LlamaIndex asks the model the cancelled question again, beside the new one (`rerun_same_context`)."""
    there = recorded("cancel")
    assert there["rerun_same_context"]["events"][0]["class"] == there["rerun_same_context"]["events"][1]["class"]
    llm = MockLLM([MockReply(text="alpha beta gamma " * 200, delay_s=0.001), "alpha beta "])
    workflow = agent(llm)
    ctx: Context[Any] = Context(workflow)
    handler = workflow.run(user_msg="slow", ctx=ctx)
    pieces = 0
    async for event in handler.stream_events():
        pieces += isinstance(event, AgentStream)
        if pieces == 10 and not handler.is_done():
            await handler.cancel_run()
    classes = [entry[0] for entry in seen_here([event async for event in handler.stream_events()])]
    assert classes == [entry[0] for entry in seen_there(there["events"])]
    assert llm.streams_open == 0

    again = [event async for event in workflow.run(user_msg="again", ctx=ctx).stream_events()]

    (asked,) = (event for event in again if isinstance(event, AgentInput))
    assert [(str(message.role), message.content) for message in asked.input] == [("system", SYSTEM), ("user", "again")]


async def test_nothing_of_a_failed_turn_is_left_before_the_next_question() -> None:
    """LlamaIndex puts the leftover tool call and result after the new question, which endpoints refuse."""
    there = recorded("fail_after_tool")
    failure = MockReply(error=ModelError("scripted 400"))
    call = MockReply(tool_calls=[ToolSelection("call_a", "multiply", {"a": 3, "b": 4})])
    llm = MockLLM([call, failure, "alpha beta "])
    workflow = agent(llm, multiply)
    ctx: Context[Any] = Context(workflow)

    handler = workflow.run(user_msg="[[tool_then_fail]] first question", ctx=ctx)
    assert seen_here(await events_of(handler)) == seen_there(there["first"]["events"])
    with pytest.raises(ModelError):
        await handler
    await workflow.run(user_msg="second question", ctx=ctx)

    assert [str(message.role) for message in llm.calls[-1].messages] == ["system", "user"]


async def test_max_iterations_is_of_one_run() -> None:
    """In LlamaIndex the first run's max_iterations stays for the life of the context."""
    there = recorded("context_max_iterations_sticky")
    assert "Max iterations of 3" in there["second_error"]
    call = MockReply(tool_calls=[ToolSelection("", "multiply", {"a": 1, "b": 2})])
    llm = MockLLM(["alpha ", call, call, call, call, "done"])
    workflow = agent(llm, multiply, early_stopping_method="force")
    ctx: Context[Any] = Context(workflow)
    await workflow.run(user_msg="x", ctx=ctx, max_iterations=3)
    assert str(await workflow.run(user_msg="x", ctx=ctx, max_iterations=6)) == "done"


async def test_a_timeout_names_the_active_step() -> None:
    there = recorded("timeout")
    llm = MockLLM([MockReply(text="alpha " * 2000, delay_s=0.001)])
    handler = agent(llm, timeout=0.05).run(user_msg="slow")
    closing = (await events_of(handler))[-1]
    recorded_end = there["events"][-1]
    assert type(closing).__name__ == recorded_end["class"]
    assert closing.active_steps == recorded_end["active_steps"]
    with pytest.raises(WorkflowError, match="run_agent_step"):
        await handler


@pytest.mark.parametrize("name", ["cut_stream", "error_event", "status_401"])
async def test_a_failing_model_call_ends_the_run_with_its_step(name: str) -> None:
    there = recorded(name)
    failure = ModelStreamCutError("The answer broke off.")
    shown = sum(1 for event in there["events"] if event["class"] == "AgentStream" and event["delta"])
    llm = MockLLM([MockReply(text="alpha " * 10, error=failure, fail_after=shown)])
    handler = agent(llm).run(user_msg=there["events"][0]["input"][-1]["content"])
    here = await events_of(handler)
    assert [entry[0] for entry in seen_here(here)] == [entry[0] for entry in seen_there(there["events"])]
    assert here[-1].step_name == there["events"][-1]["step_name"]
    assert here[-1].exception is failure
    with pytest.raises(ModelStreamCutError):
        await handler


async def test_leaving_the_stream_and_coming_back_misses_nothing() -> None:
    """LlamaIndex's second reader gets only what the first left over; ours begins at the start."""
    there = recorded("break_then_await")
    handler = agent(same_model(there["second_stream"]["events"])).run(user_msg="[[plain n=6]] hello")
    first: list[Event] = []
    async for event in handler.stream_events():
        first.append(event)
        if len(first) == 4:
            break
    assert str(await handler) == there["first"]["result"]["str"]
    second = [event async for event in handler.stream_events()]
    assert second[:4] == first
    assert seen_here(second)[-2:] == seen_there(there["second_stream"]["events"])[-2:]


async def test_a_context_named_by_a_string_works() -> None:
    """LlamaIndex fails before anything is asked (`from __future__ import annotations` makes every annotation one)."""
    there = recorded("ctx_as_string")
    assert there["events"][-1]["class"] == "WorkflowFailedEvent"

    async def set_it(ctx: "Context", name: "str") -> "str":
        await ctx.store.set("name", name)
        return "set"

    llm = MockLLM([ToolSelection("call_a", "set_it", {"name": "Laurie"}), "done"])
    handler = agent(llm, set_it).run(user_msg="x")
    await handler
    assert await handler.ctx.store.get("name") == "Laurie"


async def test_a_question_saved_here_is_answered_there() -> None:
    there = recorded("hitl_resume")
    llm = same_model(there["first"]["events"])
    workflow = agent(llm, dangerous_task)
    handler = workflow.run(user_msg="[[hitl]] go")
    first: list[Event] = []
    async for event in handler.stream_events():
        first.append(event)
        if isinstance(event, InputRequiredEvent):
            break
    saved = handler.ctx.to_dict()
    await handler.cancel_run()
    assert seen_here(first) == seen_there(there["first"]["events"])

    other = agent(same_model(there["second"]["events"]), dangerous_task)
    resumed = other.run(ctx=Context.from_dict(other, saved))
    resumed.ctx.send_event(HumanResponseEvent(response="yes", user_name="Laurie"))
    second = seen_here([event async for event in resumed.stream_events()])

    # The question is asked again, so that a front end of the new process can show it; ToolCall comes once.
    assert [entry for entry in second if entry[0] != "InputRequiredEvent"] == tool_call_once(
        seen_there(there["second"]["events"])
    )


async def test_step_states_are_streamed_only_on_request() -> None:
    there = recorded("one_tool_internal")
    steps_there = {event["name"] for event in there["events"] if event["class"] == "StepStateChanged"}
    handler = agent(same_model(there["events"]), multiply, add).run(user_msg="x")
    await handler
    shown = {type(event).__name__ async for event in handler.stream_events()}
    steps = {
        event.name
        async for event in handler.stream_events(expose_internal=True)
        if type(event).__name__ == "StepStateChanged"
    }
    assert "StepStateChanged" not in shown
    assert steps == {"run_agent_step", "call_tool"} <= steps_there


@pytest.mark.parametrize("name", ["plain_internal", "one_tool_internal"])
async def test_readers_of_all_events_see_the_same_run_between_the_steps(name: str) -> None:
    """The steps themselves differ: ours are fewer, and have the names of those that do the work."""
    there = recorded(name)
    handler = agent(same_model(there["events"]), multiply, add).run(user_msg=there["events"][5]["input"][-1]["content"])
    here = [event async for event in handler.stream_events(expose_internal=True)]
    assert seen_here(shown(here)) == seen_there(shown_there(there["events"]))
    assert INTERNAL & {type(event).__name__ for event in here}


def shown(events: list[Event]) -> list[Event]:
    return [event for event in events if type(event).__name__ not in INTERNAL]


def shown_there(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["class"] not in INTERNAL]


async def test_a_question_names_its_waiter() -> None:
    """In LlamaIndex that is only in the context's dump; here the question itself says which call asks."""
    there = recorded("hitl_introspection")
    (waiter,) = there["waiters"]["call_tool"]
    handler = agent(same_model(there["events"]), dangerous_task).run(user_msg="[[hitl]] go")
    here: list[Event] = []
    async for event in handler.stream_events():
        here.append(event)
        if isinstance(event, InputRequiredEvent):
            assert (event.tool_name, event.tool_id) == ("dangerous_task", "call_a")
            # As recorded: an answer for another user first, which no wait takes.
            handler.ctx.send_event(HumanResponseEvent(response="no", user_name="Somebody"))
            handler.ctx.send_event(HumanResponseEvent(response="yes", user_name="Laurie"))
    assert seen_here(here) == tool_call_once(seen_there(shown_there(there["events"])))
    assert waiter["has_requirements"]


async def test_a_tool_of_the_old_tutorial_fails_without_failing_the_run() -> None:
    """The tutorial's `ctx.get` is gone from LlamaIndex; the model gets the same error."""
    there = recorded("state_tutorial")

    async def set_name(ctx: Context, name: str) -> str:
        """Remember the user's name."""
        state = await ctx.get("state")  # type: ignore[attr-defined] - that it is not there is what is tested
        return str(state)

    workflow = agent(same_model(there["events"]), set_name, initial_state={"name": "unset"})
    here = await events_of(workflow.run(user_msg="[[state]] My name is Laurie"))
    assert seen_here(here) == seen_there(there["events"])


def test_every_recording_is_compared_or_says_why_not() -> None:
    recorded("plain")
    names = {path.stem for path in FOLDER.glob("*.json")}
    here = Path(__file__)
    sources = [path.read_text(encoding="utf-8") for path in (here, *(here.parent / name for name in ELSEWHERE))]
    compared = {name for name in names if any(f'"{name}"' in source for source in sources)}
    assert names - compared == set()
    assert len(LEFT_OUT) == 1


def test_the_default_end_is_an_answer_not_a_failure() -> None:
    """LlamaIndex's default, "force", throws away all that was found; ours must be asked for."""
    assert "max_iterations_force" in ONE_RUN
    assert agent(MockLLM()).early_stopping_method == "generate"
    assert issubclass(WorkflowRuntimeError, WorkflowError)

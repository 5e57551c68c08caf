"""Tool calls: approvals in place, time limits that stop for a human, errors for the model, results in order."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, ToolCall, ToolCallResult
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.allow_rules import read_rule
from bookwheel.engine.tools.approval import ApprovalRule, current_permissions
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import WorkflowHandler

Answer = Callable[[InputRequiredEvent], HumanResponseEvent | None]


def call(name: str, call_id: str = "c1", **kwargs: Any) -> ToolSelection:
    return ToolSelection(call_id, name, kwargs)


def run(tools: Sequence[object], *replies: Any, **options: Any) -> WorkflowHandler[Any]:
    return AgentWorkflow.from_tools(tools, llm=MockLLM(replies)).run("go", **options)


def choice(response: str, **fields: Any) -> Answer:
    return lambda question: HumanResponseEvent(response=response, request_id=question.request_id, **fields)


async def events_of(handler: WorkflowHandler[Any], answer: Answer | None = None) -> list[Event]:
    events: list[Event] = []
    async for event in handler.stream_events():
        events.append(event)
        if isinstance(event, InputRequiredEvent) and (response := (answer or choice("once"))(event)) is not None:
            handler.ctx.send_event(response)
    return events


def results(events: Sequence[Event]) -> list[ToolCallResult]:
    return [event for event in events if isinstance(event, ToolCallResult)]


def kinds(events: Sequence[Event]) -> list[str]:
    shown = (ToolCall, ToolCallResult, InputRequiredEvent)
    return [type(event).__name__ for event in events if isinstance(event, shown)]


class Shredder:
    """A tool that needs a yes, and remembers what it did."""

    def __init__(self, approval: bool | ApprovalRule = True) -> None:
        self.shredded: list[str] = []
        self.tool = FunctionTool.from_defaults(self.shred, requires_approval=approval)

    def shred(self, path: str) -> str:
        self.shredded.append(path)
        return f"shredded {path}"


async def test_a_tool_that_requires_approval_asks_before_it_runs() -> None:
    shredder = Shredder()

    def answer(question: InputRequiredEvent) -> HumanResponseEvent:
        assert shredder.shredded == []
        assert (question.tool_id, question.tool_name, question.tool_kwargs) == ("c1", "shred", {"path": "a"})
        assert question.choices == ["once", "session", "deny"]
        assert "shred" in question.prefix
        return HumanResponseEvent(response="once", request_id=question.request_id)

    events = await events_of(run([shredder.tool], call("shred", path="a"), "done"), answer)
    assert kinds(events) == ["ToolCall", "InputRequiredEvent", "ToolCallResult"]
    assert shredder.shredded == ["a"]


async def test_once_asks_again_and_session_does_not() -> None:
    shredder = Shredder()
    calls = [call("shred", "c1", path="a")], [call("shred", "c2", path="b")], [call("shred", "c3", path="c")]
    answers = iter(["once", "session"])
    events = await events_of(run([shredder.tool], *calls, "done"), lambda question: choice(next(answers))(question))
    assert kinds(events).count("InputRequiredEvent") == 2
    assert shredder.shredded == ["a", "b", "c"]


async def test_the_model_gets_the_reason_of_a_denial_and_nothing_runs() -> None:
    shredder = Shredder()
    handler = run([shredder.tool], call("shred", path="a"), "as you wish")
    events = await events_of(handler, choice("deny", reason="keep it."))
    (result,) = results(events)
    assert result.tool_output.is_error
    assert result.tool_output.content == (
        "The user did not allow this call, and said: keep it. The tool was not called."
    )
    assert shredder.shredded == []
    assert str(await handler) == "as you wish"


async def test_what_the_user_edits_is_what_runs_and_the_model_is_told() -> None:
    shredder = Shredder()
    edited = {"path": "b"}

    handler = run([shredder.tool], call("shred", path="a"), "done")
    events: list[Event] = []
    async for event in handler.stream_events():
        events.append(event)
        if isinstance(event, InputRequiredEvent):
            said = {"response": "once", "edited_kwargs": edited}
            handler.ctx.send_event(HumanResponseEvent(**said, request_id=event.request_id))
    (result,) = results(events)
    assert shredder.shredded == ["b"]
    assert result.tool_kwargs == {"path": "b"}
    assert result.tool_output.content == '[The user changed the arguments to {"path": "b"}]\nshredded b'


async def test_edited_arguments_that_cannot_be_passed_run_nothing() -> None:
    shredder = Shredder()
    nested: dict[str, Any] = {}
    for _ in range(200):
        nested = {"x": nested}
    handler = run([shredder.tool], call("shred", path="a"), "done")
    (result,) = results(await events_of(handler, choice("once", edited_kwargs={"path": nested})))
    assert result.tool_output.is_error
    assert shredder.shredded == []


class Rules:
    """Permissions that keep what they are given."""

    def __init__(self, *rules: str) -> None:
        self.rules = [read_rule(rule) for rule in rules]
        self.granted: list[tuple[str, bool]] = []

    def allows(self, call: ToolSelection) -> bool:
        return any(rule.allows(call) for rule in self.rules)

    async def grant(self, rule: str, *, always: bool) -> str:
        self.granted.append((rule, always))
        self.rules.append(read_rule(rule))
        return ""


async def test_a_lasting_permission_covers_what_its_rule_fits_and_nothing_else() -> None:
    shredder, rules = Shredder(), Rules("shred path=/tmp/*")
    token = current_permissions.set(rules)
    try:
        paths = "/tmp/a", "/home/b", "/home/c", "/tmp/../etc"
        calls = [[call("shred", f"c{n}", path=path)] for n, path in enumerate(paths)]
        asked: list[InputRequiredEvent] = []

        def answer(question: InputRequiredEvent) -> HumanResponseEvent:
            asked.append(question)
            response = "always" if len(asked) == 1 else "deny"
            return HumanResponseEvent(response=response, request_id=question.request_id, rule="shred path=/home/*")

        await events_of(run([shredder.tool], *calls, "done"), answer)
    finally:
        current_permissions.reset(token)
    assert [(question.tool_kwargs["path"], question.rule) for question in asked] == [
        ("/home/b", "shred"),
        ("/tmp/../etc", "shred"),
    ]
    assert asked[0].choices == ["once", "session", "always", "deny"]
    assert rules.granted == [("shred path=/home/*", True)]
    assert shredder.shredded == ["/tmp/a", "/home/b", "/home/c"]


async def test_several_calls_ask_at_once_and_are_answered_in_any_order() -> None:
    shredder = Shredder()
    asked: list[InputRequiredEvent] = []
    handler = run([shredder.tool], [call("shred", f"c{n}", path=str(n)) for n in range(6)], "done")

    def answer_all_backwards(question: InputRequiredEvent) -> None:
        asked.append(question)
        if len(asked) == 6:
            for each in reversed(asked):
                response = "deny" if each.tool_id == "c2" else "once"
                handler.ctx.send_event(HumanResponseEvent(response=response, request_id=each.request_id))

    events = await events_of(handler, answer_all_backwards)
    assert [question.tool_id for question in asked] == [f"c{n}" for n in range(6)]
    assert [result.tool_id for result in results(events)] == [f"c{n}" for n in range(6)]
    assert [result.tool_id for result in results(events) if result.tool_output.is_error] == ["c2"]
    assert sorted(shredder.shredded) == ["0", "1", "3", "4", "5"]


async def test_one_rule_for_two_tools_asks_once_when_it_asks_one_at_a_time() -> None:
    rule = ApprovalRule(question="May questions go to the web?", one_at_a_time=True)
    search = FunctionTool.from_defaults(lambda: "hits", name="search", requires_approval=rule)
    fetch = FunctionTool.from_defaults(lambda: "page", name="fetch", requires_approval=rule)
    events = await events_of(
        run([search, fetch], [call("search", "c1"), call("fetch", "c2")], "done"), choice("session")
    )
    questions = [event for event in events if isinstance(event, InputRequiredEvent)]
    assert [question.prefix for question in questions] == ["May questions go to the web?"]
    assert [result.tool_output.content for result in results(events)] == ["hits", "page"]


async def test_a_question_says_how_many_calls_are_asked_about_after_it() -> None:
    shredder = Shredder(ApprovalRule(one_at_a_time=True))
    calls = [call("shred", f"c{n}", path=str(n)) for n in range(3)]
    events = await events_of(run([shredder.tool], calls, "done"), choice("once"))
    questions = [event for event in events if isinstance(event, InputRequiredEvent)]
    assert [question.get("behind", 0) for question in questions] == [2, 1, 0]


async def test_a_question_of_the_tools_own_carries_where_it_is_from() -> None:
    started: list[str] = []

    async def book(ctx: Context[Any], place: str) -> str:
        started.append(place)
        answer = await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix=f"Book {place}?"))
        return answer.response

    def answer(question: InputRequiredEvent) -> HumanResponseEvent:
        assert (question.tool_id, question.tool_name, question.tool_kwargs) == ("c1", "book", {"place": "Rome"})
        return HumanResponseEvent(response="yes", request_id=question.request_id)

    events = await events_of(run([book], call("book", place="Rome"), "done"), answer)
    assert kinds(events) == ["ToolCall", "InputRequiredEvent", "ToolCallResult"]
    assert started == ["Rome"]


@pytest.mark.fault("A2")
async def test_a_hanging_tool_is_stopped_and_the_model_gets_an_error() -> None:
    stopped = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    tool = FunctionTool.from_defaults(hang, timeout=0.01)
    handler = run([tool], call("hang"), "it hangs")
    (result,) = results(await events_of(handler))
    assert result.tool_output.content == "hang gave no result within 0.01 seconds and was stopped."
    assert stopped.is_set()
    assert str(await handler) == "it hangs"


@pytest.mark.fault("A2")
async def test_a_hanging_plain_function_is_abandoned() -> None:
    release = threading.Event()
    tool = FunctionTool.from_defaults(release.wait, name="wait", timeout=0.01)
    (result,) = results(await events_of(run([tool], call("wait"), "done")))
    release.set()
    assert result.tool_output.is_error


async def test_waiting_for_a_human_does_not_count_as_tool_time() -> None:
    async def book(ctx: Context[Any]) -> str:
        return (await ctx.wait_for_event(HumanResponseEvent, InputRequiredEvent(prefix="?"))).response

    tool = FunctionTool.from_defaults(book, timeout=0.02)
    handler = run([tool], call("book"), "done")
    loop = asyncio.get_running_loop()

    def answer_late(question: InputRequiredEvent) -> None:
        loop.call_later(0.08, handler.ctx.send_event, choice("yes")(question))

    (result,) = results(await events_of(handler, answer_late))
    assert result.tool_output.content == "yes"


async def test_a_tools_own_timeout_error_is_the_tools() -> None:
    def slow() -> None:
        raise TimeoutError("the archive is slow")

    (result,) = results(await events_of(run([slow], call("slow"), "done")))
    assert result.tool_output.content == "the archive is slow"


async def test_a_tool_that_cancels_itself_does_not_cancel_the_run() -> None:
    async def give_up() -> None:
        raise asyncio.CancelledError

    handler = run([give_up], call("give_up"), "done")
    (result,) = results(await events_of(handler))
    assert result.tool_output.is_error
    assert str(await handler) == "done"


async def test_results_come_in_the_order_asked_and_at_most_four_run_at_once() -> None:
    at_work: list[int] = []
    most = 0
    finished: list[int] = []

    async def work(n: int) -> int:
        nonlocal most
        at_work.append(n)
        most = max(most, len(at_work))
        for _ in range(10 - n):
            await asyncio.sleep(0)
        at_work.remove(n)
        finished.append(n)
        return n

    calls = [call("work", f"c{n}", n=n) for n in range(8)]
    events = await events_of(run([work], calls, "done"))
    assert [result.tool_output.raw_output for result in results(events)] == list(range(8))
    assert kinds(events) == ["ToolCall"] * 8 + ["ToolCallResult"] * 8
    assert most == 4
    assert finished != sorted(finished)


@pytest.mark.fault("N25")
async def test_an_unknown_tool_is_an_error_that_names_the_known_ones() -> None:
    (result,) = results(await events_of(run([len], call("size"), "done")))
    assert result.tool_output.content == "There is no tool called 'size'. The tools are: len."


@pytest.mark.fault("N24")
@pytest.mark.parametrize("arguments", ['{"n": ', "[1]", "null", "nope", '{"n": 1}{', "[" * 100_000])
async def test_arguments_that_are_not_a_json_object_call_nothing(arguments: str) -> None:
    called: list[int] = []
    reply = MockReply(tool_calls=[call("work")], raw_arguments=[arguments])
    handler = run([FunctionTool.from_defaults(called.append, name="work")], reply, "done")
    (result,) = results(await events_of(handler))
    assert result.tool_output.is_error
    assert result.tool_output.content.endswith("The tool was not called.")
    assert called == []
    assert str(await handler) == "done"


@pytest.mark.fault("A1")
async def test_a_call_repeated_again_and_again_is_refused() -> None:
    called: list[int] = []

    def work(n: int) -> str:
        called.append(n)
        return "same"

    handler = run([work], *([call("work", f"c{n}", n=1)] for n in range(5)), "done")
    outcomes = [result.tool_output.is_error for result in results(await events_of(handler))]
    assert outcomes == [False, False, False, True, True]
    assert called == [1, 1, 1]


async def test_a_result_that_would_fill_the_window_is_cut_with_a_note() -> None:
    llm = MockLLM([call("dump"), "done"], context_window=5_000)
    handler = AgentWorkflow.from_tools([FunctionTool.from_defaults(lambda: "x" * 7_000, name="dump")], llm=llm).run(
        "go"
    )
    (result,) = results(await events_of(handler))
    assert result.tool_output.content == "x" * 5_000 + "\n[cut here: 2000 more characters]"
    assert llm.calls[1].messages[-1].content == result.tool_output.content


async def test_cancelling_stops_the_tool_that_runs() -> None:
    cancelled = asyncio.Event()
    started = asyncio.Event()

    async def hang() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    handler = run([hang], call("hang"))
    await started.wait()
    await handler.cancel_run()
    assert cancelled.is_set()
    assert [type(event).__name__ async for event in handler.stream_events()][-1] == "WorkflowCancelledEvent"

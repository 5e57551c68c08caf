"""The real LlamaIndex at a desk: every run of it is shown, answered, stopped and logged as one of ours."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from llama_index.core.workflow import HumanResponseEvent, InputRequiredEvent
from llama_index.llms.openai import OpenAI
from tests.llamaindex import agents
from tests.support.desk import desk
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Close, Gate, Reply, call, chunk, error, say

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.run_costs import RunLimits
from bookwheel.engine.record import EventRecord
from bookwheel.transcript.blocks import AnswerBlock, EventBlock, ToolBlock
from bookwheel.transcript.bridge import answer_to
from bookwheel.wiring.own_workflow import OwnWorkflow

# LlamaIndex uses deprecated parts of pydantic.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ANSWER = "The answer is twelve."


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def llm(server: OpenAIServer) -> AsyncIterator[OpenAI]:
    async with httpx.AsyncClient() as client:
        yield agents.model(server.base_url, client)


class Run:
    """What came of one question."""

    def __init__(self, records: list[EventRecord], blocks: tuple[Any, ...]) -> None:
        self.records = records
        self.blocks = blocks

    @property
    def types(self) -> list[str]:
        """The kinds of its events, a streamed text as one."""
        kinds = [record.type for record in self.records]
        return [kind for i, kind in enumerate(kinds) if kind != "AgentStream" or kinds[i - 1] != "AgentStream"]

    @property
    def finished(self) -> dict[str, Any]:
        return dict(self.records[-1].data)

    def data(self, type_: str) -> list[dict[str, Any]]:
        return [dict(record.data) for record in self.records if record.type == type_]


async def ask(
    assistant: Assistant, question: str = "What is 3 times 4?", answer: Callable[[EventRecord], str] | None = None
) -> Run:
    """Ask, answer its questions by `answer`, and check what holds of every run."""
    feed = assistant.records()
    run_id = await assistant.ask(question)
    records: list[EventRecord] = []
    async for record in feed:
        records.append(record)
        if answer is not None and record.data.get("is_a", record.type) == "InputRequiredEvent":
            assert await assistant.respond(str(record.data["request_id"]), answer(record))
        if record.type == "RunFinished":
            break
    feed.close()
    await assistant.wait_finished(run_id)
    run = Run(records, assistant.sessions.transcript.blocks)
    assert run.types[0] == "RunStarted"
    assert run.types.count("RunFinished") == 1
    assert [record.seq for record in records] == list(range(records[0].seq, records[0].seq + len(records)))
    assert not [block for block in run.blocks if block.status == "open"]
    return run


def own(workflow: object) -> Any:
    return OwnWorkflow(workflow, "agents:it")


async def test_an_agent_streams_its_answer(server: OpenAIServer, llm: OpenAI, tmp_path: Path) -> None:
    server.replies.append(say(ANSWER))
    async with desk(tmp_path, own(agents.agent(llm)), mode="workflow") as assistant:
        run = await ask(assistant)
    assert run.types == ["RunStarted", "AgentInput", "AgentStream", "AgentOutput", "RunFinished"]
    assert "".join(piece["delta"] for piece in run.data("AgentStream")) == run.finished["response"] == ANSWER
    assert run.finished["status"] == "completed"
    assert run.finished["ttft_s"] is not None
    (sent,) = run.data("AgentInput")
    assert sent["input"][-1] == {"role": "user", "content": "What is 3 times 4?"}
    assert sent["current_agent_name"] == "Agent"


async def test_tools_are_shown_with_their_results_and_their_errors(
    server: OpenAIServer, llm: OpenAI, tmp_path: Path
) -> None:
    server.replies += [
        call(("multiply", {"a": 3, "b": 4}), ("divide", {"a": 1, "b": 0}), text="Let me see."),
        say(ANSWER),
    ]
    workflow = agents.agent(llm, agents.multiply, agents.divide)
    async with desk(tmp_path, own(workflow), mode="workflow") as assistant:
        run = await ask(assistant)
    assert {called["tool_name"]: called["tool_kwargs"] for called in run.data("ToolCall")} == {
        "multiply": {"a": 3, "b": 4}, "divide": {"a": 1, "b": 0},
    }  # fmt: skip
    results = {result["tool_name"]: result["tool_output"] for result in run.data("ToolCallResult")}
    assert results["multiply"] == {"content": "12", "is_error": False}
    assert results["divide"]["is_error"] is True
    assert "division by zero" in results["divide"]["content"]
    assert run.finished["response"] == ANSWER
    tools = {block.tool_name: block for block in run.blocks if isinstance(block, ToolBlock)}
    assert (tools["multiply"].output, tools["divide"].is_error) == ("12", True)
    assert [block.text for block in run.blocks if isinstance(block, AnswerBlock)] == ["Let me see.", ANSWER]


async def test_one_agent_hands_over_to_another(server: OpenAIServer, llm: OpenAI, tmp_path: Path) -> None:
    server.replies += [
        call(("handoff", {"to_agent": "Writer", "reason": "it is looked up"})),
        say("Here is the report."),
    ]
    async with desk(tmp_path, own(agents.team(llm)), mode="workflow") as assistant:
        run = await ask(assistant)
    assert [sent["current_agent_name"] for sent in run.data("AgentInput")] == ["Researcher", "Writer"]
    assert [result["tool_name"] for result in run.data("ToolCallResult")] == ["handoff"]
    assert run.finished["response"] == "Here is the report."


async def test_a_follow_up_question_has_the_conversation_in_llamaindexs_own_messages(
    server: OpenAIServer, llm: OpenAI, tmp_path: Path
) -> None:
    """Its memory is lost between runs (with pydantic 2.14 even within a context): the desk's history is not."""
    server.replies += [say(ANSWER), say("Yes.")]
    async with desk(tmp_path, own(agents.agent(llm)), mode="workflow") as assistant:
        await ask(assistant)
        await ask(assistant, "Really?")
    messages = [(message["role"], message["content"]) for message in server.chats[1].json["messages"]]
    assert messages[1:] == [("user", "What is 3 times 4?"), ("assistant", ANSWER), ("user", "Really?")]


@pytest.mark.parametrize(("response", "result"), [("yes", "done"), ("no", "not allowed")])
async def test_a_question_is_answered_in_its_own_class_with_its_fields(
    server: OpenAIServer, llm: OpenAI, tmp_path: Path, response: str, result: str
) -> None:
    """The tool waits for an answer with `user_name="Laurie"`, a field that only the question shows."""
    server.replies += [call(("dangerous_task", {})), say(ANSWER)]
    workflow = agents.agent(llm, agents.dangerous_task)
    async with desk(tmp_path, own(workflow), mode="workflow") as assistant:
        run = await ask(assistant, answer=lambda _: response)
    (question,) = run.data("InputRequiredEvent")
    assert (question["prefix"], question["user_name"]) == ("Are you sure you want to proceed?", "Laurie")
    (answered,) = run.data("HumanResponseEvent")
    assert (answered["response"], answered["request_id"]) == (response, question["request_id"])
    assert [output["tool_output"]["content"] for output in run.data("ToolCallResult")] == [result]
    assert len(run.data("ToolCall")) == 1  # LlamaIndex replays the step of a tool that asks, and emits it twice
    assert run.finished["status"] == "completed"


async def test_questions_of_a_users_class_are_distinguished(server: OpenAIServer, llm: OpenAI, tmp_path: Path) -> None:
    server.replies += [call(("two_questions", {})), say(ANSWER)]
    workflow = agents.agent(llm, agents.two_questions)
    async with desk(tmp_path, own(workflow), mode="workflow") as assistant:
        run = await ask(assistant, answer=lambda record: f"to {record.data['prefix']}")
    (second,) = run.data("Approval")
    assert (second["level"], second["reason"], second["is_a"]) == (2, "twice", "InputRequiredEvent")
    assert [output["tool_output"]["content"] for output in run.data("ToolCallResult")] == ["to First? and to Second?"]


def test_the_answer_is_made_of_the_class_beside_the_questions() -> None:
    answer = answer_to(agents.Approval(prefix="Sure?", level=3, user_name="Laurie"), "yes", {"why": "because"})
    assert isinstance(answer, HumanResponseEvent)
    assert (answer.response, answer.user_name, answer.level, answer.why) == ("yes", "Laurie", 3, "because")
    assert answer.get("prefix") is None
    assert isinstance(answer_to(InputRequiredEvent(prefix="?"), "no", {}), HumanResponseEvent)


async def test_stopping_closes_the_connection_and_the_next_question_is_clean(
    server: OpenAIServer, llm: OpenAI, tmp_path: Path
) -> None:
    gate = Gate()
    server.replies += [Reply([chunk({"content": "one "}), gate, chunk({"content": "two"})]), say("Fresh.")]
    async with desk(tmp_path, own(agents.agent(llm)), mode="workflow") as assistant:
        feed = assistant.records()
        run_id = await assistant.ask("slow")
        await gate.reached.wait()
        async for record in feed:
            if record.type == "AgentStream" and record.data["delta"]:
                break
        feed.close()
        assert await assistant.cancel()
        finished = (await assistant.wait_finished(run_id)).data
        assert (finished["status"], finished["response"]) == ("cancelled", "one ")
        async with asyncio.timeout(60):
            await server.chats[0].hung_up.wait()
        again = await ask(assistant, "again")
    assert again.finished["response"] == "Fresh."


async def test_stopping_reaches_a_tool_at_work_and_a_question_that_waits(
    server: OpenAIServer, llm: OpenAI, tmp_path: Path
) -> None:
    server.replies += [call(("wait_forever", {})), call(("dangerous_task", {}))]
    workflow = agents.agent(llm, agents.wait_forever, agents.dangerous_task)
    async with desk(tmp_path, own(workflow), mode="workflow") as assistant:
        for waits_for in ("ToolCall", "InputRequiredEvent"):
            feed = assistant.records()
            run_id = await assistant.ask("go")
            async for record in feed:
                if record.type == waits_for:
                    break
            feed.close()
            assert await assistant.cancel()
            assert (await assistant.wait_finished(run_id)).data["status"] == "cancelled"
        assert not await assistant.respond("r2-q1", "yes")


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (error(401, "Incorrect API key provided"), "Incorrect API key provided"),
        (error(500, "The server had an error"), "The server had an error"),
        (Reply([chunk({"content": "one "}), b"data: {broken\n\n", Close()]), ""),
    ],
)
async def test_a_model_that_fails_ends_the_run_with_its_reason(
    server: OpenAIServer, llm: OpenAI, tmp_path: Path, reply: Reply, says: str
) -> None:
    server.replies.append(reply)
    async with desk(tmp_path, own(agents.agent(llm)), mode="workflow") as assistant:
        run = await ask(assistant)
    assert run.finished["status"] == "failed"
    assert says in run.finished["error"]["message"]


async def test_a_workflow_without_an_agent_shows_its_own_events_and_its_result(tmp_path: Path) -> None:
    async with desk(tmp_path, own(agents.Steps()), mode="workflow") as assistant:
        run = await ask(assistant, "a page")
    assert run.types == ["RunStarted", "Progress", "AgentStream", "RunFinished"]
    assert run.data("Progress") == [{"msg": "looking at a page", "share": 0.5, "place": {"page": 3}}]
    assert run.finished["response"] == '{\n  "answer": "all of it",\n  "share": 1.0\n}'
    assert [block.type for block in run.blocks if isinstance(block, EventBlock)] == ["Progress"]


async def test_a_result_that_is_text_is_the_answer(tmp_path: Path) -> None:
    async with desk(tmp_path, own(agents.Sentence()), mode="workflow") as assistant:
        assert (await ask(assistant, "So")).finished["response"] == "So? Indeed."


@pytest.mark.parametrize(
    ("workflow", "says"),
    [
        (agents.Failing(), "the vase is broken"),
        (agents.Hanging(timeout=0.1), "0.1"),
        (agents.ByTopic(), "Topical"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_workflow_that_fails_hangs_or_cannot_start_ends_with_its_reason(
    tmp_path: Path, workflow: object, says: str
) -> None:
    async with desk(tmp_path, own(workflow), mode="workflow") as assistant:
        run = await ask(assistant)
        assert run.finished["status"] == "failed"
        assert says in run.finished["error"]["message"]
        assert assistant.status.phase == "idle"


async def test_our_own_limit_of_time_ends_it(tmp_path: Path) -> None:
    limits = RunLimits(time_limit_s=0.1)
    async with desk(tmp_path, own(agents.Hanging(timeout=None)), mode="workflow", limits=limits) as assistant:
        run = await ask(assistant)
    assert (run.finished["status"], run.finished["error"]["type"]) == ("failed", "LimitReachedError")


async def test_a_long_answer_is_logged_in_proportion_to_its_text(
    server: OpenAIServer, llm: OpenAI, tmp_path: Path
) -> None:
    """Each of LlamaIndex's pieces carries the whole text so far: kept, 2,000 of them would be 16 MB."""
    text = "word " * 2_000
    server.replies.append(say(text))
    async with desk(tmp_path, own(agents.agent(llm)), mode="workflow") as assistant:
        run = await ask(assistant)
    assert run.finished["response"] == text
    assert sum(len(record.to_line()) for record in run.records) < 300 * 2_100

"""`bookwheel run` on the real LlamaIndex: the whole program, in a child process and in a terminal."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Ended, bookwheel
from tests.journeys.terminal import ENTER, ESCAPE, Terminal
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, error, say

HERE = Path(__file__).parent


def environment(server: OpenAIServer) -> dict[str, str]:
    # LlamaIndex fails when its own warnings are errors.
    return {"BOOKWHEEL_TEST_SERVER": server.base_url, "PYTHONWARNINGS": "", "PYTHONDONTWRITEBYTECODE": "1"}


def types(log: list[dict[str, Any]]) -> list[str]:
    """The kinds of a log's events, a streamed text as one."""
    kinds = [event["type"] for event in log]
    return [kind for i, kind in enumerate(kinds) if kind != "AgentStream" or kinds[i - 1] != "AgentStream"]


async def run(server: OpenAIServer, *arguments: str) -> Ended:
    return await bookwheel("run", *arguments, env=environment(server), cwd=HERE)


async def test_an_agent_prints_its_event_log() -> None:
    async with OpenAIServer() as server:
        server.replies += [call(("multiply", {"a": 3, "b": 4})), say("The answer is twelve.")]
        ended = await run(server, "agents:calculator", "What is 3 times 4?", "--json")
    log = [json.loads(line) for line in ended.lines]
    assert (ended.code, ended.err) == (0, "")
    assert types(log) == [
        "RunStarted", "AgentInput", "AgentStream", "AgentOutput", "ToolCall", "ToolCallResult", "AgentInput",
        "AgentStream", "AgentOutput", "RunFinished",
    ]  # fmt: skip
    assert log[0]["data"]["mode"] == "workflow"
    assert log[-1]["data"]["response"] == "The answer is twelve."


async def test_an_answer_is_printed_as_text() -> None:
    async with OpenAIServer() as server:
        server.replies.append(say("Twelve."))
        ended = await run(server, "agents.py:calculator", "What is 3 times 4?", "--print")
    assert (ended.code, ended.out, ended.err) == (0, "Twelve.\n", "")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["agents:calculator", "Hi"], 1, "Incorrect API key provided"),
        (["agents:Failing", "Hi"], 1, "the vase is broken"),
        (["agents:Exiting", "Hi"], 1, "called sys.exit(9); the run is not complete"),
        (["agents:Hanging", "Hi", "--time-limit", "0.2"], 4, "The time limit of 0.2 s stopped the run."),
    ],
    ids=["model", "step", "exit", "limit"],
)
async def test_a_failure_is_a_line_or_two_and_no_traceback(arguments: list[str], code: int, says: str) -> None:
    async with OpenAIServer() as server:
        server.replies.append(error(401, "Incorrect API key provided"))
        ended = await run(server, *arguments, "--print")
    assert (ended.code, ended.out) == (code, "")
    assert says in ended.err
    assert len(ended.err.splitlines()) <= 2


async def test_an_unanswered_question_ends_with_4() -> None:
    async with OpenAIServer() as server:
        server.replies.append(call(("dangerous_task", {})))
        ended = await run(server, "agents:asking_agent", "Go", "--json")
    log = [json.loads(line) for line in ended.lines]
    assert ended.code == 4
    assert types(log)[-2:] == ["InputRequiredEvent", "RunFinished"]
    assert log[-1]["data"]["status"] == "cancelled"
    assert "there is no terminal to answer on: Are you sure you want to proceed?" in ended.err


async def test_a_question_is_answered_in_the_app() -> None:
    async with OpenAIServer() as server:
        server.replies += [call(("dangerous_task", {})), say("It is done.")]
        async with Terminal("run", "agents:asking_agent", "Go", env=environment(server), cwd=HERE) as terminal:
            await terminal.shows("Are you sure you want to proceed?", "waiting for you: Esc")
            terminal.press(ESCAPE)
            # In the prompt it says "Esc a answer": an `a` right after that Esc would be Alt+A to any terminal.
            await terminal.until(lambda: "waiting for you: Esc" not in terminal.text, "the page")
            await terminal.press_until("your answer", "a")
            terminal.press("yes", ENTER)
            await terminal.shows("It is done.")
        assert server.chats[1].json["messages"][-1]["content"] == "done"

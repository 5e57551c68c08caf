"""Incomplete answers: standard error, `RunFinished`, the session and the exit code say so."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.cli.program import TIMEOUT_S, bookwheel, finish, start, write_settings
from tests.cli.scenes import QUESTION, events, use
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Reply, call, chunk, error, say

from bookwheel import paths

ANSWER = "It turns at nine revolutions a minute [1]."


@pytest.mark.parametrize(
    ("finish_reason", "code", "words"),
    [("length", 4, "the model reached its output limit"), ("content_filter", 1, "content filter stopped it")],
)
@pytest.mark.parametrize("options", [(), ("--agent",)], ids=["query", "agent"])
async def test_an_answer_cut_by_the_model_is_said_everywhere(
    notes: Path, finish_reason: str, code: int, words: str, options: tuple[str, ...]
) -> None:
    async with OpenAIServer() as server:
        use(server)
        search = [call(("search_documents", {"query": "mill wheel"}))] if options else []
        server.replies += [*search, say(ANSWER, finish_reason=finish_reason)] * 2
        ended = await bookwheel("ask", *options, QUESTION, str(notes))
        logged = await bookwheel("ask", *options, "--json", QUESTION, str(notes))
    assert (ended.code, logged.code) == (code, code)
    assert ended.out.startswith(ANSWER)
    assert words in ended.err
    finished = events(logged)[-1]["data"]
    assert (finished["status"], finished["cut"], finished["response"]) == ("completed", finish_reason, ANSWER)
    assert words in (await bookwheel("sessions", "show", "last")).out


@pytest.mark.parametrize(
    ("reply", "code", "words"),
    [
        (say("", reasoning="Nine, I think."), 1, "gave only its thoughts and no answer"),
        (say(" "), 1, "gave an empty answer"),
        (say("", finish_reason="length"), 4, "reached its output limit before it began to answer"),
    ],
    ids=["thoughts alone", "nothing", "cut before it began"],
)
async def test_an_answer_without_a_word_is_said_and_fails(notes: Path, reply: Reply, code: int, words: str) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(reply)
        ended = await bookwheel("ask", "--json", QUESTION, str(notes))
    assert ended.code == code
    assert words in ended.err
    assert events(ended)[-1]["data"]["status"] == "failed"


async def test_the_setting_that_a_cut_answer_names_is_one(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "max_output_tokens = 50")
        server.replies += [say(ANSWER, finish_reason="length")]
        ended = await bookwheel("ask", QUESTION, str(notes))
    assert "raise model.max_output_tokens in the settings" in ended.err
    assert server.chats[0].json["max_tokens"] == 50


@pytest.mark.parametrize("options", [(), ("--agent",)], ids=["query", "agent"])
async def test_a_refusal_of_the_model_is_said_and_fails(notes: Path, options: tuple[str, ...]) -> None:
    refusal = Reply([*(chunk({"refusal": word}) for word in ("I will ", "not say.")), chunk({}, finish_reason="stop")])
    async with OpenAIServer() as server:
        use(server)
        server.replies += [refusal] * 2
        ended = await bookwheel("ask", *options, QUESTION, str(notes))
        logged = await bookwheel("ask", *options, "--json", QUESTION, str(notes))
    assert (ended.code, logged.code) == (1, 1)
    assert ended.out.startswith("I will not say.")
    assert "scripted refused to answer" in ended.err
    finished = events(logged)[-1]["data"]
    assert (finished["status"], finished["response"]) == ("failed", "I will not say.")
    assert finished["error"]["type"] == "ModelRefusalError"


async def test_thoughts_that_were_printed_as_the_answer_are_called_so(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies += [say(f"Passage [2] is of apples.\n</think>\n\n{ANSWER}")]
        ended = await bookwheel("ask", QUESTION, str(notes))
    assert ended.code == 0
    assert "What came so far were the model's thoughts; its answer follows." in ended.err
    assert "apples" not in (await bookwheel("sessions", "show", "last")).out


async def test_a_whole_answer_is_not_called_cut(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(say(ANSWER))
        ended = await bookwheel("ask", "--json", QUESTION, str(notes))
    assert ended.code == 0
    finished = events(ended)[-1]["data"]
    assert finished["cut"] is None
    assert finished["ttft_s"] <= finished["duration_s"]


async def test_every_event_is_on_disk_before_it_is_printed(notes: Path) -> None:
    """S1: of 1,930 events that were printed before a kill, 21 were not in the file."""
    async with OpenAIServer() as server:
        use(server)
        server.replies += [
            call(("search_documents", {"query": "mill wheel"})),
            say(" ".join(f"word{number}" for number in range(500)) + " [1]."),
        ]
        program = await start("ask", "--agent", "--json", QUESTION, str(notes))
        assert program.stdout is not None
        printed = 0
        async with asyncio.timeout(TIMEOUT_S):
            while line := await program.stdout.readline():
                (log,) = paths.sessions_dir().glob("*/events.jsonl")
                assert line in log.read_bytes().splitlines(keepends=True)
                printed += 1
        assert (await finish(program)).code == 0
    assert printed > 8


async def test_an_agent_without_a_word_at_its_output_limit_ends_with_4(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies += [say("", finish_reason="length")] * 2  # it is asked once more
        ended = await bookwheel("ask", "--agent", QUESTION, str(notes))
    assert ended.code == 4
    assert "reached its output limit before it began to answer" in ended.err


@pytest.mark.fault("N15")
async def test_a_wait_that_the_endpoint_asks_for_is_said_while_it_lasts(notes: Path) -> None:
    async with OpenAIServer() as server:
        write_settings(f'[model]\nbase_url = "{server.base_url}"\nname = "scripted"\n')
        server.replies += [error(429, "slow down", headers={"retry-after": "50"}), say(ANSWER)]
        process = await start("ask", QUESTION, str(notes))
        assert process.stderr is not None
        async with asyncio.timeout(TIMEOUT_S):
            line = await process.stderr.readuntil(b"\n")
        assert b"answered 429; asking again in 50.0 s" in line
        process.terminate()
        assert (await finish(process)).code == 143

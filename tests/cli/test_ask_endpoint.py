"""`bookwheel ask` against an endpoint: errors, tools, limits, keys."""

from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import bookwheel, write_settings
from tests.cli.scenes import CANARY, QUESTION, assert_canary_is_nowhere, events, held, interrupted_by, use
from tests.support.openai_server import OpenAIServer
from tests.support.patience import busy_factor
from tests.support.wire_replies import Reset, call, error, say


async def test_a_stream_cut_in_the_middle_keeps_the_partial_answer_and_ends_with_1(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(interrupted_by(Reset(), "Nine revolutions and so on", after_words=2))
        ended = await bookwheel("ask", QUESTION, str(notes))
    assert ended.code == 1
    assert ended.out.startswith("Nine revolutions")
    assert 1 <= len(ended.err.splitlines()) <= 2
    shown = await bookwheel("sessions", "show", "last")
    assert "Nine revolutions" in shown.out


async def test_a_refused_key_ends_with_1_and_names_its_source_but_never_the_key(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(error(401, f"Incorrect API key provided: {CANARY}"))
        ended = await bookwheel("ask", QUESTION, str(notes), "--debug", env={"OPENAI_API_KEY": CANARY})
        assert server.chats[0].headers["authorization"] == f"Bearer {CANARY}"
    assert ended.code == 1
    assert "OPENAI_API_KEY" in ended.err
    assert "Traceback" in ended.err
    assert_canary_is_nowhere(ended)


@pytest.mark.fault("K1")
async def test_a_key_is_in_no_output_and_in_no_file(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies += [say("Fine [1]."), error(500, f"broken: {CANARY}")]
        env = {"OPENAI_API_KEY": CANARY, "TAVILY_API_KEY": CANARY}
        runs = [
            await bookwheel("ask", QUESTION, str(notes), env=env),
            await bookwheel("ask", "--json", QUESTION, env=env),
            await bookwheel("config", "show", env=env),
            await bookwheel("config", "show", "--json", env=env),
            await bookwheel("doctor", env=env),
            await bookwheel("doctor", "--json", env=env),
            await bookwheel("sessions", "show", "last", env=env),
            await bookwheel("sessions", "export", "last", "--format", "html", env=env),
        ]
    assert [run.code for run in runs][:2] == [0, 1]
    for run in runs:
        assert_canary_is_nowhere(run)


async def test_the_agent_calls_its_tools_and_answers(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies += [call(("search_documents", {"query": "mill wheel"})), say("Nine a minute [1].")]
        ended = await bookwheel("ask", "--agent", "--json", QUESTION, str(notes))
    log = events(ended)
    types = [line["type"] for line in log if line["type"] not in ("AgentStream", "AgentSetup")]
    assert ended.code == 0, ended.err
    assert types == [
        "RunStarted", "AgentInput", "AgentOutput", "ToolCall", "Retrieval", "ToolCallResult",
        "AgentInput", "AgentOutput", "RunFinished",
    ]  # fmt: skip
    assert log[-1]["data"]["response"] == "Nine a minute [1]."
    assert log[-1]["data"]["citations"][0]["path"].endswith("mill.md")


async def test_a_tool_that_needs_approval_without_a_terminal_ends_with_4(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies += [call(("web_search", {"query": "secret plans"})), say("I could not search the web.")]
        ended = await bookwheel("ask", "--agent", QUESTION, str(notes))
        assert len(server.chats) == 2
        assert not [request for request in server.requests if request.path == "/search"]
    assert ended.code == 4
    assert "I could not search the web." in ended.out
    assert "needs approval, but there is no terminal" in ended.err


async def test_an_agent_stopped_by_its_round_limit_answers_and_ends_with_4(notes: Path) -> None:
    def script(request: Any) -> Any:
        has_tools = bool(request.json.get("tools"))
        return call(("search_documents", {"query": "mill"})) if has_tools else say("So far: nine [1].")

    async with OpenAIServer(script=script) as server:
        use(server)
        ended = await bookwheel("ask", "--agent", "--max-turns", "2", QUESTION, str(notes))
    assert ended.code == 4
    assert "So far: nine [1]." in ended.out
    assert "--max-turns 2" in ended.err


@pytest.mark.fault("I10")
async def test_a_run_that_costs_too_much_is_stopped_with_4(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "price_per_million_completion_tokens = 1000000")
        server.replies.append(held("word " * 60, after_words=50)[0])
        ended = await bookwheel("ask", "--max-cost", "20", QUESTION, str(notes))
    assert ended.code == 4
    assert ended.out.startswith("word word")
    assert "--max-cost 20" in ended.err


async def test_a_cost_limit_needs_prices() -> None:
    unlisted = ("--model", "no-such-model")
    ended = await bookwheel("ask", "--max-cost", "1", *unlisted, QUESTION, env={"OPENAI_API_KEY": CANARY})
    assert (ended.code, "model.price_per_million" in ended.err) == (2, True)


async def test_a_run_that_takes_too_long_is_stopped_with_4(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(held("Nine revolutions, and the end.", after_words=1)[0])
        # Long enough for the first word on a busy machine.
        ended = await bookwheel("ask", "--time-limit", f"{3 * busy_factor():.1f}", QUESTION, str(notes))
    assert ended.code == 4
    assert ended.out.startswith("Nine")
    assert "time limit" in ended.err


async def test_a_dotenv_that_names_an_endpoint_is_reported(notes: Path) -> None:
    async with OpenAIServer() as server:
        (notes / ".env").write_text(f"OPENAI_BASE_URL={server.base_url}\nOPENAI_API_KEY=sk-own-key-of-this-folder\n")
        server.replies.append(say("Nine [1]."))
        ended = await bookwheel("ask", "--allow-env-endpoint", QUESTION, ".", cwd=notes, env={"OPENAI_API_KEY": CANARY})
        assert server.chats[0].headers["authorization"] == "Bearer sk-own-key-of-this-folder"
        assert server.base_url in ended.err
    assert ended.code == 0


@pytest.mark.fault("I8")
async def test_a_dotenv_that_names_an_endpoint_is_refused_without_a_terminal(notes: Path) -> None:
    async with OpenAIServer() as server:
        (notes / ".env").write_text(f"OPENAI_BASE_URL={server.base_url}\n")
        ended = await bookwheel("ask", QUESTION, ".", cwd=notes)
        assert server.requests == []
        assert server.base_url in ended.err
    assert ended.code == 2
    assert "--allow-env-endpoint" in ended.err


async def test_a_profile_and_a_model_flag_choose_the_model(notes: Path) -> None:
    async with OpenAIServer() as server:
        write_settings(f'[profiles.box.model]\nbase_url = "{server.base_url}"\nname = "scripted"\n')
        first = await bookwheel("--profile", "box", "ask", QUESTION, str(notes))
        second = await bookwheel("ask", QUESTION, "--profile", "box", "--model", "other")
        assert [request.json["model"] for request in server.chats] == ["scripted", "other"]
    assert (first.code, second.code) == (0, 0)


async def test_an_endpoint_without_a_named_model_answers_with_the_first_it_lists(notes: Path) -> None:
    async with OpenAIServer(models=["alpha", "beta"]) as server:
        write_settings(f'[model]\nbase_url = "{server.base_url}"\n')
        ended = await bookwheel("ask", QUESTION, str(notes))
        assert server.chats[0].json["model"] == "alpha"
    assert ended.code == 0

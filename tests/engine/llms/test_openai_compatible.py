"""Faults of an endpoint, and their errors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.patience import busy_factor
from tests.support.wire_replies import DONE, Close, Gate, Reply, Reset, call, chunk, error, json_reply, say, usage_chunk

from bookwheel.engine.llms.chat import ChatDelta, ToolSpec
from bookwheel.engine.llms.openai.models import OpenAI, OpenAILike
from bookwheel.engine.llms.openai.transport import parse_retry_after
from bookwheel.engine.schema import ChatMessage, MessageRole, NumberedNode, TextNode, ToolSelection
from bookwheel.errors import (
    ContextTooLongError,
    ModelAuthError,
    ModelError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelResponseError,
    ModelStreamCutError,
    ModelUnreachableError,
    UsageError,
)

KEY = "canary-0123456789abcdef"
SEARCH = ToolSpec("search", "Search.", {"type": "object", "properties": {"query": {"type": "string"}}})


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer(models=["scripted", "other-model"]) as server:
        yield server


@pytest.fixture
async def make_llm(server: OpenAIServer) -> AsyncIterator[Callable[..., OpenAI]]:
    made: list[OpenAI] = []

    def make(**options: Any) -> OpenAI:
        made.append(
            OpenAI("scripted", **{"base_url": server.base_url, "api_key": KEY, "key_source": "MY_KEY", **options})
        )
        return made[-1]

    yield make
    for llm in made:
        await llm.aclose()


async def ask(llm: OpenAI, tools: tuple[ToolSpec, ...] = ()) -> list[ChatDelta]:
    async with aclosing(llm.astream_chat([ChatMessage(content="Hello?")], tools=tools)) as deltas:
        return [delta async for delta in deltas]


def text_of(deltas: list[ChatDelta]) -> str:
    return "".join(delta.delta for delta in deltas)


async def test_text_reasoning_and_usage_arrive(server: OpenAIServer, make_llm: Callable[..., OpenAI]) -> None:
    server.replies.append(say("It is so.", reasoning="Hm, well."))
    deltas = await ask(make_llm())

    assert text_of(deltas) == "It is so."
    assert "".join(delta.thinking_delta for delta in deltas) == "Hm, well."
    assert deltas[-1].finish_reason == "stop"
    assert deltas[-1].usage is not None
    assert deltas[-1].usage.total_tokens == 18


async def test_tool_calls_arrive_together_with_text(server: OpenAIServer, make_llm: Callable[..., OpenAI]) -> None:
    server.replies.append(call(("search", {"query": "a"}), ("search", {"query": "b"}), text="Let me look. "))
    deltas = await ask(make_llm(), (SEARCH,))

    assert text_of(deltas) == "Let me look. "
    assert [json.loads(found.arguments) for found in deltas[-1].tool_calls or []] == [{"query": "a"}, {"query": "b"}]
    assert server.chats[0].json["tools"][0]["function"]["name"] == "search"


async def test_a_conversation_with_tools_goes_over_the_wire_by_the_book(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    node = NumberedNode(1, TextNode("secret passage"))
    await make_llm(max_tokens=50, temperature=0.5).achat(
        [
            ChatMessage(MessageRole.SYSTEM, "Be brief."),
            ChatMessage(content="What?", additional_kwargs={"question": "internal"}, nodes=[node]),
            ChatMessage(MessageRole.ASSISTANT, tool_calls=[ToolSelection("c1", "search", {"query": "x"})]),
            ChatMessage(MessageRole.TOOL, "found\udc9b", tool_call_id="c1"),
        ],
        tools=[SEARCH],
        tool_choice="search",
        response_schema={"type": "object", "title": "My Answer"},
    )
    body = server.chats[0].json
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "search", "arguments": '{"query": "x"}'}}
            ],
        },
        {"role": "tool", "content": "found?", "tool_call_id": "c1"},
    ]
    assert body["tool_choice"] == {"type": "function", "function": {"name": "search"}}
    assert body["response_format"]["json_schema"]["name"] == "My_Answer"
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (50, 0.5, False)


@pytest.mark.fault("N12", "N13", "N14", "N15", "K2")
@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (error(401, f"Incorrect API key provided: {KEY}"), ModelAuthError, "MY_KEY, ending in cdef"),
        (error(403, "forbidden"), ModelAuthError, "403"),
        (error(404, "The model `scripted` does not exist", code="model_not_found"), ModelNotFoundError, "other-model"),
        (json_reply({"error": "model 'scripted' not found"}, 404), ModelNotFoundError, "scripted"),
        (json_reply({"detail": "Not Found"}, 404), ModelResponseError, "/v1"),
        (error(400, "too long", code="context_length_exceeded"), ContextTooLongError, "fewer passages"),
        (
            json_reply({"error": {"type": "exceed_context_size_error", "message": "9000 tokens"}}, 400),
            ContextTooLongError,
            "9000",
        ),
        (error(400, "strange request"), ModelResponseError, "strange request"),
        (error(429, "You exceeded your current quota", code="insufficient_quota"), ModelRateLimitError, "credit"),
        (error(402, "Payment Required"), ModelRateLimitError, "credit"),
        (error(413, "Request Entity Too Large"), ContextTooLongError, "fewer passages"),
        (error(429, "slow down", headers={"retry-after": "3600"}), ModelRateLimitError, "3600 seconds"),
        (error(429, "slow down", headers={"retry-after": "20000"}), ModelRateLimitError, "in 6 hours"),
        (error(429, "slow down", headers={"retry-after": "1e20"}), ModelRateLimitError, "Ask again tomorrow"),
        (Reply([], 407), ModelUnreachableError, "proxy"),
        (Reply([], 307, headers={"location": "http://elsewhere.invalid/"}), ModelResponseError, "elsewhere.invalid"),
        (Reply([b"<html>Log in here</html>"], 200, "text/html"), ModelResponseError, "Log in here"),
        (Reply([b""]), ModelResponseError, "answered with nothing"),
        (Reply([DONE]), ModelResponseError, "not a chat completion"),
        (Reply([{"error": {"message": "overloaded", "code": 503}}]), ModelResponseError, "overloaded"),
        (Reply([{"error": {"message": f"bad key {KEY}", "code": 401}}]), ModelAuthError, "MY_KEY"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_refusal_has_its_own_error_without_the_key(
    server: OpenAIServer, make_llm: Callable[..., OpenAI], reply: Reply, kind: type[ModelError], words: str
) -> None:
    server.script = lambda _: reply
    with pytest.raises(kind) as caught:
        await ask(make_llm(max_retries=0))

    assert words in str(caught.value)
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.getrepr(style="long"))


@pytest.mark.fault("K2")
async def test_a_half_masked_key_in_an_error_is_not_repeated(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    server.replies.append(error(401, "Incorrect API key provided: sk-proj-ab*****wxyz"))
    with pytest.raises(ModelAuthError) as caught:
        await ask(make_llm())
    assert "wxyz" not in str(caught.value)


@pytest.mark.fault("N16")
@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
async def test_a_temporary_failure_before_the_first_byte_is_retried_with_a_notice(
    server: OpenAIServer, make_llm: Callable[..., OpenAI], status: int
) -> None:
    server.replies += [error(status, "busy", headers={"retry-after": "0"}), say("Here I am.")]
    deltas = await ask(make_llm())

    assert text_of(deltas) == "Here I am."
    assert [str(status) in delta.notice for delta in deltas if delta.notice] == [True]
    assert len(server.chats) == 2


@pytest.mark.fault("N16")
async def test_retries_end_with_the_error(server: OpenAIServer, make_llm: Callable[..., OpenAI]) -> None:
    server.script = lambda _: error(503, "busy", headers={"retry-after": "0"})
    with pytest.raises(ModelResponseError, match="503"):
        await ask(make_llm(max_retries=2))
    assert len(server.chats) == 3


async def test_a_reply_that_is_not_a_tool_call_is_asked_for_once_more(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    server.script = lambda _: error(500, "Failed to parse tool call", headers={"retry-after": "0"})
    with pytest.raises(ModelResponseError):
        await ask(make_llm(), (SEARCH,))
    assert len(server.chats) == 2


async def test_a_kept_connection_that_the_server_closed_is_made_anew(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    server.replies += [Reply([Reset()], status=200), say("Again.")]
    assert text_of(await ask(make_llm())) == "Again."


@pytest.mark.fault("N17")
@pytest.mark.parametrize("end", [Reset(), Close()], ids=["reset", "close"])
async def test_no_request_is_repeated_after_the_first_piece(
    server: OpenAIServer, make_llm: Callable[..., OpenAI], end: Reset | Close
) -> None:
    server.replies.append(Reply([chunk({"content": "Half an "}), chunk({"content": "answer"}), end]))
    with pytest.raises(ModelStreamCutError) as caught:
        await ask(make_llm())

    assert caught.value.partial == "Half an answer"
    assert len(server.chats) == 1


@pytest.mark.fault("N11")
async def test_an_error_in_mid_stream_keeps_the_partial_answer(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    server.replies.append(Reply([chunk({"content": "So far"}), {"error": {"message": "GPU on fire", "code": 500}}]))
    with pytest.raises(ModelStreamCutError, match="GPU on fire") as caught:
        await ask(make_llm())
    assert caught.value.partial == "So far"


@pytest.mark.fault("N3")
async def test_a_stream_without_done_is_whole_when_it_gave_a_finish_reason(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    server.replies.append(Reply([chunk({"content": "All."}), chunk({}, finish_reason="stop")]))
    assert text_of(await ask(make_llm())) == "All."


@pytest.mark.parametrize(
    ("reason", "meant"),
    [("MAX_TOKENS", "length"), ("max_output_tokens", "length"), ("SAFETY", "content_filter"),
     ("sensitive", "content_filter"), ("content-filter", "content_filter"), ("end_turn", "stop"), ("other", "unknown")],
)  # fmt: skip
async def test_reasons_of_other_providers_are_understood(
    server: OpenAIServer, make_llm: Callable[..., OpenAI], reason: str, meant: str
) -> None:
    server.replies.append(Reply([chunk({"content": "All."}), chunk({}, finish_reason=reason)]))
    assert (await ask(make_llm()))[-1].finish_reason == meant


@pytest.mark.parametrize("reason", ["error", "insufficient_system_resource", "network_error"])
async def test_an_answer_that_the_provider_gave_up_is_cut(
    server: OpenAIServer, make_llm: Callable[..., OpenAI], reason: str
) -> None:
    server.replies.append(Reply([chunk({"content": "All "}), chunk({}, finish_reason=reason)]))
    with pytest.raises(ModelStreamCutError, match=f"ended it with '{reason}'") as caught:
        await ask(make_llm())
    assert caught.value.partial == "All "


async def test_a_stream_that_ends_with_done_needs_no_finish_reason(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    server.replies.append(Reply([chunk({"content": "All."}), DONE]))
    deltas = await ask(make_llm())
    assert (text_of(deltas), deltas[-1].finish_reason) == ("All.", "unknown")


@pytest.mark.fault("N4")
async def test_a_missing_done_does_not_delay_the_answer(
    server: OpenAIServer, make_llm: Callable[..., OpenAI], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookwheel.engine.llms.openai.answer_reader.DONE_GRACE_S", 0.05)
    server.replies.append(Reply([chunk({"content": "All."}), chunk({}, finish_reason="stop"), usage_chunk(), Gate()]))
    deltas = await ask(make_llm())

    assert text_of(deltas) == "All."
    assert deltas[-1].usage is not None
    async with asyncio.timeout(60):
        await server.chats[0].hung_up.wait()


@pytest.mark.fault("N1")
@pytest.mark.parametrize("begun", [False, True])
async def test_a_silent_stream_ends_by_its_timeout(
    server: OpenAIServer, make_llm: Callable[..., OpenAI], begun: bool
) -> None:
    server.replies.append(Reply([*([chunk({"content": "Well"})] if begun else []), Gate()]))
    with pytest.raises(ModelStreamCutError if begun else ModelUnreachableError):
        await ask(make_llm(timeout=0.1 * busy_factor()))


@pytest.mark.fault("N1")
async def test_bytes_without_a_line_do_not_count_as_activity(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    gates = [Gate() for _ in range(round(40 * busy_factor()))]
    server.replies.append(Reply([chunk({"content": "Well"}), *[part for gate in gates for part in (gate, b"x")]]))

    async def drip() -> None:
        for gate in gates:
            await gate.reached.wait()
            await asyncio.sleep(0.02)
            gate.opened.set()

    async with asyncio.TaskGroup() as tasks:
        dripping = tasks.create_task(drip())
        with pytest.raises(ModelStreamCutError, match="no data for"):
            await ask(make_llm(timeout=0.15 * busy_factor()))
        dripping.cancel()


@pytest.mark.fault("N12")
async def test_json_instead_of_a_stream_is_answered_as_a_whole(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    message = {"role": "assistant", "content": "Whole."}
    server.replies.append(json_reply({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}))
    assert text_of(await ask(make_llm())) == "Whole."


@pytest.mark.fault("N10")
async def test_bad_events_are_skipped_until_there_are_too_many(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    bad = b"data: {not json\n\n"
    server.replies.append(Reply([bad, chunk({"content": "Fine."}), b"data: [[[\n\n", chunk({}, finish_reason="stop")]))
    assert text_of(await ask(make_llm())) == "Fine."

    server.replies.append(Reply([chunk({"content": "Fine."}), *[bad] * 25, chunk({}, finish_reason="stop")]))
    with pytest.raises(ModelStreamCutError, match="not JSON objects"):
        await ask(make_llm())


async def test_usage_is_asked_for_again_without_when_the_server_refuses_it(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    server.replies += [error(400, "unknown field stream_options"), say("Fine."), say("And again.")]
    llm = make_llm()
    assert text_of(await ask(llm)) == "Fine."
    assert text_of(await ask(llm)) == "And again."

    assert ["stream_options" in request.json for request in server.chats] == [True, False, False]


async def test_nothing_of_the_environment_reaches_the_endpoint(
    server: OpenAIServer, make_llm: Callable[..., OpenAI], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("API_KEY", "ORG_ID", "PROJECT_ID", "ADMIN_KEY", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"OPENAI_{name}", "ambient-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Ambient: ambient-secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    await ask(make_llm(api_key=None))

    sent = server.chats[0].headers
    assert "ambient-secret" not in json.dumps(sent)
    assert not [name for name in sent if name.startswith("openai-")]


async def test_the_key_of_the_environment_goes_with_the_endpoint_of_the_environment(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-env")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    llm = OpenAI("scripted")
    await ask(llm)
    assert server.chats[0].headers["authorization"] == "Bearer sk-from-env"
    await llm.aclose()


@pytest.mark.fault("N18")
async def test_an_endpoint_that_is_down_is_named_with_a_hint() -> None:
    llm = OpenAI("scripted", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(ModelUnreachableError) as caught:
        await ask(llm)
    assert "http://127.0.0.1:9/v1" in caught.value.message
    assert "Start the model server" in caught.value.hint
    await llm.warm_up()
    await llm.aclose()


@pytest.mark.fault("K4")
@pytest.mark.parametrize("key", ["sk-with\nnewline", "sk-ключ", "two words", "sk-\x1b[31m"])
def test_a_key_that_no_header_can_carry_is_refused_by_its_source(key: str) -> None:
    with pytest.raises(ModelAuthError, match="MY_KEY") as caught:
        OpenAI("m", api_key=key, base_url="https://api.example.invalid/v1", key_source="MY_KEY")
    assert key not in str(caught.value)


@pytest.mark.fault("K7")
def test_documents_are_not_sent_in_clear_text_to_another_machine_unless_allowed() -> None:
    with pytest.raises(UsageError, match="unencrypted"):
        OpenAI("m", base_url="http://models.example.invalid/v1")
    OpenAI("m", base_url="http://models.example.invalid/v1", allow_http=True)


def test_the_key_is_in_no_repr() -> None:
    llm = OpenAI("m", api_key=KEY, base_url="https://api.example.invalid/v1")
    assert KEY not in repr(llm)
    assert KEY not in repr(vars(llm))


def test_a_completions_model_is_refused_with_the_reason() -> None:
    with pytest.raises(UsageError, match="chat"):
        OpenAILike("old", base_url="http://127.0.0.1:9/v1", is_chat_model=False)


@pytest.mark.fault("N15")
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1", 1.0),
        ("0.5", 0.5),
        ("-3", None),
        ("soon", None),
        ("", None),
        ("inf", None),
        ("nan", None),
        ("1e20", 86_400.0),
    ],
)
def test_retry_after_is_seconds_or_nothing(value: str, seconds: float | None) -> None:
    assert parse_retry_after(value, datetime.now(UTC)) == seconds


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert parse_retry_after(format_datetime(now + timedelta(seconds=30), usegmt=True), now) == 30
    assert parse_retry_after(format_datetime(now - timedelta(seconds=30), usegmt=True), now) is None


async def test_gathering_holds_back_no_first_piece_and_loses_none(
    server: OpenAIServer, make_llm: Callable[..., OpenAI]
) -> None:
    server.replies += [Reply([chunk({"content": "Well"}), Gate()]), say("Well, it is as long as it is broad.")]
    async with aclosing(make_llm(gather_s=3600.0).astream_chat([ChatMessage(content="Hello?")])) as deltas:
        assert (await anext(deltas)).delta == "Well"
    gathered = await ask(make_llm(gather_s=0.002))
    assert "".join(delta.delta for delta in gathered) == "Well, it is as long as it is broad."


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (400, "BadRequestError"),
        (413, "APIStatusError"),
        (503, "InternalServerError"),
    ],
)
async def test_errors_are_also_caught_as_those_of_the_openai_package(
    server: OpenAIServer, status: int, kind: str
) -> None:
    import openai

    server.replies += [error(status, "no")] * 2
    llm = OpenAI(model="m", api_key="sk-secret-key", base_url=server.base_url, max_retries=0)
    with pytest.raises(getattr(openai, kind)) as caught:
        await llm.acomplete("Hello")
    await llm.aclose()
    assert isinstance(caught.value, ModelError)
    assert caught.value.status_code == status  # type: ignore[attr-defined]
    assert "sk-secret" not in repr(vars(caught.value))

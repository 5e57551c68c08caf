"""The forms in which servers send answers, errors and calls, each to what it means."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from tests.support.openai_server import OpenAIServer, Request
from tests.support.wire_replies import DONE, Part, Reply, chunk, error, json_reply, say, words

from bookwheel.engine.llms.chat import ChatDelta, ToolSpec
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.llms.openai.transport import Refusal, RefusedError, wait_before_retry
from bookwheel.engine.schema import ChatMessage
from bookwheel.errors import (
    ModelError,
    ModelRateLimitError,
    ModelRefusalError,
    ModelResponseError,
    ModelStreamCutError,
)

ANSWER = "The kiln fires at 1,040 degrees [1]."
SEARCH = ToolSpec("search", "Search.", {"type": "object", "properties": {"query": {"type": "string"}}})
PIECES = [chunk({"content": piece}) for piece in words(ANSWER)]
STOP = chunk({}, finish_reason="stop")


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


async def ask(server: OpenAIServer, *tools: ToolSpec, **options: Any) -> list[ChatDelta]:
    llm = OpenAI("scripted", base_url=server.base_url, max_retries=0, **options)
    try:
        async with aclosing(llm.astream_chat([ChatMessage(content="Hello?")], tools=tools)) as deltas:
            return [delta async for delta in deltas]
    finally:
        await llm.aclose()


def text_of(deltas: list[ChatDelta]) -> str:
    return "".join(delta.delta for delta in deltas)


def event(data: object) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def choice(**fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "finish_reason": None, **fields}]}


@pytest.mark.parametrize(
    "delta",
    [
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "Hmm."}, {"type": "reasoning.encrypted"}]},
        {"thinking_blocks": [{"type": "thinking", "thinking": "Hmm.", "signature": "x"}]},
        {"reasoning": {"content": "Hmm."}},
        {"reasoning_text": "Hmm."},
        {"reasoning_content": "Hmm.", "reasoning": "Hmm."},
        {"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hmm."}]}]},
    ],
)
async def test_thoughts_are_read_in_all_their_forms(server: OpenAIServer, delta: dict[str, Any]) -> None:
    server.replies.append(Reply([chunk(delta), *PIECES, STOP, DONE]))
    deltas = await ask(server)
    assert "".join(delta.thinking_delta for delta in deltas) == "Hmm."
    assert text_of(deltas) == ANSWER


@pytest.mark.parametrize(
    "parts",
    [
        [chunk({"content": {"type": "text", "text": ANSWER}})],
        [chunk({"content": [{"type": "text", "text": {"value": ANSWER}}]})],
        [choice(message={"role": "assistant", "content": piece}) for piece in words(ANSWER)],
        [chunk({"content": "[1]."}), choice(message={"content": "[1]."}), chunk({"content": ""})],
        [chunk({"content": [{"type": "redacted_thinking", "data": "x"}, {"type": "output_text", "text": ANSWER}]})],
        [choice(text=ANSWER)],
        [*PIECES, choice(delta={}, message={"role": "assistant", "content": ANSWER})],
        [*PIECES, choice(delta={"content": ""}, message={"role": "assistant", "content": ANSWER})],
        [{"choices": [{"index": 1, "delta": {"content": "No."}}, {"index": 0, "delta": {"content": ANSWER}}]}],
        [chunk({"content": ANSWER[: at + 9]}) for at in range(0, len(ANSWER), 9)],
        [*PIECES, chunk({"content": ANSWER})],
    ],
    ids=[
        "a part",
        "a value",
        "messages",
        "short",
        "parts",
        "legacy",
        "whole at the end",
        "whole beside",
        "two choices",
        "so far each",
        "once more",
    ],
)
async def test_an_answer_is_read_in_all_its_forms(server: OpenAIServer, parts: list[Part]) -> None:
    server.replies.append(Reply([*parts, STOP, DONE]))
    assert text_of(await ask(server)) in (ANSWER, "[1].")


@pytest.mark.parametrize(
    ("usages", "total"),
    [
        ([{"input_tokens": 9, "output_tokens": 4}], 13),
        ([{"prompt_tokens": 9, "completion_tokens": 4}, {"prompt_tokens": 0, "completion_tokens": 0}], 13),
    ],
)
async def test_tokens_are_read_under_both_names_and_zeros_are_none(
    server: OpenAIServer, usages: list[dict[str, int]], total: int
) -> None:
    server.replies.append(Reply([*PIECES, STOP, *(chunk(usage=usage) for usage in usages), DONE]))
    usage = (await ask(server))[-1].usage
    assert usage is not None
    assert usage.total_tokens == total


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"data: " + json.dumps(piece).encode() + b"\n" for piece in [*PIECES, STOP]) + b"\n" + DONE,
        b"".join(b"data: " + event(piece) for piece in [*PIECES, STOP]) + b"data: " + DONE,
        b"".join(map(event, PIECES)) + b"data: [DONE]",
        b"".join(map(event, PIECES)) + b"data: [DONE] \n\n",
        b"".join(map(event, PIECES)) + event(STOP).rstrip(),
    ],
    ids=["no empty lines", "the prefix twice", "no line end", "a blank behind", "no end of the last event"],
)
async def test_events_that_are_written_a_little_wrong_are_read(server: OpenAIServer, body: bytes) -> None:
    server.replies.append(Reply([body]))
    assert text_of(await ask(server)) == ANSWER


REPORTED = [
    event({"error": "out of clay"}),
    event({"object": "error", "message": "out of clay", "code": 40303}),
    event({"type": "error", "message": "out of clay"}),
    event({"code": "InternalError", "message": "out of clay"}),
    event({"error_code": 336000, "error_msg": "out of clay"}),
    event({"choices": None, "base_resp": {"status_code": 1004, "status_msg": "out of clay"}}),
    event({"detail": "out of clay"}),
    event({"errors": [{"message": "out of clay"}]}),
    event([{"error": {"code": 503, "message": "out of clay", "status": "UNAVAILABLE"}}]),
    event(choice(delta={"content": ""}, finish_reason="error", error={"code": 502, "message": "out of clay"})),
    b"event: error\ndata: out of clay\n\n",
    b'event: error\ndata: {"message": "out of clay"}\n\n',
]


@pytest.mark.fault("N11")
@pytest.mark.parametrize("reported", REPORTED)
async def test_an_error_in_a_stream_is_an_error_in_all_its_forms(server: OpenAIServer, reported: bytes) -> None:
    server.replies += [Reply([reported, DONE]), Reply([chunk({"content": "The kiln "}), reported, DONE])]
    with pytest.raises(ModelError, match="out of clay"):
        await ask(server)
    with pytest.raises(ModelStreamCutError, match="out of clay") as caught:
        await ask(server)
    assert caught.value.partial == "The kiln "


async def test_a_sign_of_life_is_not_an_error(server: OpenAIServer) -> None:
    signs = [event({"type": "ping"}), event({}), event({"message": {"role": "assistant"}}), event({"base_resp": {}})]
    server.replies.append(Reply([*signs, *PIECES, STOP, DONE]))
    assert text_of(await ask(server)) == ANSWER


@pytest.mark.parametrize(
    "body",
    [
        [{"error": {"code": 400, "message": "out of clay", "status": "INVALID"}}],
        {"detail": [{"loc": ["body"], "msg": "out of clay", "type": "x"}]},
        {"code": 1, "msg": "out of clay"},
        {"success": False, "errors": [{"code": 7, "message": "out of clay"}]},
        {"fault": {"faultstring": "out of clay"}},
        {"error": {"message": {"detail": "out of clay"}}},
        {"error": {"message": "Provider returned error", "metadata": {"raw": '{"error": {"message": "out of clay"}}'}}},
        {"error": {"message": "Provider returned error", "metadata": {"raw": "out of clay"}}},
    ],
)
async def test_the_reason_of_a_refusal_is_said_without_its_json(server: OpenAIServer, body: object) -> None:
    server.replies += [json_reply(body, 400)] * 2
    with pytest.raises(ModelResponseError, match=r'\(400\): "out of clay( \(\w+\))?"$'):
        await ask(server)


@pytest.mark.parametrize(
    ("reason", "meant"),
    [("eos_token", "stop"), ("COMPLETE", "stop"), ({"type": "stop"}, "stop"), ("incomplete", "length"),
     ("model_context_window_exceeded", "length"), ("IMAGE_SAFETY", "content_filter"), ("ERROR_TOXIC", "content_filter"),
     ("blocked", "content_filter"), ("null", "unknown")],
)  # fmt: skip
async def test_reasons_for_an_end_are_understood(server: OpenAIServer, reason: Any, meant: str) -> None:
    server.replies.append(Reply([*PIECES, chunk({}, finish_reason=reason), DONE]))
    assert (await ask(server))[-1].finish_reason == meant


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "USER_CANCEL", "timeout", "model_error"])
async def test_an_end_by_a_failure_is_a_failure(server: OpenAIServer, reason: str) -> None:
    server.replies.append(Reply([*PIECES, chunk({}, finish_reason=reason), DONE]))
    with pytest.raises(ModelStreamCutError, match=reason):
        await ask(server)


async def test_a_reason_in_each_chunk_that_says_nothing_does_not_end_the_answer(server: OpenAIServer) -> None:
    parts = [chunk({"content": piece}, finish_reason="null") for piece in words(ANSWER)]
    server.replies.append(Reply(parts))
    with pytest.raises(ModelStreamCutError, match="closed before its end"):
        await ask(server)


@pytest.mark.parametrize(
    "reply",
    [
        Reply([*(chunk({"refusal": piece}) for piece in words("I will not say.")), STOP, DONE]),
        Reply([chunk({"content": [{"type": "refusal", "refusal": "I will not say."}]}), STOP, DONE]),
        Reply([chunk({"content": "I will not say."}), chunk({}, finish_reason="refusal"), DONE]),
        json_reply(choice(message={"role": "assistant", "content": None, "refusal": "I will not say."})),
    ],
    ids=["delta", "part", "reason", "whole"],
)
async def test_a_refusal_of_the_model_is_not_an_answer(server: OpenAIServer, reply: Reply) -> None:
    server.replies.append(reply)
    with pytest.raises(ModelRefusalError, match="scripted refused to answer") as caught:
        await ask(server)
    assert caught.value.partial == "I will not say."


def _call(**function: object) -> dict[str, Any]:
    return {"tool_calls": [{"index": 0, "id": "c", "function": function}]}


def _more(arguments: str) -> dict[str, Any]:
    return {"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]}


ARGUMENTS = '{"query": "kilns"}'


@pytest.mark.parametrize(
    "deltas",
    [
        [_call(name="search", arguments=ARGUMENTS), _more(ARGUMENTS)],
        [_call(name="search", arguments=ARGUMENTS[:4]), _more(ARGUMENTS[:9]), _more(ARGUMENTS)],
        [_call(name="search", arguments="{}"), _more(ARGUMENTS)],
        [_call(name="search", arguments=json.dumps(ARGUMENTS))],
        [_call(name="search", arguments=f"```json\n{ARGUMENTS}\n```")],
        [_call(name="search", arguments=f"{ARGUMENTS}<|call|>")],
        [_call(name="search<|channel|>commentary", arguments=ARGUMENTS)],
        [_call(name="functions.search:0", arguments=ARGUMENTS)],
        [_call(name=" search\n", arguments=ARGUMENTS)],
        [{"function_call": {"name": "search", "arguments": ARGUMENTS[:4]}},
         {"function_call": {"arguments": ARGUMENTS[4:]}}],
        [{"tool_calls": {"index": 0, "id": "c", "function": {"name": "search", "arguments": ARGUMENTS}}}],
        [{"tool_calls": [{"index": "0", "id": "c", "function": {"name": "search", "arguments": ARGUMENTS[:4]}}]},
         {"tool_calls": [{"index": "0", "function": {"arguments": ARGUMENTS[4:]}}]}],
        [{"content": "<|channel|>analysis<|message|>Hmm.<|end|><|start|>assistant<|channel|>commentary "
          f"to=functions.search <|constrain|>json<|message|>{ARGUMENTS}<|call|>"}],
        [{"content": "<|channel|>analysis<|message|>Hmm.<|end|><|start|>assistant to=functions.search"
          f"<|channel|>commentary json<|message|>{ARGUMENTS}<|call|>"}],
    ],
    ids=["twice", "so far each", "empty first", "as text", "fenced", "a token behind", "a channel behind the name",
         "a prefix of the name", "blanks around the name", "legacy", "no list", "index as text", "harmony",
         "harmony, the role addressed"],
)  # fmt: skip
@pytest.mark.fault("N23")
async def test_a_call_is_read_in_all_its_forms(server: OpenAIServer, deltas: list[dict[str, Any]]) -> None:
    server.replies.append(Reply([*map(chunk, deltas), chunk({}, finish_reason="tool_calls"), DONE]))
    last = (await ask(server, SEARCH))[-1]
    calls = [(call.tool_name, json.loads(call.arguments)) for call in last.tool_calls or []]
    assert calls == [("search", {"query": "kilns"})]


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ("max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        ("temperature", "Unsupported value: 'temperature' does not support 0.3 with this model."),
        ("stream_options", "Extra inputs are not permitted"),
    ],
)
async def test_an_option_that_the_endpoint_does_not_know_is_left_out(
    server: OpenAIServer, refused: str, said: str
) -> None:
    server.script = lambda request: error(400, said) if refused in request.json else say(ANSWER)
    llm = OpenAI("scripted", base_url=server.base_url, max_tokens=500, temperature=0.3)
    for _ in range(2):
        async with aclosing(llm.astream_chat([ChatMessage(content="Hello?")])) as deltas:
            assert text_of([delta async for delta in deltas]) == ANSWER
    await llm.aclose()
    bodies = [request.json for request in server.chats]
    assert [refused in body for body in bodies] == [*[True] * (len(bodies) - 2), False, False]
    assert refused != "max_tokens" or bodies[-1]["max_completion_tokens"] == 500


async def test_a_value_that_is_too_large_is_not_called_unknown(server: OpenAIServer) -> None:
    server.script = lambda request: error(400, "max_tokens must be at most 100")
    with pytest.raises(ModelResponseError, match="at most 100"):
        await ask(server, max_tokens=500)
    assert all("max_completion_tokens" not in request.json for request in server.chats)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "library/gemma:2b does not support tools"),
        (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
        (500, "tools param requires --jinja flag"),
        (404, "No endpoints found that support tool use."),
    ],
)
async def test_calls_are_asked_for_as_json_where_the_endpoint_calls_no_tools(
    server: OpenAIServer, status: int, said: str
) -> None:
    def script(request: Request) -> Reply:
        return (
            error(status, said) if "tools" in request.json else say(f'{{"tool": "search", "arguments": {ARGUMENTS}}}')
        )

    server.script = script
    deltas = await ask(server, SEARCH)
    assert [(call.tool_name, call.arguments) for call in deltas[-1].tool_calls or []] == [("search", ARGUMENTS)]
    assert "asking again for its calls as JSON" in deltas[0].notice


@pytest.mark.parametrize("given", [{}, {"id": ""}], ids=["no ids", "empty ids"])
async def test_two_calls_on_one_index_without_ids_are_two(server: OpenAIServer, given: dict[str, str]) -> None:
    deltas = [
        {"tool_calls": [{"index": 0, **given, "function": {"name": "search", "arguments": f'{{"query": "{word}"}}'}}]}
        for word in ("kilns", "clay")
    ]
    server.replies.append(Reply([*map(chunk, deltas), chunk({}, finish_reason="tool_calls"), DONE]))
    calls = (await ask(server, SEARCH))[-1].tool_calls or []
    assert [json.loads(call.arguments) for call in calls] == [{"query": "kilns"}, {"query": "clay"}]


def test_a_model_that_loads_is_waited_for() -> None:
    loading = RefusedError(Refusal(503, '{"error": {"message": "Loading model", "code": 503}}', {}))
    assert wait_before_retry(loading, 10, 2) == 3.0
    assert wait_before_retry(loading, 30, 2) is None
    assert wait_before_retry(loading, 0, 0) is None


@pytest.mark.parametrize(
    "body",
    [
        '[{"error": {"message": "No quota", "details": [{"retryDelay": "17s"}]}}]',
        '{"error": "Please try again in 17s."}',
    ],
)
def test_a_wait_may_be_named_in_the_body(body: str) -> None:
    assert Refusal(429, body, {}).retry_after_s == 17
    assert Refusal(400, body, {}).retry_after_s is None


def test_a_wait_may_be_named_in_milliseconds() -> None:
    assert Refusal(429, "", {"retry-after": "1", "retry-after-ms": "250"}).retry_after_s == 0.25


async def test_a_limit_of_the_rate_in_a_stream_is_one(server: OpenAIServer) -> None:
    server.replies.append(Reply([event({"error": {"message": "Slow down", "code": 429}})]))
    with pytest.raises(ModelRateLimitError):
        await ask(server)

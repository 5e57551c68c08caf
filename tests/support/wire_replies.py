"""What the scripted OpenAI server answers: replies made of parts, and builders for the usual ones."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import math
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class Gate:
    """The server goes on when the test sets `opened`; `reached` is set when it waits there."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Pause:
    """The server waits; for manual journeys, not for tests."""

    seconds: float


@dataclass(frozen=True, slots=True)
class At:
    """The server waits until so many seconds after the begin of the answer; for benchmarks, not for tests."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reset:
    """The server resets the connection (RST)."""


@dataclass(frozen=True, slots=True)
class Close:
    """The server ends the body here, in the right way, and sends nothing more."""


Part: TypeAlias = "Json | bytes | Gate | Pause | At | Reset | Close"


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. A dict among the parts is sent as one SSE event, bytes as they are."""

    parts: Sequence[Part] = ()
    status: int = 200
    content_type: str = "text/event-stream"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


DONE = b"data: [DONE]\n\n"


def chunk(delta: Json | None = None, *, finish_reason: str | None = None, **fields: Any) -> Json:
    """One chunk of a chat completion."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    return {**base, "choices": choices, **fields}


def usage_chunk(prompt_tokens: int = 11, completion_tokens: int = 7) -> Json:
    """The last chunk, which has no choices."""
    total = prompt_tokens + completion_tokens
    return chunk(usage={"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens, "total_tokens": total})


def words(text: str) -> list[str]:
    """The text in pieces, a word and its blanks each."""
    return re.findall(r"\s*\S+\s*", text) or [text]


def say(text: str, *, finish_reason: str = "stop", reasoning: str = "") -> Reply:
    """An answer of plain text, word by word, with usage."""
    thoughts = [chunk({"reasoning_content": piece}) for piece in words(reasoning)] if reasoning else []
    pieces = [chunk({"content": piece}) for piece in words(text)]
    return Reply([
        chunk({"role": "assistant", "content": ""}), *thoughts, *pieces, chunk({}, finish_reason=finish_reason),
        usage_chunk(), DONE,
    ])  # fmt: skip


def call(*calls: tuple[str, Json | str], text: str = "", pieces: int = 3) -> Reply:
    """An answer that calls tools: (name, arguments or their JSON text) each, the arguments in pieces."""
    parts: list[Part] = [chunk({"role": "assistant", "content": None})]
    parts += [chunk({"content": piece}) for piece in words(text) if text]
    for index, (name, arguments) in enumerate(calls):
        head = {"index": index, "id": f"call_{index}_{name}", "type": "function"}
        parts.append(chunk({"tool_calls": [{**head, "function": {"name": name, "arguments": ""}}]}))
        raw = arguments if isinstance(arguments, str) else json.dumps(arguments)
        step = max(1, -(-len(raw) // pieces))
        parts += [
            chunk({"tool_calls": [{"index": index, "function": {"arguments": raw[at : at + step]}}]})
            for at in range(0, len(raw), step)
        ]
    return Reply([*parts, chunk({}, finish_reason="tool_calls"), usage_chunk(), DONE])


def error(status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None) -> Reply:
    """A refusal as OpenAI words it."""
    body = {"error": {"message": message, "type": "invalid_request_error", "code": code}}
    return Reply([json.dumps(body).encode()], status, "application/json", headers or {})


def json_reply(body: object, status: int = 200) -> Reply:
    """Plain JSON."""
    return Reply([json.dumps(body).encode()], status, "application/json")


def whole(reply: Reply) -> Reply:
    """A streaming reply as the answer to a request that asked for no stream."""
    if reply.content_type != "text/event-stream":
        return reply
    message: Json = {"role": "assistant", "content": ""}
    calls: dict[int, Json] = {}
    finish_reason, usage = "stop", None
    waits: list[Part] = [part for part in reply.parts if isinstance(part, Gate | Pause | At | Reset)]
    for part in reply.parts:
        if not isinstance(part, dict):
            continue
        usage = part.get("usage") or usage
        for choice in part["choices"]:
            delta = choice["delta"]
            message["content"] += delta.get("content") or ""
            finish_reason = choice["finish_reason"] or finish_reason
            for fragment in delta.get("tool_calls", []):
                found = calls.setdefault(fragment["index"], {"type": "function", "function": {"arguments": ""}})
                found.update({"id": fragment["id"]} if "id" in fragment else {})
                found["function"]["arguments"] += fragment["function"].get("arguments", "")
                found["function"].setdefault("name", fragment["function"].get("name"))
    if calls:
        message["tool_calls"] = list(calls.values())
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice]}
    answer = json_reply({**body, "usage": usage})
    return Reply([*waits, *answer.parts], answer.status, answer.content_type, reply.headers)


DIMENSIONS = 32


def word_vector(text: str) -> list[float]:
    """A vector that depends on the words alone: texts that share many are near each other."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
        vector[digest[0] % DIMENSIONS] += 1.0 if digest[1] % 2 else -1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


def embeddings(asked: Json, **changes: Any) -> Reply:
    """The answer to a request for embeddings, in the format that it wants; `changes` go into its object."""
    as_base64 = asked.get("encoding_format") == "base64"
    rows = [
        {"object": "embedding", "index": index, "embedding": _encoded(word_vector(text), as_base64)}
        for index, text in enumerate(asked["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return json_reply({"object": "list", "model": asked["model"], "data": rows, "usage": usage, **changes})


def reranked(asked: Json) -> Reply:
    """The answer to a request for reranking: each document by the words that it shares with the query."""
    wanted = set(asked["query"].lower().split())
    scores = [len(wanted & set(text.lower().split())) / len(wanted) for text in asked["documents"]]
    best = sorted(range(len(scores)), key=lambda index: -scores[index])[: asked["top_n"]]
    return json_reply({"results": [{"index": index, "relevance_score": scores[index]} for index in best]})


def _encoded(vector: list[float], as_base64: bool) -> str | list[float]:
    return base64.b64encode(array("f", vector).tobytes()).decode() if as_base64 else vector

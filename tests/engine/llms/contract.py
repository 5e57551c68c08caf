"""The contract of all models; the test file of a model calls these with its own case.

A case makes models whose next answer is known. `streaming` answers "one two three" (or quotes it), `calling` calls the
tool `search_documents` (when told so by `tool_choice`), `endless` never ends and tells when it has been hung up on,
`mute` cannot stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from itertools import pairwise

import pytest

from bookwheel.engine.llms.chat import ChatDelta, ToolSpec
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode

QUESTION = "What does the manual say about lighthouse maintenance?"
SENTENCE = "The manual says that lighthouse maintenance is due each spring."
NODES = [NumberedNode(1, TextNode(SENTENCE, {"file_name": "manual.md"}))]
MESSAGES = [ChatMessage(content=QUESTION, additional_kwargs={"question": QUESTION}, nodes=NODES)]

SEARCH = ToolSpec(
    "search_documents",
    "Search the user's documents.",
    # Bounded: a small model finds no end by itself.
    {"type": "object", "properties": {"query": {"type": "string", "maxLength": 60}}, "required": ["query"]},
)


@dataclass(frozen=True)
class Case:
    """One model class under the contract."""

    streaming: LLM
    calling: LLM | None = None
    endless: LLM | None = None
    was_hung_up: Callable[[], Awaitable[object]] | None = None
    mute: LLM | None = None
    tool_choice: str | None = None


async def read(llm: LLM, tools: tuple[ToolSpec, ...] = (), tool_choice: str | None = None) -> list[ChatDelta]:
    """All pieces of one answer."""
    messages = MESSAGES if not tools else [ChatMessage(content=QUESTION)]
    async with aclosing(llm.astream_chat(messages, tools=tools, tool_choice=tool_choice)) as deltas:
        return [delta async for delta in deltas]


async def check_streams_in_pieces(case: Case) -> None:
    """Text in several pieces, then one last piece with the finish reason."""
    pieces = await read(case.streaming)
    assert len([piece for piece in pieces if piece.delta]) > 1
    assert [piece.finish_reason for piece in pieces if piece.finish_reason] == ["stop"]
    assert pieces[-1].finish_reason == "stop"


async def check_whole_answer_equals_the_stream(case: Case) -> None:
    """`achat` gives the text that `astream_chat` gives."""
    streamed = "".join(piece.delta for piece in await read(case.streaming))
    assert str(await case.streaming.achat(MESSAGES)) == streamed
    assert streamed


async def check_metadata_needs_no_network(case: Case) -> None:
    """Name and window are known before anything is asked."""
    metadata = case.streaming.metadata
    assert metadata.model_name
    assert metadata.context_window > 0


async def check_calls_tools(case: Case) -> None:
    """A call has a name that was offered, an id, and complete arguments in its last piece."""
    if case.calling is None:
        return
    pieces = await read(case.calling, (SEARCH,), case.tool_choice)
    calls = [piece.tool_calls for piece in pieces if piece.tool_calls is not None][-1]
    assert [call.tool_name for call in calls] == ["search_documents"]
    assert calls[0].tool_id
    assert '"query"' in calls[0].arguments
    assert pieces[-1].finish_reason == "tool_calls"


async def check_closing_hangs_up(case: Case) -> None:
    """Leaving the stream closes its source at once."""
    if case.endless is None or case.was_hung_up is None:
        return
    async with aclosing(case.endless.astream_chat(MESSAGES)) as deltas:
        async for _ in deltas:
            break
    async with asyncio.timeout(60):
        await case.was_hung_up()


async def check_cancelling_hangs_up(case: Case) -> None:
    """A cancelled reader leaves nothing open."""
    if case.endless is None or case.was_hung_up is None:
        return
    has_begun = asyncio.Event()

    async def read_on() -> None:
        assert case.endless is not None
        async with aclosing(case.endless.astream_chat(MESSAGES)) as deltas:
            async for _ in deltas:
                has_begun.set()

    async with asyncio.TaskGroup() as tasks:
        reader = tasks.create_task(read_on())
        await has_begun.wait()
        reader.cancel()
    async with asyncio.timeout(60):
        await case.was_hung_up()


async def check_plain_completions_stream_too(case: Case) -> None:
    """Each piece has the text so far; the stream may be awaited first, as LlamaIndex's users do."""
    async with aclosing(await case.streaming.astream_complete(QUESTION)) as pieces:
        texts = [piece.text async for piece in pieces]
    assert len(set(texts)) == len(texts) > 1
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(texts))


async def check_a_model_that_cannot_stream_says_so_by_name(case: Case) -> None:
    """At the call itself, not at the first piece."""
    if case.mute is None:
        return
    assert not case.mute.metadata.is_streaming
    for ask in (case.mute.astream_chat, case.mute.stream_chat):
        with pytest.raises(NotImplementedError, match=case.mute.metadata.model_name):
            ask(MESSAGES)


CHECKS = [
    check_streams_in_pieces,
    check_whole_answer_equals_the_stream,
    check_metadata_needs_no_network,
    check_calls_tools,
    check_closing_hangs_up,
    check_cancelling_hangs_up,
    check_plain_completions_stream_too,
    check_a_model_that_cannot_stream_says_so_by_name,
]

"""The embedded default model, which quotes the passages found. It needs no key, network or weights."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import TYPE_CHECKING

from bookwheel.engine.llms.chat import ChatDelta, ChatRequest, LLMMetadata, ToolCallDelta, ToolSpec
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.llm_options import LLMOptions
from bookwheel.engine.schema import ChatMessage, MessageRole, NumberedNode
from bookwheel.errors import ModelResponseError
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from bookwheel.engine.llms.extractive.meaning import Closeness
    from bookwheel.engine.llms.extractive.quoted_answer import QuotedAnswer

NOTHING_TO_QUOTE = "There is nothing to quote: no passages came with this question."

WEB_OFFER = "The web was not searched. A language model can do that: choose one with --model."

# Stream six words, then twelve at a time: each piece takes 0.1 ms on its way to the reader and into the session.
_PIECE = lazy_regex(r"\A(?:\S+\s*){1,6}|(?:\S+\s*){1,12}|\s+")


class ExtractiveLLM(LLM):
    """Quotes the sentences, lists and code of the passages that answer best, each with its citation `[n]`.

    It reads the passages from `ChatMessage.nodes` and the question from the last user message: `question` among its
    `additional_kwargs`, where its text is a prompt around that. A question that refers to the conversation is completed
    with words of earlier questions. With tools, and before a search, it calls the document search. A quotation is the
    passage's text with its white space collapsed. When nothing fits it says so, and the last piece has
    `supported=False`. With `closeness`, which compares meanings, it also finds answers in other words.
    """

    def __init__(self, closeness: Closeness | None = None) -> None:
        self._closeness = closeness

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            model_name="extractive", context_window=1_000_000, is_function_calling_model=True, only_quotes=True
        )

    async def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        if request.response_schema is not None:
            raise ModelResponseError(
                "The embedded model only quotes; it cannot fill in a schema.",
                hint="Choose a language model for this: --model NAME, or a local server such as Ollama.",
            )
        turn = _Turn(list(request.messages))
        search = None if request.tool_choice == "none" or turn.has_results else _document_search(request.tools)
        if search is not None:
            yield ChatDelta(
                tool_calls=[_call(search, await asyncio.to_thread(turn.completed))], finish_reason="tool_calls"
            )
            return
        text, is_supported = NOTHING_TO_QUOTE, False
        if turn.was_searched:
            answer = await asyncio.to_thread(_quoted, turn, self._closeness)
            text, is_supported = answer.text, answer.is_supported
            if not is_supported and any(_searches_web(tool) for tool in request.tools):
                text = f"{text} {WEB_OFFER}"
        for match in _PIECE.finditer(text):
            yield ChatDelta(match[0])
            await asyncio.sleep(0)
        yield ChatDelta(finish_reason="stop", supported=is_supported)


class _Turn:
    """The last question of a conversation, with its passages and the earlier questions."""

    def __init__(self, messages: list[ChatMessage]) -> None:
        asked = [at for at, message in enumerate(messages) if message.role is MessageRole.USER]
        start = asked[-1] if asked else 0
        current = messages[start:]
        self.question = _question(messages[start]) if messages else ""
        self.has_results = any(message.role is MessageRole.TOOL for message in current)
        self.nodes = _distinct(node for message in current for node in message.nodes)
        self.was_searched = self.has_results or bool(self.nodes)
        self.earlier = [_question(messages[at]) for at in asked[:-1]]

    def completed(self) -> str:
        """The question with the words of earlier ones that it refers to. Blocks for an import."""
        from bookwheel.engine.text.follow_ups import completed

        return completed(self.question, self.earlier)


def _quoted(turn: _Turn, closeness: Closeness | None) -> QuotedAnswer:
    """What the passages answer. Blocks; importing it takes 60 ms and 3 MB, which the start of the app does without."""
    from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer

    return quoted_answer(turn.question, turn.earlier, turn.nodes, closeness)


def _question(message: ChatMessage) -> str:
    question = message.additional_kwargs.get("question")
    return question if isinstance(question, str) else message.content or ""


def _distinct(nodes: Iterable[NumberedNode]) -> list[NumberedNode]:
    return list({node.number: node for node in nodes}.values())


def _document_search(tools: Sequence[ToolSpec]) -> ToolSpec | None:
    """The tool that searches documents, recognised by its name or description."""
    by_name = [tool for tool in tools if _searches_documents(tool.name)]
    by_description = [tool for tool in tools if _searches_documents(tool.description)]
    return next(iter(by_name + by_description), None)


def _searches_web(tool: ToolSpec) -> bool:
    return "web" in tool.name.casefold() and "search" in tool.name.casefold()


def _searches_documents(words: str) -> bool:
    words = words.casefold()
    return "document" in words and any(verb in words for verb in ("search", "find", "retriev"))


def _call(tool: ToolSpec, query: str) -> ToolCallDelta:
    properties = tool.parameters.get("properties")
    names = list(properties) if isinstance(properties, dict) else []
    name = "query" if "query" in names or not names else names[0]
    arguments = json.dumps({name: query}, ensure_ascii=False)
    return ToolCallDelta(0, f"call_{os.urandom(8).hex()}", tool.name, arguments)


def from_options(options: LLMOptions) -> ExtractiveLLM:
    """The embedded default, for the desk; it has no settings."""
    return ExtractiveLLM(options.closeness)

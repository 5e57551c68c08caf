"""Chat engines: a conversation over an index, each answer from passages, by LlamaIndex's names."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing, suppress
from enum import StrEnum
from typing import Protocol, Self

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompt_templates import ChatPromptTemplate, Template, as_template, prompt_messages
from bookwheel.engine.query.answer_buffer import AnswerBuffer, AnswerPump
from bookwheel.engine.query.answer_prompts import SYSTEM_PROMPT, question_message
from bookwheel.engine.query.citations import SourceNumbers, fit_passages
from bookwheel.engine.query.follow_up import recent_history
from bookwheel.engine.query.no_answer import NoAnswerReader
from bookwheel.engine.query.packing import PARAGRAPH_BREAK
from bookwheel.engine.query.response import AsyncStreamingResponse, Response, StreamingResponse, metadata_of
from bookwheel.engine.query.response_modes import pieces_of
from bookwheel.engine.query.rewriting import search_question
from bookwheel.engine.query.settings import model_or_default
from bookwheel.engine.query.tokens import estimated_tokens
from bookwheel.engine.retrieval.reranker import NodePostprocessor, apostprocessed
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import ChatMessage, MessageRole, NodeWithScore, NumberedNode, QueryBundle
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass

# The shares of the model's window for passages and for the conversation before.
_PASSAGE_SHARE = 0.5
_HISTORY_SHARE = 0.25


class ChatMode(StrEnum):
    """The ways in which a chat engine answers (LlamaIndex's names)."""

    BEST = "best"
    CONTEXT = "context"
    CONDENSE_QUESTION = "condense_question"
    CONDENSE_PLUS_CONTEXT = "condense_plus_context"
    SIMPLE = "simple"


class ConversationMemory(Protocol):
    """The memory of a chat engine; `ChatMemoryBuffer` is one."""

    def get(self) -> list[ChatMessage]: ...

    def put(self, message: ChatMessage) -> None: ...

    def set(self, messages: Iterable[ChatMessage]) -> None: ...

    def reset(self) -> None: ...


class _EveryMessage:
    """Remembers everything; the prompt leaves out what does not fit."""

    def __init__(self) -> None:
        self._messages: list[ChatMessage] = []

    def get(self) -> list[ChatMessage]:
        return list(self._messages)

    def put(self, message: ChatMessage) -> None:
        self._messages.append(message)

    def set(self, messages: Iterable[ChatMessage]) -> None:
        self._messages = list(messages)

    def reset(self) -> None:
        self._messages.clear()


@dataclass(frozen=True, slots=True)
class ChatPrompts:
    """Prompts of one's own: `context` is filled with `context_str`, `condense` with `chat_history` and `question`.

    Raises UsageError for what is neither a text nor a template.
    """

    context: Template | None = None
    condense: Template | None = None

    def __post_init__(self) -> None:
        for prompt in (self.context, self.condense):
            if prompt is not None and not callable(getattr(prompt, "format", None)):
                raise UsageError(f"A prompt is a {type(prompt).__name__}; give a PromptTemplate or a text.")


class ConversationEngine:
    """Answers each message from the passages that it finds, with the conversation before it in view.

    `chat` and `stream_chat` block, `achat` and `astream_chat` don't; a turn is remembered once its answer is complete.
    With `condenses` a message that leans on the conversation is made self-contained before the search; without a
    retriever nothing is searched. `prefix_messages` stand in place of the system prompt; `node_postprocessors` are as
    in a query engine.
    """

    def __init__(
        self,
        retriever: BaseRetriever | None,
        llm: LLM | None = None,
        *,
        memory: ConversationMemory | None = None,
        system_prompt: str | None = None,
        condenses: bool = False,
        prompts: ChatPrompts | None = None,
        chat_history: Sequence[ChatMessage] | None = None,
        prefix_messages: Sequence[ChatMessage] | None = None,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
    ) -> None:
        self._retriever = retriever
        self._prompts = prompts or ChatPrompts()
        self._llm = model_or_default(llm)
        self._memory = memory if memory is not None else _EveryMessage()
        # Ours explains the marks around passages, which a context prompt of the user's does not have.
        ours = SYSTEM_PROMPT if retriever and self._prompts.context is None else ""
        self._system_prompt = system_prompt if system_prompt is not None else ours
        self._condenses = condenses
        self._prefix = list(prefix_messages or ())
        self._postprocessors = tuple(node_postprocessors or ())
        if chat_history is not None:
            self._memory.set(chat_history)

    @property
    def chat_history(self) -> list[ChatMessage]:
        """The conversation so far."""
        return self._memory.get()

    def reset(self) -> None:
        """Forget the conversation."""
        self._memory.reset()

    def chat(self, message: str, chat_history: Sequence[ChatMessage] | None = None) -> Response:
        """The whole answer."""
        return run_blocking(self.achat(message, chat_history))

    async def achat(self, message: str, chat_history: Sequence[ChatMessage] | None = None) -> Response:
        """As `chat`, awaited."""
        messages, found, sources = await self._asked(message, chat_history)
        answer = await self._llm.achat(messages)
        reader = NoAnswerReader()
        text = reader.push(answer.message.content or "") + reader.finish()
        self._remember(message, text)
        return Response(text, found, metadata_of(found), answer.supported, sources)

    def stream_chat(self, message: str, chat_history: Sequence[ChatMessage] | None = None) -> StreamingResponse:
        """The answer as it is written; the model has been asked when this returns."""
        buffer, pump, found, sources = run_blocking(self._start(message, chat_history))
        return StreamingResponse(buffer, found, metadata_of(found), pump.stop, sources)

    async def astream_chat(
        self, message: str, chat_history: Sequence[ChatMessage] | None = None
    ) -> AsyncStreamingResponse:
        """As `stream_chat`, awaited."""
        buffer, pump, found, sources = await self._start(message, chat_history)
        return AsyncStreamingResponse(buffer, found, metadata_of(found), pump.stop, sources)

    def chat_repl(self) -> None:
        """Forget the conversation, then answer each line that is typed, until "exit" or the end of the input."""
        for message in self._typed():
            sys.stdout.write(f"Assistant: {self.chat(message)}\n\n")

    def streaming_chat_repl(self) -> None:
        """As `chat_repl`, with each answer printed as it is written."""
        for message in self._typed():
            sys.stdout.write("Assistant: ")
            self.stream_chat(message).print_response_stream()
            sys.stdout.write("\n\n")

    def _typed(self) -> Iterator[str]:
        self.reset()
        sys.stdout.write('===== Entering Chat REPL =====\nType "exit" to exit.\n\n')
        with suppress(EOFError):
            while (message := input("Human: ")) != "exit":
                yield message

    async def _start(
        self, message: str, chat_history: Sequence[ChatMessage] | None
    ) -> tuple[AnswerBuffer, AnswerPump, list[NodeWithScore], list[ToolOutput]]:
        messages, found, sources = await self._asked(message, chat_history)
        buffer = AnswerBuffer()
        stream = self._remembering(message, self._llm.astream_chat(messages))
        return buffer, AnswerPump(buffer, stream, self._llm.metadata.model_name), found, sources

    async def _asked(
        self, message: str, chat_history: Sequence[ChatMessage] | None
    ) -> tuple[list[ChatMessage], list[NodeWithScore], list[ToolOutput]]:
        if chat_history is not None:
            self._memory.set(chat_history)
        history = self._memory.get()
        metadata = self._llm.metadata
        room = metadata.context_window - metadata.num_output - estimated_tokens(self._system_prompt + message)
        system = list(self._prefix)
        if self._system_prompt and not system:
            system.append(ChatMessage(MessageRole.SYSTEM, self._system_prompt))
        before = recent_history(history, int(room * _HISTORY_SHARE))
        if self._retriever is None:
            return [*system, *before, ChatMessage(MessageRole.USER, message)], [], []
        query = await self._query(message, history) if self._condenses else message
        found = await apostprocessed(self._postprocessors, await self._retriever.aretrieve(query), QueryBundle(query))
        shown = PARAGRAPH_BREAK.join(node.text for node in found)
        sources = [ToolOutput(shown, "retriever", {"message": query}, raw_output=found)]
        passages = fit_passages(SourceNumbers().number(found), int(room * _PASSAGE_SHARE)) if found else []
        if self._prompts.context is None:
            return [*system, *before, question_message(message, passages)], found, sources
        question = ChatMessage(MessageRole.USER, message, {"question": message}, nodes=list(passages))
        return [*self._prefix, *self._context(self._prompts.context, passages), *before, question], found, sources

    async def _query(self, message: str, history: Sequence[ChatMessage]) -> str:
        condense = self._prompts.condense
        if condense is None:
            return (await search_question(self._llm, message, history)).text
        if not history:
            return message
        talk = "\n".join(map(str, history))
        reply = await self._llm.achat(prompt_messages(condense, {"chat_history": talk, "question": message}))
        return (reply.message.content or "").strip() or message

    def _context(self, prompt: Template, passages: Sequence[NumberedNode]) -> list[ChatMessage]:
        """The user's own context prompt; a plain one follows the system prompt in one message, as in LlamaIndex."""
        values = {"context_str": PARAGRAPH_BREAK.join(piece.text for piece in pieces_of(passages))}
        if isinstance(prompt, ChatPromptTemplate):
            return prompt.format_messages(**values)
        text = f"{self._system_prompt.strip()}\n{as_template(prompt).format(**values)}".strip()
        return [ChatMessage(MessageRole.SYSTEM, text)]

    async def _remembering(
        self, message: str, stream: AsyncGenerator[ChatDelta, None]
    ) -> AsyncGenerator[ChatDelta, None]:
        reader, text = NoAnswerReader(), ""
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                if piece.restarts:
                    reader, text = NoAnswerReader(), ""
                piece.delta = reader.push(piece.delta) if piece.delta else ""
                if piece.finish_reason is not None:
                    piece.delta += reader.finish()
                text += piece.delta
                yield piece
        self._remember(message, text)

    def _remember(self, message: str, answer: str) -> None:
        self._memory.put(ChatMessage(MessageRole.USER, message))
        self._memory.put(ChatMessage(MessageRole.ASSISTANT, answer))


class ContextChatEngine(ConversationEngine):
    """The engine of LlamaIndex's chat mode "context": each message is searched as it is, unless it `condenses`."""

    @classmethod
    def from_mode(
        cls,
        mode: ChatMode | str,
        retriever: BaseRetriever,
        llm: LLM | None = None,
        *,
        memory: ConversationMemory | None = None,
        system_prompt: str | None = None,
        prompts: ChatPrompts | None = None,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
    ) -> ContextChatEngine:
        """The engine of a chat mode. Raises UsageError for an unknown mode."""
        try:
            known = ChatMode(mode)
        except ValueError:
            raise UsageError(
                f"There is no chat mode '{mode}'.",
                hint=f"There are: {', '.join(ChatMode)}. For an agent: AgentWorkflow.from_tools([QueryEngineTool…]).",
            ) from None
        condenses = known not in (ChatMode.CONTEXT, ChatMode.SIMPLE)
        found = None if known is ChatMode.SIMPLE else retriever
        return cls(
            found,
            llm,
            memory=memory,
            system_prompt=system_prompt,
            condenses=condenses,
            prompts=prompts,
            node_postprocessors=node_postprocessors,
        )

    @classmethod
    def from_defaults(
        cls,
        retriever: BaseRetriever,
        llm: LLM | None = None,
        *,
        chat_history: Sequence[ChatMessage] | None = None,
        memory: ConversationMemory | None = None,
        system_prompt: str | None = None,
        context_template: Template | None = None,
        prefix_messages: Sequence[ChatMessage] | None = None,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
    ) -> Self:
        """The engine with `Settings.llm` unless a model is given; `context_template` is filled with `context_str`."""
        return cls(
            retriever,
            llm,
            memory=memory,
            system_prompt=system_prompt,
            prompts=ChatPrompts(context_template),
            chat_history=chat_history,
            prefix_messages=prefix_messages,
            node_postprocessors=node_postprocessors,
        )

"""Two more chat modes as classes of their own, by LlamaIndex's names; `from_defaults` makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompt_templates import Template
from bookwheel.engine.query.chat_engine import ChatPrompts, ConversationEngine, ConversationMemory
from bookwheel.engine.retrieval.reranker import NodePostprocessor
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import ChatMessage


class SimpleChatEngine(ConversationEngine):
    """Answers from the conversation alone: nothing is searched."""

    @classmethod
    def from_defaults(
        cls,
        llm: LLM | None = None,
        chat_history: Sequence[ChatMessage] | None = None,
        memory: ConversationMemory | None = None,
        system_prompt: str | None = None,
        prefix_messages: Sequence[ChatMessage] | None = None,
    ) -> Self:
        """The engine, with `Settings.llm` unless a model is given."""
        return cls(
            None,
            llm,
            memory=memory,
            system_prompt=system_prompt,
            chat_history=chat_history,
            prefix_messages=prefix_messages,
        )


class CondensePlusContextChatEngine(ConversationEngine):
    """Makes a message that leans on the conversation self-contained, then answers from the passages found with it."""

    @classmethod
    def from_defaults(
        cls,
        retriever: BaseRetriever,
        llm: LLM | None = None,
        chat_history: Sequence[ChatMessage] | None = None,
        memory: ConversationMemory | None = None,
        system_prompt: str | None = None,
        context_prompt: Template | None = None,
        condense_prompt: Template | None = None,
        skip_condense: bool = False,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
        verbose: bool = False,
    ) -> Self:
        """The engine, with `Settings.llm` unless a model is given; `verbose` changes nothing.

        `context_prompt` is filled with `context_str`, `condense_prompt` with `chat_history` and `question`. With
        `skip_condense` it searches with each message as it is.
        """
        return cls(
            retriever,
            llm,
            memory=memory,
            system_prompt=system_prompt,
            condenses=not skip_condense,
            prompts=ChatPrompts(context_prompt, condense_prompt),
            chat_history=chat_history,
            node_postprocessors=node_postprocessors,
        )

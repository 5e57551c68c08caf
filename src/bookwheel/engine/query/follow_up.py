"""Questions that lean on the ones before: what to search for, and how much of the conversation the model is told."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.leaning import completed
from bookwheel.engine.query.citations import estimated_tokens
from bookwheel.engine.schema import ChatMessage, MessageRole


def retrieval_query(question: str, history: Sequence[ChatMessage]) -> str:
    """What to search for: the question, with the telling words of the earlier ones in front where it leans on them."""
    return completed(question, earlier_questions(history))


def earlier_questions(history: Sequence[ChatMessage]) -> list[str]:
    """What was asked before, in order."""
    return [message.content for message in history if message.role is MessageRole.USER and message.content]


def recent_history(history: Sequence[ChatMessage], budget_tokens: int) -> list[ChatMessage]:
    """The last messages of the conversation that fit, as plain text, beginning with a question."""
    kept: list[ChatMessage] = []
    spent = 0
    for message in reversed(history):
        if message.role not in (MessageRole.USER, MessageRole.ASSISTANT) or not message.content:
            continue
        spent += estimated_tokens(message.content)
        if spent > budget_tokens:
            break
        kept.insert(0, ChatMessage(message.role, message.content))
    while kept and kept[0].role is MessageRole.ASSISTANT:
        kept.pop(0)
    return kept

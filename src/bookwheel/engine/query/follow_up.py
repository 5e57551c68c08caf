"""Questions that lean on the ones before: what to search for, and how much of the conversation the model is told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.llms.question_terms import content_terms
from bookwheel.engine.query.tokens import estimated_tokens
from bookwheel.engine.schema import ChatMessage, MessageRole

# A question with as many words of its own stands by itself, whatever pronoun is in it.
MAX_LEANING_TERMS = 4

_OPENING = re.compile(r"(?i)^\W*(and|or|but|so|then|also|what about|how about|why|und|oder|aber|et|mais|y|e|en)\b")
_POINTING = re.compile(
    r"(?i)\b(it|its|they|them|their|he|him|his|she|her|this|that|these|those|one|ones|there|former|latter|same|above|other|"
    r"second|first|er|sie|es|ihn|ihm|davon|dazu|damit|dieser?|diese[ns]|il|elle|ils|cela|celui|ello|eso|esto)\b|它|他|她|那|それ|これ"
)


def retrieval_query(question: str, history: Sequence[ChatMessage]) -> str:
    """What to search for: the question, with the earlier questions in front where it leans on them."""
    earlier = [message.content or "" for message in history if message.role is MessageRole.USER]
    carried: list[str] = []
    current = question
    # A chain of follow-ups leads back to the question that names the matter.
    for previous in reversed(earlier[-3:]):
        if not _leans(current):
            break
        carried.insert(0, previous)
        current = previous
    return " ".join([*carried, question]).strip()


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


def _leans(question: str) -> bool:
    own = content_terms(question)
    if len(own) <= 1:
        return True
    if len(own) > MAX_LEANING_TERMS:
        return False
    return _OPENING.search(question) is not None or _POINTING.search(question) is not None

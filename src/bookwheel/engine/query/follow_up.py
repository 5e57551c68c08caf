"""Questions that lean on the ones before: what to search for, and how much of the conversation the model gets."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.query.citations import SOURCE, estimated_tokens
from bookwheel.engine.schema import ChatMessage, MessageRole
from bookwheel.engine.text.document_questions import OVERVIEW_NAMES, is_about_folder
from bookwheel.engine.text.follow_ups import completed, leans, points_back
from bookwheel.engine.text.names import named
from bookwheel.lazy_regex import lazy_regex

MAX_SOURCE_WORDS = 6

_WORD = lazy_regex(r"[^\W_]+")


def retrieval_query(question: str, history: Sequence[ChatMessage]) -> str:
    """The query: the question with the content words of those that it leans on.

    For a question about a folder, names of overviews are added. After an answer from one document, the name of that
    document is added: it says where to look, not what is asked.
    """
    query = completed(question, earlier_questions(history))
    if is_about_folder(question, query):
        query = f"{query} {OVERVIEW_NAMES}"
    known = set(map(str.casefold, _WORD.findall(query)))
    source = [word for word in _source_words(question, history) if word.casefold() not in known]
    return " ".join([*source, query])


def _source_words(question: str, history: Sequence[ChatMessage]) -> list[str]:
    answer = next((message for message in reversed(history) if message.role is MessageRole.ASSISTANT), None)
    source = answer.additional_kwargs.get(SOURCE) if answer is not None else None
    if not isinstance(source, str) or not points_back(question) or named(question).groups:
        return []
    return _WORD.findall(source)[:MAX_SOURCE_WORDS] if leans(question, earlier_questions(history)) else []


def earlier_questions(history: Sequence[ChatMessage]) -> list[str]:
    """The earlier questions, in order."""
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

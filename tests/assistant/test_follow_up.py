"""A follow-up question on the desk: the conversation that it is asked in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import MockLLM, Scripted, Workflows, desk

from bookwheel.engine.query.citations import SOURCE
from bookwheel.engine.schema import ChatMessage
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import WorkflowHandler


class Listener:
    """Keeps the conversation that a question comes with."""

    def __init__(self) -> None:
        self.heard: list[ChatMessage] = []

    def run(self, *, user_msg: str, chat_history: list[ChatMessage] | None = None) -> WorkflowHandler[Any]:
        self.heard = list(chat_history or ())

        async def say(ctx: Context[Any]) -> str:
            return "Heard."

        return Scripted(say).run(user_msg=user_msg)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("It is so [1].", "n1"),
        ("It is so [2], and so [2].", "n2"),
        ("It is so [1], and so [2].", None),
        ("It is so.", None),
    ],
)
async def test_an_answer_from_one_document_is_remembered_with_its_name(
    tmp_path: Path, said: str, source: str | None
) -> None:
    workflows, listener = Workflows(llm=MockLLM([said])), Listener()
    async with desk(tmp_path, workflows) as assistant:
        await assistant.wait_finished(await assistant.ask("What is cheaper?"))
        workflows.custom = listener
        await assistant.wait_finished(await assistant.ask("Who says so?"))
    question, answer = listener.heard
    assert (question.content, answer.content) == ("What is cheaper?", said)
    assert answer.additional_kwargs.get(SOURCE) == source

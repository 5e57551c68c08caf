"""Questions of a newcomer to a manual: commands and options, their tables, definitions and questions of an FAQ."""

from __future__ import annotations

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode


async def answered(question: str, *texts: str) -> ChatResponse:
    nodes = [NumberedNode(number, TextNode(text, id_=f"{number}"), 0.2) for number, text in enumerate(texts, 1)]
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])


async def text_of(question: str, *texts: str) -> str:
    return str(await answered(question, *texts))


async def test_a_command_is_quoted_without_what_the_program_answers() -> None:
    text = (
        "# Sluices\n\nTo open a sluice by its number, use the `open` command:\n\n"
        "```console\n$ sluice open 3\nwaiting for the gate\nsluice 3 is open, number of gates: 4\n```\n"
    )
    assert await text_of("How do I open a sluice?", text) == (
        "To open a sluice by its number, use the `open` command:\n\n```console\n$ sluice open 3\n```\n\n[1]"
    )

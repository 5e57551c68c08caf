"""A question that names no document ("Summarise this", "What's in here?") is about all that are searched."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bookwheel import DocumentIndex, ExtractiveLLM
from bookwheel.engine.events.run_events import Notice
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.query.response import Response
from bookwheel.engine.schema import ChatMessage, MessageRole, NumberedNode, TextNode

LEASE = "CONTRACT FOR BERTH 14\n\n1. Term. It starts on 1 April 2025.\n\n2. Fee. The fee is 1,860 euros a year.\n"
MAY = "---\ntitle: May\nstatus: approved\n---\n# Meeting of the board in May\n\nThe board decided to sell the kiln.\n"
JUNE = "# Meeting of the board in June\n\nThe board decided to buy a mast.\n"
README = "# Papers of the mill\n\nThis folder keeps the papers of the mill, its leases and its minutes.\n"
BARE = [
    "What is this document about?",
    "Summarise this",
    "summary",
    "Give me an overview",
    "What's in here?",
    "tl;dr",
    "Worum geht es hier?",
    "Fasse das zusammen",
    "De quoi s'agit-il ?",
    "Résumé",
    "¿De qué trata esto?",
    "Di cosa si tratta?",
]


async def asked(folder: Path, question: str, *history: ChatMessage) -> Response:
    index = await asyncio.to_thread(DocumentIndex.from_paths, [folder])
    return await QueryWorkflow(index.as_retriever(), ExtractiveLLM()).run(user_msg=question, chat_history=history)


@pytest.mark.parametrize("question", BARE)
async def test_the_only_document_is_meant(tmp_path: Path, question: str) -> None:
    """No word of these questions stands in it: nothing was found."""
    (tmp_path / "lease.txt").write_text(LEASE)
    response = await asked(tmp_path, question)
    assert response.supported
    assert "BERTH 14" in str(response) or "1,860 euros" in str(response)


@pytest.mark.parametrize("question", ["What are these documents about?", "Summarise this", "Was ist hier drin?"])
async def test_several_documents_are_named_by_their_titles(tmp_path: Path, question: str) -> None:
    for name, text in {"may.md": MAY, "june.md": JUNE, "lease.txt": LEASE}.items():
        (tmp_path / name).write_text(text)
    response = await asked(tmp_path, question)
    assert response.supported
    for title in ("board in May", "board in June", "BERTH 14"):
        assert title in str(response)
    assert "approved" not in str(response)


@pytest.mark.parametrize("has_overview", [False, True])
async def test_a_notice_says_that_not_all_documents_were_looked_at(tmp_path: Path, has_overview: bool) -> None:
    for number in range(1, 13):
        (tmp_path / f"paper {number}.md").write_text(f"# Paper {number} of the mill\n\nIt is about mast {number}.\n")
    if has_overview:
        (tmp_path / "README.md").write_text(README)
    index = await asyncio.to_thread(DocumentIndex.from_paths, [tmp_path])
    handler = QueryWorkflow(index.as_retriever(), ExtractiveLLM()).run(user_msg="Summarise this")
    notices = [event.text async for event in handler.stream_events() if isinstance(event, Notice)]
    response = str(await handler)
    if has_overview:
        assert notices == []
        assert "its leases and its minutes" in response
    else:
        assert [notice.partition(" documents")[0] for notice in notices] == ["Only the beginnings of 8 of 12"]
        assert "Paper 2 of" in response
        assert "Paper 10 of" not in response


async def test_the_overview_of_a_folder_comes_first(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name, text in {"a/may.md": MAY, "a/june.md": JUNE, "README.md": README}.items():
        (tmp_path / name).write_text(text)
    assert "its leases and its minutes" in str(await asked(tmp_path, "Give me an overview"))


async def test_after_an_answer_this_is_what_was_spoken_of(tmp_path: Path) -> None:
    for name, text in {"may.md": MAY, "lease.txt": LEASE}.items():
        (tmp_path / name).write_text(text)
    earlier = (
        ChatMessage(MessageRole.USER, "How much is the fee of the berth?"),
        ChatMessage(MessageRole.ASSISTANT, "The fee is 1,860 euros a year. [1]"),
    )
    response = await asked(tmp_path, "Summarise this", *earlier)
    assert "board" not in str(response)


async def test_a_question_for_a_part_is_not_about_all(tmp_path: Path) -> None:
    (tmp_path / "lease.txt").write_text(LEASE)
    assert not (await asked(tmp_path, "What is this kiln about?")).supported


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("courses.csv", "Course;Day;Fee\nPottery;Monday;45\nPrinting;Friday;60\n", "Course: Pottery"),
        ("pump.json", '{"name": "pump", "seal": {"price": 31}}', "pump"),
        ("fees.py", "def price(x):\n    return x * 2\n", "def price"),
    ],
)
async def test_a_document_without_sentences_is_quoted_from_its_beginning(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    response = await asked(tmp_path, "What is this about?")
    assert response.supported
    assert said in str(response)


def test_front_matter_alone_is_not_a_title() -> None:
    """A document with nothing else raised StopIteration."""
    texts = ("---\ntitle: One\n---\n", "# The kiln\n\nIt is hot.", "# The mast\n\nIt is high.")
    nodes = [NumberedNode(at, TextNode(text, {"file_path": f"/{at}.md"}), 1.0) for at, text in enumerate(texts, 1)]
    quoted = quoted_answer("What's in here?", (), nodes)
    assert "The kiln" in quoted.text
    assert "The mast" in quoted.text

"""An endpoint that a `.env` names is asked about once for each folder, at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.program import bookwheel
from tests.cli.scenes import QUESTION
from tests.journeys.terminal import Terminal
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say


async def test_an_allowed_endpoint_is_remembered_for_its_folder(notes: Path) -> None:
    async with OpenAIServer() as server:
        (notes / ".env").write_text(f"OPENAI_BASE_URL={server.base_url}\n")
        server.replies += [say("Nine [1]."), say("Nine again [1].")]
        async with Terminal("ask", QUESTION, ".", cwd=notes) as terminal:
            await terminal.shows(server.base_url, "Use it for this folder?")
            assert server.requests == []
            terminal.press("y\n")
            await terminal.shows("Nine [1].")
            assert await terminal.wait_for_exit() == 0
        again = await bookwheel("ask", QUESTION, ".", cwd=notes)
        assert (again.code, "Nine again" in again.out) == (0, True)
        elsewhere = notes / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / ".env").write_text(f"OPENAI_BASE_URL={server.base_url}\n")
        assert (await bookwheel("ask", QUESTION, "..", cwd=elsewhere)).code == 2


@pytest.mark.fault("I8")
async def test_a_refused_endpoint_is_never_contacted(notes: Path) -> None:
    async with OpenAIServer() as server:
        (notes / ".env").write_text(f"OPENAI_BASE_URL={server.base_url}\n")
        async with Terminal("ask", QUESTION, ".", cwd=notes) as terminal:
            await terminal.shows("Use it for this folder?")
            terminal.press("n\n")
            await terminal.shows("nine revolutions")
            assert await terminal.wait_for_exit() == 0
        again = await bookwheel("ask", QUESTION, ".", cwd=notes)
        assert (again.code, "nine revolutions" in again.out) == (0, True)
        assert server.requests == []


@pytest.mark.parametrize("answer", ["\x03", "\x04"])
async def test_leaving_the_question_keeps_no_answer(notes: Path, answer: str) -> None:
    async with OpenAIServer() as server:
        (notes / ".env").write_text(f"OPENAI_BASE_URL={server.base_url}\n")
        async with Terminal("ask", QUESTION, ".", cwd=notes) as terminal:
            await terminal.shows("Use it for this folder?")
            terminal.press(answer)
            assert await terminal.wait_for_exit() == 130
        assert (await bookwheel("ask", QUESTION, ".", cwd=notes)).code == 2
        assert server.requests == []


async def test_the_app_asks_first_and_shows_the_endpoint_in_its_status_line(notes: Path) -> None:
    async with OpenAIServer() as server:
        (notes / ".env").write_text(f"OPENAI_BASE_URL={server.base_url}\n")
        async with Terminal(".", cwd=notes) as terminal:
            await terminal.shows("Use it for this folder?")
            assert b"\x1b[?1049h" not in terminal.raw, "no frame of the app before the question"
            terminal.press("y\n")
            await terminal.shows(".env: 127.0.0.1")

"""Approval of a tool at the terminal."""

from pathlib import Path

import pytest
from tests.cli.scenes import QUESTION, use
from tests.journeys.terminal import Terminal
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say


@pytest.mark.parametrize(
    ("typed", "code", "searches"), [("once\n", 0, 1), ("o\n", 0, 1), ("deny\n", 4, 0), ("y\nd\n", 4, 0), ("\x04", 4, 0)]
)
async def test_the_terminal_is_asked_before_a_query_leaves_the_machine(
    notes: Path, typed: str, code: int, searches: int
) -> None:
    async with OpenAIServer() as server:
        use(server, "[tools]", f'tavily_base_url = "{server.root_url}"')
        server.replies += [call(("web_search", {"query": "mill wheels of 1588"})), say("That is all I know.")]
        async with Terminal("ask", "--agent", QUESTION, str(notes)) as terminal:
            await terminal.shows("mill wheels of 1588", "once / session / always / deny")
            terminal.press(typed)
            await terminal.shows("That is all I know.")
            assert await terminal.wait_for_exit() == code
        assert len([request for request in server.requests if request.path == "/search"]) == searches


@pytest.mark.fault("A6")
async def test_the_terminal_is_asked_about_each_character(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[tools]", f'tavily_base_url = "{server.root_url}"')
        query = f"mill\u200bwheels {'x' * 380}"
        server.replies += [call(("web_search", {"query": query})), say("That is all I know.")]
        async with Terminal("ask", "--agent", QUESTION, str(notes), columns=200) as terminal:
            await terminal.shows('web_search  query: "mill<U+200B>wheels xxx', "once / session / always / deny")
            terminal.press("once\n")
            assert await terminal.wait_for_exit() == 0
        sent = next(request for request in server.requests if request.path == "/search")
        assert sent.json["query"] == query


async def test_interrupting_a_request_for_approval_ends_with_130(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[tools]", f'tavily_base_url = "{server.root_url}"')
        server.replies.append(call(("web_search", {"query": "mill wheels"})))
        async with Terminal("ask", "--agent", QUESTION, str(notes)) as terminal:
            await terminal.shows("once / session / always / deny")
            terminal.press("\x03")
            assert await terminal.wait_for_exit() == 130


async def test_web_search_without_asking_is_a_setting(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[tools]", f'tavily_base_url = "{server.root_url}"', 'web = "on"')
        server.replies += [call(("web_search", {"query": "mill wheels"})), say("Found.")]
        async with Terminal("ask", "--agent", QUESTION, str(notes)) as terminal:
            await terminal.shows("Found.")
            assert await terminal.wait_for_exit() == 0
        assert len([request for request in server.requests if request.path == "/search"]) == 1


@pytest.mark.fault("I3")
async def test_a_page_is_fetched_only_from_an_approved_public_address(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        address = f"{server.root_url}/secret"
        server.replies += [call(("read_page", {"url": address})), say("I could not read it.")]
        async with Terminal("ask", "--agent", QUESTION, str(notes), columns=160) as terminal:
            await terminal.shows(f'read_page  url: "{address}"', "once / session / always / deny")
            terminal.press("once\n")
            await terminal.shows("I could not read it.")
            assert await terminal.wait_for_exit() == 0
        assert "is not fetched" in server.chats[-1].last_message
        assert not [request for request in server.requests if request.path == "/secret"]

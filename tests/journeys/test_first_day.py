"""The real program on a real terminal: the first five minutes, and the day after."""

from pathlib import Path

import pytest
from tests.cli.program import bookwheel, write_settings
from tests.cli.scenes import CANARY, QUESTION, held, use
from tests.journeys.terminal import CTRL_C, CTRL_D, CTRL_T, ESCAPE, Terminal, until_saved
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, error, say

from bookwheel import paths

pytestmark = pytest.mark.journey

KEYS_QUESTION = "Which keys stop an answer?"


async def leave(terminal: Terminal, *keys: str) -> None:
    await terminal.quit(*keys)
    assert terminal.is_restored


async def test_the_first_five_minutes(tmp_path: Path) -> None:
    async with Terminal("demo", cwd=tmp_path) as terminal:
        await terminal.shows("Library", "● 07-keys.md", "17 documents")

        await terminal.ask(KEYS_QUESTION)
        await terminal.shows("Ctrl+C stops an answer", "[1] 07-keys.md")
        await until_saved("RunFinished")

        terminal.press(ESCAPE)
        await terminal.shows("READ")
        terminal.press("1")
        await terminal.shows("# Keys", "[1] of ", "▌Ctrl+C stops an answer")
        terminal.press("q")
        await terminal.shows("READ", "Library")

        terminal.press(CTRL_T)
        await terminal.shows(" agent ")
        terminal.press("i")
        await terminal.shows("ASK")
        await terminal.ask("How do I add my own documents?")
        await terminal.shows("search_documents", "bookwheel ~/papers", "02-your-own-documents.md")
        await leave(terminal)

    async with Terminal("--continue", columns=80, lines=24, cwd=tmp_path) as terminal:
        await terminal.shows("To add your own documents", "bookwheel ~/papers")
        terminal.press(ESCAPE)
        await terminal.shows("READ")
        terminal.press("g")
        await terminal.shows(KEYS_QUESTION, "Ctrl+C stops an answer")
        await leave(terminal)


async def test_a_folder_of_ones_own_is_indexed_and_asked(notes: Path) -> None:
    async with Terminal(str(notes)) as terminal:
        await terminal.shows("● mill.md")
        await terminal.ask(QUESTION)
        await terminal.shows("nine revolutions a minute", "[1] mill.md")
        await leave(terminal)
    async with Terminal() as terminal:
        await terminal.shows("● mill.md")
        await leave(terminal)


async def test_an_answer_that_is_stopped_half_way_stays_and_is_there_the_next_day(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        completed = say("And how fast does the mill wheel turn now?")
        server.replies += [held("Eleven windmills and then", after_words=2)[0], completed, say("Nine, wholly.")]
        async with Terminal(str(notes)) as terminal:
            await terminal.shows("● mill.md")
            await terminal.ask(QUESTION)
            await terminal.shows("Eleven windmills")
            terminal.press(CTRL_C)
            await terminal.shows("Eleven windmills", "Stopped")
            await server.chats[0].hung_up.wait()
            await leave(terminal, CTRL_D)  # one more Ctrl+C within a second would quit already
        async with Terminal("--continue") as terminal:
            await terminal.shows(QUESTION, "Eleven windmills", "Stopped")
            await terminal.ask("And now?")
            await terminal.shows("Nine, wholly.")
            await leave(terminal)


async def test_an_agent_asks_before_a_web_search(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[tools]", f'tavily_base_url = "{server.root_url}"')
        server.replies += [call(("web_search", {"query": "mill wheels of 1588"})), say("I have searched [1].")]
        async with Terminal("--agent", str(notes)) as terminal:
            await terminal.shows("● mill.md", " agent ")
            await terminal.ask(QUESTION)
            await terminal.shows("mill wheels of 1588")
            assert not [request for request in server.requests if request.path == "/search"]
            terminal.press(ESCAPE)
            await terminal.shows("READ")
            await terminal.press_until("I have searched [1].", "a")
            await leave(terminal)
        assert len([request for request in server.requests if request.path == "/search"]) == 1


async def test_a_broken_settings_file_is_reported_and_the_app_starts(notes: Path) -> None:
    write_settings("[ui]\ntheme = 3\n")
    async with Terminal(str(notes)) as terminal:
        await terminal.shows("line 2", "The defaults are in force.")
        await terminal.shows("● mill.md")
        await leave(terminal)


async def test_a_refused_key_is_reported_in_the_conversation_and_never_shown(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.script = lambda request: error(401, f"Incorrect API key provided: {CANARY}")
        async with Terminal(str(notes), env={"OPENAI_API_KEY": CANARY}) as terminal:
            await terminal.shows("● mill.md")
            await terminal.ask(QUESTION)
            await terminal.shows("OPENAI_API_KEY")
            await leave(terminal)
        assert CANARY.encode() not in terminal.raw
    for file in paths.config_dir().rglob("*"):
        assert not (file.is_file() and CANARY.encode() in file.read_bytes())


async def test_the_command_line_exports_sessions_of_the_app(notes: Path) -> None:
    async with Terminal(str(notes)) as terminal:
        await terminal.shows("● mill.md")
        await terminal.ask(QUESTION)
        await terminal.shows("nine revolutions")
        await until_saved("RunFinished")
        await leave(terminal)
    exported = await bookwheel("sessions", "export", "last", "--format", "json")
    assert '"type": "RunFinished"' in exported.lines[-1]

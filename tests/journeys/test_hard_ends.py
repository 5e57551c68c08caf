"""The program ended from outside, on a real terminal: what is saved, and how the terminal is left."""

import signal
from pathlib import Path

import pytest
from tests.cli.scenes import QUESTION, held, use
from tests.journeys.terminal import Terminal, is_saved, until_saved
from tests.support.openai_server import OpenAIServer

pytestmark = pytest.mark.journey


@pytest.mark.fault("P1")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str)
async def test_a_signal_saves_and_restores_the_screen(notes: Path, number: int, code: int) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(held("Eleven windmills and then", after_words=2)[0])
        async with Terminal(str(notes)) as terminal:
            await terminal.shows("● mill.md")
            await terminal.ask(QUESTION)
            await terminal.shows("Eleven windmills")
            terminal.signal(number)
            assert await terminal.wait_for_exit() == code
            assert terminal.is_restored
    assert is_saved("windmills")
    assert is_saved("RunFinished")


@pytest.mark.fault("P2")
async def test_a_terminal_that_vanishes_ends_the_program_and_keeps_the_answer(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(held("Eleven windmills and then", after_words=2)[0])
        async with Terminal(str(notes)) as terminal:
            await terminal.shows("● mill.md")
            await terminal.ask(QUESTION)
            await terminal.shows("Eleven windmills")
            terminal.hang_up()
            await terminal.wait_for_exit()
    assert is_saved("windmills")


@pytest.mark.fault("S1")
async def test_a_killed_app_has_its_answer_up_to_the_last_moment(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        server.replies.append(held("Eleven windmills and then", after_words=2)[0])
        async with Terminal(str(notes)) as terminal:
            await terminal.shows("● mill.md")
            await terminal.ask(QUESTION)
            await terminal.shows("Eleven windmills")
            await until_saved("windmills")
            terminal.signal(signal.SIGKILL)
            await terminal.wait_for_exit()
        async with Terminal("--continue") as terminal:
            await terminal.shows(QUESTION, "Eleven windmills", "Cut off")


@pytest.mark.fault("T1")
async def test_only_sequences_of_the_screen_reach_the_terminal(notes: Path) -> None:
    (notes / "evil\x1b]0;owned\x07[red].md").write_text(
        "# The \x1b[2J mill \x9b5A wheel\n\nIt turns \u202e nine times.\n"
    )
    async with OpenAIServer() as server:
        use(server)
        reply, gate = held("safe \x1b]52;c;ZXZpbA==\x07 \x1b[c [/b] [@click=app.quit]x[/] done", after_words=2)
        gate.opened.set()
        server.replies.append(reply)
        async with Terminal(str(notes)) as terminal:
            await terminal.shows("● mill.md", "evil")
            await terminal.ask(QUESTION)
            await terminal.shows("[/b]", "done")
            for sequence in (b"\x1b]52", b"\x1b]0;", b"\x1b[c", b"\x9b5A"):
                assert sequence not in terminal.raw

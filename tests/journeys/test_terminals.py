"""Terminals of all kinds, and settings that a person got wrong."""

import re
from pathlib import Path

import pytest
from tests.cli.program import write_settings
from tests.cli.scenes import QUESTION
from tests.journeys.terminal import CTRL_C, ESCAPE, Terminal

pytestmark = pytest.mark.journey

# Any colour at all: the 16, the 256 and the true ones.
COLOUR = re.compile(rb"\x1b\[(?:[\d;:]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][\d;:]*)?m")


@pytest.mark.fault("P12")
@pytest.mark.parametrize(
    ("env", "columns", "lines"),
    [
        ({}, 80, 24),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/none,1,0"}, 80, 24),
        ({"TERM": "linux"}, 80, 25),
        ({"LC_ALL": "C", "LANG": "C"}, 140, 42),
        ({}, 60, 20),
    ],
    ids=["small", "tmux", "console", "C locale", "tiny"],
)
async def test_the_app_answers_on_every_terminal(notes: Path, env: dict[str, str], columns: int, lines: int) -> None:
    async with Terminal(str(notes), env=env, columns=columns, lines=lines) as terminal:
        await terminal.shows("ASK", "1 doc")
        await terminal.ask(QUESTION)
        await terminal.shows("nine revolutions", "[1] mill.md")
        await terminal.quit()
        assert terminal.is_restored


@pytest.mark.parametrize(("arguments", "env"), [((), {"NO_COLOR": "1"}), (("--no-color",), {})])
async def test_no_colour_is_written_without_colour(
    notes: Path, arguments: tuple[str, ...], env: dict[str, str]
) -> None:
    async with Terminal(*arguments, str(notes), env=env) as terminal:
        await terminal.shows("● mill.md")
        await terminal.ask(QUESTION)
        await terminal.shows("nine revolutions", "[1] mill.md")
        assert not COLOUR.search(terminal.raw)


@pytest.mark.fault("P12")
async def test_a_terminal_that_cannot_show_the_app_gets_it_as_lines_of_text(notes: Path) -> None:
    async with Terminal(str(notes), env={"TERM": "dumb"}) as terminal:
        await terminal.shows("1 can be searched", "You:")
        terminal.press(f"{QUESTION}\n")
        await terminal.shows("Answer: ", "nine revolutions", "/mill.md", "End: ")
        terminal.press("open 1\n")
        await terminal.shows("Source 1: ")
        terminal.press(CTRL_C)
        await terminal.shows("Ctrl+C again ends")
        await terminal.quit()
        assert b"\x1b" not in terminal.raw


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ('[ui]\ntheme = "nope"\n', "There is no theme 'nope'"),
        ('[keys]\n"desk.library" = "t"\n', "are both on t"),
        ('[keys]\n"desk.nope" = "t"\n', "There is no action 'desk.nope'"),
    ],
)
async def test_wrong_settings_of_the_app_are_reported_and_defaults_used(notes: Path, settings: str, shown: str) -> None:
    write_settings(settings)
    async with Terminal(str(notes)) as terminal:
        await terminal.shows(shown)
        await terminal.shows("● mill.md")


async def test_a_theme_that_a_flag_names_wrongly_is_an_error() -> None:
    async with Terminal("demo", "--theme", "nope") as terminal:
        await terminal.shows("There is no theme 'nope'", "There are: ")
        assert await terminal.wait_for_exit() == 2


async def test_keys_are_asked_for_one_by_one_and_named_as_they_arrive() -> None:
    async with Terminal("keys", columns=100, lines=40) as terminal:
        await terminal.shows("press Ctrl+C")
        terminal.press(CTRL_C)
        await terminal.shows("press Ctrl+P")
        terminal.press(" ")
        await terminal.shows("press Ctrl+R")
        terminal.press(ESCAPE)
        assert await terminal.wait_for_exit() == 0
        text = await terminal.shows("1 of 2 keys arrive.")
        assert "Ctrl+P: nothing arrives" in text
        assert '"app.palette" = "f2"' in text

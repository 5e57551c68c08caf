"""The list above the prompt: documents after `@`, commands after `/`."""

from pathlib import Path

from tests.support.desk import Folder, Workflows
from tests.support.desk_app import running_app

from bookwheel.tui.screens.actions.ask_actions import mentioned


async def test_commands_are_listed_with_their_description_and_key(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.type("/")
        await desk.until_sees("Write this session as md")
        await desk.type("mod")
        await desk.until_sees("/mode")
        row = next(line for line in desk.lines() if "/mode" in line)
        assert row.rstrip().endswith("Ctrl+T")
        await desk.press("backspace", "backspace", "backspace")
        await desk.type("xprt")
        await desk.until_sees("/export")
        assert not desk.sees("/mode")
        await desk.press("escape")
        await desk.until(lambda: not desk.sees("/export "))


async def test_arrows_mark_a_candidate_and_tab_or_enter_takes_it(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.type("@n")
        await desk.until_sees("@n2.md")
        await desk.press("down", "down", "enter")
        assert desk.app.desk.prompt.text == "@n2.md"
        await desk.type(" and @n")
        await desk.until_sees("@n1.md")
        await desk.press("up", "up", "tab")
        assert desk.app.desk.prompt.text == "@n2.md and @n1.md"


async def test_up_brings_an_earlier_command_back_and_goes_on_through_the_history(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("Sliding windows are cheaper [1].")
        await desk.ask("/mode agent")
        await desk.until(lambda: desk.app.desk.status.mode == "agent")
        await desk.press("up")
        assert desk.app.desk.prompt.text == "/mode agent"
        await desk.press("up")
        assert desk.app.desk.prompt.text == "What is cheaper?"


async def test_a_question_that_names_documents_searches_only_these(tmp_path: Path) -> None:
    workflows = Workflows()
    library = Folder(*(f"{tmp_path}/papers/{name}.md" for name in ("n1", "n2", "n3")))
    async with running_app(tmp_path, workflows, library=library) as desk:
        await desk.ask("What do @n1.md and @n3.md say is cheaper?")
        await desk.until_sees("Sliding windows are cheaper [1].")
        await desk.until_sees("only in n1.md, n3.md")
        assert workflows.selection.scope == (f"{tmp_path}/papers/n1.md", f"{tmp_path}/papers/n3.md")
        await desk.until(lambda: desk.app.desk.status.phase == "idle")
        await desk.ask("What is cheaper?")
        await desk.until(lambda: workflows.selection.scope is None)


def test_of_two_names_that_fit_the_longer_is_meant() -> None:
    named = {"notes": ["/notes"], "notes 2024.md": ["/notes 2024.md"], "a.md": ["/x/a.md", "/y/a.md"]}
    assert mentioned("see @notes 2024.md, please", named) == ["/notes 2024.md"]
    assert mentioned("see @notes.", named) == ["/notes"]
    assert mentioned("mail me@notes or @notesbook", named) == []
    assert mentioned("@a.md", named) == ["/x/a.md", "/y/a.md"]

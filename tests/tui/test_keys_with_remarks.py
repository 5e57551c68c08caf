"""Keys that have nothing to do here say so: no key is without an effect or a remark."""

from dataclasses import replace
from pathlib import Path

from tests.support.desk import Folder, Workflows
from tests.support.desk_app import AppDriver, running_app

from bookwheel.config.setting_tables import Config
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.wiring.tool_permissions import ToolPermissions

SAID = {
    "enter": "A question: e edits it, r asks it again",
    "left": "Nothing more to the left",
    "right": "Nothing more to the right",
    "left_curly_bracket": "No question above this one",
    "right_curly_bracket": "No question below this one",
    "c": "No code in this block",
    "n": "Nothing is being searched for",
    "Z": "has no effect here",
}


async def _says(desk: AppDriver, key: str, remark: str) -> None:
    desk.app.clear_notifications()
    await desk.press(key)
    await desk.until_sees(remark)


async def test_keys_of_the_page_that_have_nothing_to_do_say_so(tmp_path: Path) -> None:
    long_answer = "Windows are cheaper [1].\n\n" + "\n\n".join(f"Line {number}." for number in range(80))
    library = Folder("/papers/n1.md", "/papers/n2.md")
    async with running_app(tmp_path, Workflows(llm=MockLLM([long_answer])), size=(120, 30), library=library) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("Line 79."))
        await desk.press("pageup")
        await desk.until(lambda: not desk.sees("Line 79."))
        assert desk.app.desk.prompt.has_focus
        await desk.press("pagedown")
        await desk.until_sees("Line 79.")
        await desk.press("escape", "g")
        for key in ("enter", "left", "right", "left_curly_bracket", "right_curly_bracket", "c", "n", "Z"):
            await _says(desk, key, SAID[key])
        await _says(desk, "7", "No source [7] here: [1]")
        await desk.press("right_square_bracket")
        await _says(desk, "right_square_bracket", "No other source here")
        width = desk.app.desk.library_pane.outer_size.width
        await desk.press("less_than_sign")
        await desk.until(lambda: desk.app.desk.library_pane.outer_size.width == width + 2)
        await desk.press("greater_than_sign")
        await desk.until(lambda: desk.app.desk.library_pane.outer_size.width == width)
        await desk.press("z")
        await _says(desk, "less_than_sign", "No pane beside the page to resize")
        await desk.press("z", "l", "R")
        await desk.until_sees("No new or changed files")
        library.states |= {"/papers/n3.md": replace(library.states["/papers/n1.md"], path="/papers/n3.md")}
        library.states["/papers/n1.md"] = replace(library.states["/papers/n1.md"], size=9)
        del library.states["/papers/n2.md"]
        await desk.press("R")
        await desk.until_sees("Files: 1 new, 1 changed, 1 gone")
        await desk.press("escape", "w")
        await desk.until_sees("Web search: on (the agent searches without asking)")
        await desk.press("b", "E")
        await desk.until_sees("Nothing is pinned yet")
        await desk.press("escape", "P")
        await desk.until_sees("No research yet")
        await desk.press("escape")
        await desk.until(lambda: desk.sees("Library") and not desk.sees("No research yet"))


async def test_keys_of_the_screens_over_the_desk_that_have_nothing_to_do_say_so(tmp_path: Path) -> None:
    async with running_app(tmp_path, Workflows(permissions=ToolPermissions(Config())), size=(120, 30)) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.sees("[1] n1.md"))
        await desk.press("escape", "b")
        await _says(desk, "d", "No pin under the cursor")
        await desk.press("escape", "p", "b")
        await _says(desk, "J", "It is the last pin")
        await desk.press("escape", "L")
        await _says(desk, "d", "No rule under the cursor")
        await desk.press("escape", "t")
        await _says(desk, "o", "This event belongs to no branch")
        await desk.press("escape", "ctrl+r", "slash")
        await desk.type("nowhere")
        await desk.until_sees("no title or text matches")
        await desk.press("tab")
        await _says(desk, "d", "No session under the cursor")

"""The settings screen: every setting with its effect and source, changed in the file that the user wrote."""

from pathlib import Path

from tests.support.desk_app import running_app

from bookwheel import paths
from bookwheel.config.check import KNOWN
from bookwheel.tui.screens.jump import JumpScreen
from bookwheel.tui.screens.settings_screen import SettingsScreen

MINE = """\
# My settings.
[tools]
web = "off"  # at work
[ui]
bell = true
[keys]
"desk.library" = "f2"
"""


async def test_settings_are_found_explained_changed_and_reset(tmp_path: Path) -> None:
    file = paths.config_file()
    file.parent.mkdir(parents=True)
    file.write_text(MINE)
    async with running_app(tmp_path, size=(100, 30)) as desk:
        await desk.press("escape", "S")
        await desk.until(lambda: isinstance(desk.app.screen, SettingsScreen) and desk.app.screen.settings.items)
        screen = desk.app.screen
        assert isinstance(screen, SettingsScreen)
        shown = [line.setting.name for line in screen.settings.items if line.setting is not None]
        assert shown == [*KNOWN, "keys.desk.library"]

        await desk.press("ctrl+g")
        await desk.until(lambda: isinstance(desk.app.screen, JumpScreen))
        label = next(line for line in desk.lines() if "api_key_env" in line).split()[0].removesuffix("api_key_env")
        await desk.press(label)
        await desk.until(lambda: desk.app.screen is screen)
        current = screen.settings.current
        assert current is not None
        assert current.setting is not None
        assert current.setting.name == "model.api_key_env"

        await desk.press("slash")
        await desk.type("tools.web")
        await desk.press("enter")
        await desk.until_sees("before a first query leaves this machine")
        assert desk.sees("file (line 3, column 1)")
        await desk.press("enter", "down", "enter")
        await desk.until_sees('Saved and in force: tools.web = "ask"')
        assert file.read_text() == MINE.replace('"off"', '"ask"')
        assert desk.assistant.status.web == "ask"

        await desk.press("slash")
        for _ in range(len("tools.web")):
            await desk.press("backspace")
        await desk.type("top_k")
        await desk.press("enter", "enter")
        for _ in range(2):
            await desk.press("backspace")
        await desk.type("999")
        await desk.press("enter")
        await desk.until_sees("retrieval.top_k must be at most")
        assert "999" not in file.read_text()
        await desk.press("enter")
        for _ in range(2):
            await desk.press("backspace")
        await desk.type("12")
        await desk.press("enter")
        await desk.until_sees("Saved, in force from the next start: retrieval.top_k = 12")
        assert file.read_text() == MINE.replace('"off"', '"ask"') + "\n[retrieval]\ntop_k = 12\n"
        await desk.press("d")
        await desk.until(lambda: "top_k" not in file.read_text())
        await desk.press("slash")
        for _ in range(len("top_k")):
            await desk.press("backspace")
        await desk.type("keys.desk")
        await desk.press("enter", "enter")
        await desk.until_sees("keys.desk.library is changed in the file itself")
        assert desk.sees(f"1 of {len(shown)}")
        await desk.press("escape")
        await desk.until_sees(f"{len(shown)} settings")
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)

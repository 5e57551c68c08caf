"""Draws the pictures of all screens for the docs: `.venv/bin/python docs/pictures.py`, a minute.

`--png FOLDER` draws every screen in every theme at six sizes instead, with contact sheets, to look at (Pillow, DejaVu).
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.frames import Row, contact_sheet, frame_of, png_of, svg_of
from tests.support.screen_walk import open_scene, walk

if TYPE_CHECKING:
    from tests.support.desk_app import AppDriver

FOLDER = Path(__file__).parent / "images"
SIZE = (112, 30)
SIZES = ((200, 60), (140, 42), (120, 34), (100, 30), (80, 24), (60, 20))
THEME = "bookwheel-dark"
IN_ALL_THEMES = "answer"
SCREENS = {
    "start": "The start page: what is searchable, an example that fits, the last sessions",
    "commands": "`/` lists the commands with their keys",
    "answer": "An answer with its numbered sources",
    "search": "A search in the talk",
    "library": "The library, with what is known of the document under the cursor",
    "events": "The event log",
    "timeline": "The timeline of one question",
    "source": "A source, opened by its number, with the cited words marked",
    "brief": "The brief: what was pinned",
    "branches": "The questions of a session as a tree",
    "jump": "Jump labels",
    "picture": "A picture of a question, drawn in the cells of the terminal",
    "palette": "The palette: every action with its key",
    "help": "The keys of a pane",
    "themes": "The themes, with a preview",
    "desks": "Named desks",
    "sessions": "The sessions, with a preview of the talk",
    "replay": "A session that is played back",
    "approval": "A tool that asks before it is called",
}


async def draw_docs() -> None:
    with TemporaryDirectory() as home:
        async with open_scene(Path(home), SIZE) as (desk, session_id):
            async for name in walk(desk, session_id):
                if name not in SCREENS:
                    continue
                for theme in sorted(desk.app.available_themes) if name == IN_ALL_THEMES else [THEME]:
                    suffix = "" if theme == THEME else f"-{theme}"
                    rows = await _in_theme(desk, theme)
                    (FOLDER / f"{name}{suffix}.svg").write_text(svg_of(rows, SCREENS[name]), encoding="utf-8")


async def draw_pngs(folder: Path) -> None:
    for size in SIZES:
        files: dict[str, list[Path]] = {}
        with TemporaryDirectory() as home:
            async with open_scene(Path(home), size) as (desk, session_id):
                async for name in walk(desk, session_id):
                    for theme in sorted(desk.app.available_themes):
                        file = folder / f"{size[0]}x{size[1]}-{theme}-{name}.png"
                        png_of(await _in_theme(desk, theme), file)
                        files.setdefault(theme, []).append(file)
        for theme, drawn in files.items():
            contact_sheet(drawn, folder / f"sheet-{size[0]}x{size[1]}-{theme}.png")


async def _in_theme(desk: AppDriver, theme: str) -> Sequence[Row]:
    desk.app.clear_notifications()
    if desk.app.theme != theme:
        desk.app.theme = theme
    await desk.pilot.pause()
    await desk.pilot.pause()
    return frame_of(desk.app)


def write_page() -> None:
    """`docs/screens.md`."""
    lines = ["# All screens", "", "Made by `docs/pictures.py` on a desk of invented papers.", ""]
    for name, title in SCREENS.items():
        lines += [f"## {title}", "", f"![{title.replace('`', '')}](images/{name}.svg)", ""]
    others = sorted(file.name for file in FOLDER.glob(f"{IN_ALL_THEMES}-*.svg"))
    lines += ["## The other themes", ""]
    for file in others:
        theme = file.removeprefix(f"{IN_ALL_THEMES}-").removesuffix(".svg")
        lines += [f"**{theme}**", "", f"![An answer in the theme {theme}](images/{file})", ""]
    (FOLDER.parent / "screens.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    os.environ |= {"TZ": "UTC", "COLORTERM": "truecolor", "TERM": "xterm-256color"}
    time.tzset()
    with TemporaryDirectory() as home:
        os.environ |= {"BOOKWHEEL_CONFIG_DIR": f"{home}/config", "BOOKWHEEL_DATA_DIR": f"{home}/data"}
        if arguments[:1] == ["--png"]:
            folder = Path(arguments[1])
            folder.mkdir(parents=True, exist_ok=True)
            asyncio.run(draw_pngs(folder))
            return
        FOLDER.mkdir(exist_ok=True)
        asyncio.run(draw_docs())
    write_page()


if __name__ == "__main__":
    main(sys.argv[1:])

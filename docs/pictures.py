"""Draws the pictures of the README by driving the real app on its own guide: `.venv/bin/python docs/pictures.py`."""

import asyncio
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

SIZE = (132, 34)
QUESTIONS = (("How do I add my own documents?", ()), ("Which keys stop an answer?", ("ctrl+t",)))
PICTURES = {"bookwheel-dark": "desk-dark.svg", "bookwheel-light": "desk-light.svg"}
FOLDER = Path(__file__).parent / "images"


async def draw(theme: str) -> str:
    from bookwheel import paths, wiring
    from bookwheel.config.load import load_config
    from bookwheel.tui.app import BookwheelApp

    assistant = wiring.build(load_config())
    app = BookwheelApp(assistant, theme=theme, roots=[paths.samples_dir()])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        while not assistant.documents.state.files:
            await pilot.pause(0.05)
        await assistant.documents.wait_indexed()
        for question, keys in QUESTIONS:
            await pilot.press(*keys)
            run = await assistant.ask(question)
            await assistant.wait_finished(run)
        await pilot.pause(0.5)
        picture = app.export_screenshot(title="bookwheel demo")
    await assistant.aclose()
    # Without the web font: a README fetches nothing from elsewhere.
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for theme, name in PICTURES.items():
        with TemporaryDirectory() as home:
            os.environ |= {"BOOKWHEEL_CONFIG_DIR": f"{home}/config", "BOOKWHEEL_DATA_DIR": f"{home}/data"}
            (FOLDER / name).write_text(asyncio.run(draw(theme)), encoding="utf-8")


if __name__ == "__main__":
    main()

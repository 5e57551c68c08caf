"""The cost of a streamed piece in the whole app with its screen, and in the engine: against a bare `openai` loop.

Without a pause, and at 200 pieces a second, where each frame shows a few of them. The screen is 140 by 42, without a
terminal: the numbers do not include what a terminal does with the bytes.
"""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from anyio.from_thread import BlockingPortal, start_blocking_portal
from textual.pilot import Pilot

from benchmarks.askers import BARE, Asker, bare_client, query_workflow
from benchmarks.harness import Case, interleaved, main, report, timed
from benchmarks.model_server import PIECES_A_SECOND, model_server
from bookwheel import wiring
from bookwheel.assistant.assistant import Assistant
from bookwheel.config.load import load_config
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.tui.app import BookwheelApp

FLOOD = 5_000
PACED = 600
SCREEN = (140, 42)
QUESTION = "How long do cats sleep?"
APP = "the whole app"
ENGINE = "QueryWorkflow, all events"


@asynccontextmanager
async def whole_app(base_url: str, model: str, folder: Path) -> AsyncGenerator[tuple[Assistant, Pilot[None]], None]:
    """The app as `bookwheel FOLDER` opens it, its documents indexed."""
    os.environ |= {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": base_url}
    os.environ |= {"BOOKWHEEL_CONFIG_DIR": str(folder / "config"), "BOOKWHEEL_DATA_DIR": str(folder / "data")}
    (folder / "config").mkdir()
    (folder / "config" / "config.toml").write_text(f'[model]\nname = "{model}"\n')
    notes = folder / "notes"
    notes.mkdir()
    (notes / "cats.md").write_text("Cats sleep for fifteen hours a day. They hunt at dawn.")
    assistant = wiring.build(load_config())
    async with BookwheelApp(assistant, roots=[notes]).run_test(size=SCREEN) as pilot:
        while not assistant.documents.state.files:
            await pilot.pause(0.05)
        await assistant.documents.wait_indexed()
        yield assistant, pilot
    await assistant.aclose()


def _asked(portal: BlockingPortal, assistant: Assistant, pilot: Pilot[None], pieces: int) -> Case:
    """A case that asks in a new session, until the whole answer is on the screen and on the disk."""

    async def once() -> None:
        await assistant.sessions.new()
        finished = await assistant.wait_finished(await assistant.ask(QUESTION))
        await pilot.pause()
        response = finished.data["response"]
        assert isinstance(response, str)
        assert response.count("word") == pieces, f"{finished.data['status']}: {finished.data.get('error')}"

    return timed(lambda: portal.call(once))


def _read(portal: BlockingPortal, ask: Asker, pieces: int) -> Case:
    async def once() -> None:
        count = sum([bool(text) async for text, _ in ask()])
        assert count == pieces, f"{count} pieces of {pieces} arrived"

    return timed(lambda: portal.call(once))


def measure(portal: BlockingPortal, base_url: str, model: str, pieces: int, title: str) -> None:
    """One table."""
    with TemporaryDirectory() as folder:
        app = whole_app(base_url, model, Path(folder))
        with portal.wrap_async_context_manager(app) as (assistant, pilot):
            cases = {
                BARE: _read(portal, bare_client(base_url, model), pieces),
                ENGINE: _read(portal, query_workflow(OpenAI(model, base_url=base_url)), pieces),
                APP: _asked(portal, assistant, pilot, pieces),
            }
            report(title, interleaved(cases), baseline=BARE, per=pieces, unit="µs")


def run() -> None:
    """Measure and print."""
    with model_server() as base_url, start_blocking_portal() as portal:
        measure(portal, base_url, f"pieces-{FLOOD}", FLOOD, f"{FLOOD} pieces without a pause, for each piece")
        measure(
            portal, base_url, f"paced-{PACED}", PACED, f"{PACED} pieces, {PIECES_A_SECOND} a second, for each piece"
        )


if __name__ == "__main__":
    main("streaming", run)
